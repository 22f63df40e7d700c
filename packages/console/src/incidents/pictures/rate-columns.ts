import type { IncidentEvidence } from "@safeguard/client";

/** The rate in at most `most` columns of equal time, those without attempts included. */
export function rateColumns(
  { bucketMs, buckets, usualPerBucket }: IncidentEvidence["rate"],
  most: number,
): { readonly from: number; readonly columnMs: number; readonly counts: readonly number[]; readonly usual: number } {
  const first = buckets[0] === undefined ? 0 : Date.parse(buckets[0].at);
  const last = Date.parse(buckets.at(-1)?.at ?? new Date(first).toISOString());
  const each = Math.max(1, Math.ceil(((last - first) / bucketMs + 1) / most));
  const counts = new Array<number>(buckets.length === 0 ? 0 : Math.floor((last - first) / bucketMs / each) + 1).fill(0);
  for (const { at, count } of buckets) {
    const column = Math.floor((Date.parse(at) - first) / bucketMs / each);
    counts[column] = (counts[column] ?? 0) + count;
  }
  return { from: first, columnMs: bucketMs * each, counts, usual: usualPerBucket * each };
}
