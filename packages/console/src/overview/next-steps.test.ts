import { expect, test } from "vitest";
import { stepsDone, stepsShown } from "./next-steps.ts";

test("a new account has everything before it; a demo enforces from the start", () => {
  const nothing = { decided: 0, days: 0, outcomesArrive: false, mode: "monitor" } as const;
  expect([...stepsDone(nothing)]).toEqual([]);
  expect([...stepsDone({ ...nothing, mode: "enforce" })]).toEqual(["enforce"]);
  expect([...stepsDone({ decided: 9, days: 7, outcomesArrive: true, mode: "monitor" })]).toEqual([
    "send",
    "outcomes",
    "watch",
  ]);
});

test("who enforces already is not told to watch first", () => {
  expect(stepsShown(new Set(["send", "enforce"]))).toEqual(["send", "outcomes", "enforce"]);
  expect(stepsShown(new Set(["send"]))).toEqual(["send", "outcomes", "watch", "enforce"]);
  expect(stepsShown(new Set(["watch", "enforce"]))).toEqual(["send", "outcomes", "watch", "enforce"]);
});
