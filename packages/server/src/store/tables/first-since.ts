import type { Awaitable } from "./sql.ts";

/** What the search must know of a group of the journal. */
export interface DatedGroup {
  readonly first_sequence: number;
  readonly last_sequence: number;
  readonly at: number;
}

/** The last group that begins at this sequence number or before. */
export const GROUP_BEFORE =
  "SELECT first_sequence, last_sequence, at FROM journal WHERE first_sequence <= ? ORDER BY first_sequence DESC LIMIT 1";

/** The first sequence number of a group whose latest record is from `at` or later; past the end: none is. */
export async function firstSince(
  at: number,
  lastSequence: number,
  groupBefore: (sequence: number) => Awaitable<DatedGroup | undefined>,
): Promise<number> {
  // Times hardly ever go back: halving finds the place.
  let low = 1;
  let high = lastSequence + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const group = await groupBefore(middle);
    if (group === undefined || group.at < at) low = Math.max(middle, group?.last_sequence ?? 0) + 1;
    else high = Math.max(low, group.first_sequence);
  }
  return low;
}
