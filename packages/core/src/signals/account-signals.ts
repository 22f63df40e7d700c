import type { Destination } from "../numbering/e164.ts";
import { BLOCK_LEVELS, BlockTable, type BlockTableSnapshot, blockKey, LEVEL_100K } from "./block-table.ts";
import { CompletionShare } from "./completion-share.ts";
import { ControlGroup } from "./control-group.ts";
import { CountedShare } from "./counted-share.ts";
import { DecayedCount } from "./decayed-count.ts";
import { deliveredInTime } from "./delivered-in-time.ts";
import { DestinationSignals, type DestinationSnapshot } from "./destination-signals.ts";
import { LatencyBaseline } from "./latency-baseline.ts";
import { NumberTable, type NumberTableSnapshot } from "./number-table.ts";
import { LINK, SESSION, SessionLog, type SessionLogSnapshot, type SessionNumber } from "./session-log.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A number is trusted, and a completion teaches, from this age on; in an account's first days it teaches sooner. */
export const TRUST_AFTER_MS: number = DAY_MS;
const FIRST_DAYS_MS = 2 * DAY_MS;
const TEACH_AFTER_FIRST_MS = HOUR_MS;
/** A verified number that did not verify again for so long is a new number. */
export const TRUST_EXPIRY_MS: number = 180 * DAY_MS;
/** Bounds of the time after which a code counts as unanswered. */
const MATURE_BOUNDS_MS = [60_000, 30 * 60_000] as const;
/** Unsuspected sessions without any completion in a row, after which outcomes count as missing. */
const SILENT_SESSIONS = 15;
/** The same before their time is quite over: most would have been completed. */
const UNHEARD_SESSIONS = 8;
/** New numbers count for less: anybody can ask for them and not answer. */
const UNHEARD_NEW = 0.25;
/** Completions that an account must have reported before a missing one means anything. */
const FEEDBACK_PROVED = 5;
/** What an account without outcomes is reckoned to have completed, so that its usual blocks are known all the same. */
const UNREPORTED_WEIGHT = 0.6;
const SUSPECTED_WEIGHT = 0.5;
/** When so many were seen, one session of so many is enough to follow what people do. */
const KNOWN_HABITS = 1_000;
const ONE_OF = 4;
const PRIOR_COMPLETION = 0.62;

/** How much one account's state may take. All powers of two. */
export interface SignalCapacity {
  readonly sessions: number;
  readonly numbers: number;
  readonly blocks: number;
}

/** About 120 MB when full: a million sessions, over a million numbers and blocks. */
export const DEFAULT_CAPACITY: SignalCapacity = { sessions: 1 << 18, numbers: 1 << 21, blocks: 1 << 20 };

/** Everything that is measured of one account's traffic. Time comes with what happens; bounded; serialisable. */
export class AccountSignals {
  log: SessionLog;
  numbers: NumberTable;
  blocks: BlockTable;
  latency: LatencyBaseline = new LatencyBaseline();
  completion: CompletionShare = new CompletionShare();
  control: ControlGroup = new ControlGroup();
  converted: DecayedCount = new DecayedCount();
  /** How often completions are followed by activity: matured completions, and of these with activity. */
  activity: [converted: number, active: number] = [0, 0];
  /** Delivered sessions, of those that matured. */
  delivery: [sent: number, delivered: number] = [0, 0];
  /**
   * Of new numbers that nothing speaks against: how many were not delivered in time, where the one before in their block
   * was; of those who completed how many entered a code more than once; and how often two of one block, one after the
   * other within a day, came from one address.
   */
  undelivered: CountedShare = new CountedShare();
  retyped: CountedShare = new CountedShare();
  sharedAddress: CountedShare = new CountedShare();
  clock = 0;
  firstAt: number = Number.POSITIVE_INFINITY;
  /** Outcomes are known to arrive for what was sent up to here. */
  heardUpTo: number = Number.NEGATIVE_INFINITY;
  conversions = 0;
  lastConversionAt: number = Number.NEGATIVE_INFINITY;
  silent = 0;
  /** Unsuspected sessions that grew old enough to be answered since anything was, wherever. */
  unheard = 0;
  #ripe: SessionNumber = 1;
  #matured: SessionNumber = 1;
  #learned: SessionNumber = 1;
  readonly #destinations: Map<Destination, DestinationSignals> = new Map();
  readonly #byIndex: DestinationSignals[] = [];

  constructor(capacity: SignalCapacity = DEFAULT_CAPACITY) {
    this.log = new SessionLog(capacity.sessions);
    this.numbers = new NumberTable(capacity.numbers);
    this.blocks = new BlockTable(capacity.blocks);
  }

  destination(code: Destination): DestinationSignals {
    const known = this.#destinations.get(code);
    if (known !== undefined) return known;
    const signals = new DestinationSignals(code, this.#byIndex.length);
    this.#destinations.set(code, signals);
    this.#byIndex.push(signals);
    return signals;
  }

  /** As `destination`, but one that was not seen yet is not remembered: for who only looks. */
  destinationSeen(code: Destination): DestinationSignals {
    return this.#destinations.get(code) ?? new DestinationSignals(code, this.#byIndex.length);
  }

  destinationAt(index: number): DestinationSignals | undefined {
    return this.#byIndex[index];
  }

  /** Do outcomes arrive at all? `unknown`: too early to say. */
  get feedback(): "unknown" | "reported" | "missing" {
    if (this.silent >= SILENT_SESSIONS) return "missing";
    return this.isProved ? "reported" : "unknown";
  }

  /** Were outcomes ever told? */
  get isProved(): boolean {
    return this.conversions >= FEEDBACK_PROVED;
  }

  /** May unanswered codes of this destination count as evidence now? */
  outcomesCount(destination: DestinationSignals): boolean {
    return this.isHeard && !destination.control.isDown;
  }

  /** Do outcomes arrive now, as usual? */
  get isHeard(): boolean {
    return this.feedback === "reported" && !this.control.isDown && this.unheard < UNHEARD_SESSIONS;
  }

  /** The share of new numbers that completes, over all destinations. */
  get completionShare(): number {
    return this.completion.share(PRIOR_COMPLETION);
  }

  /** From this age on a code that was not answered counts as unanswered (milliseconds). */
  get matureAfter(): number {
    return Math.min(Math.max(this.latency.mature, MATURE_BOUNDS_MS[0]), MATURE_BOUNDS_MS[1]);
  }

  /** A session was completed. `attempts`: so many codes were entered until it was right, where that is known. */
  convert(session: SessionNumber, at: number, attempts?: number): void {
    const { log } = this;
    const state = log.state(session);
    if ((state & SESSION.converted) !== 0) return;
    log.convert(session, at);
    if (attempts !== undefined) log.mark(session, SESSION.entered | (attempts > 1 ? SESSION.retyped : 0));
    this.conversions++;
    this.lastConversionAt = Math.max(this.lastConversionAt, at);
    this.silent = 0;
    this.unheard = 0;
    if ((state & SESSION.suspected) !== 0) return;
    this.heardUpTo = Math.max(this.heardUpTo, log.at(session));
    this.latency.learn(at - log.at(session));
  }

  /** Lets time pass: sessions grow old, and what became of them is learned. */
  mature(at: number): void {
    const matureBefore = at - this.matureAfter;
    const { log } = this;
    for (; this.#matured < log.head; this.#matured++) {
      if (this.#matured < log.tail) this.#matured = log.tail;
      if (log.at(this.#matured) > matureBefore) break;
      this.#judge(this.#matured);
    }
    const ripeBefore = at - this.latency.ripe;
    for (; this.#ripe < log.head; this.#ripe++) {
      if (this.#ripe < log.tail) this.#ripe = log.tail;
      if (log.at(this.#ripe) > ripeBefore) break;
      const state = log.state(this.#ripe);
      if ((state & (SESSION.sent | SESSION.suspected | SESSION.converted)) !== SESSION.sent) continue;
      this.unheard += (state & SESSION.trusted) === 0 ? UNHEARD_NEW : 1;
    }
    // Never back again at the end of the first days: whenever time is let pass, it comes to the same.
    const firstDays = Math.min(at, this.firstAt + FIRST_DAYS_MS) - TEACH_AFTER_FIRST_MS;
    const teachBefore = Math.max(firstDays, at - TRUST_AFTER_MS);
    for (; this.#learned < log.head; this.#learned++) {
      if (this.#learned < log.tail) this.#learned = log.tail;
      if (log.at(this.#learned) > teachBefore) break;
      this.#learn(this.#learned);
    }
    // What is about to be forgotten teaches now.
    if (log.full && this.#learned === log.tail) this.#learn(this.#learned++);
  }

  /** Its time for an answer is over. */
  #judge(session: SessionNumber): void {
    const { log } = this;
    const state = log.state(session);
    if ((state & SESSION.sent) === 0 || (state & (SESSION.suspected | SESSION.probe)) !== 0) return;
    const converted = (state & SESSION.converted) !== 0;
    this.silent = converted ? 0 : this.silent + 1;
    const destination = this.#byIndex[log.destination(session)];
    if (destination === undefined) return;
    count(this.delivery, (state & SESSION.delivered) !== 0);
    const [convertedAfter, deliveredAfter] = [log.convertedAfter(session), log.deliveredAfter(session)];
    if (convertedAfter !== undefined && deliveredAfter !== undefined)
      count(destination.ordered, convertedAfter < deliveredAfter);
    if ((state & (SESSION.trusted | SESSION.repeat)) === 0) this.#learnHabits(session, state, destination);
    if (this.feedback !== "reported") return;
    if ((state & SESSION.trusted) !== 0) {
      const sentAt = log.at(session);
      this.control.observe(converted, sentAt);
      destination.control.observe(converted, sentAt);
    } else if ((state & SESSION.repeat) === 0 && !this.control.isDown) {
      this.completion.observe(converted);
      destination.completion.observe(converted);
    }
  }

  /** What people do besides completing. */
  #learnHabits(session: SessionNumber, state: number, destination: DestinationSignals): void {
    const { log } = this;
    if (this.undelivered.seen >= KNOWN_HABITS && session % ONE_OF !== 0) return;
    const converted = (state & SESSION.converted) !== 0;
    if (converted && (state & SESSION.entered) !== 0) this.retyped.observe((state & SESSION.retyped) !== 0);
    const before = log.before(session, LINK.block + LEVEL_100K);
    if (before === 0) return;
    const stateBefore = log.state(before);
    if ((stateBefore & SESSION.suspected) !== 0) return;
    // Operators differ: where the one before was not reported in time, it may be that none is.
    if (deliveredInTime(log, before, stateBefore)) {
      const isUndelivered = !deliveredInTime(log, session, state);
      this.undelivered.observe(isUndelivered);
      destination.undelivered.observe(isUndelivered);
    }
    const address = log.address(session);
    const addressBefore = log.address(before);
    if (!converted || (stateBefore & SESSION.converted) === 0 || address === 0 || addressBefore === 0) return;
    if (log.at(session) - log.at(before) < DAY_MS) this.sharedAddress.observe(address === addressBefore);
  }

  /** It is old enough to say which blocks are usual. */
  #learn(session: SessionNumber): void {
    const { log, blocks } = this;
    const state = log.state(session);
    if ((state & SESSION.converted) !== 0) count(this.activity, (state & SESSION.active) !== 0);
    if ((state & (SESSION.trusted | SESSION.repeat | SESSION.banned)) !== 0 || (state & SESSION.sent) === 0) return;
    const isSuspected = (state & SESSION.suspected) !== 0;
    // In an account's first days what was suspected and is completed all the same teaches half, or a business whose
    // customers live close together would be suspected for ever. Later it would teach what an attacker wants.
    const isYoung = log.at(session) - this.firstAt < FIRST_DAYS_MS;
    const completed = !isSuspected ? 1 : isYoung ? SUSPECTED_WEIGHT : 0;
    const unreported = isSuspected ? 0 : UNREPORTED_WEIGHT;
    const weight = (state & SESSION.converted) !== 0 ? completed : this.conversions === 0 ? unreported : 0;
    const destination = this.#byIndex[log.destination(session)];
    if (weight === 0 || destination === undefined) return;
    const day = Math.floor(log.at(session) / DAY_MS);
    const line = log.line(session);
    blocks.reserve(BLOCK_LEVELS);
    for (let level = 0; level < BLOCK_LEVELS; level++) {
      // Also where it was forgotten since: no flood takes a completion from its block.
      blocks.learn(blocks.ensure(blockKey(line, level), day), day, weight);
    }
    destination.converted.add(day, weight);
    this.converted.add(day, weight);
    if ((state & SESSION.new10k) !== 0) destination.convertedNew10k.add(day, weight);
    if ((state & SESSION.new100k) !== 0) destination.convertedNew100k.add(day, weight);
  }

  snapshot(): AccountSignalsSnapshot {
    return {
      log: this.log.snapshot(),
      numbers: this.numbers.snapshot(),
      blocks: this.blocks.snapshot(),
      latency: this.latency.snapshot(),
      completion: this.completion.snapshot(),
      control: this.control.snapshot(),
      converted: this.converted.snapshot(),
      pairs: [this.activity, this.delivery],
      shares: [this.undelivered, this.retyped, this.sharedAddress].map((share) => share.snapshot()),
      scalars: [
        this.clock,
        this.firstAt,
        this.heardUpTo,
        this.conversions,
        this.lastConversionAt,
        this.silent,
        this.unheard,
        this.#ripe,
        this.#matured,
        this.#learned,
      ],
      destinations: this.#byIndex.map((destination) => destination.snapshot()),
    };
  }

  static restore(snapshot: AccountSignalsSnapshot, capacity: SignalCapacity = DEFAULT_CAPACITY): AccountSignals {
    const signals = new AccountSignals(capacity);
    signals.log = SessionLog.restore(snapshot.log, capacity.sessions);
    signals.numbers = NumberTable.restore(snapshot.numbers, capacity.numbers);
    signals.blocks = BlockTable.restore(snapshot.blocks, capacity.blocks);
    signals.latency = LatencyBaseline.restore(snapshot.latency);
    signals.completion = CompletionShare.restore(snapshot.completion);
    signals.control = ControlGroup.restore(snapshot.control);
    signals.converted = DecayedCount.restore(snapshot.converted);
    const [activity, delivery] = snapshot.pairs;
    signals.activity = [activity[0], activity[1]];
    signals.delivery = [delivery[0], delivery[1]];
    const [undelivered, retyped, sharedAddress] = snapshot.shares;
    signals.undelivered = CountedShare.restore(undelivered);
    signals.retyped = CountedShare.restore(retyped);
    signals.sharedAddress = CountedShare.restore(sharedAddress);
    [
      signals.clock,
      signals.firstAt,
      signals.heardUpTo,
      signals.conversions,
      signals.lastConversionAt,
      signals.silent,
      signals.unheard,
      signals.#ripe,
      signals.#matured,
      signals.#learned,
    ] = snapshot.scalars;
    for (const [index, kept] of snapshot.destinations.entries()) {
      const destination = DestinationSignals.restore(kept, index);
      signals.#destinations.set(destination.destination, destination);
      signals.#byIndex.push(destination);
    }
    return signals;
  }
}

type Pair = readonly [number, number];

export interface AccountSignalsSnapshot {
  readonly log: SessionLogSnapshot;
  readonly numbers: NumberTableSnapshot;
  readonly blocks: BlockTableSnapshot;
  readonly latency: readonly number[];
  readonly completion: readonly number[];
  readonly control: readonly number[];
  readonly converted: readonly number[];
  readonly pairs: readonly [Pair, Pair];
  readonly shares: readonly (readonly number[])[];
  readonly scalars: readonly [number, number, number, number, number, number, number, number, number, number];
  readonly destinations: readonly DestinationSnapshot[];
}

/** Counts one of two; beyond some thousands, older ones count half. */
function count(pair: [number, number], second: boolean): void {
  pair[0]++;
  if (second) pair[1]++;
  if (pair[0] > 5_000) {
    pair[0] /= 2;
    pair[1] /= 2;
  }
}
