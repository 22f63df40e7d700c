import type { Incident } from "@safeguard/core";
import { z } from "zod";
import { moneyView, viewOfMoney } from "../api/money.ts";
import type { Money } from "../store/journal-record.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Attempts per bucket of time, oldest first. */
export interface AttemptBuckets {
  readonly bucketMs: number;
  readonly buckets: readonly { readonly at: number; readonly count: number }[];
}

export const moneyOfIncidentView = z
  .object({
    lost: moneyView.nullable().describe("Price of what leaked. Null: no price is known."),
    saved: moneyView.nullable().describe("Price of what was stopped."),
    wouldSave: moneyView.nullable().describe("In monitor: price of what would have been stopped, and went out."),
    atRiskPerHour: moneyView
      .nullable()
      .describe("What an hour of it costs when nothing is stopped: attempts per hour × price."),
    formula: z.string().describe("How the amounts come about, in words."),
    unpriced: z.int().describe("Messages without a price; they count as nothing."),
  })
  .meta({ id: "IncidentMoney" });

/** `attempts` undefined: no longer remembered; then the pace is that of the whole incident. */
export function moneyOfIncident(
  incident: Incident,
  attempts: AttemptBuckets | undefined,
): z.infer<typeof moneyOfIncidentView> {
  const { counts } = incident;
  const { currency, lostMicros, savedMicros, unpriced } = counts.money;
  if (currency === undefined) {
    return {
      lost: null,
      saved: null,
      wouldSave: null,
      atRiskPerHour: null,
      formula: "No price is known for these messages.",
      unpriced,
    };
  }
  const stopped = counts.held + counts.challenged + counts.blocked;
  const priced = counts.leaked + stopped + counts.wouldStop - unpriced;
  const each = priced <= 0 ? 0 : (lostMicros + savedMicros) / priced;
  const perHour = attemptsPerHour(incident, attempts);
  // Where detection acted for a part of the time only, each of the two has its share of the messages.
  const savedShare = stopped === 0 ? 0 : stopped / (stopped + counts.wouldStop);
  const money = (micros: number) => viewOfMoney({ micros: Math.round(micros), currency });
  const priceText = `${money(each).amount} ${currency} each on average`;
  return {
    lost: money(lostMicros),
    saved: money(savedMicros * savedShare),
    wouldSave: money(savedMicros * (1 - savedShare)),
    atRiskPerHour: money(perHour * each),
    formula: [
      `Lost: ${counts.leaked} leaked`,
      `saved: ${stopped} stopped`,
      ...(counts.wouldStop === 0 ? [] : [`would have been saved: ${counts.wouldStop} that monitor let go`]),
      `at risk: ${Math.round(perHour)} attempts an hour, all × ${priceText}`,
    ]
      .join("; ")
      .concat(unpriced === 0 ? "." : `; ${unpriced} without a price count as nothing.`),
    unpriced,
  };
}

/** What an hour of it costs when nothing is stopped; undefined: no price is known. */
export function moneyAtRiskPerHour(incident: Incident, attempts?: AttemptBuckets): Money | undefined {
  const { leaked, held, challenged, blocked, wouldStop, money } = incident.counts;
  if (money.currency === undefined) return undefined;
  const priced = leaked + held + challenged + blocked + wouldStop - money.unpriced;
  const each = priced <= 0 ? 0 : (money.lostMicros + money.savedMicros) / priced;
  return { micros: Math.round(attemptsPerHour(incident, attempts) * each), currency: money.currency };
}

/** The pace of its last hour. */
function attemptsPerHour(incident: Incident, attempts: AttemptBuckets | undefined): number {
  const last = attempts?.buckets.at(-1);
  if (attempts === undefined || last === undefined) {
    const began = incident.countedFrom ?? Math.min(incident.openedAt, incident.evidence.since);
    const span = Math.max(incident.lastSeenAt - began, MINUTE_MS);
    return ((incident.counts.attempts - incident.counts.verified) * HOUR_MS) / span;
  }
  const end = last.at + attempts.bucketMs;
  const recent = attempts.buckets.filter(({ at }) => at > end - HOUR_MS - attempts.bucketMs);
  const first = recent[0] ?? last;
  const count = recent.reduce((sum, bucket) => sum + bucket.count, 0);
  return (count * HOUR_MS) / Math.max(end - first.at, MINUTE_MS);
}
