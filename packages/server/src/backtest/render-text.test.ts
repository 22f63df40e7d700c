import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderText } from "./render-text.ts";
import { consecutiveNumbers, madeUpResult } from "./testing/made-up-results.ts";
import { anyResult } from "./testing/random-results.ts";

const PLAIN = { colour: false };

describe("the result on a terminal", () => {
  it("begins with the answer", () => {
    const one = madeUpResult({
      incidents: [consecutiveNumbers()],
      legitimate: { block: 0, hold: 0, challenge: 0, verifiedMessages: 6_120 },
    });
    expect(renderText(one, PLAIN).replaceAll("\n", " ")).toMatch(
      /^1 attack found\. It would have been stopped after 5 messages; \$449\.00 of \$451\.26 saved; 0 of 6,120 verified messages hit\. {2}/,
    );
    expect(renderText(madeUpResult(), PLAIN)).toMatch(
      /^3 attacks found\. They would have been stopped after 5, 11 and 22 messages;\n.*; 1 of 14,120 verified messages hit\./,
    );
    const quiet = madeUpResult({
      incidents: [],
      messages: { total: 900, allow: 900, block: 0, hold: 0, challenge: 0 },
    });
    expect(renderText(quiet, PLAIN)).toMatch(/^No attack found in 900 messages\.\n/);
  });

  it("does not say that nobody was hit where it cannot know", () => {
    const legitimate = { block: 0, hold: 0, challenge: 0, verifiedMessages: 0 };
    const text = renderText(madeUpResult({ legitimate }), PLAIN).replaceAll("\n", " ");
    expect(text).toContain("whether real users were hit cannot be told, because the file has no verifications");
  });

  it("says of each attack its sentence, ranges, first stop and money", () => {
    const text = renderText(madeUpResult(), PLAIN);
    expect(text).toContain(
      "1  Tajikistan: many numbers of one block\n   9 of the last 11 new numbers in Tajikistan fell in",
    );
    expect(text).toMatch(/ {3}Range {12}\+992 00 123 xxxx\n/);
    expect(text).toMatch(/ {3}First stop after 5 messages\n/);
    expect(text).toContain("$449.00 of $451.26: 995 stopped × $0.45 each on average");
    expect(text).toContain("… and 37 more");
    expect(text).toMatch(/2,466 stopped though\s+verified later \(which look faked\)/);
  });

  it("lists reasons, destinations, remarks and what to do next", () => {
    const text = renderText(madeUpResult(), PLAIN);
    expect(text).toMatch(/\nrange contained +blocked +5,041 +\$1,811\.30\n/);
    expect(text).not.toContain("destination allowed");
    expect(text).toMatch(/\nTajikistan +2,390 +1,951 +212 +0 +\$880\.00\n/);
    expect(text).toContain('- 2 rows could not be read and were left out.\n- Line 17: time "yesterday" is no time');
    expect(text).toMatch(/\nnpx safeguard backtest traffic\.csv --html report\.html\n/);
    expect(text).toMatch(/--emit ranges\n[\s\S]*\nnpm start\n/);
  });

  it("never asks to type a name that a shell would take for something else", () => {
    const named = (name: string) => renderText(madeUpResult({ file: { ...madeUpResult().file, name } }), PLAIN);
    expect(named("a; rm -rf ~.csv")).toContain("safeguard backtest FILE --html");
    expect(named("--html")).toContain("safeguard backtest FILE --html");
    expect(named("-")).toContain("safeguard backtest - --html");
  });

  it("has colours only on a terminal", () => {
    const colours = renderText(madeUpResult(), { colour: true });
    expect(colours).not.toBe(stripVTControlCharacters(colours));
    expect(stripVTControlCharacters(colours)).toBe(renderText(madeUpResult(), PLAIN));
  });

  it("fits 80 columns and steers no terminal, whatever the file holds", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const text = renderText(result, PLAIN);
        for (const line of text.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 60 },
    );
  });
});
