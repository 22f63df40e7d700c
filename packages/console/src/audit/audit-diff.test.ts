import { expect, test } from "vitest";
import { auditDiff } from "./audit-diff.ts";

test("names the fields that differ, and no others", () => {
  const before = { name: "shop", networks: ["10.0.0.0/8"], answers: { cm: { as: "reject" } }, mode: "live" };
  const after = { name: "web shop", networks: [], answers: { cm: { as: "report" } }, mode: "live", suspendedAt: 5 };
  expect(auditDiff(before, after)).toEqual([
    { path: ["name"], before: "shop", after: "web shop" },
    { path: ["networks"], before: ["10.0.0.0/8"], after: [] },
    { path: ["answers", "cm", "as"], before: "reject", after: "report" },
    { path: ["suspendedAt"], before: undefined, after: 5 },
  ]);
});

test("what was made has all its fields after, and what was removed before", () => {
  expect(auditDiff(null, { a: 1, b: { c: null } })).toEqual([
    { path: ["a"], before: undefined, after: 1 },
    { path: ["b", "c"], before: undefined, after: null },
  ]);
  expect(auditDiff({ a: 1 }, null)).toEqual([{ path: ["a"], before: 1, after: undefined }]);
});

test("a word in the place of fields is one change", () => {
  expect(auditDiff("held", "resumed")).toEqual([{ path: [], before: "held", after: "resumed" }]);
  expect(auditDiff(null, null)).toEqual([]);
  expect(auditDiff({ a: { b: 1 } }, { a: "x" })).toEqual([{ path: ["a"], before: { b: 1 }, after: "x" }]);
});

test("a revision says itself what it changes", () => {
  const after = { number: 2, sha256: "…", changes: [{ path: "destinations.TJ", before: "filter", after: "block" }] };
  expect(auditDiff({ number: 1, sha256: "…" }, after)).toEqual([
    { path: ["destinations", "TJ"], before: "filter", after: "block" },
  ]);
});

test("a field by the name of something that every object has is a field", () => {
  expect(auditDiff({ constructor: 1 }, {})).toEqual([{ path: ["constructor"], before: 1, after: undefined }]);
});
