/** Time cut into columns of equal length. */
export interface TimeColumns {
  readonly from: number;
  readonly columnMs: number;
  readonly columns: number;
}

const NICE_MS = [
  100, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000,
  3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
];

/** At most `most` columns of a length that people know, from the first time to the last. */
export function timeColumns(times: readonly number[], most: number): TimeColumns {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of times) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  if (last < first) return { from: 0, columnMs: 1_000, columns: 0 };
  const fits = (length: number): boolean => Math.floor(last / length) - Math.floor(first / length) + 1 <= most;
  let columnMs = NICE_MS.find(fits) ?? 86_400_000;
  while (!fits(columnMs)) columnMs *= 2;
  const from = Math.floor(first / columnMs) * columnMs;
  return { from, columnMs, columns: Math.floor((last - from) / columnMs) + 1 };
}

/** Which column a time falls into. */
export function columnOf({ from, columnMs }: TimeColumns, at: number): number {
  return Math.floor((at - from) / columnMs);
}
