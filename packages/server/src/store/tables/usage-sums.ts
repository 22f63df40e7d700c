import type { AccountId } from "@safeguard/core";
import type { Kysely } from "kysely";
import type { UsageOfDestination, UsageTotal } from "../store.ts";
import type { TableSchema } from "./schema.ts";

/** Accounts that one statement names: what both databases take as parameters, and then some. */
const AT_ONCE = 5_000;

/** Usage summed up where it is kept: of a thousand accounts a line each comes out, and not one for each of their days. */
export class UsageSums {
  readonly #db: Kysely<TableSchema>;

  constructor(db: Kysely<TableSchema>) {
    this.#db = db;
  }

  async totals(accounts: readonly AccountId[], fromDay: string, untilDay: string): Promise<readonly UsageTotal[]> {
    const sums: UsageTotal[] = [];
    for (const some of inParts(accounts)) {
      const counts = await this.#db
        .selectFrom("usage_days")
        .select(({ fn }) => ["account", fn.sum("decided").as("decided"), fn.sum("blocked").as("blocked")])
        .where("account", "in", some)
        .where("day", ">=", fromDay)
        .where("day", "<=", untilDay)
        .groupBy("account")
        .execute();
      const verified = await this.#db
        .selectFrom("verified_days")
        .select(({ fn }) => ["account", fn.sum("verified").as("verified")])
        .where("account", "in", some)
        .where("day", ">=", fromDay)
        .where("day", "<=", untilDay)
        .groupBy("account")
        .execute();
      const verifiedOf = new Map(verified.map((line) => [line.account, Number(line.verified)]));
      for (const { account, decided, blocked } of counts) {
        sums.push({
          account: account as AccountId,
          decided: Number(decided),
          blocked: Number(blocked),
          verified: verifiedOf.get(account) ?? 0,
        });
      }
    }
    return sums;
  }

  async byDestination(
    accounts: readonly AccountId[],
    fromDay: string,
    untilDay: string,
  ): Promise<readonly UsageOfDestination[]> {
    const sums: UsageOfDestination[] = [];
    for (const some of inParts(accounts)) {
      const counts = await this.#db
        .selectFrom("usage_days")
        .select(({ fn }) => [
          "account",
          "destination",
          fn.sum("decided").as("decided"),
          fn.sum("blocked").as("blocked"),
        ])
        .where("account", "in", some)
        .where("day", ">=", fromDay)
        .where("day", "<=", untilDay)
        .groupBy(["account", "destination"])
        .execute();
      const verified = await this.#db
        .selectFrom("verified_days")
        .select(({ fn }) => ["account", "destination", fn.sum("verified").as("verified")])
        .where("account", "in", some)
        .where("day", ">=", fromDay)
        .where("day", "<=", untilDay)
        .groupBy(["account", "destination"])
        .execute();
      const spends = await this.#db
        .selectFrom("usage_spend")
        .select(({ fn }) => ["account", "destination", "currency", fn.sum("micros").as("micros")])
        .where("account", "in", some)
        .where("day", ">=", fromDay)
        .where("day", "<=", untilDay)
        .where("micros", "!=", 0)
        .groupBy(["account", "destination", "currency"])
        .orderBy("currency")
        .execute();
      const verifiedOf = new Map(verified.map((line) => [placeOf(line), Number(line.verified)]));
      const spendOf = Map.groupBy(spends, placeOf);
      for (const line of counts) {
        sums.push({
          account: line.account as AccountId,
          destination: line.destination,
          decided: Number(line.decided),
          blocked: Number(line.blocked),
          verified: verifiedOf.get(placeOf(line)) ?? 0,
          spend: (spendOf.get(placeOf(line)) ?? []).map(({ micros, currency }) => ({
            micros: Number(micros),
            currency,
          })),
        });
      }
    }
    return sums;
  }
}

function placeOf({ account, destination }: { readonly account: string; readonly destination: string }): string {
  return `${account} ${destination}`;
}

function inParts<T>(all: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) parts.push(all.slice(start, start + AT_ONCE));
  return parts;
}
