import type { EpochMilliseconds } from "../brand.ts";
import type { AccountDetection } from "../detection/account-detection.ts";
import { SESSION } from "../signals/session-log.ts";
import type { Incident } from "./incident.ts";

/** Who else a containment of an incident's ranges would meet. */
export interface Collateral {
  /** Numbers in the ranges that ever completed a verification; all but the newest pass a containment. */
  readonly verifiedNumbers: number;
  /** Since then sessions are remembered; undefined: none are. */
  readonly since: EpochMilliseconds | undefined;
  /** Sessions of new numbers in the ranges since then, also those that were stopped … */
  readonly newNumbers: number;
  /** … and how many of them completed their verification: these people a containment would have stopped. */
  readonly completed: number;
}

interface Block {
  readonly first: number;
  readonly size: number;
}

/** Reckoned from what is remembered now. Walks over all of it: for a person's question, not for every message. */
export function collateralOf(detection: AccountDetection, incident: Pick<Incident, "ranges">): Collateral {
  const blocks = blocksOf(incident);
  const { log, numbers } = detection.signals;
  let [newNumbers, completed] = [0, 0];
  for (let session = log.tail; session < log.head && blocks.length > 0; session++) {
    const line = log.line(session);
    const state = log.state(session);
    if ((state & (SESSION.trusted | SESSION.repeat)) !== 0) continue;
    if (!blocks.some(({ first, size }) => line >= first && line < first + size)) continue;
    newNumbers++;
    if ((state & SESSION.converted) !== 0) completed++;
  }
  return {
    verifiedNumbers: blocks.reduce((sum, { first, size }) => sum + numbers.countVerified(first, size), 0),
    since: log.head === log.tail ? undefined : (log.at(log.tail) as EpochMilliseconds),
    newNumbers,
    completed,
  };
}

/** Each number once: of two ranges that overlap, one holds the other. */
function blocksOf({ ranges }: Pick<Incident, "ranges">): readonly Block[] {
  const blocks = ranges.flatMap(({ scope }): Block[] =>
    scope.type === "block" ? [{ first: Number(scope.prefix.slice(1)) * scope.size, size: scope.size }] : [],
  );
  blocks.sort((a, b) => a.first - b.first || b.size - a.size);
  const apart: Block[] = [];
  for (const block of blocks) {
    const last = apart.at(-1);
    if (last === undefined || block.first >= last.first + last.size) apart.push(block);
  }
  return apart;
}
