import fc from "fast-check";
import { expect, test } from "vitest";
import { viewOfMoney } from "./money.ts";

test.each([
  [0, "0"],
  [7_500, "0.0075"],
  [1_500_000, "1.5"],
  [-2_000_000, "-2"],
  [1, "0.000001"],
  [123_456_789, "123.456789"],
])("%i millionths are %s", (micros, amount) => {
  expect(viewOfMoney({ micros, currency: "EUR" })).toEqual({ amount, currency: "EUR" });
});

test("no amount loses a millionth", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (micros) => {
      expect(Math.round(Number(viewOfMoney({ micros, currency: "EUR" }).amount) * 1e6)).toBe(micros);
    }),
  );
});
