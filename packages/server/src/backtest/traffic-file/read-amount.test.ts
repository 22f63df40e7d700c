import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAmount } from "./read-amount.ts";

function amountOf(text: string): number {
  const bytes = Buffer.from(`,${text}7`);
  return readAmount(bytes, 1, bytes.length - 1);
}

describe("readAmount", () => {
  it("reads decimal numbers to the millionth, as arithmetic has it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999, max: 999_999_999 }),
        fc.nat(999_999),
        fc.constantFrom(".", ","),
        (units, micros, point) => {
          const text = `${units}${point}${String(micros).padStart(6, "0")}`;
          expect(amountOf(text) + 0).toBe(Number(units) * 1_000_000 + (text.startsWith("-") ? -micros : micros));
        },
      ),
    );
  });

  it.each([
    ["0.0795", 79_500],
    ["-0.0075", -7500],
    ["+.05", 50_000],
    [" 1 ", 1_000_000],
    ["0,042", 42_000],
    ["2.", 2_000_000],
    ["0.03330000", 33_300],
    ["0.0000005", 1],
    ["0.00000049", 0],
    ["0.9999995", 1_000_000],
    ["-0", 0],
  ])("reads %j", (text, micros) => {
    expect(amountOf(text)).toBe(micros);
  });

  it.each(["", " ", "-", ".", "free", "$0.05", "0.05 USD", "1e-3", "1.000,00", "1000000000", "--1"])(
    "refuses %j",
    (text) => {
      expect(amountOf(text)).toBeNaN();
    },
  );
});
