import type { AccountSignals } from "../signals/account-signals.ts";
import {
  ATTACK_SHARES,
  BLOCK_DIGITS,
  BLOCK_LEVELS,
  type BlockTable,
  blockKey,
  LEAST_RISE,
} from "../signals/block-table.ts";
import type { DestinationSignals } from "../signals/destination-signals.ts";

/** How many times its usual share a block is granted: estimates err, and popularity drifts. */
const GENEROSITY = 3;
/** Weight of the assumption that all blocks are alike, in completed verifications. */
const PRIOR_WEIGHT = 60;
/** Blocks of 10,000 that a destination is assumed to have in use. */
const BLOCKS_IN_USE = 1_500;
/** Chance of a number to fall into a block of 100, 1,000, 10,000 or 100,000, before anything was seen. */
const PRIOR_SHARE: readonly number[] = BLOCK_DIGITS.map((digits) => {
  const size = 10 ** (digits - 4);
  // Popular blocks are popular as a whole: a tenth of a block has more than a tenth of its numbers at times.
  return (size < 1 ? size * 2 : size * 0.8) / BLOCKS_IN_USE;
});
/** Of the share of a block, what one of its tenths is granted. */
const PART_OF = 0.1;
const LARGEST_SHARE = 0.95;

const SHARES = ATTACK_SHARES.length;
const LARGEST_ATTACK = ATTACK_SHARES[0];
/** From this evidence of the share alone on (nats) a block is looked at closely. */
export const LOOK_CLOSELY = 4;
const LOG_SHARE: readonly number[] = ATTACK_SHARES.map((share) => Math.log(share));
const LOG_MISS: readonly number[] = ATTACK_SHARES.map((share) => Math.log1p(-share));

/** Upper bound on the share of a destination's new numbers that usually fall into a block. `around`: that of the block around it. */
export function usualShare(
  blocks: BlockTable,
  slot: number,
  level: number,
  destination: DestinationSignals,
  day: number,
  around: number,
): number {
  const all = destination.converted.at(day) + PRIOR_WEIGHT;
  const seen = blocks.converted(slot, day);
  const own = Math.max(GENEROSITY * seen, atMost(seen)) + GENEROSITY * PRIOR_WEIGHT * (PRIOR_SHARE[level] ?? 0);
  // Where nothing is known of a part, it may be as usual as the whole, and more so than the other nine.
  return Math.min(Math.max(own / all, PART_OF * around), LARGEST_SHARE);
}

/** The same of the block around a number, at a level. */
export function usualShareAt(
  blocks: BlockTable,
  line: number,
  level: number,
  destination: DestinationSignals,
  day: number,
): number {
  let share = 0;
  for (let each = BLOCK_LEVELS - 1; each >= level; each--) {
    const slot = blocks.find(blockKey(line, each));
    if (slot !== -1) share = usualShare(blocks, slot, each, destination, day, share);
  }
  return share;
}

/** How many may be usual where so many were seen: few say little. The bound of a Poisson count, at 99.9 %, from one on. */
function atMost(seen: number): number {
  return seen + Math.min(seen, 1) * (3.1 * Math.sqrt(seen) + 4);
}

/**
 * Updates a block's evidence with a hit, and tells the strongest (nats). For each share that an attack may take: the
 * likelihood ratio against the usual share, hit by hit and miss by miss, restarted whenever it falls below 1. The first hit
 * is free: it chooses the block. `q`: the usual share.
 */
export function hitBlock(signals: AccountSignals, slot: number, destination: DestinationSignals, q: number): number {
  const { blocks } = signals;
  if (blocks.last(slot) === 0) return 0;
  const logShare = Math.log(q);
  const logMiss = Math.log1p(-q);
  const misses = Math.max(destination.clock - blocks.clock(slot) - 1, 0);
  // One that usually takes most of its destination is judged by its outcomes.
  let strongest = LEAST_RISE * q < LARGEST_ATTACK ? 0 : LOOK_CLOSELY;
  for (let a = 0; a < SHARES; a++) {
    if ((ATTACK_SHARES[a] ?? 0) <= LEAST_RISE * q) {
      blocks.setEvidence(slot, a, 0);
      continue;
    }
    const nats = blocks.evidenceAt(slot, a) + misses * ((LOG_MISS[a] ?? 0) - logMiss) + (LOG_SHARE[a] ?? 0) - logShare;
    blocks.setEvidence(slot, a, Math.max(nats, 0));
    if (nats > strongest) strongest = nats;
  }
  return strongest;
}

/** Weight of the assumption on new blocks, and the share it assumes. */
const NEW_PRIOR_WEIGHT = 60;
const NEW_PRIOR_SHARE = 0.005;
const NEW_GENEROSITY = 2;

/** Upper bound on the share of the account's new numbers that usually fall into new blocks of a destination. */
export function usualNewShare(
  signals: AccountSignals,
  destination: DestinationSignals,
  size: 10_000 | 100_000,
  day: number,
): number {
  const own = (size === 10_000 ? destination.convertedNew10k : destination.convertedNew100k).at(day);
  const all = signals.converted.at(day) + NEW_PRIOR_WEIGHT;
  return Math.min((NEW_GENEROSITY * (own + NEW_PRIOR_WEIGHT * NEW_PRIOR_SHARE)) / all, LARGEST_SHARE);
}
