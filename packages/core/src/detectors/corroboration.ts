import type { AccountSignals } from "../signals/account-signals.ts";
import { deliveredInTime, REPORT_TIME_MS } from "../signals/delivered-in-time.ts";
import type { DestinationSignals } from "../signals/destination-signals.ts";
import { SESSION, type SessionNumber } from "../signals/session-log.ts";
import { boundedNats, Habit, type HabitFound } from "./habit.ts";

/** Who fakes completions enters no wrong code, and his operator leaves nothing undelivered: but for so few. */
const HARDLY_EVER = 0.01;
/** People differ: a company's staff mistype less than others, and one operator reaches its own better. */
const COHORT = 0.75;
/** However often people do otherwise, one who does not says no more than this. */
const MOST_OTHERWISE = 0.12;
/** Of a destination's own reports so many are enough to go by. */
const KNOWN_REPORTS = 100;
/** Where more is not delivered in time, reports do not tell who was reached. */
const MOST_UNDELIVERED = 0.3;
/** One address that several numbers come from: chance, at least, and under attack. */
const ADDRESS_CHANCE = 0.1;
const ADDRESS_ATTACK = 0.6;
const ADDRESSES_COMPARED = 16;
const KNOWN_PAIRS = 50;
/** Five ways in which completions look faked, and none: cost of choosing the likeliest. */
const CHOICE_OF_FAKE = Math.log(6);
/** A cluster counts as so many times as large as it is, at least and at most. */
const LEAST_WEIGHT = 0.9;
/** The habits count for a larger one where each of them is at least this (nats). */
const LEAST_OF_BOTH = Math.log(1.5);
const MOST_WEIGHT = 2;

/** What was found of each habit; absent: not known. */
export interface HabitsFound {
  /** Messages reported delivered within half a minute. */
  readonly delivered?: HabitFound;
  /** People who entered the right code at once. */
  readonly enteredOnce?: HabitFound;
  /** Numbers whose end user's address another one had, too. */
  readonly sharedAddress?: HabitFound;
}

/**
 * What goes with faked completions besides how they look: everything is reported delivered, nobody enters a wrong code,
 * and many numbers come from one address. Each is a bounded likelihood ratio against what the account's own people do, and
 * exactly 1 where that is not known. Addresses only corroborate, because an office has one and so has an operator's whole
 * network: they at most double (in nats) what the others say. One object, used again and again: the hot path makes nothing.
 */
export class Corroboration {
  /** Is anything known to compare with? */
  isKnown = false;
  readonly #delivered: Habit = new Habit();
  readonly #enteredOnce: Habit = new Habit();
  readonly #sharedAddress: Habit = new Habit();
  /** The session after the one looked at was delivered in time, or was not; undefined: it says nothing. */
  #later: boolean | undefined;
  #looked = 0;
  #keptDelivered = 0;
  #keptEnteredOnce = 0;
  readonly #addresses: Uint32Array = new Uint32Array(ADDRESSES_COMPARED);

  /** `undelivered`: see {@link usualUndelivered}. False: nothing is known to compare with. */
  begin(signals: AccountSignals, undelivered: number): boolean {
    const retyped = Math.min(COHORT * signals.retyped.low, MOST_OTHERWISE);
    const shared = usualShared(signals);
    this.isKnown = undelivered > 0 || retyped > 0 || shared < ADDRESS_ATTACK;
    if (!this.isKnown) return false;
    this.#delivered.begin(undelivered > 0 ? 1 - undelivered : undefined, 1 - HARDLY_EVER);
    this.#enteredOnce.begin(retyped > 0 ? 1 - retyped : undefined, 1 - HARDLY_EVER);
    this.#sharedAddress.begin(shared < ADDRESS_ATTACK ? shared : undefined, ADDRESS_ATTACK);
    this.#later = undefined;
    this.#looked = 0;
    return true;
  }

  /** The next session back to which a message was sent. `age`: since it began, in milliseconds. */
  add({ log }: AccountSignals, session: SessionNumber, state: number, age: number): void {
    if (this.#delivered.usual !== undefined) {
      const isDelivered = deliveredInTime(log, session, state);
      // Operators differ: only what follows a message that was reported in time says anything.
      if (isDelivered && this.#later !== undefined) this.#delivered.add(this.#later);
      const isFailed = !isDelivered && (state & SESSION.failed) !== 0;
      // Also what was delivered counts only when its time is over: else the quick ones would count before the others.
      this.#later = age >= REPORT_TIME_MS || isFailed ? isDelivered : undefined;
    }
    if (this.#enteredOnce.usual !== undefined && (state & SESSION.entered) !== 0) {
      this.#enteredOnce.add((state & SESSION.retyped) === 0);
    }
    const address = this.#sharedAddress.usual === undefined ? 0 : log.address(session);
    if (address !== 0) this.#compare(address);
  }

  /**
   * Evidence of faked completions from what was looked at so far. `looks`: of the likeliest way in which they look faked;
   * `devices`: of such as served several numbers, which their addresses only say once more (nats).
   */
  evidence(looks: number, devices: number): number {
    const least = Math.max(looks, 0);
    const others = boundedNats(this.#delivered.sum) + boundedNats(this.#enteredOnce.sum);
    const addresses = this.#addressNats(least + others);
    return Math.max(least + addresses, devices) + others - CHOICE_OF_FAKE;
  }

  /** It is at most this: quicker, for the many that come to nothing. */
  most(looks: number, devices: number): number {
    const others = Math.max(this.#delivered.sum, 0) + Math.max(this.#enteredOnce.sum, 0);
    return Math.max(Math.max(looks, 0) + Math.max(this.#sharedAddress.sum, 0), devices) + others - CHOICE_OF_FAKE;
  }

  /**
   * By how many times a cluster that completes as people do counts as larger for its habits: legitimate ones are rarer with
   * the square of their size, so what makes an attack so much likelier makes up for its root in size. For more than its
   * size counts only a cluster of which both are known and both speak against: new phones are all reached, and some fill
   * codes in by themselves. Addresses take no part: those of an office are all one.
   */
  get weight(): number {
    const delivered = boundedNats(this.#keptDelivered);
    const enteredOnce = boundedNats(this.#keptEnteredOnce);
    const nats = delivered + enteredOnce;
    if (nats <= 0) return Math.max(Math.exp(nats / 2), LEAST_WEIGHT);
    if (Math.min(delivered, enteredOnce) < LEAST_OF_BOTH) return 1;
    return Math.min(Math.exp(Math.max(nats - CHOICE_OF_FAKE, 0) / 2), MOST_WEIGHT);
  }

  /** The weight is to be of what was looked at so far. */
  keep(): void {
    this.#keptDelivered = this.#delivered.sum;
    this.#keptEnteredOnce = this.#enteredOnce.sum;
  }

  /** What was found so far, with its part of the evidence. */
  found(looks: number, devices: number): HabitsFound {
    const least = Math.max(looks, 0);
    const ofDelivered = boundedNats(this.#delivered.sum);
    const ofEntered = boundedNats(this.#enteredOnce.sum);
    const ofAddresses = this.#addressNats(least + ofDelivered + ofEntered);
    const delivered = this.#delivered.found(ofDelivered);
    const enteredOnce = this.#enteredOnce.found(ofEntered);
    const sharedAddress = devices > least + ofAddresses ? undefined : this.#sharedAddress.found(ofAddresses);
    return {
      ...(delivered && { delivered }),
      ...(enteredOnce && { enteredOnce }),
      ...(sharedAddress && { sharedAddress }),
    };
  }

  /** No more than what the others say. */
  #addressNats(others: number): number {
    return Math.min(boundedNats(this.#sharedAddress.sum), Math.max(others, 0));
  }

  #compare(address: number): void {
    const compared = Math.min(this.#looked, ADDRESSES_COMPARED);
    let isRepeated = false;
    for (let other = 0; other < compared; other++) if (this.#addresses[other] === address) isRepeated = true;
    if (compared > 0) this.#sharedAddress.add(isRepeated);
    this.#addresses[this.#looked++ % ADDRESSES_COMPARED] = address;
  }
}

/**
 * The share of a destination's new numbers that is not delivered in time, on the low side; 0: not known, or reports do not
 * tell who was reached.
 */
export function usualUndelivered(signals: AccountSignals, destination: DestinationSignals): number {
  const ofAll = signals.undelivered;
  const own = destination.undelivered;
  if (ofAll.high > MOST_UNDELIVERED) return 0;
  const low = own.seen < KNOWN_REPORTS ? ofAll.low : Math.min(ofAll.low, own.low);
  return Math.min(COHORT * low, MOST_OTHERWISE);
}

/** How often a number has the address of one of the last few of its block, on the high side. */
function usualShared({ sharedAddress }: AccountSignals): number {
  if (sharedAddress.seen < KNOWN_PAIRS) return 1;
  return Math.max(ADDRESSES_COMPARED * sharedAddress.high, ADDRESS_CHANCE);
}
