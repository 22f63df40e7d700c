import { describe, expect, it } from "vitest";
import { codeOfHalfMinute, halfMinuteOf, halfMinuteOfCode } from "./totp.ts";

/** The key of RFC 6238, appendix B; its codes have eight digits, of which the last six are these. */
const SECRET = "12345678901234567890";

describe("the code of an app", () => {
  it.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("at second %i is %s", (second, code) => {
    expect(codeOfHalfMinute(SECRET, halfMinuteOf(second * 1000))).toBe(code);
  });

  it("is told to be of this half minute, of the one before, or after, or of none", () => {
    const at = 1_111_111_111_000;
    const now = halfMinuteOf(at);
    const found = [-2, -1, 0, 1, 2].map((beside) =>
      halfMinuteOfCode(SECRET, codeOfHalfMinute(SECRET, now + beside), at),
    );
    expect(found).toEqual([undefined, now - 1, now, now + 1, undefined]);
    for (const other of ["", "05047", "0504710", "öööööö", "050471 "])
      expect(halfMinuteOfCode(SECRET, other, at)).toBeUndefined();
  });
});
