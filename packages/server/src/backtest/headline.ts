import type { Incident } from "@safeguard/core";
import type { Amounts, BacktestIncident, BacktestResult } from "./backtest-result.ts";
import { areManyRejected, rejectedSentence } from "./rejected-wording.ts";
import { usersHit } from "./remarks.ts";
import { amountsText, count, listed, plus, stoppedOf, timeText } from "./wording.ts";

/**
 * The answer in a few sentences: was there an attack, how soon would it have stopped, what was saved, who was hit. Before
 * it, where many recipients could not be read, that: the rest is about the others only.
 */
export function headline(result: BacktestResult): string {
  const { incidents, messages } = result;
  const ruled = stoppedOf(messages);
  const first = areManyRejected(result) ? [rejectedSentence(result)] : [];
  if (messages.total === 0) return ["No message in the file could be judged.", ...first].join(" ");
  if (incidents.length === 0) {
    const found = `No attack found in ${count(messages.total, "message")}`;
    const rest = ruled === 0 ? `${found}.` : `${found}; ${count(ruled)} would have been stopped; ${hit(result)}.`;
    return [...first, rest].join(" ");
  }
  const attacks = count(incidents.length, "attack");
  const rest = `${attacks} found. ${[stopped(incidents), ...saved(incidents), hit(result)].join("; ")}.`;
  return [...first, rest].join(" ");
}

/** Price of what leaked from attacks and of what was stopped, by currency. */
export function attackMoney(incidents: readonly BacktestIncident[]): {
  readonly saved: Amounts;
  readonly cost: Amounts;
} {
  let saved: Amounts = {};
  let cost: Amounts = {};
  for (const { incident } of incidents) {
    const { currency, savedMicros, lostMicros } = incident.counts.money;
    if (currency === undefined) continue;
    saved = plus(saved, { [currency]: savedMicros });
    cost = plus(cost, { [currency]: savedMicros + lostMicros });
  }
  return { saved, cost };
}

/** What attacks that are not shown come to: `$12.40`, or without prices `1,204 messages`. */
export function atRiskText(incidents: readonly BacktestIncident[]): string {
  const { cost } = attackMoney(incidents);
  if (Object.keys(cost).length > 0) return amountsText(cost);
  return count(
    incidents.reduce((sum, { incident }) => sum + incident.counts.attempts, 0),
    "message",
  );
}

function stopped(incidents: readonly BacktestIncident[]): string {
  const stoppable = incidents.filter(({ incident }) => stoppedByIncident(incident) > 0);
  const it = incidents.length === 1 ? "It" : "They";
  if (stoppable.length === 0) return `Nothing of ${incidents.length === 1 ? "it" : "them"} would have been stopped`;
  const who = stoppable.length === incidents.length ? it : `${count(stoppable.length)} of them`;
  return `${who} would have been stopped after ${leaks(stoppable.map((one) => one.leakedBeforeFirstStop))}`;
}

function leaks(before: readonly number[]): string {
  const most = Math.max(...before);
  if (before.length <= 3)
    return `${listed(before.map((leak) => count(leak)))} ${most === 1 && before.length === 1 ? "message" : "messages"}`;
  return `${count(Math.min(...before))} to ${count(most, "message")} each`;
}

function saved(incidents: readonly BacktestIncident[]): readonly string[] {
  const money = attackMoney(incidents);
  if (Object.keys(money.cost).length > 0) return [`${amountsText(money.saved)} of ${amountsText(money.cost)} saved`];
  const attempts = incidents.reduce((sum, { incident }) => sum + incident.counts.attempts, 0);
  const stops = incidents.reduce((sum, { incident }) => sum + stoppedByIncident(incident), 0);
  return [`${count(stops)} of ${count(attempts, "message")} stopped`];
}

function hit(result: BacktestResult): string {
  const { verifiedMessages, inDoubt } = result.legitimate;
  if (verifiedMessages === 0)
    return "whether real users were hit cannot be told, because the file has no verifications";
  const sure = `${count(usersHit(result))} of ${count(verifiedMessages, "verified message")} hit`;
  const doubt = inDoubt === 0 ? "" : `, and ${count(inDoubt)} more in attacked ranges, real or faked`;
  const { convertedUntil } = result.file;
  const until = convertedUntil === undefined ? "" : `, as far as can be told until ${timeText(convertedUntil)}`;
  return `${sure}${doubt}${until}`;
}

/** All that an incident stopped, or would have, where detection only monitored. */
export function stoppedByIncident({ counts }: Incident): number {
  return counts.blocked + counts.held + counts.challenged + counts.wouldStop;
}
