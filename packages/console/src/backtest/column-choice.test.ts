import { expect, test } from "vitest";
import { isWhollyRecognised, needsOffset, offsetText, proposedChoice, whyNotYet, withColumn } from "./column-choice.ts";

const problem = (name: string, dropped: boolean) => ({ problem: name, dropped, count: 1, examples: [] });

test("what is recognised as it is needs no mapping", () => {
  const format = { name: "traffic_csv", title: "traffic CSV" };
  expect(isWhollyRecognised({ format, problems: [] })).toBe(true);
  expect(isWhollyRecognised({ format, problems: [problem("price_negative", false)] })).toBe(true);
  expect(isWhollyRecognised({ format, problems: [problem("time_missing", true)] })).toBe(false);
  expect(isWhollyRecognised({ format: null, problems: [] })).toBe(false);
  expect(needsOffset({ problems: [problem("time_without_offset", true)] })).toBe(true);
});

test("what would leave every row out is not run, and it is said why", () => {
  const format = { name: "traffic_csv", title: "traffic CSV" };
  const row = (rejected: string | null) => ({ ...SHOWN, rejected });
  const look = { format, problems: [], looked: 2, whole: true, skipped: { inbound: 0, other_channel: 0 }, rows: [] };
  const all = (name: string) => ({ ...problem(name, true), count: 2 });
  expect(whyNotYet({ ...look, rows: [row(null), row(null)] })).toBeUndefined();
  expect(whyNotYet({ ...look, format: null, looked: 0 })).toBe("columns");
  expect(whyNotYet({ ...look, problems: [all("time_without_offset")] })).toBe("offset");
  expect(whyNotYet({ ...look, whole: false, problems: [all("time_without_offset")] })).toBe("offset");
  expect(whyNotYet({ ...look, problems: [all("time_unreadable")] })).toBe("rows");
  expect(whyNotYet({ ...look, problems: [problem("time_unreadable", true)], rows: [row(null)] })).toBeUndefined();
  expect(whyNotYet({ ...look, problems: [{ ...all("price_negative"), dropped: false }] })).toBeUndefined();
  // (received messages fill the first rows of a long file, and others may follow)
  const received = { inbound: 2, other_channel: 0 };
  expect(whyNotYet({ ...look, skipped: received })).toBe("rows");
  expect(whyNotYet({ ...look, skipped: received, whole: false })).toBeUndefined();
  expect(whyNotYet({ ...look, rows: [row("number_too_short"), row("number_missing")] })).toBe("rows");
  expect(whyNotYet({ ...look, rows: [row("number_too_short"), row(null)] })).toBeUndefined();
});

const SHOWN = {
  line: 2,
  time: "2026-01-05T00:00:00Z",
  to: "+3161234xxxx",
  destination: "NL",
  from: "",
  purpose: "otp",
  deliveredAt: null,
  convertedAt: null,
  price: null,
  currency: "",
};

test("a choice begins with what is likely, and a column is chosen and taken back", () => {
  const choice = proposedChoice({ proposed: { time: "SMS_DT", to: "Mobile", status: "State" } });
  expect(choice).toEqual({ time: "SMS_DT", to: "Mobile" });
  expect(withColumn(withColumn(choice, "price", "Cost"), "to", null)).toEqual({ time: "SMS_DT", price: "Cost" });
});

test("an offset is written as everywhere", () => {
  expect([120, 0, -210, 345].map(offsetText)).toEqual(["+02:00", "+00:00", "-03:30", "+05:45"]);
});
