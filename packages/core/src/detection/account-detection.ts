import type { AccountId, EpochMilliseconds } from "../brand.ts";
import { allowanceFor, isLargeCluster } from "../containment/credit.ts";
import { Lessons, type LessonsSnapshot } from "../containment/lessons.ts";
import { isProbeDue } from "../containment/probe-schedule.ts";
import { newBlocksKey, scopeOfBlock } from "../containment/scope-key.ts";
import { IDLE_MS, isElsewhere, type Watch } from "../containment/watch.ts";
import { WatchList, type WatchListSnapshot } from "../containment/watch-list.ts";
import { BlockSuspicion, type SuspicionQuery } from "../detectors/block-suspicion.ts";
import type { Scope } from "../detectors/evidence.ts";
import { evidenceOf } from "../detectors/evidence-of.ts";
import { NewBlocksSuspicion } from "../detectors/new-blocks-suspicion.ts";
import { SharedEvidence } from "../detectors/shared-evidence.ts";
import { type Thresholds, thresholdsFor } from "../detectors/thresholds.ts";
import { IncidentLog, type IncidentLogSnapshot } from "../incidents/incident-log.ts";
import {
  AccountSignals,
  type AccountSignalsSnapshot,
  DEFAULT_CAPACITY,
  type SignalCapacity,
  TRUST_AFTER_MS,
  TRUST_EXPIRY_MS,
} from "../signals/account-signals.ts";
import { BLOCK_LEVELS, blockKey, blockRange, LEVEL_10K, LEVEL_100K, levelOfKey } from "../signals/block-table.ts";
import type { DestinationSignals } from "../signals/destination-signals.ts";
import { LINK, SESSION, type SessionNumber } from "../signals/session-log.ts";
import type { AuditLedger } from "./audit-ledger.ts";
import { AuditReleases, type AuditReleasesSnapshot } from "./audit-releases.ts";
import type { IncidentWord, OutcomeKind } from "./detection-event.ts";
import {
  ALLOWED,
  type DetectionOpinion,
  type DetectionResult,
  NO_OPINION,
  type UnansweredLimit,
  VERIFIED,
} from "./detection-finding.ts";
import type { DetectionQuery } from "./detection-query.ts";
import { brokenLimit, NONE_UNANSWERED, TRUST_LOST_AT, unansweredOf } from "./number-limit.ts";
import { type Attempt, appendSession, Trial } from "./trial.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** One person's attempt: messages to a number within this time are one session. */
const SESSION_MS = 10 * MINUTE_MS;
/** A held message is asked for again after so long; others may be completed meanwhile for so long. */
const HOLD_STEP_MS = 5_000;
const HOPE_MS = 15_000;
/** Where fewer people are that fast, waiting is in vain. */
const HOPEFUL_SHARE = 0.05;
/**
 * An exhausted scope is looked at again at most so often, and after so many looks seldom: those who ask in vain would crowd
 * out those whose outcome counts.
 */
const CLOSED_MS = 1_000;
const CLOSE_LOOKS = 16;
const CLOSED_LATER_MS = 10 * MINUTE_MS;
/** Attacked blocks make the next likelier: by so many nats for each beyond the first. */
const NATS_PER_ATTACK = 2;
const MOST_ATTACK_NATS = 6;
/** A block that other accounts nominate counts like so many attacks. */
const NOMINATION = 3;
/** How long a large cluster stays one. */
const LARGE_FOR_MS = 12 * HOUR_MS;
const CONTAIN_MS = HOUR_MS;
/** How long a false alarm is remembered. */
const LESSON_MS = 30 * DAY_MS;

/** A message on its way through detection. */
interface Passage {
  readonly query: DetectionQuery;
  readonly destination: DestinationSignals;
  readonly attempt: Attempt;
  /** The number's newest session; 0: none is remembered. */
  readonly previous: SessionNumber;
  /** The session that the message belongs to: a resend's is `previous`. 0: none yet. */
  session: SessionNumber;
}

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
  #signals: AccountSignals;
  #watches: WatchList;
  #lessons: Lessons = new Lessons();
  #audit: AuditReleases = new AuditReleases();
  readonly #shared: SharedEvidence;
  #thresholds: { readonly budget: number; readonly score: number; readonly values: Thresholds } | undefined;
  #advancedTo = 0;
  #lockdownUntil = 0;
  #bypassUntil = 0;
  readonly #trial: Trial = new Trial();
  readonly #suspicion: BlockSuspicion = new BlockSuspicion();
  readonly #newBlocks: NewBlocksSuspicion = new NewBlocksSuspicion();

  /** `shared`: what the accounts that chose to share know of each other. */
  constructor(
    account: AccountId,
    capacity: SignalCapacity = DEFAULT_CAPACITY,
    shared: SharedEvidence = new SharedEvidence(),
  ) {
    this.account = account;
    this.#shared = shared;
    this.incidents = new IncidentLog(account);
    this.#signals = new AccountSignals(capacity);
    this.#watches = new WatchList(this.incidents);
  }

  get signals(): AccountSignals {
    return this.#signals;
  }

  get watches(): IterableIterator<Watch> {
    return this.#watches.values();
  }

  /** What false alarms taught: these ranges are let be until then. */
  get lessons(): readonly { readonly scope: Scope; readonly incident: number; readonly until: number }[] {
    return this.#lessons.list();
  }

  /** What audit releases have shown so far. */
  get audit(): AuditLedger {
    return this.#audit.ledger;
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
    const signals = this.#signals;
    const { log } = signals;
    if (at < signals.firstAt) signals.firstAt = at;
    this.#tick(at);

    const { previous, limit, isTrusted } = this.#numberAt(line, at);
    if (limit !== undefined) {
      if (!query.acts) log.sent(previous, at);
      return limited(limit);
    }

    const destination = signals.destination(query.destination);
    const age = previous === 0 ? Number.POSITIVE_INFINITY : at - (log.at[log.index(previous)] ?? 0);
    const isResend = age < SESSION_MS;
    const attempt = { line, at: query.heldSince ?? at, device: query.device, address: query.address };
    const passage: Passage = { query, destination, attempt, previous, session: isResend ? previous : 0 };

    // Who may pass whatever the ranges look like, and who may not.
    if (isTrusted) return this.#trusted(passage);
    if (at < this.#bypassUntil) return this.#letThrough(passage, NO_OPINION);
    if (at < this.#lockdownUntil) return lockedDown(this.#lockdownUntil);

    // What is watched already.
    const state = previous === 0 ? 0 : (log.state[log.index(previous)] ?? 0);
    const hasConverted = age < DAY_MS && (state & SESSION.converted) !== 0;
    const found =
      this.#watches.size === 0
        ? undefined
        : (this.#watches.around(line, destination.index, signals.blocks, at) ??
          this.#watches.continuing(line, destination.index, at));
    const elsewhere = found !== undefined && !isResend && isElsewhere(found, blockKey(line, LEVEL_10K), at);
    if (found !== undefined && !elsewhere) {
      const watch = found;
      watch.quietFor = at - watch.lastSeenAt;
      watch.lastSeenAt = Math.max(watch.lastSeenAt, at);
      watch.lastLine = line;
      const { contained } = watch;
      if (contained !== undefined && !(hasConverted && contained.cause !== "faked")) {
        return this.#inContained(passage, watch, contained);
      }
      if (at < watch.closedUntil && !hasConverted) return this.#closed(passage, watch);
    }
    if (hasConverted) return this.#letThrough(passage, NO_OPINION);

    // A number that was sent to today is no new one: no trial. It passes unless its block is exhausted.
    if (isResend || (age < DAY_MS && (state & SESSION.sent) !== 0)) return this.#judge(passage, elsewhere);
    passage.session = this.#trial.record(signals, attempt, destination, previous, at);
    if (elsewhere) log.mark(passage.session, SESSION.elsewhere);
    return this.#judge(passage, elsewhere);
  }

  /** What would be said now, changing nothing: the number's limit, exemption, lockdown, containments and watches in force. */
  preview({ line, at, destination }: DetectionQuery): DetectionResult {
    const { limit, isTrusted } = this.#numberAt(line, at);
    if (limit !== undefined) return limited(limit);
    if (isTrusted) return VERIFIED;
    if (at < this.#bypassUntil) return ALLOWED;
    if (at < this.#lockdownUntil) return lockedDown(this.#lockdownUntil);
    const watch = this.#watches.around(
      line,
      this.#signals.destinationSeen(destination).index,
      this.#signals.blocks,
      at,
    );
    if (watch?.contained !== undefined) return result(watch, containedOpinion(watch), 100);
    if (watch === undefined || at >= watch.closedUntil) return ALLOWED;
    const { evidence } = watch;
    return result(watch, { action: "challenge", reason: surge(watch), evidence }, watchedScore(watch));
  }

  /** Something was learned of what became of a message that was sent at `sentAt`. */
  outcome(line: number, kind: OutcomeKind, sentAt: number, at: number): void {
    const signals = this.#signals;
    const { numbers, log } = signals;
    this.#tick(at);
    const known = numbers.find(line);
    if (known === -1) return;
    if (kind === "verified") numbers.verify(known, at);
    if (kind === "banned") numbers.ban(known);
    const session = this.#sessionAt(numbers.lastSession(known), sentAt);
    if (session === 0) return;
    const index = log.index(session);
    const state = log.state[index] ?? 0;
    if (kind === "delivered" && log.deliveredAfter(session) === undefined) log.deliver(session, at);
    if (kind === "activity") log.mark(session, SESSION.active);
    if (kind === "banned") log.mark(session, SESSION.banned | SESSION.suspected);
    // What never went out was answered elsewhere: the number is verified, and that says nothing of the codes sent.
    if (kind !== "verified" || (state & SESSION.converted) !== 0 || (state & SESSION.sent) === 0) return;
    signals.convert(session, at);
    this.#audit.ledger.legitimate++;
    if (this.#watches.size > 0)
      this.#watches.converted(line, log.destination[index] ?? 0, state | SESSION.converted, at);
  }

  /** Deadlines up to `now`: idle watches end, containments expire, incidents close. They fall on whole minutes. */
  advance(now: EpochMilliseconds): void {
    const until = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    if (until <= this.#advancedTo) return;
    this.#advancedTo = until;
    this.#signals.mature(until);
    for (const watch of this.#watches.advance(until)) this.#forgive(watch);
    this.#audit.settle(this.#signals, until);
    this.incidents.advance(until, (incident) => this.#watches.isContained(incident));
  }

  /** The number was verified before Safeguard saw it. */
  verified(line: number, firstAt: number, lastAt: number): void {
    const { numbers, log } = this.#signals;
    const slot = numbers.ensure(line, log.tail);
    numbers.verify(slot, firstAt);
    numbers.verify(slot, lastAt);
  }

  /** The number is new again. */
  forgetVerified(line: number): void {
    const { numbers } = this.#signals;
    const slot = numbers.find(line);
    if (slot !== -1) numbers.forget(slot);
  }

  /** An operator's word on an incident. A false alarm lets all its ranges be, also those that are watched no more. */
  judgeIncident(number: number, word: IncidentWord, at: EpochMilliseconds): void {
    this.#tick(at);
    if (word === "undo_false_alarm") this.#lessons.undo(number);
    else if (word === "acknowledge") this.incidents.setState(number, "acknowledged", at);
    else {
      this.#watches.release(number, at);
      if (word === "false_alarm") {
        const lesson = { incident: number, until: at + LESSON_MS };
        for (const { scope } of this.incidents.get(number)?.ranges ?? []) this.#lessons.learn(scope, lesson);
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
    this.#watches.containRange(scope, incident, until, at);
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
      signals: this.#signals.snapshot(),
      watches: this.#watches.snapshot(),
      incidents: this.incidents.snapshot(),
      lessons: this.#lessons.snapshot(),
      audit: this.#audit.snapshot(),
      until: [this.#lockdownUntil, this.#bypassUntil, this.#advancedTo],
    };
  }

  static restore(
    snapshot: AccountDetectionSnapshot,
    capacity: SignalCapacity = DEFAULT_CAPACITY,
    shared: SharedEvidence = new SharedEvidence(),
  ): AccountDetection {
    const detection = new AccountDetection(snapshot.account, capacity, shared);
    detection.#signals = AccountSignals.restore(snapshot.signals, capacity);
    detection.incidents.restore(snapshot.incidents);
    detection.#watches = WatchList.restore(snapshot.watches, detection.incidents);
    detection.#lessons = Lessons.restore(snapshot.lessons);
    detection.#audit = AuditReleases.restore(snapshot.audit);
    [detection.#lockdownUntil, detection.#bypassUntil, detection.#advancedTo] = snapshot.until;
    return detection;
  }

  /** What is remembered of the number: its newest session, the limit that one more message would break, and is it exempt? */
  #numberAt(line: number, at: number): NumberState {
    const { numbers, log } = this.#signals;
    const known = numbers.find(line);
    if (known === -1) return UNKNOWN_NUMBER;
    const last = numbers.lastSession(known);
    const previous = last >= log.tail ? last : 0;
    const unanswered = previous === 0 ? NONE_UNANSWERED : unansweredOf(log, previous, at);
    const isVerified = numbers.isTrusted(known, at, TRUST_AFTER_MS, TRUST_EXPIRY_MS);
    return { previous, limit: brokenLimit(unanswered), isTrusted: isVerified && unanswered.inDay < TRUST_LOST_AT };
  }

  /** Nobody asks any more: what is counted of a block begins anew, so that the next ones who ask are not held for it. */
  #forgive({ key }: Watch): void {
    if (key < 0) return;
    const { first } = blockRange(key);
    for (let level = levelOfKey(key); level < BLOCK_LEVELS; level++) {
      const around = blockKey(first, level);
      if (this.#watches.get(around) === undefined) this.#signals.blocks.restart(around);
    }
  }

  /** Whoever lets time pass, and how often: deadlines are met at the same minutes. */
  #tick(at: number): void {
    this.#signals.mature(at);
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    if (minute > this.#advancedTo) this.advance(minute as EpochMilliseconds);
  }

  /** Reads the evidence around the number and says what is to be done with the message. */
  #judge(passage: Passage, elsewhere: boolean): DetectionResult {
    const signals = this.#signals;
    const { blocks } = signals;
    const { query, destination, session } = passage;
    const { line, at } = query;
    const { watch: watchFrom, contain: containFrom } = this.#thresholdsFor(query);
    const isNominated = query.sharesEvidence && this.#shared.isNominated(this.account, blockKey(line, LEVEL_100K), at);
    // What others saw there counts like attacks on this account.
    const attacked = this.#watches.attackedBlocks(at) + (isNominated ? NOMINATION : 0);
    const completion = destination.completion.lowShare(signals.completionShare);
    const outcomesCount = signals.outcomesCount(destination);
    const isTrial = session !== 0 && session !== passage.previous;
    const isTaught = this.#lessons.covers(line, at);
    const suspicion = this.#suspicion;
    const asked: SuspicionQuery = {
      line,
      at,
      destination,
      watchFrom,
      watchNewFrom: watchFrom - Math.min(NATS_PER_ATTACK * Math.max(attacked - 1, 0), MOST_ATTACK_NATS),
      completion,
      outcomesCount,
      allowance: allowanceFor(signals, destination, outcomesCount, attacked),
      tried: isTrial ? this.#trial : undefined,
    };
    suspicion.look(signals, this.#watches, asked);
    if (suspicion.level === -1 || isTaught) {
      const many = isTrial && !elsewhere && !isTaught ? this.#judgeNewBlocks(passage, asked) : undefined;
      if (many !== undefined) return many;
      const { strongest } = suspicion;
      const score = strongest <= 0 ? 0 : Math.min(Math.round((50 * strongest) / watchFrom), 49);
      return this.#letThrough(passage, NO_OPINION, score);
    }

    const { level, reading, credit, newest, expectedShare } = suspicion;
    const key = blockKey(line, level);
    const evidence = evidenceOf(reading, signals.log, scopeOfBlock(key), {
      expectedShare,
      expectedConversion: completion,
      threshold: watchFrom,
      credit,
    });
    const watch = this.#watches.watch(key, destination.index, evidence, at);
    watch.isNew = suspicion.isNew;
    watch.majorityChild = suspicion.majorityChild;
    this.#suspect(LINK.block + level, newest, reading.since);
    const score = scoreOf(reading.total, watchFrom);

    if (outcomesCount && reading.total >= watchFrom && reading.outcome >= containFrom) {
      const cause = reading.faked > reading.unanswered ? "faked" : "unanswered";
      this.#inIncident(watch, query);
      this.#watches.contain(watch, cause, at, (at + CONTAIN_MS) as EpochMilliseconds);
      const reason = cause === "faked" ? "range_faked" : "range_unanswered";
      return this.#stop(passage, watch, { action: "block", reason, evidence }, 100);
    }
    const wider = isTrial ? this.#watches.ofNewBlocks(line, destination.index, blocks, at) : undefined;
    if (wider?.firm === true && outcomesCount && reading.converted === 0) {
      return this.#exhausted(passage, wider, false, score);
    }
    if (credit <= 0)
      return this.#exhausted(passage, watch, suspicion.hopeful && signals.feedback === "reported", score);
    const day = Math.floor(at / DAY_MS);
    if (isLargeCluster(signals, line, day, suspicion.sentLately)) watch.largeUntil = at + LARGE_FOR_MS;
    if (suspicion.isLarge || at < watch.largeUntil) {
      return this.#stop(passage, watch, { action: "challenge", reason: "large_cluster", evidence }, score);
    }
    return this.#letThrough(passage, { action: "allow", reason: "range_watched", evidence }, score, watch);
  }

  /** Many blocks at once: the new numbers of a destination whose blocks nobody ever verified in. */
  #judgeNewBlocks(passage: Passage, asked: SuspicionQuery): DetectionResult | undefined {
    const { log } = this.#signals;
    const { query, destination, session } = passage;
    const suspicion = this.#newBlocks;
    if (!suspicion.look(this.#signals, this.#watches, session, asked)) return undefined;
    const { reading, size, expectedShare } = suspicion;
    const scope: Scope = { type: "new_blocks", destination: query.destination, size };
    const evidence = evidenceOf(reading, log, scope, {
      expectedShare,
      expectedConversion: asked.completion,
      threshold: asked.watchFrom,
      credit: reading.credit,
    });
    const watch = this.#watches.watch(newBlocksKey(destination.index, size), destination.index, evidence, query.at);
    log.mark(session, SESSION.suspected);
    const score = scoreOf(reading.total, asked.watchFrom);
    if (reading.credit <= 0 || watch.firm) return this.#exhausted(passage, watch, reading.hopeful, score);
    return this.#letThrough(passage, { action: "allow", reason: "range_watched", evidence }, score, watch);
  }

  /** No credit left: one message in a while asks, the others wait for completions or are stopped. */
  #exhausted(passage: Passage, watch: Watch, hopeful: boolean, score: number): DetectionResult {
    const { at } = passage.query;
    if (watch.tokens > 0) {
      watch.tokens--;
      return this.#letThrough(
        passage,
        { action: "allow", reason: "range_watched", evidence: watch.evidence },
        score,
        watch,
      );
    }
    watch.closedUntil = at + (++watch.exhausted > CLOSE_LOOKS ? CLOSED_LATER_MS : CLOSED_MS);
    if (hopeful && this.#signals.latency.share(HOPE_MS) >= HOPEFUL_SHARE) watch.hopefulUntil = at + HOPE_MS;
    return this.#closed(passage, watch, score);
  }

  /** Shut, and nothing was completed since it was looked at. */
  #closed(passage: Passage, watch: Watch, score: number = watchedScore(watch)): DetectionResult {
    const { at, heldSince } = passage.query;
    const isDue = isProbeDue(this.#watches.probesOf(passage.destination.index, at), watch, at);
    if (heldSince === undefined && isDue) return this.#probe(passage, watch, score);
    return this.#stop(passage, watch, this.#waitOrChallenge(passage.query, watch), score);
  }

  #waitOrChallenge({ at, heldSince, holdSeconds }: DetectionQuery, watch: Watch): DetectionOpinion {
    const { evidence, hopefulUntil } = watch;
    const reason = surge(watch);
    const deadline = (heldSince ?? at) + holdSeconds * 1_000;
    if (at >= hopefulUntil || at >= deadline) return { action: "challenge", reason, evidence };
    return { action: "hold", reason, evidence, until: Math.min(at + HOLD_STEP_MS, deadline) as EpochMilliseconds };
  }

  #inContained(passage: Passage, watch: Watch, contained: NonNullable<Watch["contained"]>): DetectionResult {
    const { at, heldSince } = passage.query;
    if (contained.cause !== "operator") {
      contained.until = Math.max(contained.until, at + IDLE_MS);
      const isDue = isProbeDue(this.#watches.probesOf(passage.destination.index, at), watch, at);
      if (heldSince === undefined && passage.session === 0 && isDue) return this.#probe(passage, watch, 100);
    }
    return this.#stop(passage, watch, containedOpinion(watch), 100);
  }

  #probe(passage: Passage, watch: Watch, score: number): DetectionResult {
    const { query, destination, attempt, previous } = passage;
    const probes = this.#watches.probesOf(destination.index, query.at);
    probes.count++;
    probes.lastAt = query.at;
    this.incidents.note(watch.incident, query.at, "probed", watch.evidence.scope);
    if (passage.session === 0 || passage.session === previous) {
      passage.session = this.#trial.record(this.#signals, attempt, destination, previous, query.at);
    }
    this.#signals.log.mark(passage.session, SESSION.probe | SESSION.suspected);
    return this.#letThrough(passage, { action: "allow", reason: "probe", evidence: watch.evidence }, score, watch);
  }

  /** A verified number is exempt, whatever its range looks like. */
  #trusted(passage: Passage): DetectionResult {
    const { query, destination } = passage;
    const { blocks, log } = this.#signals;
    const session = passage.session === 0 ? this.#append(passage, SESSION.trusted) : passage.session;
    log.sent(session, query.at);
    const watch = this.#watches.around(query.line, destination.index, blocks, query.at);
    if (watch !== undefined && watch.incident !== 0) this.incidents.attempt(watch.incident, query, "verified");
    return VERIFIED;
  }

  #letThrough(passage: Passage, opinion: DetectionOpinion, score = 0, watch?: Watch): DetectionResult {
    const { query } = passage;
    const session = passage.session === 0 ? this.#append(passage, SESSION.repeat) : passage.session;
    this.#signals.log.sent(session, query.at);
    if (watch !== undefined && watch.incident !== 0) this.incidents.attempt(watch.incident, query, "leaked");
    if (opinion === NO_OPINION && score === 0) return ALLOWED;
    return result(watch, opinion, score);
  }

  #stop(passage: Passage, watch: Watch, asked: DetectionOpinion, score: number): DetectionResult {
    const { query, session, previous } = passage;
    const { log } = this.#signals;
    const opinion = this.#audited(passage, watch, asked);
    if (opinion.action === "allow") return this.#letThrough(passage, opinion, score, watch);
    // What an operator contained stops in monitor, too.
    const acts = query.acts || watch.contained?.cause === "operator";
    this.#watches.noteStopped(watch, query.at);
    if (query.sharesEvidence && watch.key > 0) {
      this.#shared.note(this.account, blockKey(blockRange(watch.key).first, LEVEL_100K), query.at);
    }
    if (!watch.firm) watch.tokens = 0;
    watch.firm ||= opinion.reason !== "large_cluster" && watch.contained?.cause !== "operator";
    this.#inIncident(watch, query);
    const until = (query.at + IDLE_MS) as EpochMilliseconds;
    this.incidents.narrowed(watch.incident, watch.evidence.scope, query.at, until);
    // A held message is counted when it has its last word; where it goes out all the same, now.
    if (opinion.action !== "hold" || !acts) {
      this.incidents.attempt(watch.incident, query, acts ? opinion.action : "would_stop");
    }
    if (!acts) {
      log.sent(session === 0 ? this.#append(passage, SESSION.repeat | SESSION.suspected) : session, query.at);
    } else if (session !== 0 && session !== previous) log.mark(session, SESSION.stopped);
    return result(watch, opinion, score);
  }

  /** A few of the stopped messages are released to learn how many were legitimate; when too many were, it steps down. */
  #audited(passage: Passage, watch: Watch, opinion: DetectionOpinion): DetectionOpinion {
    const { query } = passage;
    const { evidence, contained } = watch;
    if (opinion.action === "hold" || contained?.cause === "operator" || query.audit === undefined) return opinion;
    const { ledger } = this.#audit;
    if (passage.session === 0 && query.acts && ledger.mayRelease(query.audit, query.draw, query.at)) {
      passage.session = this.#append(passage, SESSION.audit | SESSION.suspected | SESSION.repeat);
      this.#audit.await(passage.session);
      return { action: "allow", reason: "audit_release", evidence };
    }
    ledger.stopped++;
    const enforcement = ledger.enforcement(query.falseBlockBudget);
    if (enforcement === "tell") return { action: "allow", reason: "stepped_down", evidence };
    if (enforcement === "challenge" && opinion.action === "block")
      return { action: "challenge", reason: surge(watch), evidence };
    return opinion;
  }

  #append({ attempt, destination, previous }: Passage, state: number): SessionNumber {
    return appendSession(this.#signals, attempt, destination, state, previous);
  }

  #inIncident(watch: Watch, query: DetectionQuery): void {
    if (watch.incident === 0) watch.incident = this.incidents.open(watch.evidence, query);
  }

  /** No baseline learns from the sessions of a suspected scope, from `since` on. */
  #suspect(link: number, newest: SessionNumber, since: SessionNumber): void {
    const { log } = this.#signals;
    for (let session = newest; session >= since && session !== 0; session = log.before(session, link)) {
      if (session !== newest && ((log.state[log.index(session)] ?? 0) & SESSION.suspected) !== 0) break;
      log.mark(session, SESSION.suspected);
    }
  }

  /** The session of a number that a message sent at this time belongs to. */
  #sessionAt(newest: SessionNumber, sentAt: number): SessionNumber {
    const { log } = this.#signals;
    for (let session = newest; session !== 0 && session >= log.tail; session = log.before(session, LINK.number)) {
      if ((log.at[log.index(session)] ?? 0) <= sentAt) return session;
    }
    return 0;
  }

  #thresholdsFor({ falseBlockBudget, scoreThreshold }: DetectionQuery): Thresholds {
    const held = this.#thresholds;
    if (held !== undefined && held.budget === falseBlockBudget && held.score === scoreThreshold) return held.values;
    const { watch, contain } = thresholdsFor(falseBlockBudget);
    const values = { watch: (watch * scoreThreshold) / 50, contain: (contain * scoreThreshold) / 50 };
    this.#thresholds = { budget: falseBlockBudget, score: scoreThreshold, values };
    return values;
  }
}

export interface AccountDetectionSnapshot {
  readonly account: AccountId;
  readonly signals: AccountSignalsSnapshot;
  readonly watches: WatchListSnapshot;
  readonly incidents: IncidentLogSnapshot;
  readonly lessons: LessonsSnapshot;
  readonly audit: AuditReleasesSnapshot;
  readonly until: readonly [lockdown: number, bypass: number, advanced: number];
}

function limited(limit: UnansweredLimit): DetectionResult {
  return { opinion: { action: "challenge", reason: "number_unanswered", limit }, score: 100, incident: undefined };
}

function lockedDown(until: number): DetectionResult {
  const opinion = { action: "block", reason: "lockdown", until: until as EpochMilliseconds } as const;
  return { opinion, score: 100, incident: undefined };
}

function containedOpinion({ evidence, contained }: Watch): DetectionOpinion {
  const by = contained?.cause === "operator" ? ({ by: "operator" } as const) : {};
  return { action: "block", reason: "range_contained", scope: evidence.scope, evidence, ...by };
}

function surge({ evidence }: Watch): "range_surge" | "new_blocks_surge" {
  return evidence.scope.type === "block" ? "range_surge" : "new_blocks_surge";
}

function watchedScore({ evidence }: Watch): number {
  return scoreOf(evidence.total, evidence.threshold);
}

function scoreOf(total: number, watchFrom: number): number {
  return Math.min(Math.max(Math.round((50 * total) / watchFrom), 50), 99);
}

function result(watch: Watch | undefined, opinion: DetectionOpinion, score: number): DetectionResult {
  const incident = watch === undefined || watch.incident === 0 ? undefined : watch.incident;
  return { opinion, score, incident };
}
