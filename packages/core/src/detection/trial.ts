import { hitBlock, usualShare } from "../detectors/block-share.ts";
import type { AccountSignals } from "../signals/account-signals.ts";
import { BLOCK_LEVELS, blockKey, LEVEL_10K, NEW_BLOCK } from "../signals/block-table.ts";
import type { DestinationSignals } from "../signals/destination-signals.ts";
import { hashAddress } from "../signals/hash-address.ts";
import { LINK, SESSION, type SessionNumber } from "../signals/session-log.ts";
import type { DetectionQuery } from "./detection-query.ts";

const DAY_MS = 86_400_000;
/** Numbers this near one of the last few of their block of 10,000 are neighbours. */
const NEAR = 8;
const NEAR_SESSIONS = 8;

/** What is remembered of an attempt. */
export interface Attempt {
  readonly line: number;
  /** When its session began. */
  readonly at: number;
  /** A hash; 0: not known. */
  readonly device: number;
  /** See the query. */
  readonly address: DetectionQuery["address"];
}

/** Remembers an attempt as a session of its number. `state`: bits of `SESSION`. */
export function appendSession(
  signals: AccountSignals,
  { line, at, device, address }: Attempt,
  destination: DestinationSignals,
  state: number,
  previous: SessionNumber,
): SessionNumber {
  const { log, numbers } = signals;
  const session = log.append({
    line,
    at,
    state,
    destination: destination.index,
    clock: destination.clock,
    accountClock: signals.clock,
    device,
    // Only the sessions of new numbers are compared.
    address: (state & (SESSION.trusted | SESSION.repeat)) === 0 ? hashed(address) : 0,
  });
  const slot = numbers.ensure(line, log.tail);
  log.link(session, LINK.number, previous);
  numbers.setLastSession(slot, session);
  return session;
}

function hashed(address: DetectionQuery["address"]): number {
  return typeof address === "number" ? address : hashAddress(address);
}

/** A new number asks: every block around it is hit. Kept from one trial to the next, so that the hot path makes nothing. */
export class Trial {
  /** The blocks around the number of the last trial, and how strongly each speaks for an attack by its share (nats). */
  readonly slots: number[] = [0, 0, 0, 0];
  readonly strengths: number[] = [0, 0, 0, 0];

  record(
    signals: AccountSignals,
    attempt: Attempt,
    destination: DestinationSignals,
    previous: SessionNumber,
    now: number,
  ): SessionNumber {
    const { blocks, log } = signals;
    const { line } = attempt;
    const day = Math.floor(now / DAY_MS);
    destination.clock++;
    signals.clock++;
    blocks.reserve(BLOCK_LEVELS);
    // First all of them: the memory of one block is fetched while that of the others is waited for.
    for (let level = 0; level < BLOCK_LEVELS; level++) this.slots[level] = blocks.ensure(blockKey(line, level), day);
    let usual = 0;
    for (let level = BLOCK_LEVELS - 1; level >= 0; level--) {
      const slot = this.slots[level] ?? 0;
      usual = usualShare(blocks, slot, level, destination, day, usual);
      this.strengths[level] = hitBlock(signals, slot, destination, usual);
    }
    const [, , slot10k = 0, slot100k = 0] = this.slots;
    const isNew10k = blocks.converted(slot10k, day) < NEW_BLOCK;
    const isNew100k = blocks.converted(slot100k, day) < NEW_BLOCK;
    const state =
      (isNew10k ? SESSION.new10k : 0) |
      (isNew100k ? SESSION.new100k : 0) |
      (isNear(signals, blocks.last(slot10k), line, now) ? SESSION.near : 0);
    const session = appendSession(signals, attempt, destination, state, previous);
    for (let level = 0; level < BLOCK_LEVELS; level++) {
      const slot = this.slots[level] ?? 0;
      log.link(session, LINK.block + level, blocks.last(slot));
      blocks.hit(slot, session, destination.clock, now);
    }
    if (isNew10k) {
      log.link(session, LINK.new10k, destination.lastNew10k);
      destination.lastNew10k = session;
    }
    if (isNew100k) {
      log.link(session, LINK.new100k, destination.lastNew100k);
      destination.lastNew100k = session;
    }
    return session;
  }
}

function isNear({ log }: AccountSignals, newest: SessionNumber, line: number, at: number): boolean {
  let session = newest;
  for (let looked = 0; looked < NEAR_SESSIONS && session >= log.tail && session !== 0; looked++) {
    if (at - log.at(session) > DAY_MS) return false;
    if (Math.abs(log.line(session) - line) <= NEAR) return true;
    session = log.before(session, LINK.block + LEVEL_10K);
  }
  return false;
}
