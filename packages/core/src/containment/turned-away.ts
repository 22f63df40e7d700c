import { hashKey } from "../signals/hash-key.ts";

const INDEX_BITS = 10;
const BITS = 1 << INDEX_BITS;
const WORDS = BITS / 32;
const DRAWS = 2 ** (32 - INDEX_BITS);
/** Beyond so many numbers only a part of them is counted, each for several: so a count is right to about a twentieth. */
const COUNTED_SINGLY = 256;
/** A number this near the one before it is asked for in the order of numbers. */
const IN_ORDER = 3;

/**
 * How many different numbers a watch has turned away. Plain state: a bit for each that is counted, by its hash. Which are
 * counted follows from the hash too, so that whoever asks again is never counted twice (a self-learning bitmap: Chen, Cao,
 * Shepp and Nguyen 2011; the count is the sum of one over each one's chance: Ting 2014).
 */
export interface TurnedAway {
  readonly bits: Uint32Array;
  set: number;
  /** About how many there were: up to 256 nearly exact, up to a million to about a twentieth. */
  numbers: number;
  /** Bits that were set by a number just beside the one asked for before it. */
  inOrder: number;
  /** The number that was turned away last. */
  lastLine: number;
  /** Verifications that were completed in the scope meanwhile. */
  completed: number;
}

export function nobodyTurnedAway(): TurnedAway {
  return { bits: new Uint32Array(WORDS), set: 0, numbers: 0, inOrder: 0, lastLine: 0, completed: 0 };
}

/** Counts a number. True: the count has grown. */
export function turnAway(turned: TurnedAway, line: number): boolean {
  const isInOrder = Math.abs(line - turned.lastLine) <= IN_ORDER;
  turned.lastLine = line;
  const hash = hashKey(line);
  const chance = Math.min(1, COUNTED_SINGLY / turned.numbers);
  if ((hash >>> INDEX_BITS) / DRAWS >= chance) return false;
  const index = hash & (BITS - 1);
  const word = index >>> 5;
  const bit = 1 << (index & 31);
  const held = turned.bits[word] ?? 0;
  if ((held & bit) !== 0) return false;
  turned.bits[word] = held | bit;
  turned.numbers += 1 / (chance * (1 - turned.set / BITS));
  turned.set++;
  if (isInOrder) turned.inOrder++;
  return true;
}

/** The share of them that was asked for right after its neighbour. */
export function shareInOrder({ set, inOrder }: TurnedAway): number {
  return set === 0 ? 0 : inOrder / set;
}

export function copyTurnedAway(turned: TurnedAway): TurnedAway {
  return { ...turned, bits: turned.bits.slice() };
}
