import type { AccountId, EpochMilliseconds } from "../brand.ts";
import { DESTINATIONS } from "../numbering/destinations.ts";
import type { CompiledCeiling, CompiledLimits } from "./compiled-limits.ts";
import type { LimitBook } from "./limit-book.ts";
import type { LimitCounts } from "./limit-counts.ts";
import { keyOfText } from "./limit-key.ts";
import type { Ceiling, CeilingSubject } from "./limit-settings.ts";

/** How much of a ceiling is used. Amounts are messages, or millionths of `currency`'s unit. */
export interface LimitUse {
  readonly ceiling: Ceiling;
  readonly per: CeilingSubject;
  /** Whose ceiling, counted from the account that asks: 0 is its own. */
  readonly level: number;
  readonly most: number;
  readonly currency: string | undefined;
  /** Of whatever is counted: of several (numbers, destinations …) the fullest. */
  readonly used: number;
  /** When it is less, if nothing else comes; undefined: nothing is used, or many are counted. */
  readonly lessAt: EpochMilliseconds | undefined;
  /** Where it counts by destination: those that are used, the fullest first. */
  readonly destinations: readonly { readonly destination: string; readonly used: number }[];
  /** How many numbers, senders, addresses … are counted. */
  readonly keys: number;
  /** Were there more than can be counted singly? Some share a count then, and their ceiling is stricter. */
  readonly isCrowded: boolean;
}

/** Changes nothing. */
export function limitUse(
  book: LimitBook,
  { ceilings }: CompiledLimits,
  account: AccountId,
  at: EpochMilliseconds,
): readonly LimitUse[] {
  return ceilings.map((ceiling) => useOf(ceiling, book.find(ceiling), account, at));
}

function useOf(
  limit: CompiledCeiling,
  counts: LimitCounts | undefined,
  account: AccountId,
  at: EpochMilliseconds,
): LimitUse {
  const { ceiling, per, level, most, currency } = limit;
  const common = { ceiling, per, level, most, currency };
  if (counts === undefined) {
    return { ...common, used: 0, lessAt: undefined, destinations: [], keys: 0, isCrowded: false };
  }
  const key = per === "account" ? 1 : per === "each_account" ? keyOfText(account) : undefined;
  const destinations = per === "destination" ? byDestination(counts, at) : [];
  return {
    ...common,
    used: key === undefined ? counts.fullest(at) : counts.used(key, at),
    lessAt: key === undefined ? undefined : (counts.lessAt(key, at) as EpochMilliseconds | undefined),
    destinations,
    keys: counts.keys,
    isCrowded: counts.isCrowded(at),
  };
}

function byDestination(counts: LimitCounts, at: number): LimitUse["destinations"] {
  return DESTINATIONS.map(({ code }) => ({ destination: code, used: counts.used(keyOfText(code), at) }))
    .filter(({ used }) => used > 0)
    .sort((a, b) => b.used - a.used);
}
