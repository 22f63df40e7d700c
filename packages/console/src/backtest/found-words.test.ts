import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import type { BacktestResult as ServerResult } from "../../../server/src/backtest/backtest-result.ts";
import { headline } from "../../../server/src/backtest/headline.ts";
import { remarksOn } from "../../../server/src/backtest/remarks.ts";
import {
  consecutiveNumbers,
  fakedVerifications,
  madeUpResult,
  slowRanges,
} from "../../../server/src/backtest/testing/made-up-results.ts";
import english from "../i18n/en.json";
import dutch from "../i18n/nl.json";
import { formatIn } from "../shared/format.ts";
import type { BacktestResult } from "./backtest-types.ts";
import { headlineOfResult, remarkWords } from "./found-words.ts";

const made = madeUpResult();
const CASES: readonly (readonly [string, ServerResult])[] = [
  ["an attack on consecutive numbers", madeUpResult({ incidents: [consecutiveNumbers()] })],
  ["faked verifications", madeUpResult({ incidents: [fakedVerifications()] })],
  ["an attack that is slow", madeUpResult({ incidents: [slowRanges()] })],
  ["no attack", madeUpResult({ incidents: [] })],
  [
    "no attack, nothing stopped",
    madeUpResult({ incidents: [], messages: { ...made.messages, block: 0, hold: 0, challenge: 0 } }),
  ],
  [
    "a file without verifications",
    madeUpResult({ incidents: [consecutiveNumbers()], legitimate: { ...made.legitimate, verifiedMessages: 0 } }),
  ],
  ["nothing that could be judged", madeUpResult({ messages: { ...made.messages, total: 0 } })],
];

describe("what a backtest found", () => {
  const languages = new Map<string, TFunction>();
  beforeAll(async () => {
    const resources = { en: { translation: english }, nl: { translation: dutch } };
    const instance = i18next.createInstance();
    await instance.init({ lng: "en", resources, interpolation: { escapeValue: false } });
    for (const language of ["en", "nl"]) languages.set(language, instance.getFixedT(language));
  });
  const translations = (language: string): TFunction => {
    const t = languages.get(language);
    if (t === undefined) throw new Error(`no ${language}`);
    return t;
  };
  const asJson = (result: ServerResult): BacktestResult => JSON.parse(JSON.stringify(result));

  it.each(CASES)("is said of %s in English as in the report, in Dutch with the same numbers", (_what, result) => {
    const say = (language: string) =>
      headlineOfResult(asJson(result), translations(language), formatIn(language === "en" ? "en-US" : language));
    const numbers = (text: string) => (text.match(/\d[\d.,]*/g) ?? []).map((one) => one.replaceAll(/[.,]/g, ""));
    expect(say("en")).toBe(headline(result));
    expect(numbers(say("nl")).toSorted()).toEqual(numbers(say("en")).toSorted());
    expect(say("nl")).not.toMatch(/\b(?:the|would|found|messages)\b|\{\{|backtest\./);
  });

  it("has a remark of every code that needs no more than the result, and else the server's words", () => {
    const results = [
      made,
      madeUpResult({ messages: { ...made.messages, total: 0 } }),
      madeUpResult({ unpriced: made.messages.total }),
      madeUpResult({
        unpriced: 7,
        policy: { ...made.policy, detection: "off" },
        legitimate: { ...made.legitimate, inDoubt: 3 },
        file: { ...made.file, converted: 0, delivered: 0, sorted: false, badRows: 2 },
      }),
    ];
    const end = { at: Date.parse("2026-11-05T00:00:00Z"), messagesAfter: 5, shareBefore: 0.6 };
    const codes = new Set<string>();
    for (const result of results) {
      const ends = { verifications: end, deliveries: end } as unknown as Parameters<typeof remarksOn>[1];
      for (const remark of remarksOn(result, ends)) {
        codes.add(remark.code);
        for (const language of ["en", "nl"]) {
          const { text, isServers } = remarkWords(remark, asJson(result), translations(language), formatIn(language));
          expect(isServers).toBe(["outcomes_end", "deliveries_end", "numbers_rejected"].includes(remark.code));
          expect(text).not.toMatch(/\{\{|backtest\./);
          if (!isServers && language === "nl") expect(text).not.toBe(remark.text);
        }
      }
    }
    expect(codes.size).toBeGreaterThan(9);
  });
});
