import { z } from "zod";
import type { AttemptBuckets } from "./incident-money.ts";

/** So many columns fit a spark line. */
const MOST_COLUMNS = 32;

export const paceView = z.object({
  bucketMs: z.int().describe("How long one of the counts is."),
  counts: z.array(z.int()).describe("Attempts, oldest first, at most 32 counts."),
});

/** Attempts in columns of equal time, those without any included: what a spark line draws. */
export function paceOf({ bucketMs, buckets }: AttemptBuckets): z.infer<typeof paceView> {
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return { bucketMs, counts: [] };
  const each = Math.ceil(((last.at - first.at) / bucketMs + 1) / MOST_COLUMNS);
  const counts = new Array<number>(Math.floor((last.at - first.at) / bucketMs / each) + 1).fill(0);
  for (const { at, count } of buckets) {
    const column = Math.floor((at - first.at) / bucketMs / each);
    counts[column] = (counts[column] ?? 0) + count;
  }
  return { bucketMs: bucketMs * each, counts };
}
