import type { AccountId, Engine, EpochMilliseconds } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { Directory } from "../accounts/directory.ts";
import type { Exchange } from "../prices/exchange.ts";
import type { Money } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import { accountsBelow } from "./accounts-below.ts";
import { inSlices } from "./in-slices.ts";
import { ongoingIncidents, sumMoney } from "./ongoing-incidents.ts";
import { type PolicyStanding, standingOf } from "./policy-openness.ts";

const DAY_MS = 86_400_000;
/** Days whose messages are counted; today is the last. */
const COUNTED_DAYS = 7;

/** How one account below another stands. What the caller may not read is undefined. */
export interface CustomerLine {
  readonly account: Account;
  /** It, or an account above it. */
  readonly suspended: boolean;
  readonly incidents: IncidentSum | undefined;
  readonly feedback: "unknown" | "reported" | "missing" | undefined;
  readonly policy: PolicyStanding | undefined;
  readonly usage: { readonly messages: number; readonly blocked: number; readonly verified: number } | undefined;
}

/** Of the incidents that are not over. */
interface IncidentSum {
  readonly ongoing: number;
  /** Price of what leaked so far. */
  readonly lost: readonly Money[];
  readonly atRiskPerHour: readonly Money[];
}

export interface CustomerLinesDeps {
  readonly directory: Pick<Directory, "accounts" | "isWithin" | "isSuspended">;
  readonly engine: Pick<Engine, "findDetection" | "levelsFor">;
  readonly store: Pick<Store, "usage">;
}

/** What the caller may read of the accounts below, besides that they are there. */
export interface MayRead {
  readonly incidents: boolean;
  readonly policies: boolean;
  readonly usage: boolean;
}

/** All accounts below one, from memory, with one question to the store. */
export async function customerLines(
  { directory, engine, store }: CustomerLinesDeps,
  parent: AccountId,
  at: EpochMilliseconds,
  may: MayRead,
): Promise<readonly CustomerLine[]> {
  const accounts = accountsBelow(directory, parent);
  const { from, until } = countedDays(at);
  const totals = may.usage
    ? await store.usage.totals(
        accounts.map(({ id }) => id),
        from,
        until,
      )
    : [];
  const usageOf = new Map(totals.map((line) => [line.account, line]));
  return inSlices(accounts, (account) => {
    const { id, defaultPolicy } = account;
    const detection = engine.findDetection(id);
    const usage = usageOf.get(id);
    const bypassed = (detection?.bypassUntil ?? 0) > at;
    return {
      account,
      suspended: directory.isSuspended(id),
      incidents: may.incidents ? incidentSum(engine, id) : undefined,
      feedback: may.incidents ? (detection?.signals.feedback ?? "unknown") : undefined,
      policy: may.policies ? standingOf(engine.levelsFor(id, defaultPolicy, at), bypassed) : undefined,
      usage: may.usage
        ? { messages: usage?.decided ?? 0, blocked: usage?.blocked ?? 0, verified: usage?.verified ?? 0 }
        : undefined,
    };
  });
}

/** First and last day (UTC) whose messages are counted. */
export function countedDays(at: EpochMilliseconds): { readonly from: string; readonly until: string } {
  const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
  return { from: dayOf(at - (COUNTED_DAYS - 1) * DAY_MS), until: dayOf(at) };
}

function incidentSum(engine: Pick<Engine, "findDetection">, account: AccountId): IncidentSum {
  const ongoing = ongoingIncidents(engine, account);
  return {
    ongoing: ongoing.length,
    lost: sumMoney(
      ongoing.map(({ incident: { counts } }) => {
        const { currency, lostMicros: micros } = counts.money;
        return currency === undefined ? undefined : { currency, micros };
      }),
    ),
    atRiskPerHour: sumMoney(ongoing.map(({ atRiskPerHour }) => atRiskPerHour)),
  };
}

/** By what the list can be put in order. */
export const CUSTOMER_SORTS = [
  "at_risk",
  "lost",
  "incidents",
  "feedback",
  "policy",
  "messages",
  "blocked",
  "state",
  "name",
] as const;
export type CustomerSort = (typeof CUSTOMER_SORTS)[number];

/** What the list can be narrowed to. */
export const CUSTOMER_SHOWN = ["all", "incidents", "feedback_missing", "open_policy", "suspended"] as const;
export type CustomersShown = (typeof CUSTOMER_SHOWN)[number];

export function isShown({ suspended, incidents, feedback, policy }: CustomerLine, shown: CustomersShown): boolean {
  switch (shown) {
    case "all":
      return true;
    case "incidents":
      return (incidents?.ongoing ?? 0) > 0;
    case "feedback_missing":
      return feedback === "missing";
    case "open_policy":
      return (policy?.open.length ?? 0) > 0;
    case "suspended":
      return suspended;
  }
}

/**
 * What needs a person first; of those that are alike, what costs more, then by name. Amounts are compared in `currency`, as
 * far as rates are known; what cannot be compared counts as nothing. `descending`: the other way round.
 */
export function inOrder(
  lines: readonly CustomerLine[],
  sort: CustomerSort,
  descending: boolean,
  exchange: Exchange,
  currency: string,
): readonly CustomerLine[] {
  const worth = (amounts: readonly Money[] = []): number =>
    amounts.reduce((sum, money) => sum + (exchange(money, currency) ?? 0), 0);
  const measures: Readonly<Record<Exclude<CustomerSort, "name">, (line: CustomerLine) => number>> = {
    at_risk: ({ incidents }) => worth(incidents?.atRiskPerHour),
    lost: ({ incidents }) => worth(incidents?.lost),
    incidents: ({ incidents }) => incidents?.ongoing ?? 0,
    feedback: ({ feedback }) => ({ missing: 2, unknown: 1, reported: 0 })[feedback ?? "reported"],
    policy: ({ policy }) => policy?.open.length ?? 0,
    messages: ({ usage }) => usage?.messages ?? 0,
    blocked: ({ usage }) => (usage === undefined || usage.messages === 0 ? 0 : usage.blocked / usage.messages),
    state: ({ suspended }) => (suspended ? 1 : 0),
  };
  const keys = [...(sort === "name" ? [] : [sort]), "at_risk", "lost", "incidents"] as const;
  const ranked = lines.map((line) => ({ line, ranks: keys.map((key) => measures[key](line)) }));
  const sign = descending ? -1 : 1;
  ranked.sort((one, other) => {
    if (sort === "name") return sign * byName(one.line, other.line);
    const [first = 0, ...rest] = one.ranks.map((rank, place) => rank - (other.ranks[place] ?? 0));
    return sign * first || -(rest.find((difference) => difference !== 0) ?? 0) || byName(one.line, other.line);
  });
  return ranked.map(({ line }) => line);
}

const NAMES = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function byName({ account: one }: CustomerLine, { account: other }: CustomerLine): number {
  return NAMES.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
}
