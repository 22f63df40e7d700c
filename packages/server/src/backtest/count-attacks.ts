import type { EpochMilliseconds, Incident, IncidentCounts, Scope } from "@safeguard/core";
import { currencyCode } from "./amount-tally.ts";
import { AttackRanges, type RangePlace } from "./attack-ranges.ts";
import { LOGGED, LOGGED_STOP, type MessageLog } from "./message-log.ts";

const MINUTE_MS = 60_000;
/** An attack is looked for so long before it was seen. */
const LOOK_BACK_MS = 24 * 60 * MINUTE_MS;
/** Longer without a message than so many usual gaps of the attack: what was before is no part of it. */
const QUIET_GAPS = 20;
const SHORTEST_QUIET_MS = MINUTE_MS;
const LONGEST_QUIET_MS = 60 * MINUTE_MS;
/** A code that nobody has entered by then is unanswered. */
const ANSWER_MS = 15 * MINUTE_MS;

/** What was counted of one incident over the whole file. */
export interface AttackCount {
  /** The first message to its ranges that no quiet time parts from the others. */
  readonly begunAt: EpochMilliseconds;
  readonly counts: IncidentCounts;
  /** Messages to its ranges that went out before the first one was stopped. */
  readonly leakedBeforeFirstStop: number;
  readonly stoppedThoughVerified: number;
  /** Price of what went out and was completed. */
  readonly completedMicros: number;
  readonly ranges: readonly RangeCount[];
  /** Its messages in the log, in the order of time. */
  readonly messages: readonly number[];
}

/** What was counted in one range of an incident, while the attack lasted. */
export interface RangeCount {
  readonly scope: Scope;
  readonly attempts: number;
  readonly blocked: number;
  /** Blocked ones included. */
  readonly stopped: number;
  /**
   * Nobody completed them, as the file says, though there was time and outcomes were still reported. Also those stopped here:
   * in the file they went out.
   */
  readonly unanswered: number;
  /** Completed, as the file says, whether stopped or not: while the attack lasted. */
  readonly completed: number;
  /** Messages of verified numbers, which are in none of the other counts. */
  readonly verified: number;
  /** Completed at any time of the file, verified numbers included. */
  readonly completedEver: number;
  /** Price of its attempts in the incident's currency. */
  readonly costMicros: number;
}

/**
 * Counts every message to each incident's ranges from its beginning to its last, each message for one incident only: that
 * which stopped it, else the earliest in whose ranges and time it lies. `outcomesUntil`: the last moment of which
 * completions are known.
 */
export function countAttacks(
  log: MessageLog,
  incidents: readonly Incident[],
  outcomesUntil: number,
): readonly AttackCount[] {
  if (incidents.length === 0) return [];
  const ranges = new AttackRanges(log, incidents);
  const cases = incidents.map((incident) => new AttackCase(incident));
  const byNumber = new Map(cases.map((each) => [caseKey(each.incident.account, each.incident.number), each]));
  const places: RangePlace[] = [];
  for (let message = 0; message < log.added; message++) {
    ranges.of(message, places);
    const number = log.incident(message);
    const own = number === 0 ? undefined : byNumber.get(caseKey(log.account(message), number));
    own?.candidates.push(message);
    own?.tagged.add(message);
    const converted = (log.flags(message) & LOGGED.converted) !== 0;
    for (const { incident, range } of places) {
      const found = cases[incident] as AttackCase;
      if (converted) found.completedEver[range] = (found.completedEver[range] ?? 0) + 1;
      if (own === undefined) found.propose(message, log.at(message));
    }
  }
  const taken = new Set<number>();
  const inOrder = cases.toSorted((a, b) => a.incident.openedAt - b.incident.openedAt);
  for (const each of inOrder) each.settle(log, taken);
  return cases.map((each) => each.count(log, outcomesUntil));
}

class AttackCase {
  readonly incident: Incident;
  /** Messages that may be its own, and those that surely are. */
  readonly candidates: number[] = [];
  readonly tagged = new Set<number>();
  readonly completedEver: number[];
  #messages: readonly number[] = [];
  readonly #seenAt: number;

  constructor(incident: Incident) {
    this.incident = incident;
    this.completedEver = incident.ranges.map(() => 0);
    this.#seenAt = Math.min(incident.openedAt, incident.evidence.since);
  }

  propose(message: number, at: number): void {
    if (at < this.#seenAt - LOOK_BACK_MS || at > this.incident.lastSeenAt) return;
    if (this.candidates.at(-1) !== message) this.candidates.push(message);
  }

  /** Takes its messages out of the candidates: none that an earlier attack has. */
  settle(log: MessageLog, taken: Set<number>): void {
    const all = this.candidates.sort((a, b) => log.at(a) - log.at(b) || a - b);
    const seenAt = all.reduce(
      (first, message) => (this.tagged.has(message) ? Math.min(first, log.at(message)) : first),
      this.#seenAt,
    );
    let begin = all.findIndex((message) => log.at(message) >= seenAt);
    if (begin === -1) begin = all.length;
    const quiet = quietTime(all.slice(begin).map((message) => log.at(message)));
    while (begin > 0) {
      const before = all[begin - 1] as number;
      const next = all[begin];
      const gap = (next === undefined ? seenAt : log.at(next)) - log.at(before);
      if (gap > quiet || taken.has(before)) break;
      begin -= 1;
    }
    this.#messages = all.slice(begin).filter((message) => !taken.has(message));
    for (const message of this.#messages) taken.add(message);
  }

  count(log: MessageLog, outcomesUntil: number): AttackCount {
    const { incident } = this;
    const counts = { attempts: 0, leaked: 0, converted: 0, held: 0, challenged: 0, blocked: 0, wouldStop: 0 };
    const money = new AttackMoney();
    const ranges = incident.ranges.map(({ scope }, range) => new RangeTally(scope, this.completedEver[range] ?? 0));
    let [verified, stoppedThoughVerified, completedMicros] = [0, 0, 0];
    let leakedBeforeFirstStop: number | undefined;
    for (const message of this.#messages) {
      const flags = log.flags(message);
      counts.attempts++;
      if ((flags & LOGGED.verifiedNumber) !== 0) {
        verified++;
        for (const range of ranges) range.addVerified(log.line(message));
        continue;
      }
      const isStopped = (flags & LOGGED_STOP) !== 0;
      const isConverted = (flags & LOGGED.converted) !== 0;
      if (isStopped) leakedBeforeFirstStop ??= counts.leaked + counts.converted;
      if (isStopped && isConverted) stoppedThoughVerified++;
      if ((flags & LOGGED.block) !== 0) counts.blocked++;
      else if ((flags & LOGGED.hold) !== 0) counts.held++;
      else if ((flags & LOGGED.challenge) !== 0) counts.challenged++;
      else if (isStopped) counts.wouldStop++;
      else if (isConverted) counts.converted++;
      else counts.leaked++;
      const price = log.price(message);
      const micros = money.add(price, isStopped ? "saved" : isConverted ? "completed" : "lost");
      if (!isStopped && isConverted) completedMicros += micros;
      const isUnanswered = !isConverted && log.at(message) + ANSWER_MS <= outcomesUntil;
      for (const range of ranges) range.add(log.line(message), flags, isUnanswered, micros);
    }
    const [first] = this.#messages;
    return {
      begunAt: (first === undefined ? this.#seenAt : log.at(first)) as EpochMilliseconds,
      counts: { ...counts, verified, money: money.result() },
      leakedBeforeFirstStop: leakedBeforeFirstStop ?? counts.leaked + counts.converted,
      stoppedThoughVerified,
      completedMicros,
      ranges: ranges.map((range) => range.result()),
      messages: this.#messages,
    };
  }
}

/** Sums up in one currency: that of the first message with a price. */
class AttackMoney {
  #currency: string | undefined;
  #lostMicros = 0;
  #savedMicros = 0;
  #unpriced = 0;

  /** Says what the message counts. */
  add(
    price: { readonly micros: number; readonly currency: string } | undefined,
    as: "saved" | "lost" | "completed",
  ): number {
    const currency = price === undefined ? undefined : currencyCode(price.currency);
    this.#currency ??= currency;
    if (price === undefined || currency !== this.#currency) {
      this.#unpriced++;
      return 0;
    }
    if (as === "saved") this.#savedMicros += price.micros;
    if (as === "lost") this.#lostMicros += price.micros;
    return price.micros;
  }

  result(): IncidentCounts["money"] {
    return {
      currency: this.#currency,
      lostMicros: this.#lostMicros,
      savedMicros: this.#savedMicros,
      unpriced: this.#unpriced,
    };
  }
}

class RangeTally {
  readonly #scope: Scope;
  readonly #completedEver: number;
  readonly #first: number;
  readonly #end: number;
  #attempts = 0;
  #blocked = 0;
  #stopped = 0;
  #unanswered = 0;
  #completed = 0;
  #verified = 0;
  #costMicros = 0;

  constructor(scope: Scope, completedEver: number) {
    this.#scope = scope;
    this.#completedEver = completedEver;
    // What lies in blocks all over a destination cannot be told from the number alone: all of the incident counts.
    this.#first = scope.type === "block" ? Number(scope.prefix.slice(1)) * scope.size : 0;
    this.#end = scope.type === "block" ? this.#first + scope.size : Number.POSITIVE_INFINITY;
  }

  addVerified(line: number): void {
    if (this.#holds(line)) this.#verified++;
  }

  add(line: number, flags: number, isUnanswered: boolean, micros: number): void {
    if (!this.#holds(line)) return;
    this.#attempts++;
    if ((flags & LOGGED.block) !== 0) this.#blocked++;
    if ((flags & LOGGED_STOP) !== 0) this.#stopped++;
    if (isUnanswered) this.#unanswered++;
    if ((flags & LOGGED.converted) !== 0) this.#completed++;
    this.#costMicros += micros;
  }

  #holds(line: number): boolean {
    return line >= this.#first && line < this.#end;
  }

  result(): RangeCount {
    return {
      scope: this.#scope,
      attempts: this.#attempts,
      blocked: this.#blocked,
      stopped: this.#stopped,
      unanswered: this.#unanswered,
      completed: this.#completed,
      verified: this.#verified,
      completedEver: this.#completedEver,
      costMicros: this.#costMicros,
    };
  }
}

/** How long an attack with messages at these times, in order, would not be silent. */
function quietTime(times: readonly number[]): number {
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  if (gaps.length === 0) return SHORTEST_QUIET_MS;
  gaps.sort((a, b) => a - b);
  const usual = gaps[Math.floor(gaps.length / 2)] ?? 0;
  return Math.min(Math.max(usual * QUIET_GAPS, SHORTEST_QUIET_MS), LONGEST_QUIET_MS);
}

function caseKey(account: string, number: number): string {
  return `${number} ${account}`;
}
