import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DigitPatterns, type PatternState } from "./digit-pattern.ts";

function after(start: PatternState, digits: string): PatternState {
  return [...digits].reduce((state, digit) => state.next(Number(digit)), start);
}

const SOURCES = [
  "7(?:[1-3]\\d|4[0-46-9])\\d{2}|8\\d{1,3}",
  "(?:1[02-79]|9)0?\\d?",
  "0?(?:(11|2(?:2|6[04]))15)?",
  "([24-9]\\d{2})$|0|180020",
  "[347]",
];
const digits = fc.stringMatching(/^[0-4789]{0,7}$/);

describe("patterns of digits", () => {
  it("match as a whole what the regular expressions match", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SOURCES), digits, (source, text) => {
        const patterns = new DigitPatterns();
        patterns.addWhole(5, source);
        expect(after(patterns.start(), text).matched.has(5)).toBe(new RegExp(`^(?:${source})$`).test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("match as a prefix, of one digit at least, wherever the regular expression could", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SOURCES), digits, (source, text) => {
        const patterns = new DigitPatterns();
        patterns.addPrefix(1, source);
        const prefixes = Array.from({ length: text.length }, (_, at) => text.slice(0, at + 1));
        const ends = source.includes("$");
        const could = prefixes.some((prefix) =>
          new RegExp(`^(?:${ends && prefix !== text ? source.replace("([24-9]\\d{2})$|", "") : source})$`).test(prefix),
        );
        expect(after(patterns.start(), text).matched.has(1)).toBe(could);
      }),
      { numRuns: 2_000 },
    );
  });

  it("tell several patterns apart", () => {
    const patterns = new DigitPatterns();
    patterns.addWhole(1, "12\\d");
    patterns.addWhole(2, "1[23]4");
    expect([...after(patterns.start(), "124").matched]).toEqual([1, 2]);
    expect([...after(patterns.start(), "134").matched]).toEqual([2]);
  });

  it.each(["a", "\\w", "(12", "1{x}", "[1-", "1+"])("refuse %s", (source) => {
    expect(() => new DigitPatterns().addWhole(1, source)).toThrow("cannot read the pattern");
  });
});
