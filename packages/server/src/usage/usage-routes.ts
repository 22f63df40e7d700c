import type { AccountId } from "@safeguard/core";
import { z } from "zod";
import type { Directory } from "../accounts/directory.ts";
import type { RoutePlugin } from "../api/app.ts";
import { moneyView, viewOfMoney } from "../api/money.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Money } from "../store/journal-record.ts";
import type { Store, UsageDay } from "../store/store.ts";

const DAY_MS = 86_400_000;
/** Longest span of one request, in days. */
const MAX_DAYS = 400;

const day = z.iso.date({ error: "must be a day such as 2026-11-22" });

const counts = {
  decided: z.number().int().describe("Messages that were decided on."),
  blocked: z.number().int().describe("Stopped by us: never billable."),
  billable: z.number().int().describe("Accepted by a provider, or in doubt."),
  billableSegments: z.number().int(),
  delivered: z.number().int(),
  verified: z.number().int().describe("Of the decided ones, those whose verification was completed later."),
  spend: z.array(moneyView).describe("Of the billable ones whose price is known, by currency."),
};

export const usageView = z
  .object({
    from: z.string(),
    until: z.string(),
    days: z.array(z.object({ account: z.string(), day: z.string(), destination: z.string(), ...counts })),
    total: z.object(counts).describe("The sum of `days`."),
  })
  .meta({ id: "Usage" });

/** `/v1/usage`: messages per account, destination and UTC day. */
export function usageRoutes(deps: {
  readonly store: Pick<Store, "usage">;
  readonly directory: Directory;
}): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/usage",
      {
        config: { scope: "usage:read" },
        schema: {
          tags: ["Usage"],
          summary: "Count messages and money per account, destination and UTC day",
          querystring: z.strictObject({
            from: day.exactOptional().describe("First day. Default: the first of the month."),
            until: day.exactOptional().describe("Last day, included. Default: today."),
            below: z.enum(["true", "false"]).default("false").describe("Also the accounts below this one."),
          }),
          response: { 200: usageView },
        },
      },
      async (request) => {
        const { account, at } = request.accountContext;
        const today = new Date(at).toISOString().slice(0, 10);
        const { from = `${today.slice(0, 8)}01`, until = today, below } = request.query;
        if (request.query.until === undefined && from > today) {
          const message = `must not be after today, ${today}, where \`until\` is not given`;
          throw new ServiceError("invalid_request", "Not valid: from.", [{ field: "from", message }]);
        }
        checkSpan(from, until);
        const accounts =
          below === "true"
            ? deps.directory
                .accounts()
                .map(({ id }) => id)
                .filter((id) => deps.directory.isWithin(id, account.id))
            : [account.id];
        const days = await deps.store.usage.days(accounts, from, until);
        return { from, until, days: days.map(viewOfDay), total: totalOf(days) };
      },
    );
  };
}

function checkSpan(from: string, until: string): void {
  const days = (Date.parse(until) - Date.parse(from)) / DAY_MS;
  if (days >= 0 && days < MAX_DAYS) return;
  const message = days < 0 ? "must not be before `from`" : `must be within ${MAX_DAYS} days of \`from\``;
  throw new ServiceError("invalid_request", "Not valid: until.", [{ field: "until", message }]);
}

function viewOfDay(usage: UsageDay): z.infer<typeof usageView>["days"][number] {
  const {
    account,
    day: date,
    destination,
    decided,
    blocked,
    billable,
    billableSegments,
    delivered,
    verified,
    spend,
  } = usage;
  return {
    account: account satisfies AccountId,
    day: date,
    destination,
    decided,
    blocked,
    billable,
    billableSegments,
    delivered,
    verified,
    spend: spend.map(viewOfMoney),
  };
}

function totalOf(days: readonly UsageDay[]): z.infer<typeof usageView>["total"] {
  const sum = (field: "decided" | "blocked" | "billable" | "billableSegments" | "delivered" | "verified"): number =>
    days.reduce((total, usage) => total + usage[field], 0);
  const spend = new Map<string, number>();
  for (const { currency, micros } of days.flatMap((usage) => usage.spend)) {
    spend.set(currency, (spend.get(currency) ?? 0) + micros);
  }
  const money: readonly Money[] = [...spend].map(([currency, micros]) => ({ currency, micros }));
  return {
    decided: sum("decided"),
    blocked: sum("blocked"),
    billable: sum("billable"),
    billableSegments: sum("billableSegments"),
    delivered: sum("delivered"),
    verified: sum("verified"),
    spend: money.map(viewOfMoney),
  };
}
