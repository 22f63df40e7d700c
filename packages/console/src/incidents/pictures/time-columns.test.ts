import fc from "fast-check";
import { expect, test } from "vitest";
import { columnOf, timeColumns } from "./time-columns.ts";

test("columns have a length that people know", () => {
  const from = Date.parse("2026-11-22T12:00:00Z");
  expect(timeColumns([from, from + 3_000], 40)).toEqual({ from, columnMs: 100, columns: 31 });
  expect(timeColumns([from, from + 3_600_000], 40)).toEqual({ from, columnMs: 120_000, columns: 31 });
  expect(timeColumns([], 40).columns).toBe(0);
});

test("every time has a column, and there are never too many", () => {
  const times = fc.array(fc.integer({ min: 0, max: 10 * 86_400_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(times, fc.integer({ min: 2, max: 60 }), (list, most) => {
      const columns = timeColumns(list, most);
      expect(columns.columns).toBeLessThanOrEqual(most);
      for (const at of list) {
        expect(columnOf(columns, at)).toBeGreaterThanOrEqual(0);
        expect(columnOf(columns, at)).toBeLessThan(columns.columns);
      }
    }),
  );
});
