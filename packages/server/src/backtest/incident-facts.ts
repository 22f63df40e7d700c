import type { IncidentPattern } from "@safeguard/core";
import { destinationName } from "../policies/destination-names.ts";
import type { BacktestIncident } from "./backtest-result.ts";
import { stoppedByIncident } from "./headline.ts";
import { count, listed, moneyText, spanText } from "./wording.ts";

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

/** `Tajikistan: many numbers of one block`. */
export function incidentTitle({ incident }: BacktestIncident): string {
  return `${listed(incident.destinations.map(destinationName))}: ${PATTERN_NAMES[incident.pattern]}`;
}

/** What happened, what was stopped, what it cost and who else was in the range: each as a name and a phrase. */
export function incidentFacts(found: BacktestIncident): readonly IncidentFact[] {
  const { incident, leakedBeforeFirstStop, stoppedThoughVerified } = found;
  const { counts, openedAt, lastSeenAt, evidence } = incident;
  const stopped = stoppedByIncident(incident);
  const words = [
    [counts.blocked, "blocked"] as const,
    [counts.challenged, "challenged"] as const,
    [counts.held, "held"] as const,
    [counts.wouldStop, "would have been stopped"] as const,
  ].flatMap(([number, done]) => (number === 0 ? [] : [`${count(number)} ${done}`]));
  words.push(`${count(counts.leaked)} leaked`);
  if (counts.converted > 0) words.push(`${count(counts.converted)} let through and verified`);
  return [
    { name: "When", text: spanText(Math.min(openedAt, evidence.since), lastSeenAt) },
    {
      name: "First stop after",
      text: stopped === 0 ? "never: nothing was stopped" : count(leakedBeforeFirstStop, "message"),
    },
    { name: "Messages", text: `${count(counts.attempts)} asked for: ${listed(words)}` },
    { name: "Saved", text: savedText(found) },
    { name: "Others in range", text: othersText(counts.verified, stoppedThoughVerified, incident.pattern) },
  ];
}

/** `$212.40 of $213.46: 995 stopped × $0.2135 each on average`. */
export function savedText({ incident }: BacktestIncident): string {
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
  return `${saved} of ${of}${each}${missing}`;
}

function othersText(verified: number, stoppedThoughVerified: number, pattern: IncidentPattern): string {
  const passed = `${count(verified, "message")} of verified numbers passed`;
  if (stoppedThoughVerified === 0) return `${passed}; nobody was stopped who verified later`;
  const doubt = pattern === "faked_completion" ? " (which look faked)" : "";
  return `${passed}; ${count(stoppedThoughVerified)} stopped though verified later${doubt}`;
}
