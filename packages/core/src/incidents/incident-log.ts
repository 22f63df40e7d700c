import type { AccountId, EpochMilliseconds } from "../brand.ts";
import type { Evidence, Scope } from "../detectors/evidence.ts";
import type { Destination } from "../numbering/e164.ts";
import { AttemptTrace, type AttemptTraceSnapshot } from "./attempt-trace.ts";
import type { Containment, Incident, IncidentEntry, IncidentPattern, IncidentState } from "./incident.ts";
import { IncidentRanges } from "./incident-ranges.ts";
import type { MessagesBefore } from "./messages-before.ts";

const HOUR_MS = 3_600_000;
/** Findings in a destination within this time of its last attempt belong to the same attack. */
const SAME_ATTACK_MS = 2 * HOUR_MS;
/** An incident without attempts for so long, and without a containment, is over. */
const CLOSE_AFTER_MS = 2 * HOUR_MS;
const KEPT_CLOSED = 200;
const LONGEST_TIMELINE = 200;

/** What an attempt in an incident's ranges came to. */
export type AttemptEnd = "leaked" | "hold" | "challenge" | "block" | "would_stop" | "verified";

/** What is counted of an attempt. */
export interface IncidentAttempt {
  readonly line: number;
  readonly destination: Destination;
  readonly at: EpochMilliseconds;
  readonly priceMicros: number | undefined;
  readonly currency: string | undefined;
}

/** An incident while it is kept: what `Incident` shows, to be counted up. */
interface Case {
  readonly number: number;
  state: IncidentState;
  readonly pattern: IncidentPattern;
  readonly openedAt: EpochMilliseconds;
  countedFrom: EpochMilliseconds;
  lastSeenAt: EpochMilliseconds;
  closedAt: EpochMilliseconds | undefined;
  readonly destinations: Destination[];
  readonly ranges: IncidentRanges;
  evidence: Evidence;
  attempts: number;
  leaked: number;
  converted: number;
  held: number;
  challenged: number;
  blocked: number;
  wouldStop: number;
  verified: number;
  currency: string | undefined;
  lostMicros: number;
  savedMicros: number;
  unpriced: number;
  readonly timeline: IncidentEntry[];
  readonly trace: AttemptTrace;
}

/** The incidents of one account: opened by what detection stops, counted up, closed when nothing more comes. */
export class IncidentLog {
  readonly account: AccountId;
  readonly #cases: Map<number, Case> = new Map();
  readonly #changed: Set<number> = new Set();
  #next = 1;

  constructor(account: AccountId) {
    this.account = account;
  }

  /**
   * The incident that this evidence belongs to: one of the same destination that is still going on, or a new one. `before`
   * counts what went out to the range before anybody knew, but for numbers that are counted already.
   */
  open(
    evidence: Evidence,
    attempt: IncidentAttempt,
    before: (isCounted: (line: number) => boolean) => MessagesBefore,
  ): number {
    const ongoing = this.#ongoing(attempt);
    const found = ongoing ?? this.#openNew(evidence, attempt);
    if (found.ranges.get(evidence.scope) === undefined) {
      const { sent, converted, from } = before((line) => found.ranges.covers(line));
      if (from !== undefined && from < found.countedFrom) found.countedFrom = from;
      found.ranges.add(evidence.scope, attempt.at);
      this.#note(found, attempt.at, found.ranges.size === 1 ? "opened" : "range_found", evidence.scope);
      found.attempts += sent;
      found.leaked += sent - converted;
      found.converted += converted;
      found.lostMicros += (sent - converted) * (attempt.priceMicros ?? 0);
    }
    if (evidence.total > found.evidence.total) found.evidence = evidence;
    this.#changed.add(found.number);
    return found.number;
  }

  attempt(number: number, attempt: IncidentAttempt, end: AttemptEnd): void {
    const found = this.#cases.get(number);
    if (found === undefined) return;
    this.#changed.add(number);
    found.attempts++;
    if (end === "verified") {
      found.verified++;
      found.trace.add(attempt.line, attempt.at, "verified");
      return;
    }
    found.lastSeenAt = attempt.at;
    found.trace.add(attempt.line, attempt.at, end === "leaked" ? "leaked" : "stopped");
    const price = attempt.priceMicros;
    if (price === undefined) found.unpriced++;
    else found.currency ??= attempt.currency;
    if (end === "leaked") {
      found.leaked++;
      found.lostMicros += price ?? 0;
      return;
    }
    if (end === "would_stop") found.wouldStop++;
    else if (end === "hold") found.held++;
    else if (end === "challenge") found.challenged++;
    else found.blocked++;
    found.savedMicros += price ?? 0;
  }

  /** Numbers of the incidents that keep attempts for this number. */
  withAttempts(line: number): readonly number[] {
    return [...this.#cases.values()]
      .filter(({ trace }) => trace.list().some((attempt) => attempt.line === line))
      .map(({ number }) => number);
  }

  /** Attempts for one number are another's from now on. */
  rename(line: number, other: number): void {
    for (const { trace } of this.#cases.values()) trace.rename(line, other);
  }

  /** A message that went out in its ranges was completed after all. */
  converted(number: number, line: number): void {
    const found = this.#cases.get(number);
    if (found === undefined) return;
    found.converted++;
    if (found.leaked > 0) {
      found.lostMicros -= found.lostMicros / found.leaked;
      found.leaked--;
    }
    found.trace.convert(line);
    this.#changed.add(number);
  }

  /** New numbers of the range prove themselves first, or wait: a containment that is no block. */
  narrowed(number: number, scope: Scope, from: EpochMilliseconds, until: EpochMilliseconds): void {
    const range = this.#cases.get(number)?.ranges.get(scope);
    if (range?.containment === undefined)
      this.contained(number, { scope, by: "detection", action: "challenge", from, until });
    else if (range.containment.until < until) range.containment = { ...range.containment, until };
  }

  /** The attack goes on in a further range. */
  rangeFound(number: number, scope: Scope, at: EpochMilliseconds): void {
    const found = this.#cases.get(number);
    if (found === undefined || found.ranges.get(scope) !== undefined) return;
    found.ranges.add(scope, at);
    this.#note(found, at, "range_found", scope);
    this.#changed.add(number);
  }

  contained(number: number, containment: Containment, type: "contained" | "renewed" = "contained"): void {
    const found = this.#cases.get(number);
    if (found === undefined) return;
    const range = found.ranges.get(containment.scope) ?? found.ranges.add(containment.scope, containment.from);
    range.containment = containment;
    if (found.state === "open" || found.state === "acknowledged") found.state = "contained";
    if (type === "contained") this.#note(found, containment.from, type, containment.scope);
    this.#changed.add(number);
  }

  note(number: number, at: number, type: IncidentEntry["type"], scope: Scope | undefined): void {
    const found = this.#cases.get(number);
    if (found === undefined) return;
    if (type === "reopened" || type === "expired" || type === "released") {
      const ended = scope === undefined ? [...found.ranges.values()] : [found.ranges.get(scope)];
      for (const range of ended) if (range !== undefined) range.containment = undefined;
      if (found.state === "contained" && !found.ranges.isContained) found.state = "open";
    }
    this.#note(found, at as EpochMilliseconds, type, scope);
    this.#changed.add(number);
  }

  /** An operator's word. False where there is no such incident, or it is over: then it can still be called a false alarm. */
  setState(number: number, state: "acknowledged" | "closed" | "false_alarm", at: EpochMilliseconds): boolean {
    const found = this.#cases.get(number);
    if (found === undefined || found.state === "false_alarm") return false;
    if (found.closedAt !== undefined && state !== "false_alarm") return false;
    // Who acknowledges a contained one opens nothing.
    if (state !== "acknowledged" || found.state === "open") found.state = state;
    if (state !== "acknowledged") found.closedAt ??= at;
    this.#note(found, at, state, undefined);
    this.#changed.add(number);
    return true;
  }

  /** Closes what is over. */
  advance(until: number, isContained: (incident: number) => boolean): void {
    for (const found of this.#cases.values()) {
      if (found.closedAt !== undefined || until - found.lastSeenAt < CLOSE_AFTER_MS || isContained(found.number))
        continue;
      found.state = "closed";
      found.closedAt = (found.lastSeenAt + CLOSE_AFTER_MS) as EpochMilliseconds;
      this.#note(found, found.closedAt, "closed", undefined);
      this.#changed.add(found.number);
    }
    if (this.#cases.size > KEPT_CLOSED) this.#forget();
  }

  /** Incidents that changed since this was last asked, oldest first. */
  takeChanged(): readonly Incident[] {
    if (this.#changed.size === 0) return [];
    const changed = [...this.#changed].sort((a, b) => a - b).flatMap((number) => this.get(number) ?? []);
    this.#changed.clear();
    return changed;
  }

  get(number: number): Incident | undefined {
    const found = this.#cases.get(number);
    return found === undefined ? undefined : incidentOf(this.account, found);
  }

  list(): readonly Incident[] {
    return [...this.#cases.values()].map((found) => incidentOf(this.account, found));
  }

  /** Those that are not over, oldest first. */
  ongoing(): readonly Incident[] {
    return [...this.#cases.values()]
      .filter(({ closedAt }) => closedAt === undefined)
      .map((found) => incidentOf(this.account, found));
  }

  trace(number: number): AttemptTrace | undefined {
    return this.#cases.get(number)?.trace;
  }

  snapshot(): IncidentLogSnapshot {
    return {
      next: this.#next,
      incidents: this.list(),
      traces: [...this.#cases.values()].map(({ number, trace }) => [number, trace.snapshot()]),
    };
  }

  restore({ next, incidents, traces }: IncidentLogSnapshot): void {
    this.#next = next;
    const kept = new Map(traces);
    for (const incident of incidents) {
      const trace = kept.get(incident.number);
      this.#cases.set(
        incident.number,
        caseOf(incident, trace === undefined ? new AttemptTrace() : AttemptTrace.restore(trace)),
      );
    }
  }

  #ongoing({ destination, at }: IncidentAttempt): Case | undefined {
    for (const found of this.#cases.values()) {
      if (found.closedAt !== undefined || at - found.lastSeenAt > SAME_ATTACK_MS) continue;
      if (found.destinations.includes(destination)) return found;
    }
    return undefined;
  }

  #openNew(evidence: Evidence, { destination, at, currency }: IncidentAttempt): Case {
    const found: Case = {
      number: this.#next++,
      state: "open",
      pattern: patternOf(evidence),
      openedAt: at,
      countedFrom: at,
      lastSeenAt: at,
      closedAt: undefined,
      destinations: [destination],
      ranges: new IncidentRanges(),
      evidence,
      attempts: 0,
      leaked: 0,
      converted: 0,
      held: 0,
      challenged: 0,
      blocked: 0,
      wouldStop: 0,
      verified: 0,
      currency,
      lostMicros: 0,
      savedMicros: 0,
      unpriced: 0,
      timeline: [],
      trace: new AttemptTrace(),
    };
    this.#cases.set(found.number, found);
    return found;
  }

  #note({ timeline }: Case, at: EpochMilliseconds, type: IncidentEntry["type"], scope: Scope | undefined): void {
    timeline.push({ at, type, scope });
    if (timeline.length > LONGEST_TIMELINE) timeline.splice(LONGEST_TIMELINE / 2, 1);
  }

  #forget(): void {
    for (const [number, found] of this.#cases) {
      if (this.#cases.size <= KEPT_CLOSED) return;
      if (found.closedAt !== undefined && !this.#changed.has(number)) this.#cases.delete(number);
    }
  }
}

export interface IncidentLogSnapshot {
  readonly next: number;
  readonly incidents: readonly Incident[];
  readonly traces: readonly (readonly [number, AttemptTraceSnapshot])[];
}

function patternOf({ scope, faked, unanswered }: Evidence): IncidentPattern {
  if (scope.type === "new_blocks") return "many_blocks";
  if (faked > 2 && faked > unanswered) return "faked_completion";
  return unanswered > 2 ? "unanswered" : "number_block";
}

function incidentOf(account: AccountId, found: Case): Incident {
  return {
    account,
    number: found.number,
    state: found.state,
    pattern: found.pattern,
    openedAt: found.openedAt,
    countedFrom: found.countedFrom,
    lastSeenAt: found.lastSeenAt,
    closedAt: found.closedAt,
    destinations: [...found.destinations],
    ranges: found.ranges.list(),
    ...(found.ranges.further > 0 && { furtherRanges: found.ranges.further }),
    evidence: found.evidence,
    counts: {
      attempts: found.attempts,
      leaked: found.leaked,
      converted: found.converted,
      held: found.held,
      challenged: found.challenged,
      blocked: found.blocked,
      wouldStop: found.wouldStop,
      verified: found.verified,
      money: {
        currency: found.currency,
        lostMicros: Math.round(found.lostMicros),
        savedMicros: Math.round(found.savedMicros),
        unpriced: found.unpriced,
      },
    },
    timeline: [...found.timeline],
  };
}

function caseOf({ counts, furtherRanges, ...incident }: Incident, trace: AttemptTrace): Case {
  const { money, ...numbers } = counts;
  return {
    ...incident,
    countedFrom: incident.countedFrom ?? incident.openedAt,
    destinations: [...incident.destinations],
    ranges: new IncidentRanges(incident.ranges, furtherRanges),
    ...numbers,
    ...money,
    timeline: [...incident.timeline],
    trace,
  };
}
