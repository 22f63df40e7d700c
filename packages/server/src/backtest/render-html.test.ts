import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderHtml } from "./render-html.ts";
import { DARK, LIGHT, type Palette } from "./report/palette.ts";
import { consecutiveNumbers, madeUpResult } from "./testing/made-up-results.ts";
import { anyResult, HOSTILE } from "./testing/random-results.ts";

describe("the report", () => {
  const page = renderHtml(madeUpResult());

  it("says for each attack the sentence, what was saved with its formula, and what happened when", () => {
    expect(page).toContain('<h3 id="a1-h">1. Tajikistan: many numbers of one block</h3>');
    expect(plain(page)).toContain("9 of the last 11 new numbers in Tajikistan fell in +992 001 23x xxx");
    expect(page).toContain("$449.00 of $451.26: 995 stopped × $0.45 each on average");
    expect(page).toContain("Contained: new numbers stopped");
    expect(page).toContain("Allowance for having looked in many places");
  });

  it("draws the five pictures of each attack, with words for who cannot see them", () => {
    for (const picture of ["line", "time", "funnel", "latency", "rate"]) {
      expect(page).toMatch(new RegExp(`<svg role="img" aria-labelledby="a1-${picture}-t a1-${picture}-c"`));
      expect(page).toMatch(new RegExp(`<figcaption id="a1-${picture}-c">[^<]`));
    }
    expect(plain(page)).toContain(
      "1,004 attempts in +992 001 23x xxx, on 1,000 of its 10,000 numbers: 5 went out unanswered",
    );
    expect(plain(page)).toContain(
      "1,000 messages asked for, 5 sent, 5 delivered, 0 completed; usually 58 % are completed.",
    );
    expect(plain(page)).toContain("100 % of 12 completions came 5–10 s after the code was sent");
    expect(plain(page)).toContain("Up to 100 attempts in 5 min (2026-11-03 04:12 UTC); usually 0.03.");
  });

  it("shows no zero where nothing was reported of deliveries and verifications", () => {
    const found = consecutiveNumbers();
    const baseline = { delivered: 0, converted: undefined };
    const pictures = { ...found.pictures, funnel: { ...found.pictures.funnel, delivered: 0, converted: 0, baseline } };
    const text = plain(renderHtml(madeUpResult({ incidents: [{ ...found, pictures }] })));
    expect(text).toContain("1,000 messages asked for, 5 sent, delivered: not reported, completed: not reported.");
    expect(text).toContain("When codes were entered, if any were, was not reported.");
    expect(text).not.toContain("0: 0 % of sent");
  });

  it("asks for nothing and runs nothing", () => {
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;">`,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|\bsrc=|\bhref=|url\(|@import/i);
    expect(page.match(/https?:\/\/[^"]+/g)?.filter((url) => url !== "http://www.w3.org/2000/svg")).toEqual([]);
  });

  it("has headings in order, a caption in each table and no two things of one name", () => {
    const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [at, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[at - 1] ?? 0) + 1);
    expect(page.match(/<table/g)).toHaveLength(page.match(/<table><caption>[^<]/g)?.length ?? 0);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("draws thirty attacks, and lists the others", () => {
    const many = renderHtml(madeUpResult({ incidents: Array.from({ length: 33 }, consecutiveNumbers) }));
    expect(many.match(/<article/g)).toHaveLength(30);
    expect(many).toContain("<summary>3 more attacks, together $1,353.77</summary>");
    const ids = [...many.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("says what numbers' own limit stopped, masked", () => {
    expect(page).toContain("By their own limit of unanswered codes: 320 messages to 14 numbers ($13.44)");
    expect(page).toContain("+447400123xxx");
    expect(page).not.toContain("+447400123456");
    expect(renderHtml(madeUpResult(), { showNumbers: true })).toContain("+447400123456");
  });

  it("says so where there is nothing to draw", () => {
    const incident = consecutiveNumbers();
    const bare = renderHtml(
      madeUpResult({
        incidents: [
          {
            ...incident,
            pictures: {
              ...incident.pictures,
              line: { ...incident.pictures.line, ticks: [] },
              latency: [],
              rate: { ...incident.pictures.rate, buckets: [] },
            },
          },
        ],
      }),
    );
    expect(bare).toContain("No attempt was kept.");
    expect(bare).toContain("No attempt was counted.");
    expect(bare).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("shows numbers only when asked", () => {
    const shown = renderHtml(madeUpResult({ incidents: [consecutiveNumbers()] }), { showNumbers: true });
    expect(shown).toContain("+992001234000");
    expect(shown).toContain("treat this page as personal data");
    expect(renderHtml(madeUpResult({ incidents: [consecutiveNumbers()] }))).not.toContain("+99200123400");
  });

  it("masked, holds no number in full, and does not tell a verified number from its neighbours", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const digits = renderHtml(result).replaceAll(/[\s ().-]/g, "");
        for (const { pictures } of result.incidents) {
          for (const { offset } of pictures.line.ticks) {
            expect(digits).not.toContain(`99200123${String(offset).padStart(4, "0")}`);
          }
        }
      }),
      { numRuns: 40 },
    );
    const masked = (offset: number): string => {
      const incident = consecutiveNumbers();
      const [tick] = incident.pictures.line.ticks.filter(({ mark }) => mark === "verified");
      if (tick === undefined) throw new Error("there is a verified number");
      const line = { ...incident.pictures.line, ticks: [{ ...tick, offset }] };
      return renderHtml(madeUpResult({ incidents: [{ ...incident, pictures: { ...incident.pictures, line } }] }));
    };
    expect(masked(311)).toBe(masked(318));
  });

  it("masks numbers in what is wrong with rows", () => {
    const badRowSamples = [{ line: 3, reason: 'to "+992001234567x" has a character that no number has' }];
    const file = { ...madeUpResult().file, badRowSamples };
    expect(renderHtml(madeUpResult({ file }))).toContain("to &quot;+99200…x&quot; has a character");
  });

  it("escapes whatever comes from the file", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const made = renderHtml(result);
        for (const text of HOSTILE.slice(0, 3)) expect(made).not.toContain(text);
        expect(made).not.toMatch(/<(script|img|svg onload)/i);
        expect(made).not.toMatch(/NaN|Infinity/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
        expect(made).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
        expect(tagsOf(made)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the colours", () => {
  it.each<[string, Palette]>([
    ["light", LIGHT],
    ["dark", DARK],
  ])("%s: text can be read, marks can be seen", (_, palette) => {
    for (const ground of [palette.page, palette.panel]) {
      for (const text of [palette.text, palette.quiet]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
      for (const mark of ["leaked", "stopped", "converted", "verified", "usual"] as const) {
        expect(contrast(palette[mark], ground)).toBeGreaterThanOrEqual(3);
      }
    }
  });
});

/** Tags that are opened and not closed, or the other way round, in a page as `renderHtml` writes it. */
function tagsOf(page: string): readonly string[] {
  const open: string[] = [];
  const alone = new Set(["meta", "br", "!doctype"]);
  for (const [, close, name = "", self] of page.matchAll(/<(\/?)([!a-z][a-z0-9]*)\b[^>]*?(\/?)>/gi)) {
    if (alone.has(name) || self === "/") continue;
    if (close === "") open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  return open;
}

function plain(page: string): string {
  return page.replaceAll(/<[^>]+>/g, "");
}

/** WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of relative luminances. */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
