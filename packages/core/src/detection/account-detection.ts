import type { AccountId, EpochMilliseconds } from "../brand.ts";
import { Lessons, type LessonsSnapshot } from "../containment/lessons.ts";
import { notePace } from "../containment/pace.ts";
import type { Watch } from "../containment/watch.ts";
import { WatchList, type WatchListSnapshot } from "../containment/watch-list.ts";
import type { Scope } from "../detectors/evidence.ts";
import { SharedEvidence } from "../detectors/shared-evidence.ts";
import { IncidentLog, type IncidentLogSnapshot } from "../incidents/incident-log.ts";
import {
  AccountSignals,
  type AccountSignalsSnapshot,
  DEFAULT_CAPACITY,
  type SignalCapacity,
  TRUST_AFTER_MS,
  TRUST_EXPIRY_MS,
} from "../signals/account-signals.ts";
import { BLOCK_LEVELS, blockKey, blockRange, levelOfKey } from "../signals/block-table.ts";
import { LINK, SESSION, type SessionNumber } from "../signals/session-log.ts";
import { AttemptJudge } from "./attempt-judge.ts";
import type { AuditLedger } from "./audit-ledger.ts";
import { AuditReleases, type AuditReleasesSnapshot } from "./audit-releases.ts";
import type { IncidentWord, OutcomeKind } from "./detection-event.ts";
import { ALLOWED, type DetectionResult, NO_OPINION, type UnansweredLimit, VERIFIED } from "./detection-finding.ts";
import type { DetectionQuery } from "./detection-query.ts";
import type { DetectionState } from "./detection-state.ts";
import { brokenLimit, NONE_UNANSWERED, unansweredOf } from "./number-limit.ts";
import { containedOpinion, limited, lockedDown, result, surge, UNHEARD, watchedScore } from "./opinions.ts";
import type { Passage } from "./passage.ts";
import { type PastStep, pastQuery } from "./past-step.ts";
import { Trial } from "./trial.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** One person's attempt: messages to a number within this time are one session. */
const SESSION_MS = 10 * MINUTE_MS;
/** How long a false alarm is remembered. */
const LESSON_MS = 30 * DAY_MS;
/** Of new blocks all over a destination it is remembered for less: who was new then is known by then. */
const NEW_BLOCKS_LESSON_MS = 7 * DAY_MS;

interface NumberState {
  readonly previous: SessionNumber;
  readonly limit: UnansweredLimit | undefined;
  readonly isTrusted: boolean;
}

const UNKNOWN_NUMBER: NumberState = { previous: 0, limit: undefined, isTrusted: false };

/** Detection for one account: what was measured, what is watched and contained, which incidents there are. */
export class AccountDetection {
  readonly account: AccountId;
  readonly incidents: IncidentLog;
  readonly #state: DetectionState;
  readonly #judge: AttemptJudge;
  readonly #trial: Trial = new Trial();
  readonly #capacity: SignalCapacity;
  #advancedTo = 0;
  #lockdownUntil = 0;
  #bypassUntil = 0;
  /**
   * While past traffic is learned: lives through it on the same signals, with watches and incidents of its own that are
   * forgotten after. For everything else no time passes meanwhile.
   */
  #learner: AccountDetection | undefined;
  /** Past traffic was learned up to here. */
  #learnedTo = 0;

  /** `shared`: what the accounts that chose to share know of each other. */
  constructor(
    account: AccountId,
    capacity: SignalCapacity = DEFAULT_CAPACITY,
    shared: SharedEvidence = new SharedEvidence(),
    isLearner = false,
  ) {
    const incidents = new IncidentLog(account);
    this.account = account;
    this.incidents = incidents;
    this.#capacity = capacity;
    this.#state = {
      account,
      incidents,
      shared,
      isLearner,
      signals: new AccountSignals(capacity),
      watches: new WatchList(incidents),
      lessons: new Lessons(),
      audit: new AuditReleases(),
    };
    this.#judge = new AttemptJudge(this.#state, this.#trial);
  }

  get signals(): AccountSignals {
    return this.#state.signals;
  }

  get watches(): IterableIterator<Watch> {
    return this.#state.watches.values();
  }

  /** What false alarms taught: these ranges are let be until then. */
  get lessons(): readonly { readonly scope: Scope; readonly incident: number; readonly until: number }[] {
    return this.#state.lessons.list();
  }

  /** What audit releases have shown so far. */
  get audit(): AuditLedger {
    return this.#state.audit.ledger;
  }

  get lockdownUntil(): number {
    return this.#lockdownUntil;
  }

  get bypassUntil(): number {
    return this.#bypassUntil;
  }

  /** Decides on a message and remembers it. */
  decide(query: DetectionQuery): DetectionResult {
    const { at, line } = query;
    const signals = this.#state.signals;
    const { log } = signals;
    if (this.#learner !== undefined) this.endLearning(at);
    if (at < signals.firstAt) signals.firstAt = at;
    this.#tick(at);

    const { previous, limit, isTrusted } = this.#numberAt(line, at, query.unanswered);
    if (limit !== undefined) {
      if (!query.acts) log.sent(previous, at);
      return limited(limit);
    }

    const destination = signals.destination(query.destination);
    const age = previous === 0 ? Number.POSITIVE_INFINITY : at - log.at(previous);
    const isResend = age < SESSION_MS;
    const attempt = { line, at: query.heldSince ?? at, device: query.device, address: query.address };
    const passage: Passage = { query, destination, attempt, previous, session: isResend ? previous : 0 };

    // Who may pass whatever the ranges look like, and who may not.
    if (isTrusted) return this.#judge.trusted(passage);
    if (at < this.#bypassUntil) return this.#judge.letThrough(passage, NO_OPINION);
    if (at < this.#lockdownUntil) return lockedDown(this.#lockdownUntil);
    if (this.#mustProve(query, previous)) return UNHEARD;

    // What is watched already.
    const state = previous === 0 ? 0 : log.state(previous);
    const hasConverted = age < DAY_MS && (state & SESSION.converted) !== 0;
    const found =
      this.#state.watches.size === 0
        ? undefined
        : (this.#state.watches.around(line, destination.index, signals.blocks, at) ??
          this.#state.watches.continuing(line, destination.index, at));
    const elsewhere = found !== undefined && !isResend && this.#judge.isElsewhere(query, found);
    if (found !== undefined && !elsewhere) {
      const watch = (hasConverted ? undefined : this.#judge.attackedPart(passage, found)) ?? found;
      watch.quietFor = at - watch.pace.attackAt;
      notePace(watch.pace, at);
      this.#state.watches.sawLast(watch, line, at);
      const { contained } = watch;
      if (contained !== undefined && !(hasConverted && contained.cause !== "faked")) {
        return this.#judge.inContained(passage, watch, contained);
      }
      if (at < watch.closedUntil && !hasConverted) return this.#judge.closed(passage, watch);
    }
    if (hasConverted) return this.#judge.letThrough(passage, NO_OPINION);
    const watched = elsewhere ? undefined : found;

    // A number that was sent to today is no new one: no trial. It passes unless its block is exhausted.
    if (isResend || (age < DAY_MS && (state & SESSION.sent) !== 0))
      return this.#judge.judge(passage, elsewhere, watched);
    passage.session = this.#trial.record(signals, attempt, destination, previous, at);
    if (elsewhere) log.mark(passage.session, SESSION.elsewhere);
    return this.#judge.judge(passage, elsewhere, watched);
  }

  /**
   * What would be said now, changing nothing: the number's limit, exemption, lockdown, containments and watches in force.
   * `ofFurther`: of a further message, for which a range that is shut is looked at again, and found shut; else of one that
   * was let through.
   */
  preview(query: DetectionQuery, ofFurther: boolean): DetectionResult {
    const { line, at, destination, unanswered } = query;
    const { previous, limit, isTrusted } = this.#numberAt(line, at, unanswered);
    if (limit !== undefined) return limited(limit);
    if (isTrusted) return VERIFIED;
    if (at < this.#bypassUntil) return ALLOWED;
    if (at < this.#lockdownUntil) return lockedDown(this.#lockdownUntil);
    if (!ofFurther && this.#mustProve(query, previous)) return UNHEARD;
    const found = this.#state.watches.around(
      line,
      this.#state.signals.destinationSeen(destination).index,
      this.#state.signals.blocks,
      at,
    );
    const isOpen = found?.contained === undefined && at >= (found?.closedUntil ?? 0);
    const shut = ofFurther && isOpen ? this.#state.watches.shutAround(line) : undefined;
    const watch = shut ?? found;
    if (watch?.contained !== undefined) return result(watch, containedOpinion(watch), 100);
    if (watch === undefined || (isOpen && shut === undefined)) return ALLOWED;
    const { evidence } = watch;
    return result(watch, { action: "challenge", reason: surge(watch), evidence }, watchedScore(watch));
  }

  /** What holds for messages that detection does not judge: under a lockdown only verified numbers pass. Changes nothing. */
  lockdownOf(line: number, at: number): DetectionResult {
    if (at >= this.#lockdownUntil || at < this.#bypassUntil || this.#numberAt(line, at).isTrusted) return ALLOWED;
    return lockedDown(this.#lockdownUntil);
  }

  /** Is the number verified, and does it still count as that? */
  isProven(line: number, at: number): boolean {
    return this.#numberAt(line, at).isTrusted;
  }

  /** Something was learned of what became of a message that was sent at `sentAt`. `attempts`: see the event. */
  outcome(line: number, kind: OutcomeKind, sentAt: number, at: number, attempts?: number): void {
    const signals = this.#state.signals;
    const { numbers, log } = signals;
    this.#tick(at);
    const known = numbers.find(line);
    if (known === -1) return;
    // (who faked completions in the past is no verified number now)
    if (kind === "verified" && !(this.#state.isLearner && this.#judge.isContained(line, at))) numbers.verify(known, at);
    if (kind === "banned") numbers.ban(known);
    const session = this.#sessionAt(numbers.lastSession(known), sentAt);
    if (session === 0) return;
    const state = log.state(session);
    if (kind === "delivered" && log.deliveredAfter(session) === undefined) log.deliver(session, at);
    if (kind === "failed") log.mark(session, SESSION.failed);
    if (kind === "activity") log.mark(session, SESSION.active);
    if (kind === "banned") log.mark(session, SESSION.banned | SESSION.suspected);
    // What never went out was answered elsewhere: the number is verified, and that says nothing of the codes sent.
    if (kind !== "verified" || (state & SESSION.converted) !== 0 || (state & SESSION.sent) === 0) return;
    signals.convert(session, at, attempts);
    this.#state.audit.ledger.legitimate++;
    if (this.#state.watches.size > 0)
      this.#state.watches.converted(line, log.destination(session), state | SESSION.converted, at);
  }

  /** Deadlines up to `now`: idle watches end, containments expire, incidents close. They fall on whole minutes. */
  advance(now: EpochMilliseconds): void {
    const until = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    if (until <= this.#advancedTo || this.#learner !== undefined) return;
    this.#advancedTo = until;
    this.#state.signals.mature(until);
    for (const watch of this.#state.watches.advance(until)) this.#forgive(watch);
    this.#state.audit.settle(this.#state.signals, until);
    this.incidents.advance(until, (incident) => this.#state.watches.isContained(incident));
  }

  /** Nothing before this can be learned any more: so far its traffic is known. 0: nothing is. */
  get knownTo(): number {
    const { log } = this.#state.signals;
    const newest = log.head - 1;
    if (newest < log.tail) return this.#learnedTo;
    return Math.max(log.at(newest) + log.lastAfter(newest), this.#learnedTo);
  }

  get hasLearnedPast(): boolean {
    return this.#learnedTo > 0;
  }

  get isLearning(): boolean {
    return this.#learner !== undefined;
  }

  /**
   * Learns from traffic that went out before Safeguard decided, in the order of time, none of it before `knownTo`: as it
   * would have been counted in monitor. What was attacked then teaches no baseline, and is neither an incident nor
   * contained now. `at`: now. The first live message ends it.
   */
  learnPast(steps: readonly PastStep[], at: number): void {
    if (this.#learner === undefined) {
      this.#tick(at);
      this.#learner = this.#newLearner();
    }
    const learner = this.#learner;
    for (const step of steps) {
      this.#learnedTo = Math.max(this.#learnedTo, step.at);
      if (step.type === "message") learner.decide(pastQuery(step));
      else learner.outcome(step.line, step.kind, step.sentAt, step.at, step.attempts);
    }
  }

  /** What was learned is complete; time goes on. */
  endLearning(at: number): void {
    const learner = this.#learner;
    if (learner === undefined) return;
    learner.#tick(at);
    this.#learner = undefined;
    // That nothing more was heard at its end says nothing of whether outcomes arrive now.
    this.#state.signals.silent = 0;
    this.#state.signals.unheard = 0;
    this.#tick(at);
  }

  /**
   * Forgets what was measured and what detection watches by itself; incidents, lessons and operators' words stay, and so do
   * verified and banned numbers. `wasTrial`: of these only those that were said to be verified, not those that had messages.
   */
  beginAnew(at: number, wasTrial: boolean): void {
    this.endLearning(at);
    this.#tick(at);
    const { numbers } = this.#state.signals;
    this.#state.signals = new AccountSignals(this.#capacity);
    for (const { line, firstAt, lastAt, banned, wasSeen } of numbers.known()) {
      if (wasTrial && wasSeen) continue;
      if (firstAt !== undefined) this.verified(line, firstAt, lastAt);
      if (banned) this.#state.signals.numbers.ban(this.#state.signals.numbers.ensure(line, 1));
    }
    this.#state.watches.forgetOwn(at);
    this.#state.audit = new AuditReleases();
    this.#learnedTo = 0;
  }

  /** The number was verified before Safeguard saw it. */
  verified(line: number, firstAt: number, lastAt: number): void {
    const { numbers, log } = this.#state.signals;
    const slot = numbers.ensure(line, log.tail);
    numbers.verify(slot, firstAt);
    numbers.verify(slot, lastAt);
  }

  /** The number is new again. */
  forgetVerified(line: number): void {
    const { numbers } = this.#state.signals;
    const slot = numbers.find(line);
    if (slot !== -1) numbers.forget(slot);
  }

  /** All that is remembered of one number. */
  knownOf(line: number): RememberedNumber {
    const { numbers, log } = this.#state.signals;
    const slot = numbers.find(line);
    const sessions: RememberedSession[] = [];
    for (let session = slot === -1 ? 0 : numbers.lastSession(slot); session >= log.tail && session !== 0; ) {
      const at = log.at(session);
      const [completed, delivered] = [log.convertedAfter(session), log.deliveredAfter(session)];
      sessions.push({
        at: at as EpochMilliseconds,
        messages: log.messages(session),
        ...(completed !== undefined && { completedAt: (at + completed) as EpochMilliseconds }),
        ...(delivered !== undefined && { deliveredAt: (at + delivered) as EpochMilliseconds }),
      });
      session = log.before(session, LINK.number);
    }
    const verified = slot === -1 ? undefined : numbers.verifiedAt(slot);
    return { sessions, ...(verified !== undefined && { verified }), incidents: this.incidents.withAttempts(line) };
  }

  /** One number's past is another's from now on: it was erased, and what stands for it is in the same blocks. */
  rename(line: number, other: number): void {
    const { numbers, log } = this.#state.signals;
    numbers.rename(line, other, log.tail);
    log.rename(line, other);
    const learner = this.#learner ?? this;
    for (const { incidents, watches } of [this.#state, learner.#state]) {
      watches.rename(line, other);
      incidents.rename(line, other);
    }
  }

  /** An operator's word on an incident. A false alarm lets all its ranges be, also those that are watched no more. */
  judgeIncident(number: number, word: IncidentWord, at: EpochMilliseconds): void {
    this.#tick(at);
    if (word === "undo_false_alarm") this.#state.lessons.undo(number);
    else if (word === "acknowledge") this.incidents.setState(number, "acknowledged", at);
    else {
      this.#state.watches.release(number, at);
      if (word === "false_alarm") {
        for (const { scope } of this.incidents.get(number)?.ranges ?? []) {
          const span = scope.type === "block" ? LESSON_MS : NEW_BLOCKS_LESSON_MS;
          this.#state.lessons.learn(scope, { incident: number, until: at + span });
        }
      }
      if (word !== "release") this.incidents.setState(number, word === "close" ? "closed" : "false_alarm", at);
    }
  }

  /** An operator contains a range of 100 to 100,000 numbers. */
  containRange(
    scope: Extract<Scope, { readonly type: "block" }>,
    incident: number | undefined,
    until: EpochMilliseconds,
    at: EpochMilliseconds,
  ): void {
    this.#tick(at);
    this.#state.watches.containRange(scope, incident, until, at);
  }

  /** Only verified numbers pass until then; 0 ends it. */
  lockDown(until: number): void {
    this.#lockdownUntil = until;
  }

  /** Detection stands aside until then; 0 ends it. */
  bypass(until: number): void {
    this.#bypassUntil = until;
  }

  snapshot(): AccountDetectionSnapshot {
    return {
      account: this.account,
      signals: this.#state.signals.snapshot(),
      watches: this.#state.watches.snapshot(),
      incidents: this.incidents.snapshot(),
      lessons: this.#state.lessons.snapshot(),
      audit: this.#state.audit.snapshot(),
      until: [this.#lockdownUntil, this.#bypassUntil, this.#advancedTo],
      learnedTo: this.#learnedTo,
      ...(this.#learner === undefined ? {} : { learner: this.#learner.#learnerSnapshot() }),
    };
  }

  #learnerSnapshot(): LearnerSnapshot {
    return {
      watches: this.#state.watches.snapshot(),
      incidents: this.incidents.snapshot(),
      advancedTo: this.#advancedTo,
    };
  }

  /** Lives on the same signals and under the same lessons. */
  #newLearner(snapshot?: LearnerSnapshot): AccountDetection {
    const learner = new AccountDetection(this.account, this.#capacity, undefined, true);
    learner.#state.signals = this.#state.signals;
    learner.#state.lessons = this.#state.lessons;
    if (snapshot === undefined) return learner;
    learner.incidents.restore(snapshot.incidents);
    learner.#state.watches = WatchList.restore(snapshot.watches, learner.incidents);
    learner.#advancedTo = snapshot.advancedTo;
    return learner;
  }

  static restore(
    snapshot: AccountDetectionSnapshot,
    capacity: SignalCapacity = DEFAULT_CAPACITY,
    shared: SharedEvidence = new SharedEvidence(),
  ): AccountDetection {
    const detection = new AccountDetection(snapshot.account, capacity, shared);
    detection.#state.signals = AccountSignals.restore(snapshot.signals, capacity);
    detection.incidents.restore(snapshot.incidents);
    detection.#state.watches = WatchList.restore(snapshot.watches, detection.incidents);
    detection.#state.lessons = Lessons.restore(snapshot.lessons);
    detection.#state.audit = AuditReleases.restore(snapshot.audit);
    [detection.#lockdownUntil, detection.#bypassUntil, detection.#advancedTo] = snapshot.until;
    detection.#learnedTo = snapshot.learnedTo ?? 0;
    if (snapshot.learner !== undefined) detection.#learner = detection.#newLearner(snapshot.learner);
    return detection;
  }

  /** Nobody would tell whether its code was answered, and the account chose to have new numbers prove themselves then. */
  #mustProve({ challengesUnheard, acts }: DetectionQuery, previous: SessionNumber): boolean {
    return challengesUnheard === true && acts && previous === 0 && this.#state.signals.feedback === "missing";
  }

  /** What is remembered of the number: its newest session, the limit that one more message would break, and is it exempt? */
  #numberAt(line: number, at: number, limits?: DetectionQuery["unanswered"]): NumberState {
    const { numbers, log } = this.#state.signals;
    const known = numbers.find(line);
    if (known === -1) return UNKNOWN_NUMBER;
    const last = numbers.lastSession(known);
    const previous = last >= log.tail ? last : 0;
    // Where outcomes were never told, an answered code cannot be known from an unanswered one: only a limit that was asked
    // for counts them.
    const isCounted = limits !== undefined || this.#state.signals.isProved;
    const unanswered = previous === 0 || !isCounted ? NONE_UNANSWERED : unansweredOf(log, previous, at);
    const isTrusted = numbers.isTrusted(known, at, TRUST_AFTER_MS, TRUST_EXPIRY_MS);
    return { previous, limit: brokenLimit(unanswered, limits), isTrusted };
  }

  /** Nobody asks any more: what is counted of a block begins anew, so that the next ones who ask are not held for it. */
  #forgive({ key }: Watch): void {
    if (key < 0) return;
    const { first } = blockRange(key);
    for (let level = levelOfKey(key); level < BLOCK_LEVELS; level++) {
      const around = blockKey(first, level);
      if (this.#state.watches.get(around) === undefined) this.#state.signals.blocks.restart(around);
    }
  }

  /** Whoever lets time pass, and how often: deadlines are met at the same minutes. */
  #tick(at: number): void {
    if (this.#learner !== undefined) return;
    this.#state.signals.mature(at);
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    if (minute > this.#advancedTo) this.advance(minute as EpochMilliseconds);
  }

  /** The session of a number that a message sent at this time belongs to. */
  #sessionAt(newest: SessionNumber, sentAt: number): SessionNumber {
    const { log } = this.#state.signals;
    for (let session = newest; session !== 0 && session >= log.tail; session = log.before(session, LINK.number)) {
      if (log.at(session) <= sentAt) return session;
    }
    return 0;
  }
}

/** One attempt of a person, as detection remembers it. */
export interface RememberedSession {
  readonly at: EpochMilliseconds;
  readonly messages: number;
  readonly completedAt?: EpochMilliseconds;
  readonly deliveredAt?: EpochMilliseconds;
}

export interface RememberedNumber {
  /** Newest first. */
  readonly sessions: readonly RememberedSession[];
  readonly verified?: { readonly firstAt: number; readonly lastAt: number; readonly banned: boolean };
  /** Incidents that keep attempts for it, for their pictures. */
  readonly incidents: readonly number[];
}

export interface AccountDetectionSnapshot {
  readonly account: AccountId;
  readonly signals: AccountSignalsSnapshot;
  readonly watches: WatchListSnapshot;
  readonly incidents: IncidentLogSnapshot;
  readonly lessons: LessonsSnapshot;
  readonly audit: AuditReleasesSnapshot;
  readonly until: readonly [lockdown: number, bypass: number, advanced: number];
  /** Absent in snapshots from before past traffic could be learned. */
  readonly learnedTo?: number;
  /** While past traffic is learned. */
  readonly learner?: LearnerSnapshot;
}

interface LearnerSnapshot {
  readonly watches: WatchListSnapshot;
  readonly incidents: IncidentLogSnapshot;
  readonly advancedTo: number;
}
