import type { NumberValue } from "../numbers/number-plan.ts";
import { opaqueText } from "../random/opaque-text.ts";
import { hashNumber, hashText, type Random } from "../random/random.ts";

/** What a country's people have in common, beside their conversion. Parts from 0 to 1. */
export interface Habits {
  /** Part of the people behind the few shared addresses of their operator (carrier-grade NAT). */
  readonly shared: number;
  /** Part of the numbers that moved to another operator. */
  readonly ported: number;
  /** Chance that an entered code is mistyped: phones that fill it in by themselves make it small. */
  readonly mistyped: number;
  /** Part of the messages that never reach a handset: mistyped numbers, absent subscribers. */
  readonly undelivered: number;
  /** Operators (by index in the plan) from which no delivery report ever comes: one bit for each. */
  readonly silentOperators: number;
}

/** Of each operator's network. */
const SHARED_ADDRESSES = 12;
/** Who asked for another code enters the old one now and then. */
const ENTERS_OLD_CODE = 0.25;
const MOST_ATTEMPTS = 5;
const PORTED = 0x51ed27;
const ADDRESS = 0x2c1b3c;
const DEVICE = 0x7f4a7c;

const HABITS = new Map<string, Habits>();

/** A country's habits: made up, but the same in every world. */
export function habitsOf(destination: string): Habits {
  let habits = HABITS.get(destination);
  if (habits === undefined) {
    habits = makeHabits(destination);
    HABITS.set(destination, habits);
  }
  return habits;
}

function makeHabits(destination: string): Habits {
  const part = (name: string, least: number, most: number): number =>
    least + ((most - least) * (hashText(destination + name, 1) >>> 0)) / 0x1_0000_0000;
  return {
    shared: part("shared", 0.12, 0.35),
    ported: part("ported", 0.02, 0.28),
    mistyped: part("mistyped", 0.03, 0.12),
    undelivered: part("undelivered", 0.03, 0.1),
    // One bit in eight, and never the first: it is the largest.
    silentOperators: hashText(destination, 3) & hashText(destination, 4) & hashText(destination, 5) & ~1,
  };
}

/** The operator (its index in the plan) that serves a number: its range's, unless the number was ported. */
export function servingOperator(number: NumberValue, original: number, operators: number, habits: Habits): number {
  const draw = hashNumber(number, PORTED) >>> 0;
  return draw / 0x1_0000_0000 < habits.ported ? draw % operators : original;
}

/** The address that a person comes from on a day: shared with many, or their own and new now and then. */
export function addressOf(
  number: NumberValue,
  destination: string,
  operator: number,
  day: number,
  habits: Habits,
): string {
  const draw = hashNumber(number, ADDRESS) >>> 0;
  if (draw / 0x1_0000_0000 < habits.shared) {
    return addressFrom(hashText(destination, ADDRESS + operator * SHARED_ADDRESSES + (draw % SHARED_ADDRESSES)));
  }
  return addressFrom(hashNumber(number, day >> (draw & 3)));
}

/** Codes that a person enters until one is right. `mistyped`: the chance of a slip; `resent`: there is an older code, too. */
export function attemptsOf(mistyped: number, resent: boolean, random: Random): number {
  let attempts = 1;
  if (resent && random.chance(ENTERS_OLD_CODE)) attempts += 1;
  while (attempts < MOST_ATTEMPTS && random.chance(mistyped)) attempts += 1;
  return attempts;
}

/** Nearly every app passes a device on; some people hide it. */
export function deviceOf(number: NumberValue): string | undefined {
  const draw = hashNumber(number, DEVICE) >>> 0;
  return draw % 12 === 0 ? undefined : opaqueText(draw);
}

/** A public-looking IPv4 address of 32 random bits. */
export function addressFrom(bits: number): string {
  // First octets that are neither private, loopback, link-local, multicast nor reserved.
  const first = PUBLIC_OCTETS[(bits >>> 24) % PUBLIC_OCTETS.length] ?? 5;
  return `${first}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

const PUBLIC_OCTETS: readonly number[] = Array.from({ length: 222 }, (_, index) => index + 1).filter(
  (octet) => ![10, 100, 127, 169, 172, 192, 198, 203].includes(octet),
);
