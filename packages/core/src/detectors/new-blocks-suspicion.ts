import { creditFor } from "../containment/credit.ts";
import { newBlocksKey } from "../containment/scope-key.ts";
import type { WatchList } from "../containment/watch-list.ts";
import type { AccountSignals } from "../signals/account-signals.ts";
import { LINK, SESSION, type SessionNumber } from "../signals/session-log.ts";
import { usualNewShare } from "./block-share.ts";
import type { SuspicionQuery } from "./block-suspicion.ts";
import { usualUndelivered } from "./corroboration.ts";
import { mayBeUnanswered } from "./may-be-unanswered.ts";
import { Reading } from "./reading.ts";

const DAY_MS = 86_400_000;
/** Outcome evidence from which the new blocks of a destination are watched; and those of 10,000 while those of 100,000 are. */
const OUTCOME = 3.5;
const OUTCOME_AGAIN = 2;
/** With so many blocks attacked apart, they are no explanation of each other any more. */
const MANY_BLOCKS = 3;
const LARGE_FIRST = [100_000, 10_000] as const;
const SMALL_ONLY = [10_000] as const;

/**
 * Many blocks at once: are the new blocks of a destination, where nobody ever verified, suspected? The larger ones first,
 * because fewer people have numbers there. One object, used again and again.
 */
export class NewBlocksSuspicion {
  size: 10_000 | 100_000 = 10_000;
  /** The upper bound on the usual share that it was compared with. */
  expectedShare = 0;
  readonly reading: Reading = new Reading();

  /** `session`: of a number that was just tried. True: suspected, or shut already. */
  look(signals: AccountSignals, watches: WatchList, session: SessionNumber, query: SuspicionQuery): boolean {
    const { log } = signals;
    const { destination, at, completion, outcomesCount, watchFrom } = query;
    const state = log.state(session);
    if ((state & SESSION.new10k) === 0) return false;
    // What a suspected block explains is no evidence for all new blocks.
    const skip = watches.hasAttackedApart(destination.index, MANY_BLOCKS) ? 0 : SESSION.suspected;
    const isWiderShut = watches.get(newBlocksKey(destination.index, 100_000))?.firm === true;
    const day = Math.floor(at / DAY_MS);
    for (const size of (state & SESSION.new100k) === 0 ? SMALL_ONLY : LARGE_FIRST) {
      const isShut = watches.get(newBlocksKey(destination.index, size))?.firm === true;
      const proof = isWiderShut ? OUTCOME_AGAIN : OUTCOME;
      const link = size === 100_000 ? LINK.new100k : LINK.new10k;
      const judgedBy = { completion, scope: "new_blocks" } as const;
      const mayBeProved = outcomesCount && mayBeUnanswered(signals, link, session, judgedBy, at, skip, proof);
      if (!isShut && !mayBeProved) continue;
      const share = usualNewShare(signals, destination, size, day);
      const expected = {
        ...judgedBy,
        share,
        outcomesCount,
        allowance: creditFor(signals, destination),
        beforeDelivery: destination.beforeDelivery,
        undelivered: usualUndelivered(signals, destination),
        control: destination.control,
        adjacency: false,
      };
      const { reading } = this;
      reading.read(signals, link, session, expected, at, signals.clock, skip);
      const isProved = outcomesCount && reading.unanswered >= proof && reading.total >= watchFrom;
      if (!isProved && !isShut) continue;
      this.size = size;
      this.expectedShare = share;
      return true;
    }
    return false;
  }
}
