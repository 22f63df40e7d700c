import { expect, test } from "vitest";
import { auditSearch, spanOfDays } from "./audit-search.ts";

test("days are whole ones, where the reader is", () => {
  const { from, until } = spanOfDays({ from: "2026-11-22", until: "2026-11-22" });
  expect(new Date(from ?? "").getHours()).toBe(0);
  expect(Date.parse(until ?? "") - Date.parse(from ?? "")).toBe(86_400_000);
  expect(spanOfDays({})).toEqual({});
});

test("what is no filter is none", () => {
  expect(auditSearch.parse({ what: "secrets", from: "yesterday", who: "per_1" })).toEqual({ who: "per_1" });
});
