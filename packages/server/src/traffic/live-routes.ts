import { setTimeout as sleep } from "node:timers/promises";
import { type AccountId, PURPOSES } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { isoOf } from "../decisions/view-decision.ts";
import { ACTIONS, type LiveTraffic } from "./live-traffic.ts";

const whole = (most: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, "must be a whole number")
    .refine((text) => Number(text) <= most, `must be at most ${most}`);

const action = z.enum(ACTIONS);

export const liveView = z
  .object({
    now: z.int().describe("The second that is under way, of Unix time: give it less 1 as `after` to get what follows."),
    seconds: z
      .array(z.object({ at: z.int(), allow: z.int(), challenge: z.int(), hold: z.int(), block: z.int() }))
      .describe("Decisions by whole second of Unix time, oldest first; empty seconds are left out."),
    latest: z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        to: z.string().describe("Masked."),
        destination: z.string().describe("`unknown`: several share the number."),
        purpose: z.string(),
        from: z.string(),
        action,
        would: action.nullable().describe("What would have been done, where detection only monitors."),
        reason: z.string(),
        sentence: z.string(),
      }),
    ),
  })
  .meta({ id: "LiveTraffic" });

/** Requests of one account that wait at once; what comes beyond is answered as it stands. */
const MOST_WAITING = 100;

/** `/v1/traffic/live`: what is decided, as it is decided. */
export function liveRoutes(traffic: LiveTraffic, clock: () => number): RoutePlugin {
  const waiting = new Map<AccountId, number>();
  return async (app) => {
    app.get(
      "/v1/traffic/live",
      {
        config: { scope: "messages:read" },
        schema: {
          tags: ["Usage"],
          summary: "Count decisions second by second, as they are made",
          description: "The last 15 minutes, of messages and of decisions without a message. Numbers are masked.",
          querystring: z.strictObject({
            after: whole(999_999_999_999).default("0").describe("Only seconds after this one."),
            wait: whole(20).default("0").describe("Seconds to wait at most until there is a whole second to tell of."),
            latest: whole(200).default("50").describe("How many decisions to show one by one."),
            destination: z.string().max(8).exactOptional().describe("Such as NL."),
            purpose: z.enum(PURPOSES).exactOptional(),
            action: action.exactOptional(),
          }),
          response: { 200: liveView },
        },
      },
      async (request) => {
        const { after, wait, latest, ...filter } = request.query;
        const since = Number(after);
        const { id: account } = request.accountContext.account;
        const others = waiting.get(account) ?? 0;
        const deadline = clock() + (others < MOST_WAITING ? Number(wait) * 1000 : 0);
        waiting.set(account, others + 1);
        try {
          for (;;) {
            const now = clock();
            const found = await traffic.look(account, filter, since, now, Number(latest));
            if (found.seconds.length > 0 || now >= deadline || request.raw.destroyed) {
              return {
                now: Math.floor(now / 1000),
                seconds: [...found.seconds],
                latest: found.latest.map((one) => ({ ...one, at: isoOf(one.at), would: one.would ?? null })),
              };
            }
            await sleep(Math.min(1000 - (now % 1000) + 5, Math.max(1, deadline - now)));
          }
        } finally {
          const left = (waiting.get(account) ?? 1) - 1;
          if (left === 0) waiting.delete(account);
          else waiting.set(account, left);
        }
      },
    );
  };
}
