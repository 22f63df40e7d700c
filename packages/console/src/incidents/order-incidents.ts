import type { Incident, Money } from "@safeguard/client";

/** What an hour of it costs; what is over costs nothing any more. */
export function riskOf({ state, money }: Pick<Incident, "state" | "money">): number {
  return state === "closed" || state === "false_alarm" ? 0 : Number(money.atRiskPerHour?.amount ?? 0);
}

/** Without an attempt for so long nothing is being lost. */
const QUIET_AFTER_MS = 5 * 60_000;

/** Has nothing come for a while? */
export function isQuiet({ lastSeenAt }: Pick<Incident, "lastSeenAt">, now: number): boolean {
  return now - Date.parse(lastSeenAt) >= QUIET_AFTER_MS;
}

/** What an hour of it costs, while attempts come in. */
export function atRiskNow(incident: Pick<Incident, "state" | "money" | "lastSeenAt">, now: number): Money | null {
  const isOver = incident.state === "closed" || incident.state === "false_alarm";
  return isOver || isQuiet(incident, now) ? null : incident.money.atRiskPerHour;
}

/** The dearest first; of those that cost the same, the newest. */
export function byRisk(incidents: readonly Incident[]): readonly Incident[] {
  return [...incidents].sort((a, b) => riskOf(b) - riskOf(a) || b.number - a.number);
}

/** Amounts added up, each currency for itself; what has no price is left out. */
export function sumMoney(amounts: readonly (Money | null)[]): readonly Money[] {
  const sums = new Map<string, number>();
  for (const money of amounts) {
    if (money === null) continue;
    // (in millionths, so that nothing is lost in adding)
    sums.set(money.currency, (sums.get(money.currency) ?? 0) + Math.round(Number(money.amount) * 1e6));
  }
  return [...sums].map(([currency, micros]) => ({ currency, amount: String(micros / 1e6) }));
}
