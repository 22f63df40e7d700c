import { explainScope, type IncidentPattern } from "@safeguard/core";
import { destinationName } from "../policies/destination-names.ts";
import type { BacktestIncident, BacktestRange } from "./backtest-result.ts";
import { stoppedByIncident } from "./headline.ts";
import { count, listed, moneyText, spanText, timeText } from "./wording.ts";

export interface IncidentFact {
  readonly name: string;
  readonly text: string;
}

/** What each kind of attack is, for people. */
const PATTERN_NAMES: Readonly<Record<IncidentPattern, string>> = {
  number_block: "many numbers of one block",
  unanswered: "codes that nobody enters",
  faked_completion: "faked verifications",
  many_blocks: "many blocks at once",
  large_cluster: "a large cluster of new numbers",
};

/** Says what the counts of an attack are, for a reader who adds them up. */
export const WHAT_IS_COUNTED =
  "Each attack counts every message to its ranges, whoever asked for it, from its first (before that they were quiet) to its last. Money is that of messages that were stopped or went out unanswered.";

/** `Tajikistan: many numbers of one block`. */
export function incidentTitle({ incident }: BacktestIncident): string {
  return `${listed(incident.destinations.map(destinationName))}: ${PATTERN_NAMES[incident.pattern]}`;
}

/** Whether the incidents are of several accounts: then their numbers alone do not name them. */
export function areOfSeveralAccounts(incidents: readonly BacktestIncident[]): boolean {
  return new Set(incidents.map(({ incident }) => incident.account)).size > 1;
}

/** What happened, what was stopped, what it cost and who else was in the range: each as a name and a phrase. */
export function incidentFacts(found: BacktestIncident): readonly IncidentFact[] {
  const { incident, begunAt, leakedBeforeFirstStop } = found;
  const { counts, lastSeenAt } = incident;
  const stopped = stoppedByIncident(incident);
  const words = [
    [counts.blocked, "blocked"] as const,
    [counts.challenged, "challenged"] as const,
    [counts.held, "held"] as const,
    [counts.wouldStop, "would have been stopped"] as const,
    [counts.leaked, found.outcomesKnown ? "went out unanswered" : "went out"] as const,
    [counts.converted, counts.converted === 1 ? "went out and was completed" : "went out and were completed"] as const,
    [counts.verified, "of verified numbers"] as const,
  ].flatMap(([number, done]) => (number === 0 ? [] : [`${count(number)} ${done}`]));
  const firstStop =
    stopped === 0
      ? "never: nothing was stopped"
      : `${count(leakedBeforeFirstStop, "message")} that went out from ${timeText(begunAt, "seconds").slice(11)} on`;
  return [
    { name: "When", text: spanText(begunAt, Math.max(begunAt, lastSeenAt)) },
    { name: "First stop after", text: firstStop },
    { name: "Messages", text: `${count(counts.attempts)} asked for: ${listed(words)}` },
    { name: "Saved", text: savedText(found) },
    { name: "Others in range", text: othersText(found) },
  ];
}

export interface ShownRange {
  readonly text: string;
  /** What became of its messages. */
  readonly note: string;
}

/** Each place once (of a range inside another one, and of new blocks in two sizes, the larger), the most messages first. */
export function shownRanges({ ranges }: Pick<BacktestIncident, "ranges">): readonly ShownRange[] {
  const prefixes = new Set(ranges.flatMap(({ scope }) => (scope.type === "block" ? [scope.prefix] : [])));
  return ranges
    .filter((range) => !isInAnother(range, ranges, prefixes))
    .toSorted((a, b) => b.attempts - a.attempts)
    .map((range) => ({ text: explainScope(range.scope, { destination: destinationName }), note: rangeNote(range) }));
}

function isInAnother(
  { scope }: BacktestRange,
  ranges: readonly BacktestRange[],
  prefixes: ReadonlySet<string>,
): boolean {
  if (scope.type === "new_blocks") {
    return ranges.some(
      ({ scope: other }) =>
        other.type === "new_blocks" && other.destination === scope.destination && other.size > scope.size,
    );
  }
  for (let end = scope.prefix.length - 1; end > 1; end--) if (prefixes.has(scope.prefix.slice(0, end))) return true;
  return false;
}

/** `2,974 of 2,997 stopped`; `18 messages, watched`. */
function rangeNote({ attempts, stopped, blocked }: BacktestRange): string {
  if (stopped === 0) return `${count(attempts, "message")}, watched`;
  return `${count(stopped)} of ${count(attempts)} ${blocked === stopped ? "blocked" : "stopped"}`;
}

/** `$212.40 of $213.46: 995 stopped × $0.2135 each on average`. */
export function savedText({ incident, completedMicros, completionsInDoubt }: BacktestIncident): string {
  const { currency, savedMicros, lostMicros, unpriced } = incident.counts.money;
  const stopped = stoppedByIncident(incident);
  if (currency === undefined) return "not known: no prices";
  const saved = moneyText(savedMicros, currency);
  const of = moneyText(savedMicros + lostMicros, currency);
  const price = unpriced === 0 ? `${moneyText(savedMicros / stopped, currency)} each on average` : "their prices";
  const each = stopped === 0 ? "" : `: ${count(stopped)} stopped × ${price}`;
  const missing =
    unpriced === 0
      ? ""
      : `; ${count(unpriced, "message")} without a price ${unpriced === 1 ? "counts" : "count"} as nothing`;
  const doubt =
    completionsInDoubt && completedMicros > 0
      ? `; ${moneyText(completedMicros, currency)} more for codes that went out and were completed, really or faked`
      : "";
  return `${saved} of ${of}${each}${missing}${doubt}`;
}

function othersText(found: BacktestIncident): string {
  const { incident, stoppedThoughVerified, completionsInDoubt, outcomesKnown } = found;
  const passed = `${count(incident.counts.verified, "message")} of verified numbers passed`;
  if (!outcomesKnown) return `${passed}; who else verified later is not known`;
  if (stoppedThoughVerified === 0) return `${passed}; nobody was stopped who verified later`;
  const doubt = completionsInDoubt ? " (real people, or faked by the attacker)" : "";
  return `${passed}; ${count(stoppedThoughVerified)} stopped though verified later${doubt}`;
}
