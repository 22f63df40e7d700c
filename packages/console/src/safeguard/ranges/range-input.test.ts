import { describe, expect, it } from "vitest";
import { endOf, localTime, readRangeInput } from "./range-input.ts";

describe("a range as it is typed", () => {
  it("may have spaces and hyphens, 00 for +, and other signs for an open digit", () => {
    expect(readRangeInput("0031 653", "range")).toEqual({ range: "+31653", problem: undefined, free: 0 });
    expect(readRangeInput("+31 6-5312 34XX", "barred")).toEqual({ range: "+316531234xx", problem: undefined, free: 2 });
    expect(readRangeInput("316 5312 3456", "trusted").range).toBe("+31653123456");
  });

  it("says what is wrong while it is typed, and nothing of what is not begun", () => {
    expect(readRangeInput("", "range")).toEqual({ range: undefined, problem: undefined, free: 0 });
    expect(readRangeInput("+31653xx", "range").problem).toBe("prefix");
    expect(readRangeInput("+0316", "range").problem).toBe("prefix");
    expect(readRangeInput("+31653", "trusted").problem).toBe("number");
    expect(readRangeInput("+31653xx1234", "barred").problem).toBe("number");
    expect(readRangeInput("+3165312xxxx", "trusted").problem).toBe("trustedFree");
    expect(readRangeInput("+3165312xxxx", "barred").problem).toBeUndefined();
    expect(readRangeInput("+31653xxxxxx", "barred").problem).toBe("barredFree");
  });

  it("may end, in a while or at a time", () => {
    const now = Date.parse("2026-11-23T00:00:00Z");
    expect(endOf("open", "", now)).toBeUndefined();
    expect(endOf("week", "", now)).toBe("2026-11-30T00:00:00.000Z");
    expect(endOf("at", "", now)).toBeUndefined();
    expect(endOf("at", localTime("2026-12-01T10:00:00.000Z"), now)).toBe("2026-12-01T10:00:00.000Z");
  });
});
