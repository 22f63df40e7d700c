import { CEILING_SUBJECTS, type Engine, type LimitUse } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";

const limitView = z
  .object({
    name: z.string(),
    per: z.enum(CEILING_SUBJECTS),
    window: z.string(),
    level: z.int().describe("0: this account's; 1: its parent's, and so on. Of those above no amounts are shown."),
    currency: z.string().nullable().describe("null: it counts messages. Otherwise amounts are units of it."),
    most: z.number().nullable(),
    used: z.number().nullable().describe("Within the window, up to now. Of several numbers, senders … the fullest."),
    remaining: z.number().nullable(),
    resetsAt: z
      .string()
      .nullable()
      .describe("When less is used, if nothing else comes. null: nothing is, or it counts many."),
    destinations: z
      .array(z.object({ destination: z.string(), used: z.number() }))
      .describe("Where it counts by destination: those that are used, the fullest first."),
    keys: z.int().describe("How many numbers, senders, addresses … are counted."),
    crowded: z
      .boolean()
      .describe("There were more of them than can be counted singly: some share a count, which is stricter for them."),
    note: z.string().nullable(),
  })
  .meta({ id: "Limit" });

export const limitsUseView = z
  .object({ policy: z.string(), at: z.string(), limits: z.array(limitView) })
  .meta({ id: "Limits" });

export type LimitsUse = z.infer<typeof limitsUseView>;

/** `/v1/limits`: how much of each ceiling is used. */
export function limitRoutes({ engine }: { readonly engine: Pick<Engine, "limitUse"> }): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/limits",
      {
        config: { scope: "usage:read" },
        schema: {
          tags: ["Usage"],
          summary: "Show the ceilings that hold, and how much of them is used",
          querystring: z.strictObject({
            policy: z.string().min(1).max(64).exactOptional().describe("Default: the account's default policy."),
          }),
          response: { 200: limitsUseView },
        },
      },
      async (request): Promise<LimitsUse> => {
        const { account, at } = request.accountContext;
        const policy = request.query.policy ?? account.defaultPolicy;
        const limits = engine.limitUse(account.id, policy, at).map(viewOfUse);
        return { policy, at: new Date(at).toISOString(), limits };
      },
    );
  };
}

function viewOfUse(use: LimitUse): z.infer<typeof limitView> {
  const { ceiling, per, level, most, currency, used, lessAt, destinations, keys, isCrowded } = use;
  const units = (amount: number): number => (currency === undefined ? amount : amount / 1_000_000);
  // What a ceiling above has counted is other accounts' too.
  const isOwn = level === 0;
  return {
    name: ceiling.name,
    per,
    window: ceiling.window,
    level,
    currency: currency ?? null,
    most: isOwn ? units(most) : null,
    used: isOwn ? units(used) : null,
    remaining: isOwn ? units(Math.max(most - used, 0)) : null,
    resetsAt: isOwn && lessAt !== undefined ? new Date(lessAt).toISOString() : null,
    destinations: isOwn ? destinations.map(({ destination, used: sum }) => ({ destination, used: units(sum) })) : [],
    keys: isOwn ? keys : 0,
    crowded: isOwn && isCrowded,
    note: isOwn ? (ceiling.note ?? null) : null,
  };
}
