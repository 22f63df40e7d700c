import type { Incident } from "@safeguard/core";
import { z } from "zod";
import { moneyView, viewOfMoney } from "../api/money.ts";
import { maskedNumber } from "../decisions/masked-number.ts";
import { type Explain, publicId } from "../decisions/view-decision.ts";
import { MESSAGE_STATUSES, type MessageView, type Store } from "../store/store.ts";
import { blocksOf } from "./incident-detail.ts";
import { iso } from "./incident-view.ts";

/** Messages that are listed at most, and looked at for it: an attack is most of its destination's traffic. */
const MOST_LISTED = 200;
const MOST_LOOKED_AT = 5_000;
const PAGE = 500;

export const incidentMessagesView = z
  .object({
    masked: z.boolean().describe("The last three digits are hidden; `reveal=true` shows them, and is recorded."),
    items: z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        to: z.string(),
        from: z.string(),
        status: z.enum(MESSAGE_STATUSES),
        action: z.string(),
        sentence: z.string(),
        price: moneyView.nullable(),
      }),
    ),
    more: z.boolean().describe("There are more than the 200 that are listed."),
  })
  .meta({ id: "IncidentMessages" });

/** The kept messages of an incident's ranges in its time, newest first. */
export async function messagesOfIncident(
  { messages }: Pick<Store, "messages">,
  incident: Incident,
): Promise<{ readonly found: readonly MessageView[]; readonly more: boolean }> {
  const found: MessageView[] = [];
  const prefixes = blocksOf(incident).map(({ prefix }) => prefix);
  const belongs = ({ to, verdict }: MessageView): boolean =>
    prefixes.some((prefix) => to.startsWith(prefix)) ||
    verdict.findings.some((finding) => finding.type === "detection" && finding.incident === incident.number);
  const time = { from: incident.evidence.since, until: (incident.lastSeenAt + 1) as typeof incident.lastSeenAt };
  let more = false;
  for (const destination of incident.destinations) {
    let cursor: string | undefined;
    for (let seen = 0; seen < MOST_LOOKED_AT; seen += PAGE) {
      const page = await messages.list(incident.account, { destination, ...time }, PAGE, cursor);
      found.push(...page.items.filter(belongs));
      cursor = page.next;
      if (cursor === undefined || found.length > MOST_LISTED) break;
    }
    more ||= cursor !== undefined;
  }
  found.sort((a, b) => b.at - a.at);
  return { found: found.slice(0, MOST_LISTED), more: more || found.length > MOST_LISTED };
}

export function viewOfIncidentMessage(
  { id, at, to, originator, status, verdict, price }: MessageView,
  explain: Explain,
  reveal: boolean,
): z.infer<typeof incidentMessagesView>["items"][number] {
  return {
    id: publicId("msg_", id),
    at: iso(at),
    to: reveal ? to : maskedNumber(to),
    from: originator,
    status,
    action: verdict.action,
    // (an exception names its number)
    sentence: reveal ? explain(verdict) : explain(verdict).replaceAll(/\+\d{8,}/g, maskedNumber),
    price: price === undefined ? null : viewOfMoney(price),
  };
}
