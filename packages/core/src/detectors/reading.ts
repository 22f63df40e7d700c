import type { AccountSignals } from "../signals/account-signals.ts";
import { ATTACK_SHARES, LEAST_RISE } from "../signals/block-table.ts";
import type { ControlGroup } from "../signals/control-group.ts";
import { SESSION, type SessionNumber } from "../signals/session-log.ts";
import { Corroboration, type HabitsFound } from "./corroboration.ts";

/** Sessions of a scope that are looked back at. */
export const LOOK_BACK_SESSIONS: number = 64;
const HOUR_MS = 3_600_000;
const LOOK_BACK_MS = 24 * HOUR_MS;
/** Later activity is only known of sessions that are a day old; who reports it is looked at for longer. */
export const LOOK_BACK_ACTIVITY_MS: number = 48 * HOUR_MS;
/** From this age on whoever completes has completed. */
export const OLD_MS: number = 2 * HOUR_MS;
/** What is unanswered for longer no longer takes credit. */
const CREDIT_WINDOW_MS = 24 * HOUR_MS;
/** What a completion gives back of a scope's credit. */
const CREDIT_PER_CONVERSION = 2;
/** However many were completed before, no more may be unanswered in a row: old completions do not pay for a burst. */
const MOST_CREDIT = 16;

const SHARES = ATTACK_SHARES.length;
const LOG_SHARE: readonly number[] = ATTACK_SHARES.map((share) => Math.log(share));
const LOG_MISS: readonly number[] = ATTACK_SHARES.map((share) => Math.log1p(-share));
/** Costs of choosing the likeliest of several alternatives (a maximum is at most their number times the mean). */
const CHOICE_OF_SHARE = Math.log(SHARES);
const CHOICE_OF_OUTCOME = Math.log(3);
const CHOICE_OF_FAKE = Math.log(5);

/** Under an attack this share of the codes is completed all the same. */
const ATTACK_COMPLETION = 0.03;
/** In the new blocks of a destination an attack stands beside people. */
const MIXED_COMPLETION = 0.15;

/** Number line: at most 3 × 17 × 8 of 10,000 numbers are within 8 of one of the last 8. Under attack four of five are. */
const NEAR_CHANCE = 0.041;
const NEAR = Math.log(0.8 / NEAR_CHANCE);
const NOT_NEAR = Math.log(0.2 / (1 - NEAR_CHANCE));

/** Two completions of people seldom take equally long, within a tenth; those of a script nearly always do. */
const ALIKE = 0.1;
const ALIKE_CHANCE = 0.2;
const ALIKE_ATTACK = 0.9;
/** A completion faster than all but the fastest of people's. */
const FAST_CHANCE = 0.03;
const FAST_ATTACK = 0.9;
const ALIKE_STEP = Math.log(ALIKE_ATTACK / ALIKE_CHANCE);
const UNLIKE_STEP = Math.log((1 - ALIKE_ATTACK) / (1 - ALIKE_CHANCE));
const FAST_STEP = Math.log(FAST_ATTACK / FAST_CHANCE);
const SLOW_STEP = Math.log((1 - FAST_ATTACK) / (1 - FAST_CHANCE));
const FAKE_LEAST_CONVERSIONS = 4;
const NEARLY_ALL = 0.75;
/** Where the numbers lie no more than so much closer than usual (nats), the habits of their people are not asked for. */
const CONCENTRATED = Math.log(20);
/** One device that serves several numbers: chance, and under attack. */
const DEVICE_CHANCE = 0.1;
const DEVICE_ATTACK = 0.6;
const DEVICES_COMPARED = 16;

/** What a scope's chain of sessions is compared with. */
export interface Expectation {
  /** Upper bound on the scope's usual share of the trials. */
  readonly share: number;
  /** Low estimate of the share that completes. */
  readonly completion: number;
  /** The destination's control group: what was sent while it was down proves nothing. */
  readonly control: ControlGroup;
  /** May unanswered codes count? */
  readonly outcomesCount: boolean;
  /** Messages to new numbers that may be unanswered in a watched scope. */
  readonly allowance: number;
  /** Chance that a person's completion comes before its delivery report. */
  readonly beforeDelivery: number;
  /** Share of people whose message is not reported delivered in time, on the low side; 0: not known. */
  readonly undelivered: number;
  /** `new_blocks`: measured on the account's clock, and an attack stands beside people there. */
  readonly scope: "block" | "new_blocks";
  /** Do neighbouring numbers mean anything at this size? */
  readonly adjacency: boolean;
}

/**
 * Reads the evidence in a chain of sessions: looks back from the newest and finds the session from which on an attack is
 * likeliest. One object, read again and again: the hot path makes nothing.
 */
export class Reading {
  total = 0;
  share = 0;
  adjacency = 0;
  unanswered = 0;
  faked = 0;
  since: SessionNumber = 0;
  hits = 0;
  trials = 0;
  converted = 0;
  sent = 0;
  /** Sent, not completed and younger (older) than nearly all that complete. */
  pending = 0;
  late = 0;
  stopped = 0;
  /** Sent within the last hour. */
  sentLately = 0;
  credit = 0;
  /** A pending one may still be completed soon. */
  hopeful = false;
  readonly #corroboration: Corroboration = new Corroboration();
  /** Of the likeliest way in which completions look faked, and of devices that served several numbers. */
  #looks = 0;
  #devicesFound = 0;
  /** Do habits take part from there on? */
  #asksHabits = false;
  /** What was read, for a second look at the habits. */
  #link = 0;
  #first: SessionNumber = 0;
  #skip = 0;
  #at = 0;
  #undelivered = 0;
  readonly #devices: Uint32Array = new Uint32Array(DEVICES_COMPARED);
  readonly #shares: Float64Array = new Float64Array(SHARES);

  /** `first`: the newest session of the chain; `skip`: sessions with one of these bits are passed over. */
  read(
    signals: AccountSignals,
    link: number,
    first: SessionNumber,
    expected: Expectation,
    at: number,
    clock: number,
    skip = 0,
  ): void {
    const { log, latency } = signals;
    const { share: q, completion: p0, scope } = expected;
    const p1 = attackCompletion(expected);
    const isBlock = scope === "block";
    const logShare = Math.log(q);
    const logMiss = Math.log1p(-q);
    const convertedStep = Math.log(p1 / p0);
    const oldStep = Math.log((1 - p1) / (1 - p0));
    const matureAfter = signals.matureAfter;
    const before = expected.beforeDelivery;
    const fast = latency.fastest / 1.2;
    const active = activityShare(signals);
    const oldest = at - (active > 0 ? LOOK_BACK_ACTIVITY_MS : LOOK_BACK_MS);
    const habits = this.#corroboration;
    const counts = expected.outcomesCount;

    this.total = Number.NEGATIVE_INFINITY;
    this.share = 0;
    this.adjacency = 0;
    this.unanswered = 0;
    this.faked = 0;
    this.since = 0;
    this.hits = 0;
    this.trials = 0;
    this.converted = 0;
    this.sent = 0;
    this.pending = 0;
    this.late = 0;
    this.stopped = 0;
    this.sentLately = 0;
    this.credit = expected.allowance;
    this.hopeful = false;
    this.#asksHabits = false;
    this.#link = link;
    this.#first = first;
    this.#skip = skip;
    this.#at = at;
    this.#undelivered = expected.undelivered;
    const shares = this.#shares.fill(0);
    let adjacency = 0;
    let unanswered = 0;
    let alike = 0;
    let fastness = 0;
    let order = 0;
    let devices = 0;
    let activity = 0;
    let hits = 0;
    let converted = 0;
    let sent = 0;
    let pending = 0;
    let late = 0;
    let stopped = 0;
    let completedCredit = 0;
    let open = 0;
    let lately = 0;
    let laterTook = 0;
    let window = MOST_CREDIT;
    let hopeful = false;
    let laterClock = clock;
    let laterState = 0;
    let isAsked = false;
    let isCompared = false;

    for (let session = first; session !== 0 && hits < LOOK_BACK_SESSIONS; session = log.before(session, link)) {
      const sessionAt = log.at(session);
      if (sessionAt < oldest) break;
      const state = log.state(session);
      if ((state & skip) !== 0) continue;
      const ownClock = isBlock ? log.clock(session) : log.accountClock(session);
      // The hit after this one counts from here on, with the misses between; the first hit of all is free.
      const misses = Math.max(laterClock - ownClock - (hits > 0 ? 1 : 0), 0);
      for (let a = 0; a < SHARES; a++) {
        const gain = (LOG_MISS[a] ?? 0) - logMiss;
        shares[a] = (shares[a] ?? 0) + misses * gain + (hits > 0 ? (LOG_SHARE[a] ?? 0) - logShare : 0);
      }
      if (hits > 0 && expected.adjacency) adjacency += (laterState & SESSION.near) !== 0 ? NEAR : NOT_NEAR;
      hits++;
      laterClock = ownClock;
      laterState = state;

      if ((state & SESSION.stopped) !== 0) stopped++;
      if ((state & SESSION.sent) !== 0) {
        const age = at - sessionAt;
        sent++;
        if (age < HOUR_MS) lately++;
        const convertedAfter = (state & SESSION.converted) !== 0 ? log.convertedAfter(session) : undefined;
        if (convertedAfter !== undefined) {
          converted++;
          if (age < CREDIT_WINDOW_MS) completedCredit++;
          unanswered += convertedStep;
          if (converted > 1) {
            const isAlike = Math.abs(convertedAfter - laterTook) <= ALIKE * Math.max(convertedAfter, laterTook);
            alike += isAlike ? ALIKE_STEP : UNLIKE_STEP;
          }
          laterTook = convertedAfter;
          fastness += convertedAfter < fast ? FAST_STEP : SLOW_STEP;
          const deliveredAfter = log.deliveredAfter(session);
          if (deliveredAfter !== undefined) {
            order += Math.log(convertedAfter < deliveredAfter ? 0.9 / before : 0.1 / (1 - before));
          }
          if (active > 0 && age > LOOK_BACK_MS) {
            activity += Math.log((state & SESSION.active) !== 0 ? 0.05 / active : 0.95 / (1 - active));
          }
        } else {
          if (age < matureAfter) pending++;
          else late++;
          if (age < matureAfter / 4) hopeful = true;
          if (age < CREDIT_WINDOW_MS) {
            open++;
            window = Math.min(window, MOST_CREDIT + CREDIT_PER_CONVERSION * completedCredit - open);
          }
          // A pending code is evidence in proportion to its age (censored likelihood ratio), and only where outcomes of
          // what was sent at the same time are known to have arrived.
          if (
            sessionAt <= signals.heardUpTo &&
            !signals.control.wasDown(sessionAt) &&
            !expected.control.wasDown(sessionAt)
          ) {
            if (age >= OLD_MS) unanswered += oldStep;
            else {
              const due = latency.slowShare(age);
              if (due > 0) unanswered += Math.log((1 - p1 * due) / (1 - p0 * due));
            }
          }
        }
        const device = log.device(session);
        if (device !== 0) {
          const compared = Math.min(sent - 1, DEVICES_COMPARED);
          let repeated = false;
          for (let other = 0; other < compared; other++) if (this.#devices[other] === device) repeated = true;
          if (sent > 1) {
            devices += Math.log(repeated ? DEVICE_ATTACK / DEVICE_CHANCE : (1 - DEVICE_ATTACK) / (1 - DEVICE_CHANCE));
          }
        }
        // Also where it is not known: nothing of an earlier reading is compared with.
        this.#devices[(sent - 1) % DEVICES_COMPARED] = device;
        if (isCompared) habits.add(signals, session, state, age);
      }

      // An attack takes more than is usual, or as much: then the outcomes have to tell. Never less.
      let share = 0;
      for (let a = 0; a < SHARES; a++) {
        if ((ATTACK_SHARES[a] ?? 0) > LEAST_RISE * q && (shares[a] ?? 0) > share) share = shares[a] ?? 0;
      }
      share -= CHOICE_OF_SHARE;
      const near = expected.adjacency ? Math.max(adjacency - Math.LN2, 0) : 0;
      const silence = counts ? unanswered : 0;
      const looks = Math.max(alike, fastness, order, activity);
      let faked = 0;
      const isFakeable = counts && converted >= FAKE_LEAST_CONVERSIONS;
      const isConcentrated = isFakeable && share + near >= CONCENTRATED;
      if (isConcentrated && !isAsked) {
        isAsked = true;
        isCompared = habits.begin(signals, expected.undelivered);
        if (isCompared) this.#compare(signals, session);
      }
      const asksHabits = isConcentrated && isCompared;
      if (asksHabits) {
        if (habits.most(looks, devices) > Math.max(silence, 0)) faked = habits.evidence(looks, devices);
      } else if (isFakeable) faked = Math.max(looks, devices) - CHOICE_OF_FAKE;
      const total = share + near + Math.max(silence, faked, 0) - CHOICE_OF_OUTCOME;
      if (total > this.total) {
        this.total = total;
        this.share = share;
        this.adjacency = near;
        this.unanswered = silence;
        this.faked = faked;
        this.since = session;
        this.hits = hits;
        this.trials = clock - ownClock + 1;
        this.converted = converted;
        this.sent = sent;
        this.pending = pending;
        this.late = late;
        this.stopped = stopped;
        this.sentLately = lately;
        this.credit = Math.min(expected.allowance + CREDIT_PER_CONVERSION * completedCredit - open, window);
        this.hopeful = hopeful;
        this.#asksHabits = asksHabits;
        if (asksHabits) habits.keep();
        this.#looks = looks;
        this.#devicesFound = devices;
      }
    }
  }

  /** What was found of the habits that go with faked completions, from `since` on; undefined where it comes to nothing. */
  habits(signals: AccountSignals): HabitsFound | undefined {
    const habits = this.#corroboration;
    if (this.faked <= 0 || !this.#asksHabits) return undefined;
    habits.begin(signals, this.#undelivered);
    this.#compare(signals, this.since);
    habits.keep();
    return habits.found(this.#looks, this.#devicesFound);
  }

  /** Looks at the habits from the newest session back to this one. */
  #compare(signals: AccountSignals, since: SessionNumber): void {
    const { log } = signals;
    for (let session = this.#first; session >= since && session !== 0; session = log.before(session, this.#link)) {
      const state = log.state(session);
      if ((state & this.#skip) !== 0 || (state & SESSION.sent) === 0) continue;
      this.#corroboration.add(signals, session, state, this.#at - log.at(session));
    }
  }

  /** By how many times a large cluster counts as larger for how its people behave; 1: not known, or of too few. */
  get clusterWeight(): number {
    if (!this.#asksHabits) return 1;
    const { weight } = this.#corroboration;
    // Nothing but people of whom hardly anybody gives up counts for less.
    return weight < 1 && this.converted < NEARLY_ALL * this.sent ? 1 : weight;
  }

  /** What the outcomes alone prove. */
  get outcome(): number {
    return Math.max(this.unanswered, this.faked) - Math.LN2;
  }
}

/** The share that is completed all the same where the scope is attacked. */
export function attackCompletion({ scope, completion }: Pick<Expectation, "completion" | "scope">): number {
  return scope === "block" ? ATTACK_COMPLETION : Math.min(MIXED_COMPLETION, completion / 2);
}

/** Share of completions that activity follows, on the low side; 0 where an account does not report activity. */
function activityShare({ activity: [converted, active] }: AccountSignals): number {
  if (converted < 100 || active < 0.3 * converted) return 0;
  return Math.min((0.8 * active) / converted, 0.9);
}
