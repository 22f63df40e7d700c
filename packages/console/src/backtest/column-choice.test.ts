import { expect, test } from "vitest";
import { isWhollyRecognised, needsOffset, offsetText, proposedChoice, withColumn } from "./column-choice.ts";

const problem = (name: string, dropped: boolean) => ({ problem: name, dropped, count: 1, examples: [] });

test("what is recognised as it is needs no mapping", () => {
  const format = { name: "traffic_csv", title: "traffic CSV" };
  expect(isWhollyRecognised({ format, problems: [] })).toBe(true);
  expect(isWhollyRecognised({ format, problems: [problem("price_negative", false)] })).toBe(true);
  expect(isWhollyRecognised({ format, problems: [problem("time_missing", true)] })).toBe(false);
  expect(isWhollyRecognised({ format: null, problems: [] })).toBe(false);
  expect(needsOffset({ problems: [problem("time_without_offset", true)] })).toBe(true);
});

test("a choice begins with what is likely, and a column is chosen and taken back", () => {
  const choice = proposedChoice({ proposed: { time: "SMS_DT", to: "Mobile", status: "State" } });
  expect(choice).toEqual({ time: "SMS_DT", to: "Mobile" });
  expect(withColumn(withColumn(choice, "price", "Cost"), "to", null)).toEqual({ time: "SMS_DT", price: "Cost" });
});

test("an offset is written as everywhere", () => {
  expect([120, 0, -210, 345].map(offsetText)).toEqual(["+02:00", "+00:00", "-03:30", "+05:45"]);
});
