import type { AccountSignals } from "../signals/account-signals.ts";
import { blockKey, LEVEL_100K } from "../signals/block-table.ts";
import type { DestinationSignals } from "../signals/destination-signals.ts";
import type { Watch } from "./watch.ts";

const HOUR_MS = 3_600_000;
/** So many codes in a row are all unanswered in one of fifty legitimate clusters. */
const ALL_UNANSWERED = 0.02;
/** New numbers of a suspected scope that may be unanswered, by what the account's people complete: least and most. */
const LEAST_CREDIT = 4;
const MOST_CREDIT = 10;
/** In its place where an account reports no outcomes, and where they do not arrive for a while. */
const CREDIT_UNREPORTED = 8;
const CREDIT_UNHEARD = 30;
/** So many attacked blocks take one off the credit of the next. */
const ATTACKS_PER_CREDIT = 3;
/** So many new numbers in a suspected scope within an hour, however well they complete, and people have to prove themselves. */
const LARGE_CLUSTER = 50;
/** Where an account has users, a cluster may be larger: an attack seldom owns ranges among them. */
const LARGE_AMONG_USERS = 120;
const USERS_AROUND = 3;
/** Completions of an account from which on its usual blocks are known well enough to tell a large cluster. */
const KNOWN_ACCOUNT = 500;

/** New numbers of a suspected scope that may be unanswered, where outcomes arrive. */
export function creditFor(signals: AccountSignals, destination: DestinationSignals): number {
  const completion = Math.min(destination.completion.share(signals.completionShare), 0.95);
  const inARow = Math.round(Math.log(ALL_UNANSWERED) / Math.log1p(-completion));
  return Math.min(Math.max(inARow, LEAST_CREDIT), MOST_CREDIT);
}

/** The same for a block, whether outcomes arrive or not. `attacked`: blocks that were attacked within a day. */
export function allowanceFor(
  signals: AccountSignals,
  destination: DestinationSignals,
  outcomesCount: boolean,
  attacked: number,
): number {
  if (!outcomesCount) return signals.conversions === 0 ? CREDIT_UNREPORTED : CREDIT_UNHEARD;
  return Math.max(creditFor(signals, destination) - Math.floor(attacked / ATTACKS_PER_CREDIT), 1);
}

/** Counts a new number that a watch lets pass: so many did within an hour. */
export function countPassed(watch: Watch, at: number): number {
  if (at - watch.passedSince > HOUR_MS) Object.assign(watch, { passed: 0, passedSince: at });
  return ++watch.passed;
}

/** Are so many new numbers within an hour, in a suspected scope around this one, more than may pass without a proof? */
export function isLargeCluster(
  { blocks, converted }: AccountSignals,
  line: number,
  day: number,
  sentLately: number,
  passed: number,
): boolean {
  if (converted.at(day) < KNOWN_ACCOUNT) return false;
  const slot = blocks.find(blockKey(line, LEVEL_100K));
  const hasUsers = slot !== -1 && blocks.converted(slot, day) >= USERS_AROUND;
  return Math.max(sentLately, passed) >= (hasUsers ? LARGE_AMONG_USERS : LARGE_CLUSTER);
}
