import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { Journal } from "../store/journal.ts";
import { journalEntryView, rememberSubject, type Subject, viewOfEntry } from "./journal-entry-view.ts";
import type { Explain } from "./view-decision.ts";

export const journalPageView = z
  .object({
    items: z.array(journalEntryView),
    next: z.int().describe("Give it as `after` to get what follows."),
  })
  .meta({ id: "JournalPage" });

const whole = (most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number")
    .refine((text) => Number(text) <= most, `must be at most ${most}`);

const query = z.strictObject({
  after: whole(Number.MAX_SAFE_INTEGER).exactOptional().describe("Entries after this one. Default: the latest."),
  limit: whole(1000).default("20").describe("How many at most."),
  wait: whole(25).default("0").describe("Seconds to wait for an entry where there is none yet."),
});

/** How often a waiting request looks for new entries, in milliseconds. */
const LOOK_INTERVAL = 100;

/** How many entries before the first are read for what the later ones are about: reports name only their message. */
const LOOK_BACK = 200;

/** What happens, as it happens: for who operates the server, numbers masked. */
export function journalRoutes(deps: { readonly journal: Journal; readonly explain: Explain }): RoutePlugin {
  const { journal, explain } = deps;
  return async (app) => {
    app.get(
      "/v1/journal",
      {
        config: { scope: "operator", account: "optional" },
        schema: {
          tags: ["Journal"],
          summary: "Read what happened, oldest first",
          querystring: query,
          response: { 200: journalPageView },
        },
      },
      async (request) => {
        const limit = Number(request.query.limit);
        const after =
          request.query.after === undefined ? Math.max(0, journal.lastSequence - limit) : Number(request.query.after);
        const deadline = Date.now() + Number(request.query.wait) * 1000;
        while (journal.lastSequence <= after && Date.now() < deadline && !request.raw.destroyed)
          await sleep(LOOK_INTERVAL);
        const items: z.infer<typeof journalEntryView>[] = [];
        if (limit > 0 && journal.lastSequence > after) {
          const subjects = new Map<MessageId, Subject>();
          for await (const entry of journal.read(Math.max(1, after + 1 - LOOK_BACK))) {
            rememberSubject(subjects, entry.record);
            if (entry.sequence <= after) continue;
            items.push(viewOfEntry(entry, explain, subjects));
            if (items.length >= limit) break;
          }
        }
        return { items, next: items.at(-1)?.sequence ?? after };
      },
    );
  };
}
