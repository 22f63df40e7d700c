import type { EpochMilliseconds } from "../brand.ts";
import { allowanceFor, countPassed, isLargeCluster } from "../containment/credit.ts";
import { attackedPart, isElsewhere, isFlooded, noteAsked } from "../containment/new-blocks-asked.ts";
import { notePace } from "../containment/pace.ts";
import { isProbeDue } from "../containment/probe-schedule.ts";
import { newBlocksKey, scopeOfBlock } from "../containment/scope-key.ts";
import { IDLE_MS, type Watch } from "../containment/watch.ts";
import { BlockSuspicion, type SuspicionQuery } from "../detectors/block-suspicion.ts";
import type { Scope } from "../detectors/evidence.ts";
import { evidenceOf } from "../detectors/evidence-of.ts";
import { NewBlocksSuspicion } from "../detectors/new-blocks-suspicion.ts";
import { blockKey, blockRange, LEVEL_100K } from "../signals/block-table.ts";
import { LINK, SESSION, type SessionNumber } from "../signals/session-log.ts";
import { attackOdds } from "./attack-odds.ts";
import { CONTAIN_MS } from "./contain-for.ts";
import { ALLOWED, type DetectionOpinion, type DetectionResult, NO_OPINION, VERIFIED } from "./detection-finding.ts";
import type { DetectionQuery } from "./detection-query.ts";
import type { DetectionState } from "./detection-state.ts";
import { unansweredOf } from "./number-limit.ts";
import { openIncident } from "./open-incident.ts";
import { containedOpinion, result, scoreOf, surge, watchedScore } from "./opinions.ts";
import type { Passage } from "./passage.ts";
import { ThresholdChoice } from "./threshold-choice.ts";
import { appendSession, type Trial } from "./trial.ts";
import { TurnedAwayNumbers } from "./turned-away-numbers.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
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
/** A block that other accounts nominate counts like so many attacks. */
const NOMINATION = 3;
/** How long a large cluster stays one. */
const LARGE_FOR_MS = 12 * HOUR_MS;
/** So many known in a block, and nobody is stopped there without a chance. */
const MANY_USERS = 10;
/** Unanswered codes of one number on a day, in new blocks that are shut: the first and one more. */
const CODES_WHERE_SHUT = 2;

/** What becomes of one message: the evidence around it is read, and it passes, waits, has to be proved, or is stopped. */
export class AttemptJudge {
  readonly #state: DetectionState;
  readonly #trial: Trial;
  readonly #suspicion: BlockSuspicion = new BlockSuspicion();
  readonly #newBlocks: NewBlocksSuspicion = new NewBlocksSuspicion();
  readonly #thresholds: ThresholdChoice = new ThresholdChoice();
  readonly #turnedAway: TurnedAwayNumbers;

  /** `trial`: the one that a message to a new number was recorded with. */
  constructor(state: DetectionState, trial: Trial) {
    this.#state = state;
    this.#trial = trial;
    this.#turnedAway = new TurnedAwayNumbers(state, this.#suspicion, this.#thresholds);
  }

  /** Reads the evidence around the number and says what is to be done with the message. */
  judge(passage: Passage, elsewhere: boolean, watched?: Watch): DetectionResult {
    const signals = this.#state.signals;
    const { blocks } = signals;
    const { query, destination, session } = passage;
    const { line, at } = query;
    const thresholds = this.#thresholds.for(query);
    const watchFrom = thresholds.watch;
    const isNominated =
      query.sharesEvidence && this.#state.shared.isNominated(this.#state.account, blockKey(line, LEVEL_100K), at);
    // What others saw there counts like attacks on this account.
    const attacked = this.#state.watches.attackedBlocks(at) + (isNominated ? NOMINATION : 0);
    const completion = destination.completion.lowShare(signals.completionShare);
    const outcomesCount = signals.outcomesCount(destination);
    const isTrial = session !== 0 && session !== passage.previous;
    const isTaught = this.#state.lessons.covers(line, at);
    const suspicion = this.#suspicion;
    const asked: SuspicionQuery = {
      line,
      at,
      destination,
      watchFrom,
      watchNewFrom: watchFrom - attackOdds(attacked),
      completion,
      outcomesCount,
      allowance: allowanceFor(signals, destination, outcomesCount, attacked),
      tried: isTrial ? this.#trial : undefined,
    };
    suspicion.look(signals, this.#state.watches, asked);
    if (watched !== undefined && at < watched.largeUntil && isTrial && !isTaught) {
      const opinion = { action: "challenge", reason: "large_cluster", evidence: watched.evidence } as const;
      return this.#stop(passage, watched, opinion, watchedScore(watched));
    }
    if (suspicion.level === -1 || isTaught) {
      const isAsked = isTrial && !elsewhere && !isTaught && !this.#state.lessons.coversNewBlocks(query.destination, at);
      const many = isAsked ? this.#judgeNewBlocks(passage, asked) : undefined;
      if (many !== undefined) return many;
      if (watched?.firm === true && !isTrial && !isTaught && this.#asksInVain(passage, watched)) {
        return this.#exhausted(passage, watched, false, watchedScore(watched));
      }
      const { strongest } = suspicion;
      const score = strongest <= 0 ? 0 : Math.min(Math.round((50 * strongest) / watchFrom), 49);
      return this.letThrough(passage, NO_OPINION, score);
    }

    const { level, reading, credit, newest, expectedShare } = suspicion;
    const key = blockKey(line, level);
    const evidence = evidenceOf(reading, signals, scopeOfBlock(key), {
      expectedShare,
      expectedConversion: completion,
      threshold: watchFrom,
      credit,
    });
    const watch = this.#state.watches.watch(key, destination.index, evidence, at);
    watch.isNew = suspicion.isNew;
    watch.majorityChild = suspicion.majorityChild;
    this.#suspect(LINK.block + level, newest, reading.since);
    const score = scoreOf(reading.total, watchFrom);

    if (outcomesCount && reading.total >= watchFrom && reading.outcome >= thresholds.contain) {
      const cause = reading.faked > reading.unanswered ? "faked" : "unanswered";
      // Where many people are known, new ones come too: they may prove themselves.
      if (cause === "unanswered" && suspicion.users >= MANY_USERS) return this.#exhausted(passage, watch, false, score);
      openIncident(this.#state, watch, query);
      this.#state.watches.contain(watch, cause, at, (at + CONTAIN_MS) as EpochMilliseconds);
      if (this.#state.isLearner) this.#distrust(LINK.block + level, newest, reading.since);
      const reason = cause === "faked" ? "range_faked" : "range_unanswered";
      return this.#stop(passage, watch, { action: "block", reason, evidence }, 100);
    }
    const wider = isTrial ? this.#state.watches.ofNewBlocks(line, destination.index, blocks, at) : undefined;
    if (wider?.firm === true && outcomesCount && reading.converted === 0) {
      return this.#exhausted(passage, wider, false, score);
    }
    if (credit <= 0)
      return this.#exhausted(passage, watch, suspicion.hopeful && signals.feedback === "reported", score);
    const day = Math.floor(at / DAY_MS);
    const passed = isTrial ? countPassed(watch, at) : 0;
    const weight = reading.clusterWeight;
    if (isLargeCluster(signals, line, day, weight * suspicion.sentLately, weight * passed)) {
      this.#state.watches.noteLarge(line, at + LARGE_FOR_MS);
    }
    if (suspicion.isLarge || at < watch.largeUntil) {
      return this.#stop(passage, watch, { action: "challenge", reason: "large_cluster", evidence }, score);
    }
    return this.letThrough(passage, { action: "allow", reason: "range_watched", evidence }, score, watch);
  }

  /**
   * Does a number ask again where new blocks are shut? Who was turned away is no more welcome for that, and who got a code
   * and another one has had what a person needs.
   */
  #asksInVain({ query, previous }: Passage, { key }: Watch): boolean {
    const { log } = this.#state.signals;
    if (key > 0 || this.#state.lessons.coversNewBlocks(query.destination, query.at)) return false;
    if ((log.state(previous) & SESSION.sent) === 0) return true;
    return unansweredOf(log, previous, query.at).inDay >= CODES_WHERE_SHUT;
  }

  /** Many blocks at once: the new numbers of a destination whose blocks nobody ever verified in. */
  #judgeNewBlocks(passage: Passage, asked: SuspicionQuery): DetectionResult | undefined {
    const { log } = this.#state.signals;
    const { query, destination, session } = passage;
    const suspicion = this.#newBlocks;
    if (!suspicion.look(this.#state.signals, this.#state.watches, session, asked)) return undefined;
    const { reading, size, expectedShare } = suspicion;
    const scope: Scope = { type: "new_blocks", destination: query.destination, size };
    const evidence = evidenceOf(reading, this.#state.signals, scope, {
      expectedShare,
      expectedConversion: asked.completion,
      threshold: asked.watchFrom,
      credit: reading.credit,
    });
    const watch = this.#state.watches.watch(
      newBlocksKey(destination.index, size),
      destination.index,
      evidence,
      query.at,
    );
    log.mark(session, SESSION.suspected);
    const score = scoreOf(reading.total, asked.watchFrom);
    if (reading.credit <= 0 || watch.firm) return this.#exhausted(passage, watch, reading.hopeful, score);
    return this.letThrough(passage, { action: "allow", reason: "range_watched", evidence }, score, watch);
  }

  /** No credit left: one message in a while asks, the others wait for completions or are stopped. */
  #exhausted(passage: Passage, watch: Watch, hopeful: boolean, score: number): DetectionResult {
    const { at } = passage.query;
    if (watch.tokens > 0) {
      watch.tokens--;
      return this.letThrough(
        passage,
        { action: "allow", reason: "range_watched", evidence: watch.evidence },
        score,
        watch,
      );
    }
    watch.closedUntil = at + (++watch.exhausted > CLOSE_LOOKS ? CLOSED_LATER_MS : CLOSED_MS);
    if (hopeful && this.#state.signals.latency.share(HOPE_MS) >= HOPEFUL_SHARE) watch.hopefulUntil = at + HOPE_MS;
    return this.closed(passage, watch, score);
  }

  /** Is the number in a block that the attack on new blocks leaves alone? */
  isElsewhere({ line, at }: DetectionQuery, found: Watch): boolean {
    if (found.key < 0) return noteAsked(found, line) && isElsewhere(found, at);
    // What is contained of an attack on new blocks counts as asked for, and keeps it up.
    const wide = found.origin < 0 ? this.#state.watches.get(found.origin) : undefined;
    if (wide !== undefined) {
      noteAsked(wide, line);
      notePace(wide.pace, at);
    }
    return false;
  }

  /** An attack on new blocks that the outcomes prove: each of its blocks is contained by itself. */
  attackedPart({ query, destination }: Passage, wide: Watch): Watch | undefined {
    if (!wide.firm || !isFlooded(wide, destination, query.at) || !this.#state.signals.outcomesCount(destination))
      return undefined;
    const key = attackedPart(wide, query.line);
    if (key === 0) return undefined;
    const until = (query.at + CONTAIN_MS) as EpochMilliseconds;
    return this.#state.watches.containPart(wide, key, query.at, until);
  }

  /** Shut, and nothing was completed since it was looked at. */
  closed(passage: Passage, watch: Watch, score: number = watchedScore(watch)): DetectionResult {
    const { at, heldSince } = passage.query;
    const isDue = isProbeDue(this.#state.watches.probesOf(passage.destination.index, at), watch, at);
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

  inContained(passage: Passage, watch: Watch, contained: NonNullable<Watch["contained"]>): DetectionResult {
    const { at, heldSince } = passage.query;
    if (contained.cause !== "operator") {
      contained.until = Math.max(contained.until, watch.pace.attackAt + IDLE_MS);
      const isDue = isProbeDue(this.#state.watches.probesOf(passage.destination.index, at), watch, at);
      if (heldSince === undefined && passage.session === 0 && isDue) return this.#probe(passage, watch, 100);
    }
    return this.#stop(passage, watch, containedOpinion(watch), 100);
  }

  #probe(passage: Passage, watch: Watch, score: number): DetectionResult {
    const { query, destination, attempt, previous } = passage;
    const probes = this.#state.watches.probesOf(destination.index, query.at);
    probes.count++;
    probes.lastAt = query.at;
    probes.pause = Math.max(probes.pause, watch.quietFor);
    this.#state.incidents.note(watch.incident, query.at, "probed", watch.evidence.scope);
    if (passage.session === 0 || passage.session === previous) {
      passage.session = this.#trial.record(this.#state.signals, attempt, destination, previous, query.at);
    }
    this.#state.signals.log.mark(passage.session, SESSION.probe | SESSION.suspected);
    return this.letThrough(passage, { action: "allow", reason: "probe", evidence: watch.evidence }, score, watch);
  }

  /** A verified number is exempt, whatever its range looks like. */
  trusted(passage: Passage): DetectionResult {
    const { query, destination } = passage;
    const { blocks, log } = this.#state.signals;
    const session = passage.session === 0 ? this.#append(passage, SESSION.trusted) : passage.session;
    log.sent(session, query.at);
    const watch = this.#state.watches.around(query.line, destination.index, blocks, query.at);
    if (watch !== undefined && watch.incident !== 0) this.#state.incidents.attempt(watch.incident, query, "verified");
    return VERIFIED;
  }

  letThrough(passage: Passage, opinion: DetectionOpinion, score = 0, watch?: Watch): DetectionResult {
    const { query } = passage;
    const session = passage.session === 0 ? this.#append(passage, SESSION.repeat) : passage.session;
    this.#state.signals.log.sent(session, query.at);
    if (watch !== undefined && watch.incident !== 0) this.#state.incidents.attempt(watch.incident, query, "leaked");
    if (opinion === NO_OPINION && score === 0) return ALLOWED;
    return result(watch, opinion, score);
  }

  #stop(passage: Passage, watch: Watch, asked: DetectionOpinion, score: number): DetectionResult {
    const { query, session, previous } = passage;
    const { log } = this.#state.signals;
    const opinion = this.#audited(passage, watch, asked);
    if (opinion.action === "allow") return this.letThrough(passage, opinion, score, watch);
    // What an operator contained stops in monitor, too.
    const acts = query.acts || watch.contained?.cause === "operator";
    this.#state.watches.noteStopped(watch, query.at);
    this.#turnedAway.count(passage, watch);
    if (query.sharesEvidence && watch.key > 0) {
      this.#state.shared.note(this.#state.account, blockKey(blockRange(watch.key).first, LEVEL_100K), query.at);
    }
    if (!watch.firm) watch.tokens = 0;
    watch.firm ||= opinion.reason !== "large_cluster" && watch.contained?.cause !== "operator";
    openIncident(this.#state, watch, query);
    const until = (query.at + IDLE_MS) as EpochMilliseconds;
    this.#state.incidents.narrowed(watch.incident, watch.evidence.scope, query.at, until);
    // A held message is counted when it has its last word; where it goes out all the same, now.
    if (opinion.action !== "hold" || !acts) {
      this.#state.incidents.attempt(watch.incident, query, acts ? opinion.action : "would_stop");
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
    const { ledger } = this.#state.audit;
    if (passage.session === 0 && query.acts && ledger.mayRelease(query.audit, query.draw, query.at)) {
      passage.session = this.#append(passage, SESSION.audit | SESSION.suspected | SESSION.repeat);
      this.#state.audit.await(passage.session);
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
    return appendSession(this.#state.signals, attempt, destination, state, previous);
  }

  /** No baseline learns from the sessions of a suspected scope, from `since` on. */
  #suspect(link: number, newest: SessionNumber, since: SessionNumber): void {
    const { log } = this.#state.signals;
    for (let session = newest; session >= since && session !== 0; session = log.before(session, link)) {
      if (session !== newest && (log.state(session) & SESSION.suspected) !== 0) break;
      log.mark(session, SESSION.suspected);
    }
  }

  isContained(line: number, at: number): boolean {
    return this.#state.watches.around(line, -1, this.#state.signals.blocks, at)?.contained !== undefined;
  }

  /** Those who completed in a scope that proves to be attacked are no verified numbers. */
  #distrust(link: number, newest: SessionNumber, since: SessionNumber): void {
    const { log } = this.#state.signals;
    for (let session = newest; session >= since && session !== 0; session = log.before(session, link)) {
      if ((log.state(session) & SESSION.converted) !== 0) this.#forgetVerified(log.line(session));
    }
  }

  #forgetVerified(line: number): void {
    const { numbers } = this.#state.signals;
    const slot = numbers.find(line);
    if (slot !== -1) numbers.forget(slot);
  }
}
