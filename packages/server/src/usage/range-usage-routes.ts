import {
  type AccountDetection,
  type AccountId,
  DESTINATIONS,
  type EpochMilliseconds,
  lineOf,
  parseRecipient,
} from "@safeguard/core";
import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import type { RoutePlugin } from "../api/app.ts";
import { moneyView, viewOfMoney } from "../api/money.ts";
import type { Store } from "../store/store.ts";
import type { QuestionGate } from "./question-gate.ts";
import { recentMessages } from "./recent-messages.ts";

const DAY_MS = 86_400_000;
/** A prefix, or a range with `x` for each free digit. */
const RANGE = /^\+(?=.{1,15}$)[1-9]\d*x*$/;

const COUNTED = "Through the gateway; of the newest 20,000 to these destinations. Nothing is changed.";
const rangeField = z
  .string()
  .regex(RANGE, "must be + and 1 to 15 digits, of which the last may be x")
  .describe("`+31653`, or `+316123456xx` with an x for each free digit.");

export const rangeUsageView = z
  .object({
    range: z.string(),
    days: z.int(),
    destinations: z.array(z.string()).describe("Destinations whose numbers begin like this."),
    free: z
      .array(z.int())
      .describe(
        "How many digits may follow, by the numbering plan: 4 means 10,000 numbers. Empty: none that it knows.",
      ),
    messages: z.int(),
    blocked: z.int().describe("Of them, those that were stopped."),
    numbers: z.int().describe("How many different numbers."),
    verified: z.int().describe("Of the numbers, those that are verified: probably real users."),
    spend: z.array(moneyView).describe("Of those that were not stopped and have a price, by currency."),
    examined: z.int().describe("Messages that were looked through, the newest first."),
    complete: z.boolean().describe("Those are all of these days; otherwise there were older ones."),
  })
  .meta({ id: "RangeUsage" });

export type RangeUsage = z.infer<typeof rangeUsageView>;

export interface RangeUsageDeps {
  readonly store: Pick<Store, "messages">;
  readonly questions: QuestionGate;
  readonly engine: { findDetection(account: Parameters<Store["messages"]["find"]>[0]): AccountDetection | undefined };
}

/** `/v1/usage/range`: what went to numbers that begin alike, before a rule for them is written. */
export function rangeUsageRoutes({ store, engine, questions }: RangeUsageDeps): RoutePlugin {
  return async (app) => {
    const schema = {
      tags: ["Usage"],
      summary: "Count the messages of the last days to a range of numbers",
      response: { 200: rangeUsageView },
    };
    const askFor = (
      { account, at }: Pick<AccountContext, "account" | "at">,
      { range, days }: { readonly range: string; readonly days: number },
    ): Promise<RangeUsage> =>
      questions.ask(account.id, () => usageOfRange({ store, engine }, account.id, at, range, days));
    app.post(
      "/v1/usage/range",
      {
        config: { scope: "usage:read" },
        schema: {
          ...schema,
          description: `${COUNTED} A range that is one whole number is asked for here.`,
          body: z
            .strictObject({ range: rangeField, days: z.literal([7, 30, 90]).default(30) })
            .meta({ id: "RangeQuestion", examples: [{ range: "+316123456xx", days: 30 }] }),
        },
      },
      async ({ accountContext, body }) => askFor(accountContext, body),
    );
    app.get(
      "/v1/usage/range",
      {
        config: { scope: "usage:read" },
        schema: {
          ...schema,
          description: `${COUNTED} For a range that is no whole number: none may stand in a URL.`,
          querystring: z.strictObject({ range: rangeField, days: z.enum(["7", "30", "90"]).default("30") }),
        },
      },
      async ({ accountContext, query: { range, days } }) => askFor(accountContext, { range, days: Number(days) }),
    );
  };
}

async function usageOfRange(
  { store, engine }: Pick<RangeUsageDeps, "store" | "engine">,
  account: AccountId,
  at: EpochMilliseconds,
  range: string,
  days: number,
): Promise<RangeUsage> {
  const prefix = range.replace(/x+$/, "");
  const length = range.endsWith("x") ? range.length : undefined;
  const destinations = destinationsOf(prefix);
  const [only, ...others] = destinations;
  const { messages, isComplete } = await recentMessages(store, account, {
    from: (at - days * DAY_MS) as EpochMilliseconds,
    ...(only !== undefined && others.length === 0 && { destination: only }),
  });
  const hit = messages.filter(({ to }) => to.startsWith(prefix) && (length === undefined || to.length === length));
  const numbers = new Set(hit.map(({ to }) => to));
  const known = engine.findDetection(account)?.signals.numbers;
  const isVerified = (to: string): boolean => {
    const slot = known?.find(lineOf(to)) ?? -1;
    return slot >= 0 && known?.isVerified(slot) === true;
  };
  const spend = new Map<string, number>();
  for (const { price, verdict } of hit) {
    if (price === undefined || verdict.action === "block") continue;
    spend.set(price.currency, (spend.get(price.currency) ?? 0) + price.micros);
  }
  return {
    range,
    days: days,
    destinations,
    free: freeDigits(prefix, length),
    messages: hit.length,
    blocked: hit.filter(({ verdict }) => verdict.action === "block").length,
    numbers: numbers.size,
    verified: [...numbers].filter(isVerified).length,
    spend: [...spend].sort().map(([currency, micros]) => viewOfMoney({ currency, micros })),
    examined: messages.length,
    complete: isComplete,
  };
}

/** Those whose calling code begins the prefix, or is begun by it. */
function destinationsOf(prefix: string): string[] {
  const digits = prefix.slice(1);
  return DESTINATIONS.filter(({ callingCode }) => digits.startsWith(callingCode) || callingCode.startsWith(digits)).map(
    ({ code }) => code,
  );
}

/** Completions that are tried: somewhere in a range that is in use one of them is a number. */
const FILLERS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
const LONGEST = "+123456789012345".length;

function freeDigits(prefix: string, length: number | undefined): number[] {
  const lengths = Array.from({ length: LONGEST + 1 - prefix.length }, (_, free) => free);
  return lengths.filter(
    (free) =>
      (length ?? prefix.length + free) === prefix.length + free &&
      FILLERS.some((filler) => {
        const parsed = parseRecipient(prefix + filler.repeat(free), "native");
        return parsed.ok && parsed.recipient.valid;
      }),
  );
}
