import type { AccountId, Engine, Incident } from "@safeguard/core";
import { type AttemptBuckets, moneyAtRiskPerHour } from "../incidents/incident-money.ts";
import type { Money } from "../store/journal-record.ts";

/** An incident that is not over, with what an hour of it costs. */
export interface OngoingIncident {
  readonly incident: Incident;
  readonly attempts: AttemptBuckets | undefined;
  /** Undefined: no price is known. */
  readonly atRiskPerHour: Money | undefined;
}

/** Of an account, as the engine has them: oldest first. */
export function ongoingIncidents(
  engine: Pick<Engine, "findDetection">,
  account: AccountId,
): readonly OngoingIncident[] {
  const log = engine.findDetection(account)?.incidents;
  if (log === undefined) return [];
  return log.ongoing().map((incident) => {
    const trace = log.trace(incident.number);
    const attempts = trace && { bucketMs: trace.bucketMs, buckets: trace.buckets() };
    return { incident, attempts, atRiskPerHour: moneyAtRiskPerHour(incident, attempts) };
  });
}

/** Amounts added up, each currency for itself, the currencies in alphabetical order. */
export function sumMoney(amounts: Iterable<Money | undefined>): readonly Money[] {
  const micros = new Map<string, number>();
  for (const money of amounts) {
    if (money !== undefined) micros.set(money.currency, (micros.get(money.currency) ?? 0) + money.micros);
  }
  return [...micros]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([currency, sum]) => ({ currency, micros: sum }));
}
