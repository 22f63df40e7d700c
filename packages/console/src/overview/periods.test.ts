import { expect, test } from "vitest";
import { isWithin, periods } from "./periods.ts";

test("a period ends today, and the one before it ends where it begins", () => {
  const { current, previous } = periods(7, Date.parse("2026-11-22T23:30:00Z"));
  expect(current).toEqual({ from: "2026-11-16", until: "2026-11-22" });
  expect(previous).toEqual({ from: "2026-11-09", until: "2026-11-15" });
  expect(isWithin(current, "2026-11-22T23:59:59Z")).toBe(true);
  expect(isWithin(current, "2026-11-15T23:59:59Z")).toBe(false);
  expect(periods(1, Date.parse("2026-03-01T00:00:00Z")).previous).toEqual({ from: "2026-02-28", until: "2026-02-28" });
});
