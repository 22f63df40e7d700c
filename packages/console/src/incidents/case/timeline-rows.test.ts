import type { IncidentEntry } from "@safeguard/client";
import { expect, it } from "vitest";
import { spanOf, timelineRows } from "./timeline-rows.ts";

const [NINE, TEN, ELEVEN] = ["09", "10", "11"].map((hour) => `2027-01-01T${hour}:00:00.000Z`) as [
  string,
  string,
  string,
];

function entry(
  type: string,
  at: string,
  range: string | null,
  reason?: string,
  until: string | null = null,
): IncidentEntry {
  const who = { type: "key", name: "key_1", person: "person_1" } as const;
  return { at, type, range, act: reason === undefined ? null : { who, reason, until } };
}

it("has one row per act, the latest first, with every range that it reached", () => {
  const rows = timelineRows([
    entry("opened", NINE, "+1 xx"),
    entry("contained", NINE, "+1 xx"),
    entry("contained", TEN, "+1 xx", "pumping", ELEVEN),
    entry("contained", TEN, "+2 xx", "pumping", ELEVEN),
    entry("acknowledged", ELEVEN, null, "on it"),
  ]);
  expect(rows.map(({ type, act, ranges }) => [type, act?.reason, ranges])).toEqual([
    ["acknowledged", "on it", []],
    ["contained", "pumping", ["+1 xx", "+2 xx"]],
    ["contained", undefined, ["+1 xx"]],
    ["opened", undefined, ["+1 xx"]],
  ]);
});

it("says of a closing, not of its releases, that it was closed; what is no part of the act stays apart", () => {
  const closing = [entry("released", TEN, "+1 xx", "over"), entry("closed", TEN, null, "over")];
  expect(timelineRows(closing)).toMatchObject([{ type: "closed", ranges: ["+1 xx"] }]);
  const apart = [entry("released", TEN, "+1 xx"), entry("closed", TEN, null, "over")];
  expect(timelineRows(apart)).toHaveLength(2);
});

it("says how long a person contained, in the largest unit that fits", () => {
  const span = (until: string | null) =>
    spanOf({ at: NINE, type: "contained", ranges: [], act: entry("", NINE, "", "x", until).act });
  expect(span(null)).toBeUndefined();
  expect(span("2027-01-01T09:30:00.000Z")).toEqual({ unit: "minute", value: 30 });
  expect(span("2027-01-02T08:59:59.400Z")).toEqual({ unit: "hour", value: 24 });
  expect(span("2027-01-08T09:00:00.000Z")).toEqual({ unit: "day", value: 7 });
});
