import { stripVTControlCharacters } from "node:util";
import type { AccountId, Destination } from "@safeguard/core";
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
      legitimate: { block: 0, hold: 0, challenge: 0, inDoubt: 0, verifiedMessages: 6_120 },
    });
    expect(renderText(one, PLAIN).replaceAll("\n", " ")).toMatch(
      /^1 attack found\. It would have been stopped after 5 messages; \$449\.00 of \$451\.26 saved; 0 of 6,120 verified messages hit\. {2}/,
    );
    expect(renderText(madeUpResult(), PLAIN)).toMatch(
      /^3 attacks found\. They would have been stopped after 5, 11 and 22 messages;\n.*; 1 of 14,120 verified messages hit, and 2,466 more\nin attacked ranges, real or faked\./,
    );
    const quiet = madeUpResult({
      incidents: [],
      messages: { total: 900, allow: 900, block: 0, hold: 0, challenge: 0 },
    });
    expect(renderText(quiet, PLAIN)).toMatch(/^No attack found in 900 messages\.\n/);
  });

  it("does not say that nobody was hit where it cannot know", () => {
    const legitimate = { block: 0, hold: 0, challenge: 0, inDoubt: 0, verifiedMessages: 0 };
    const text = renderText(madeUpResult({ legitimate }), PLAIN).replaceAll("\n", " ");
    expect(text).toContain("whether real users were hit cannot be told, because the file has no verifications");
  });

  it("says until when it can tell who was hit", () => {
    const file = { ...madeUpResult().file, convertedUntil: "2026-11-04T11:00:00.000Z" };
    expect(renderText(madeUpResult({ file }), PLAIN).replaceAll("\n", " ")).toContain(
      "real or faked, as far as can be told until 2026-11-04 11:00 UTC.",
    );
  });

  it("begins with the numbers that could not be read, where they are many, and calls them neither stopped nor saved", () => {
    const example = { line: 2, to: "4.47911E+11" };
    const rejected = {
      messages: 7_000,
      converted: 12,
      cost: { USD: 1 },
      reasons: [
        { reason: "scientific_notation" as const, messages: 6_990, example },
        { reason: "number_missing" as const, messages: 10, example: { line: 17, to: "" } },
      ],
    };
    const messages = { total: 104, allow: 104, block: 0, hold: 0, challenge: 0 };
    const [head = ""] = renderText(madeUpResult({ incidents: [], messages, rejected }), PLAIN).split("\n\n");
    expect(head.replaceAll("\n", " ")).toBe(
      '7,000 of 7,104 recipient numbers (99 %) could not be read and were left out: 6,990 were turned into scientific notation by a spreadsheet, and their last digits are lost (line 2: "4.47911E+11"); export again, with that column as text. No attack found in 104 messages.',
    );
    const none = { total: 0, allow: 0, block: 0, hold: 0, challenge: 0 };
    const nothing = renderText(madeUpResult({ incidents: [], messages: none, rejected }), PLAIN);
    expect(nothing).toMatch(/^No message in the file could be judged\. 7,000 of 7,000 recipient numbers/);
    expect(nothing).not.toContain("saved");
    expect(nothing).toContain("again, once its rows are written so that they can be read");
  });

  it("says of each attack its sentence, ranges, first stop and money", () => {
    const text = renderText(madeUpResult(), PLAIN);
    expect(text).toContain(
      "1  Tajikistan: many numbers of one block\n   9 of the last 11 new numbers in Tajikistan fell in",
    );
    expect(text).toMatch(/ {3}Range {12}\+992 001 23x xxx \(995 of 1,000 stopped\)\n/);
    expect(text).toMatch(/ {3}First stop after 5 messages that went out from 04:12:00 UTC on\n/);
    expect(text).toMatch(
      /Messages {9}1,004 asked for: 989 blocked, 6 held, 5 went out unanswered\n +and 4 of verified numbers\n/,
    );
    expect(text).toContain("$449.00 of $451.26: 995 stopped × $0.45 each on average");
    expect(text).toContain("… and 37 more");
    expect(text).toMatch(/2,466 stopped though\s+verified later \(real people, or faked by the attacker\)/);
    expect(text).toMatch(/\$3\.92 more for codes that went out and were completed,\s+really or faked/);
  });

  it("does not call codes unanswered, nor others unhurt, where verifications were not reported", () => {
    const text = renderText(madeUpResult({ incidents: [{ ...consecutiveNumbers(), outcomesKnown: false }] }), PLAIN);
    expect(text).toMatch(/6 held, 5 went out and 4 of\s+verified numbers/);
    expect(text).toMatch(/4 messages of verified numbers passed; who else verified\s+later is not known/);
  });

  it("shows the ten attacks that it is given first, and what the others come to", () => {
    const text = renderText(madeUpResult({ incidents: Array.from({ length: 14 }, consecutiveNumbers) }), PLAIN);
    expect(text.match(/Tajikistan: many numbers/g)).toHaveLength(10);
    expect(text).toContain("… and 4 more attacks, together $1,805.02: see --html or --json");
  });

  it("names the account where there are several, and each range once", () => {
    const one = consecutiveNumbers();
    const other = { ...one, incident: { ...one.incident, account: "shop" as AccountId } };
    const [wide] = one.ranges;
    if (wide === undefined) throw new Error("there is a range");
    const twice = {
      ...one,
      ranges: [
        { ...wide, scope: { type: "block", prefix: "+992001234", size: 1_000 } as const },
        wide,
        { ...wide, scope: { type: "new_blocks", destination: "TJ" as Destination, size: 10_000 } as const },
        { ...wide, scope: { type: "new_blocks", destination: "TJ" as Destination, size: 100_000 } as const },
      ],
    };
    const text = renderText(madeUpResult({ incidents: [twice, other] }), PLAIN);
    expect(text).toContain("1  Tajikistan: many numbers of one block (account shop)");
    expect(text).toMatch(/Ranges {11}\+992 001 23x xxx \(995 of 1,000 stopped\)\n +blocks of 100,000 numbers in Tajik/);
    expect(text).not.toContain("+992 001 234 xxx");
    expect(text).not.toContain("blocks of 10,000");
  });

  it("says what no attack explains: what numbers' own limit stopped", () => {
    expect(renderText(madeUpResult(), PLAIN)).toContain(
      [
        "By their own limit of unanswered codes",
        "320 messages to 14 numbers ($13.44) came after so many unanswered codes to the",
        "same number that the person had to prove himself first; 2 of them were completed",
        "later.",
        "   +44 740 012 3xxx  120 messages",
        "",
      ].join("\n"),
    );
  });

  it("shows no zero where nothing was told of verifications", () => {
    const legitimate = { block: 0, hold: 0, challenge: 0, inDoubt: 0, verifiedMessages: 0 };
    expect(renderText(madeUpResult({ legitimate }), PLAIN)).toMatch(/\nTajikistan +2,390 +1,951 +– +– +\$880\.00\n/);
  });

  it("lists reasons, destinations, remarks and what to do next", () => {
    const text = renderText(madeUpResult(), PLAIN);
    expect(text).toMatch(/\nrange contained +blocked +5,041 +\$1,811\.30\n/);
    expect(text).not.toContain("destination allowed");
    expect(text).toMatch(/\nTajikistan +2,390 +1,951 +212 +0 +0 +\$880\.00\n/);
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
