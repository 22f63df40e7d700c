import { expect, test } from "vitest";
import { rateColumns } from "./rate-columns.ts";

const at = (minute: number): string => new Date(Date.parse("2026-11-22T12:00:00Z") + minute * 60_000).toISOString();

test("quiet minutes are columns, too; wider columns have more of the usual", () => {
  const rate = {
    bucketMs: 60_000,
    buckets: [
      { at: at(0), count: 5 },
      { at: at(3), count: 2 },
    ],
    usualPerBucket: 0.5,
  };
  expect(rateColumns(rate, 10)).toMatchObject({ counts: [5, 0, 0, 2], usual: 0.5, columnMs: 60_000 });
  expect(rateColumns(rate, 2)).toMatchObject({ counts: [5, 2], usual: 1, columnMs: 120_000 });
  expect(rateColumns({ ...rate, buckets: [] }, 2).counts).toEqual([]);
});
