import { describe, expect, test } from "vitest";
import { NOON } from "../../store/testing/sample-records.ts";
import { dayText, readVerifiedEntry, type VerifiedEntry } from "./verified-entry.ts";

const days = (entry: Omit<VerifiedEntry, "to">) => {
  const read = readVerifiedEntry({ to: "0031612345678", ...entry }, NOON);
  return read.ok ? [dayText(read.number.firstDay), dayText(read.number.lastDay)] : `${read.field} ${read.message}`;
};

describe("a verified number", () => {
  test("is canonical, with its destination", () => {
    const read = readVerifiedEntry({ to: " +31 (0)6 12345678" }, NOON);
    expect(read).toMatchObject({ ok: true, number: { to: "+31612345678", destination: "NL" } });
    expect(readVerifiedEntry({ to: "hello" }, NOON)).toMatchObject({ ok: false, field: "to" });
  });

  test.each([
    [{}, ["2026-11-20", "2026-11-20"]],
    [{ verifiedAt: "2026-11-01" }, ["2026-11-01", "2026-11-01"]],
    [{ verifiedAt: "2026-11-22T23:59:59Z" }, ["2026-11-22", "2026-11-22"]],
    [{ verifiedAt: "2026-11-02T00:30:00+01:00" }, ["2026-11-01", "2026-11-01"]],
    [{ verifiedAt: "1793500000" }, ["2026-11-01", "2026-11-01"]],
    [{ verifiedAt: "1793500000000" }, ["2026-11-01", "2026-11-01"]],
    [{ verifiedAt: "2020-01-01", lastVerifiedAt: "2026-11-01" }, ["2020-01-01", "2026-11-01"]],
    [{ lastVerifiedAt: "2026-11-22" }, ["2026-11-20", "2026-11-22"]],
    [{ verifiedAt: "2026-05-26" }, ["2026-05-26", "2026-05-26"]],
  ])("of %j has the days %j", (entry, expected) => {
    expect(days(entry)).toEqual(expected);
  });

  test.each([
    [{ verifiedAt: "2026-05-25" }, /^verifiedAt must be within the last 180 days/],
    [{ verifiedAt: "2020-01-01", lastVerifiedAt: "2020-01-02" }, /^lastVerifiedAt must be within the last 180 days/],
    [{ verifiedAt: "2026-11-23" }, /^verifiedAt must not be in the future/],
    [{ lastVerifiedAt: "2026-11-23" }, /^lastVerifiedAt must not be in the future/],
    [{ verifiedAt: "2026-11-21", lastVerifiedAt: "2026-11-20" }, /^lastVerifiedAt must not be before/],
    [{ verifiedAt: "yesterday" }, /^verifiedAt must be a time such as/],
    [{ verifiedAt: "2026-13-01" }, /^verifiedAt must be a time/],
    [{ verifiedAt: "2026-11-01T12:00:00" }, /^verifiedAt must be a time/],
    [{ lastVerifiedAt: "01/11/2026" }, /^lastVerifiedAt must be a time/],
  ])("of %j is refused", (entry, message) => {
    expect(days(entry)).toMatch(message);
  });
});
