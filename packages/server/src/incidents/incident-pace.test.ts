import fc from "fast-check";
import { expect, test } from "vitest";
import { paceOf } from "./incident-pace.ts";

const MINUTE = 60_000;

test("minutes without attempts count as nothing, and stand between the others", () => {
  const buckets = [
    { at: 10 * MINUTE, count: 3 },
    { at: 13 * MINUTE, count: 1 },
  ];
  expect(paceOf({ bucketMs: MINUTE, buckets })).toEqual({ bucketMs: MINUTE, counts: [3, 0, 0, 1] });
  expect(paceOf({ bucketMs: MINUTE, buckets: [] }).counts).toEqual([]);
});

test("no attempt is lost, and there are never too many columns", () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(minutes, (at) => {
      const buckets = at.sort((a, b) => a - b).map((minute) => ({ at: minute * MINUTE, count: minute + 1 }));
      const { counts } = paceOf({ bucketMs: MINUTE, buckets });
      expect(counts.length).toBeLessThanOrEqual(32);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(buckets.reduce((sum, { count }) => sum + count, 0));
    }),
  );
});
