import { expect, test } from "vitest";
import { countBeside, countColumns } from "./count-columns.ts";

const tick = (offset: number, mark: "leaked" | "stopped") => ({ offset, mark, at: "2026-11-22T12:00:00Z" });

test("attempts are counted in the column of their number, by what became of them", () => {
  const ticks = [
    tick(100, "leaked"),
    tick(109, "stopped"),
    tick(110, "stopped"),
    tick(99, "leaked"),
    tick(200, "leaked"),
  ];
  const columns = countColumns(ticks, { start: 100, size: 100 }, 10);
  expect(columns).toHaveLength(10);
  expect(columns[0]).toEqual({ leaked: 1, converted: 0, verified: 0, stopped: 1 });
  expect(columns[1]).toMatchObject({ stopped: 1 });
  expect(columns.slice(2).every(({ leaked, stopped }) => leaked + stopped === 0)).toBe(true);
});

test("neighbours are counted from the window outwards", () => {
  const offsets = [99, 95, 89, 150, 200, 209, 210, -500];
  expect(countBeside(offsets, { start: 100, size: 100 }, 10, 2)).toEqual({ below: [1, 2], above: [2, 1] });
});
