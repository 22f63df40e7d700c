import fc from "fast-check";
import { expect, test } from "vitest";
import { lineOf } from "../detection/detection-query.ts";
import { keyOfRange } from "../limits/limit-key.ts";
import { scaleNumber } from "../policy/prefix-index.ts";
import type { E164 } from "./e164.ts";
import { isStandIn, shownNumber, standInFor } from "./stand-in.ts";

const number = fc.stringMatching(/^[1-9]\d{6,14}$/).map((digits) => `+${digits}` as E164);
const draw = fc.integer({ min: 0, max: 99 });

test("what stands for an erased number is nobody's number, and in the same ranges of 100 and more", () => {
  fc.assert(
    fc.property(number, draw, (e164, drawn) => {
      const standIn = standInFor(e164, drawn);
      expect([isStandIn(e164), isStandIn(standIn)]).toEqual([false, true]);
      const line = lineOf(standIn);
      expect(Number.isInteger(line)).toBe(false);
      expect(Math.floor(line / 100)).toBe(Math.floor(lineOf(e164) / 100));
      for (const digits of [2, 3, 4, 5]) expect(keyOfRange(standIn, digits)).toBe(keyOfRange(e164, digits));
      expect(keyOfRange(standIn, 0)).not.toBe(keyOfRange(e164, 0));
    }),
  );
});

test("rules for ranges of 100 hold for it, rules for single numbers do not", () => {
  const e164 = "+31684913572" as E164;
  const { scaled, length } = scaleNumber(standInFor(e164, 72));
  expect(length).toBe(9);
  expect(Math.floor(scaled / 1_000_000)).toBe(316849135);
});

test("two of one block differ, and people see neither's letters", () => {
  const e164 = "+31684913572" as E164;
  expect([standInFor(e164, 4), standInFor(e164, 40)]).toEqual(["+316849135ae", "+316849135ea"]);
  expect(shownNumber(standInFor(e164, 4))).toBe("+316849135xx");
  expect(shownNumber(e164)).toBe(e164);
});
