import { blockKey, LEVEL_10K, LEVEL_100K } from "../signals/block-table.ts";
import type { DestinationSignals } from "../signals/destination-signals.ts";
import { newBlocksKey } from "./scope-key.ts";
import type { Watch } from "./watch.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Blocks that are remembered of a watch on new blocks. */
const MOST_ASKED = 4_096;
const LEAST_ASKED = 3;
const FRESH_WEIGHT = 0.08;
const FRESH_SHARE = 0.75;
/** One that is not completed keeps the others back for so long, the next twice as long, and so on. */
const ELSEWHERE_WAIT_MS = HOUR_MS / 2;
const LONGEST_ELSEWHERE_WAIT_MS = 8 * HOUR_MS;
/** New numbers turned away from new blocks for each that completes there, and how many times as many as usually come. */
const MANY_TURNED_AWAY = 20;
const FLOOD = 10;
/** A count that decays by half in 30 days is so many times what comes in a day; and about two of three are completed. */
const USUAL_PER_DAY = (1.5 * Math.LN2) / 30;
/** So many blocks of 10,000 asked for in one of 100,000 that nobody ever verified in: the attack has all of it. */
const MOST_PARTS = 3;

/** Counts a request for a number under a watch on new blocks. True: nobody asked for its block of 10,000 before. */
export function noteAsked(watch: Watch, line: number): boolean {
  const { asked } = watch;
  if (asked === undefined) return false;
  const block = blockKey(line, LEVEL_10K);
  const fresh = !asked.has(block);
  watch.freshShare += FRESH_WEIGHT * (Number(fresh) - watch.freshShare);
  if (fresh && asked.size < MOST_ASKED) {
    asked.set(block, line);
    const around = blockKey(line, LEVEL_100K);
    asked.set(around, (asked.get(around) ?? 0) + 1);
  }
  return fresh;
}

/** The attack keeps to blocks that were asked for before, and this fresh one is another: somebody else's. */
export function isElsewhere(watch: Watch, at: number): boolean {
  const { asked } = watch;
  if (asked === undefined || asked.size <= LEAST_ASKED || watch.freshShare >= FRESH_SHARE) return false;
  if (watch.openElsewhereAt === 0) watch.unansweredElsewhere = 0;
  else {
    const wait = Math.min(ELSEWHERE_WAIT_MS * 2 ** watch.unansweredElsewhere, LONGEST_ELSEWHERE_WAIT_MS);
    if (at - watch.openElsewhereAt < wait) return false;
    watch.unansweredElsewhere++;
  }
  watch.openElsewhereAt = at;
  return true;
}

/** Many are turned away for each that completes. */
export function isCrowded({ turnedAway }: Watch): boolean {
  return turnedAway.numbers >= MANY_TURNED_AWAY * (1 + turnedAway.completed);
}

/** Far more ask for new blocks of the destination than usually do, and nobody completes: whoever asks is the attack. */
export function isFlooded(watch: Watch, { convertedNew10k }: DestinationSignals, at: number): boolean {
  const { turnedAway, since } = watch;
  const perDay = convertedNew10k.at(Math.floor(at / DAY_MS)) * USUAL_PER_DAY;
  const usual = (perDay * Math.max(at - since, HOUR_MS)) / DAY_MS;
  return isCrowded(watch) && turnedAway.numbers >= FLOOD * usual;
}

/**
 * Key of the block around a number that an attack on new blocks has: one of 10,000 for which another number asked before,
 * or the one of 100,000, where nobody ever verified either, with several of them. 0: none.
 */
export function attackedPart({ key, destination, asked }: Watch, line: number): number {
  if (asked === undefined) return 0;
  const around = blockKey(line, LEVEL_100K);
  if (key === newBlocksKey(destination, 100_000) && (asked.get(around) ?? 0) >= MOST_PARTS) return around;
  const block = blockKey(line, LEVEL_10K);
  const first = asked.get(block);
  return first !== undefined && first !== line ? block : 0;
}
