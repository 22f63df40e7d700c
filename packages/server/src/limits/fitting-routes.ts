import { setImmediate as nextTurn } from "node:timers/promises";
import { type EpochMilliseconds, windowMs } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import type { MessageView, Store } from "../store/store.ts";
import type { QuestionGate } from "../usage/question-gate.ts";
import { recentMessages } from "../usage/recent-messages.ts";
import { type PastMessage, pastPeaks, quantileOf, type TriedLimit, tryLimit } from "./fitting-limit.ts";

const DAY_MS = 86_400_000;
/** What can be told from recorded messages: addresses, keys and texts are not kept with them. */
const SUBJECTS = ["account", "destination", "recipient", "range", "originator"] as const;
const QUANTILES = [0.5, 0.9, 0.99, 0.999, 1] as const;

export const fittingLimitView = z
  .object({
    per: z.enum(SUBJECTS),
    window: z.string(),
    currency: z.string().nullable().describe("null: messages are counted."),
    days: z.int(),
    windows: z.int().describe("Windows of ordinary traffic: each of one number, sender …, with at least one message."),
    needed: z
      .array(z.object({ share: z.number(), most: z.number() }))
      .describe("What this share of the windows would have needed, so that nothing of them is stopped."),
    tried: z
      .array(z.object({ most: z.number(), stopped: z.int(), stoppedAttack: z.int() }))
      .describe("What ceilings of these heights would have stopped: of ordinary messages, and of attacks."),
    ordinary: z.int().describe("Messages that belong to no incident."),
    attack: z.int().describe("Messages that belong to one."),
    unpriced: z.int().describe("Messages left out because their price in this currency is not known."),
    complete: z.boolean().describe("All messages of these days were looked at; otherwise the newest of them."),
  })
  .meta({ id: "FittingLimit" });

export type FittingLimitView = z.infer<typeof fittingLimitView>;

export interface FittingDeps {
  readonly store: Pick<Store, "messages">;
  readonly questions: QuestionGate;
}

/** `/v1/limits/fitting`: what a ceiling would have needed, and stopped, in the account's own past. */
export function fittingRoutes({ store, questions }: FittingDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/limits/fitting",
      {
        config: { scope: "usage:read" },
        schema: {
          tags: ["Usage"],
          summary: "Find the height of a ceiling from the account's own past",
          description:
            "Of the newest 20,000 messages of these days that were not stopped, or were stopped as part of an attack. Nothing is changed.",
          querystring: z.strictObject({
            per: z.enum(SUBJECTS).default("account"),
            window: z.string().max(20).default("hour").describe("As a ceiling's: `hour`, `10 minutes`."),
            digits: z.coerce.number().int().min(1).max(9).default(4).describe("For range: free digits at the end."),
            currency: z
              .string()
              .regex(/^[A-Z]{3}$/, "must be a currency such as EUR")
              .exactOptional()
              .describe("Count money in it. Default: messages."),
            most: z.coerce.number().min(0).max(1_000_000_000).exactOptional().describe("Try this height, too."),
            destination: z.string().max(8).exactOptional().describe("Only messages there."),
            days: z.enum(["7", "30", "90"]).default("30"),
          }),
          response: { 200: fittingLimitView },
        },
      },
      async ({ accountContext: { account, at }, query }): Promise<FittingLimitView> => {
        const { per, window, currency, destination, most } = query;
        const length = windowMs(window);
        if (length === undefined) {
          const message = "must be second, minute, hour, day, week, month, or such as `10 minutes`; at most 31 days";
          throw new ServiceError("invalid_request", "Not valid: window.", [{ field: "window", message }]);
        }
        return questions.ask(account.id, async () => {
          const { messages, isComplete } = await recentMessages(store, account.id, {
            from: (at - Number(query.days) * DAY_MS) as EpochMilliseconds,
            ...(destination !== undefined && { destination }),
          });
          const oldestFirst = messages.toReversed();
          const counted = oldestFirst.flatMap((message): PastMessage[] => {
            const isAttack = isOfIncident(message);
            const amount = amountOf(message, currency);
            if (amount === undefined || (message.verdict.action === "block" && !isAttack)) return [];
            return [{ at: message.at, key: keyOf(message, per, query.digits), amount, isAttack }];
          });
          const { peaks, ordinary, attack } = pastPeaks(counted, length);
          const needed = QUANTILES.map((share) => ({ share, most: roundUp(quantileOf(peaks, share), currency) }));
          const heights = new Set([
            ...(peaks.length > 0 ? needed.map((one) => one.most) : []),
            ...(most === undefined ? [] : [most]),
          ]);
          const tried: TriedLimit[] = [];
          for (const height of [...heights].sort((a, b) => a - b)) {
            tried.push(tryLimit(counted, length, height));
            // (messages are decided in between)
            await nextTurn();
          }
          return {
            per,
            window,
            currency: currency ?? null,
            days: Number(query.days),
            windows: peaks.length,
            needed,
            tried,
            ordinary,
            attack,
            unpriced: messages.filter((message) => amountOf(message, currency) === undefined).length,
            complete: isComplete,
          };
        });
      },
    );
  };
}

function keyOf({ to, originator, candidates }: MessageView, per: (typeof SUBJECTS)[number], digits: number): string {
  if (per === "recipient") return to;
  if (per === "range") return to.slice(0, -digits);
  if (per === "originator") return originator;
  return per === "destination" ? candidates.join(" ") : "";
}

/** undefined: its price in this currency is not known. */
function amountOf({ price }: MessageView, currency: string | undefined): number | undefined {
  if (currency === undefined) return 1;
  return price?.currency === currency ? price.micros / 1_000_000 : undefined;
}

function isOfIncident({ verdict }: MessageView): boolean {
  return verdict.findings.some((finding) => finding.type === "detection" && finding.incident !== undefined);
}

/** Messages are whole; money is told to the cent. */
function roundUp(amount: number, currency: string | undefined): number {
  return currency === undefined ? amount : Math.ceil(amount * 100 - 1e-9) / 100;
}
