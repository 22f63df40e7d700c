import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { isoOf } from "../decisions/view-decision.ts";
import type { MessageStatus, MessageView, Store } from "../store/store.ts";
import type { QuestionGate } from "./question-gate.ts";

const DAY_MS = 86_400_000;
const PAGE = 500;
/** Messages that ranges and routes are counted over at most, the newest first; and lines of each that are given. */
const MOST_EXAMINED = 10_000;
const MOST_LINES = 200;
/** Digits that the numbers of a range are free in: blocks of 10,000. */
const OPEN_DIGITS = 4;

/** A provider took it, or may have. */
const SENT: ReadonlySet<MessageStatus> = new Set([
  "submitted",
  "in_doubt",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "read",
]);
const DELIVERED: ReadonlySet<MessageStatus> = new Set(["delivered", "read"]);

const steps = {
  asked: z.int().describe("Messages and decisions that were asked for."),
  sent: z.int().describe("Of them, those that a provider took, or may have."),
  delivered: z.int(),
  verified: z.int().describe("Of those asked for, the ones whose verification was completed later."),
};
type Steps = { asked: number; sent: number; delivered: number; verified: number };

export const verificationView = z
  .object({
    from: z.string().describe("First day (UTC)."),
    until: z.string().describe("Last day: today."),
    total: z.object(steps),
    destinations: z.array(z.object({ destination: z.string(), ...steps })).describe("Most asked for first."),
    ranges: z
      .array(z.object({ range: z.string(), destination: z.string(), ...steps }))
      .describe("Blocks of 10,000 numbers, of the messages that were examined; most asked for first, at most 200."),
    routes: z
      .array(z.object({ provider: z.string(), ...steps }))
      .describe("By the provider that took the message, of those examined."),
    examined: z.object({
      messages: z.int().describe("Messages that ranges and routes are counted over, the newest first."),
      since: z.string().nullable().describe("When the oldest of them was asked for."),
      complete: z.boolean().describe("Those are all of these days."),
    }),
  })
  .meta({ id: "VerificationFunnel" });

/** `/v1/usage/verification`: how far messages came, from being asked for to the completed verification. */
export function verificationRoutes({
  store,
  questions,
}: {
  readonly store: Pick<Store, "messages" | "outcomes" | "usage">;
  readonly questions: QuestionGate;
}): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/usage/verification",
      {
        config: { scope: "usage:read" },
        schema: {
          tags: ["Usage"],
          summary: "Say how far messages came: asked for, sent, delivered, verified",
          description:
            "By destination from the counts of each day; by range and by provider from the newest 10,000 messages of these days.",
          querystring: z.strictObject({
            days: z.enum(["7", "30", "90"]).default("30"),
            destination: z.string().max(8).exactOptional().describe("Only this one, such as NL."),
          }),
          response: { 200: verificationView },
        },
      },
      async ({ accountContext: { account, at }, query: { days, destination } }) => {
        const until = dayOf(at);
        const from = dayOf(at - (Number(days) - 1) * DAY_MS);
        const usage = await store.usage.days([account.id], from, until);
        const destinations = new Map<string, Steps>();
        for (const line of usage) {
          if ((destination ?? line.destination) !== line.destination) continue;
          const { decided: asked, billable: sent, delivered, verified } = line;
          add(destinations, line.destination, { asked, sent, delivered, verified });
        }
        const examined = await questions.ask(account.id, () =>
          examine(store, account.id, Date.parse(from) as EpochMilliseconds, at, destination),
        );
        return {
          from,
          until,
          total: [...destinations.values()].reduce<Steps>(plus, { asked: 0, sent: 0, delivered: 0, verified: 0 }),
          destinations: linesOf(destinations).map(([code, line]) => ({ destination: code, ...line })),
          ...examined,
        };
      },
    );
  };
}

async function examine(
  { messages, outcomes }: Pick<Store, "messages" | "outcomes">,
  account: AccountId,
  from: EpochMilliseconds,
  now: EpochMilliseconds,
  destination: string | undefined,
) {
  const ranges = new Map<string, Steps>();
  const routes = new Map<string, Steps>();
  const places = new Map<string, string>();
  let count = 0;
  let oldest: MessageView | undefined;
  let cursor: string | undefined;
  do {
    const filter = { from, ...(destination !== undefined && { destination }) };
    const page = await messages.list(account, filter, PAGE, cursor);
    const subjects = await outcomes.subjects(
      account,
      page.items.map(({ id }) => ({ id })),
      now,
    );
    for (const [index, message] of page.items.entries()) {
      const known = subjects[index]?.known ?? [];
      const line: Steps = {
        asked: 1,
        sent: SENT.has(message.status) ? 1 : 0,
        delivered: DELIVERED.has(message.status) || known.includes("delivered") ? 1 : 0,
        verified: known.includes("verified") ? 1 : 0,
      };
      const range = `${message.to.slice(0, -OPEN_DIGITS)}${"x".repeat(OPEN_DIGITS)}`;
      add(ranges, range, line);
      const [place, ...others] = message.candidates;
      places.set(range, place === undefined || others.length > 0 ? "unknown" : place);
      if (message.provider !== undefined) add(routes, message.provider, line);
      oldest = message;
    }
    count += page.items.length;
    cursor = page.next;
  } while (cursor !== undefined && count < MOST_EXAMINED);
  return {
    ranges: linesOf(ranges)
      .slice(0, MOST_LINES)
      .map(([range, line]) => ({ range, destination: places.get(range) ?? "unknown", ...line })),
    routes: linesOf(routes).map(([provider, line]) => ({ provider, ...line })),
    examined: {
      messages: count,
      since: oldest === undefined ? null : isoOf(oldest.at),
      complete: cursor === undefined,
    },
  };
}

function add(lines: Map<string, Steps>, name: string, more: Steps): void {
  const line = lines.get(name);
  lines.set(name, line === undefined ? { ...more } : plus(line, more));
}

function plus(one: Steps, other: Steps): Steps {
  return {
    asked: one.asked + other.asked,
    sent: one.sent + other.sent,
    delivered: one.delivered + other.delivered,
    verified: one.verified + other.verified,
  };
}

/** Most asked for first. */
function linesOf(lines: ReadonlyMap<string, Steps>): (readonly [string, Steps])[] {
  return [...lines].sort(([a, one], [b, other]) => other.asked - one.asked || (a < b ? -1 : 1));
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
