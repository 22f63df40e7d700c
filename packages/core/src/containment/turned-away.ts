import { hashKey } from "../signals/hash-key.ts";

const BITS = 1_024;
const WORDS = BITS / 32;

/**
 * How many different numbers a watch has turned away. Plain state: a bit for each of the numbers' hashes, and how many are
 * set (linear counting: Whang, Vander-Zanden and Taylor 1990).
 */
export interface TurnedAway {
  readonly bits: Uint32Array;
  set: number;
  /** Verifications that were completed in the scope meanwhile. */
  completed: number;
}

export function nobodyTurnedAway(): TurnedAway {
  return { bits: new Uint32Array(WORDS), set: 0, completed: 0 };
}

/** Counts a number. True: it was not counted before. */
export function turnAway(turned: TurnedAway, line: number): boolean {
  const hash = hashKey(line) & (BITS - 1);
  const word = hash >>> 5;
  const bit = 1 << (hash & 31);
  const held = turned.bits[word] ?? 0;
  if ((held & bit) !== 0) return false;
  turned.bits[word] = held | bit;
  turned.set++;
  return true;
}

/** About how many there were; up to some thousands. */
export function numbersTurnedAway({ set }: TurnedAway): number {
  return -BITS * Math.log(Math.max(1 - set / BITS, 1 / BITS));
}

export function copyTurnedAway({ bits, set, completed }: TurnedAway): TurnedAway {
  return { bits: bits.slice(), set, completed };
}
