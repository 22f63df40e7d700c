import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { spanSeconds } from "./span.ts";

describe("a span of time on the command line", () => {
  it.each([
    ["90s", 90],
    ["30m", 1800],
    ["2h", 7200],
    ["7d", 604_800],
    [" 1h ", 3600],
  ])("%s is %d seconds", (text, seconds) => {
    expect(spanSeconds(text)).toBe(seconds);
  });

  it.each(["", "2", "h", "0h", "-1h", "1.5h", "2 h", "2w", "1h30m"])("%j is refused", (text) => {
    expect(() => spanSeconds(text)).toThrow(InvalidArgumentError);
  });
});
