import { type Destination, explainScope } from "@safeguard/core";
import { destinationName } from "../policies/destination-names.ts";
import { currencyCode, NO_CURRENCY } from "./amount-tally.ts";
import type { BacktestRange, BacktestResult } from "./backtest-result.ts";
import { count, listed } from "./wording.ts";

/** A range that may stand in a block list, with what proves it and who else the list would hit. */
export interface EmittedRange {
  readonly prefix: string;
  readonly size: number;
  readonly incident: number;
  readonly attempts: number;
  readonly completed: number;
  /** Of its attempts, as text; undefined: no prices. */
  readonly cost: string | undefined;
  /** Messages of verified numbers while it was attacked. */
  readonly verified: number;
}

/** Why a range is not in the list. */
type LeftOut = "completed" | "few" | "outcomes" | "blocks";

export interface RangeSelection {
  readonly ranges: readonly EmittedRange[];
  /** How many were left out and why, a sentence each. */
  readonly notes: readonly string[];
}

/** Unanswered codes, one after the other, that a range needs at least. */
const LEAST_UNANSWERED = 20;
/** Chance leaves as many codes of people unanswered in fewer than one range in so many. */
const CHANCE = 1e-6;

/**
 * Ranges that are surely attacked: contained for faked verifications, or with so many codes and none completed at any time
 * of the file that people, who complete as many as elsewhere in it, would not leave so many. Where people completed codes a
 * block list would hit them; there only Safeguard in the path of the messages can tell.
 */
export function provenRanges({ incidents, legitimate, messages }: BacktestResult): RangeSelection {
  const needed = unansweredNeeded(legitimate.verifiedMessages, messages.total);
  const chosen = new Map<string, EmittedRange>();
  const leftOut: Record<LeftOut, number> = { completed: 0, few: 0, outcomes: 0, blocks: 0 };
  /** Sizes of the blocks by destination. */
  const newBlocks = new Map<Destination, number>();
  for (const { incident, ranges } of incidents) {
    if (incident.state === "false_alarm") continue;
    for (const range of ranges) {
      const { scope } = range;
      const why = whyNot(range, needed);
      if (scope.type === "new_blocks") {
        const known = newBlocks.get(scope.destination) ?? 0;
        if (range.stopped > 0) newBlocks.set(scope.destination, Math.max(known, scope.size));
        continue;
      }
      // What goes into a script or a policy must be a prefix and nothing else.
      if (why !== undefined || !/^\+\d{1,15}$/.test(scope.prefix)) {
        leftOut[why ?? "blocks"] += 1;
        continue;
      }
      const { currency } = incident.counts.money;
      const known = chosen.get(scope.prefix);
      if (known !== undefined && known.attempts >= range.attempts) continue;
      chosen.set(scope.prefix, {
        prefix: scope.prefix,
        size: scope.size,
        incident: incident.number,
        attempts: range.attempts,
        completed: range.completed,
        cost: costText(range.costMicros, currency),
        verified: range.verified,
      });
    }
  }
  const isInside = (prefix: string): boolean => {
    for (let end = prefix.length - 1; end > 1; end--) if (chosen.has(prefix.slice(0, end))) return true;
    return false;
  };
  return {
    ranges: [...chosen.values()]
      .filter(({ prefix }) => !isInside(prefix))
      .sort((a, b) => (a.prefix < b.prefix ? -1 : 1)),
    notes: [...leftOutNotes(leftOut, needed), ...beyondRanges(newBlocks)],
  };
}

/** Without a currency sign: a list may be part of a script. */
function costText(micros: number, currency: string | undefined): string | undefined {
  if (currency === undefined || currency === NO_CURRENCY) return undefined;
  const style = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${(micros / 1_000_000).toLocaleString("en-US", style)} ${currencyCode(currency)}`;
}

/** Undefined: the range is surely attacked. */
function whyNot(
  { contained, completedEver, unanswered, attempts }: BacktestRange,
  needed: number,
): LeftOut | undefined {
  if (contained === "faked") return undefined;
  if (completedEver > 0) return "completed";
  if (unanswered >= needed) return undefined;
  return attempts >= needed ? "outcomes" : "few";
}

/** How many unanswered codes people would not leave, at the file's own share of completions. Infinite: it has none. */
function unansweredNeeded(verified: number, messages: number): number {
  if (verified === 0 || messages === 0) return Number.POSITIVE_INFINITY;
  if (verified >= messages) return LEAST_UNANSWERED;
  return Math.max(LEAST_UNANSWERED, Math.ceil(Math.log(CHANCE) / Math.log1p(-verified / messages)));
}

function leftOutNotes(
  { completed, few, outcomes, blocks }: Record<LeftOut, number>,
  needed: number,
): readonly string[] {
  const notes: string[] = [];
  const were = (number: number): string => count(number, "range was", "ranges were");
  if (completed > 0)
    notes.push(`${were(completed)} left out because people completed codes there: a block list would hit them.`);
  if (needed === Number.POSITIVE_INFINITY) {
    const number = few + outcomes;
    if (number > 0)
      notes.push(`${were(number)} left out because the file has no verifications: it cannot tell who else is there.`);
  } else {
    if (few > 0)
      notes.push(
        `${were(few)} left out because too few codes say that it is an attack (fewer than ${count(needed)}, at this file's share of completions).`,
      );
    if (outcomes > 0)
      notes.push(`${were(outcomes)} left out because no verifications were reported any more when it was attacked.`);
  }
  if (blocks > 0) notes.push(`${were(blocks)} left out because it is no prefix.`);
  return notes;
}

function beyondRanges(newBlocks: ReadonlyMap<Destination, number>): readonly string[] {
  if (newBlocks.size === 0) return [];
  const scopes = [...newBlocks].map(([destination, size]) =>
    explainScope({ type: "new_blocks", destination, size }, { destination: destinationName }),
  );
  return [`No list of ranges can say ${listed(scopes)}; only Safeguard in the path of the messages can.`];
}
