import type { WatchList } from "../containment/watch-list.ts";
import type { AccountSignals } from "../signals/account-signals.ts";
import { BLOCK_LEVELS, blockKey, blockRange, LEVEL_10K, levelOfKey, NEW_BLOCK } from "../signals/block-table.ts";
import type { DestinationSignals } from "../signals/destination-signals.ts";
import { LINK, type SessionLog, type SessionNumber } from "../signals/session-log.ts";
import { LOOK_CLOSELY, usualShareAt } from "./block-share.ts";
import { usualUndelivered } from "./corroboration.ts";
import { mayBeUnanswered } from "./may-be-unanswered.ts";
import { Reading } from "./reading.ts";

const DAY_MS = 86_400_000;
/** Nearly all: a block whose recent sessions lie to this part in one of its tenths is explained by that. */
const MAJORITY = 0.8;
const MAJORITY_SESSIONS = 16;
const ASKED_EVERY = 4;

/** What a block's sessions are compared with. */
export interface BlockExpectation {
  readonly at: number;
  readonly destination: DestinationSignals;
  readonly completion: number;
  readonly outcomesCount: boolean;
  readonly allowance: number;
}

/** What the blocks around a number are judged by. */
export interface SuspicionQuery extends BlockExpectation {
  readonly line: number;
  /** Evidence from which a block is suspected; a new one already from `watchNewFrom`. */
  readonly watchFrom: number;
  readonly watchNewFrom: number;
  /** Slots and strengths of the blocks, where the number was just tried; undefined: only watched blocks are looked at. */
  readonly tried: { readonly slots: readonly number[]; readonly strengths: readonly number[] } | undefined;
}

/**
 * Which of the blocks around a number is suspected: the smallest that explains the evidence. One object, used again and
 * again: the hot path makes nothing.
 */
export class BlockSuspicion {
  /** Level of the suspected block; −1: none. */
  level = -1;
  /** The strongest evidence of any block, suspected or not. */
  strongest: number = Number.NEGATIVE_INFINITY;
  /** The least of all suspected blocks around the number. */
  credit = 0;
  hopeful = false;
  sentLately = 0;
  isLarge = false;
  /** Of the suspected block: its newest session, its usual share, and the tenth of it that holds nearly all its sessions. */
  newest: SessionNumber = 0;
  expectedShare = 0;
  majorityChild = 0;
  isNew = false;
  /** Completed verifications known of it. */
  users = 0;
  readonly #readings: readonly Reading[] = Array.from({ length: BLOCK_LEVELS }, () => new Reading());
  readonly #single: Reading = new Reading();

  /** What was read of the suspected block. */
  get reading(): Reading {
    return this.#readings[this.level] ?? this.#single;
  }

  /**
   * Reads a block's evidence by itself; undefined: nothing is known of it. `skip`: sessions with one of these bits are passed
   * over.
   */
  readBlock(signals: AccountSignals, key: number, expected: BlockExpectation, skip = 0): Reading | undefined {
    const slot = key > 0 ? signals.blocks.find(key) : -1;
    if (slot === -1) return undefined;
    readSlot(this.#single, signals, slot, key, expected, skip);
    return this.#single;
  }

  look(signals: AccountSignals, watches: WatchList, query: SuspicionQuery): void {
    const { blocks } = signals;
    const { line, at, tried } = query;
    const day = Math.floor(at / DAY_MS);
    this.level = -1;
    this.strongest = Number.NEGATIVE_INFINITY;
    this.credit = Number.POSITIVE_INFINITY;
    this.hopeful = false;
    this.sentLately = 0;
    this.isLarge = false;
    for (let level = 0; level < BLOCK_LEVELS; level++) {
      const key = blockKey(line, level);
      const watch = watches.get(key);
      const slot = tried === undefined ? blocks.find(key) : (tried.slots[level] ?? -1);
      const isLookedAt =
        watch !== undefined ||
        (tried !== undefined &&
          ((tried.strengths[level] ?? 0) >= LOOK_CLOSELY ||
            (level === LEVEL_10K && isSilent(signals, blocks.last(slot), query))));
      if (!isLookedAt) continue;
      const reading = this.#readings[level];
      if (slot === -1 || reading === undefined) continue;
      const newest = blocks.last(slot);
      const share = readSlot(reading, signals, slot, key, query);
      if (reading.total > this.strongest) this.strongest = reading.total;
      const users = blocks.converted(slot, day);
      const isNew = users < NEW_BLOCK;
      const isFirm = watch?.firm === true;
      this.isLarge ||= watch !== undefined && at < watch.largeUntil;
      if (!isFirm && (reading.total < (isNew ? query.watchNewFrom : query.watchFrom) || reading.hits < 2)) continue;
      // Where one tenth of it explains it, the others are let alone, unless nobody ever verified there.
      const child = level === 0 ? 0 : majorityChild(signals.log, newest, level);
      const own = level === 0 ? 0 : blockKey(line, level - 1);
      if (child !== 0 && child !== own && !isNew) continue;
      if (this.level === -1 || child !== own) {
        this.level = level;
        this.newest = newest;
        this.expectedShare = share;
        this.majorityChild = child;
        this.isNew = isNew;
        this.users = users;
      }
      this.credit = Math.min(this.credit, isFirm ? 0 : reading.credit);
      this.hopeful ||= reading.hopeful;
      this.sentLately = Math.max(this.sentLately, reading.sentLately);
    }
  }
}

/** May the codes alone prove an attack on a block that takes no more than usual? Every fourth of its sessions asks. */
function isSilent(signals: AccountSignals, newest: SessionNumber, query: SuspicionQuery): boolean {
  if (newest % ASKED_EVERY !== 0 || !query.outcomesCount) return false;
  const expected = { completion: query.completion, scope: "block" } as const;
  return mayBeUnanswered(signals, LINK.block + LEVEL_10K, newest, expected, query.at, 0, query.watchFrom);
}

/** Reads the sessions of a block, and gives its usual share. */
function readSlot(
  reading: Reading,
  signals: AccountSignals,
  slot: number,
  key: number,
  { at, destination, completion, outcomesCount, allowance }: BlockExpectation,
  skip = 0,
): number {
  const { blocks } = signals;
  const level = levelOfKey(key);
  const share = usualShareAt(blocks, blockRange(key).first, level, destination, Math.floor(at / DAY_MS));
  const { beforeDelivery, control, clock } = destination;
  const adjacency = level >= LEVEL_10K;
  const expected = {
    share,
    completion,
    outcomesCount,
    allowance,
    beforeDelivery,
    undelivered: usualUndelivered(signals, destination),
    control,
    scope: "block",
    adjacency,
  } as const;
  reading.read(signals, LINK.block + level, blocks.last(slot), expected, at, clock, skip);
  return share;
}

/** The tenth of a block that holds nearly all its recent sessions; 0: none does. Boyer and Moore's majority vote (1981). */
function majorityChild(log: SessionLog, newest: SessionNumber, level: number): number {
  let [candidate, votes, looked] = [0, 0, 0];
  for (let session = newest; session !== 0 && looked < MAJORITY_SESSIONS; looked++) {
    const child = blockKey(log.line(session), level - 1);
    if (votes === 0) candidate = child;
    votes += child === candidate ? 1 : -1;
    session = log.before(session, LINK.block + level);
  }
  // With m of n for the candidate, votes are at least m − (n − m).
  return votes >= (2 * MAJORITY - 1) * looked ? candidate : 0;
}
