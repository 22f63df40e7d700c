import type { DetectionEvidence } from "@safeguard/client";
import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { explainEvidence } from "../../../core/src/detectors/explain-evidence.ts";
import english from "../i18n/en.json";
import dutch from "../i18n/nl.json";
import { formatIn } from "../shared/format.ts";
import { evidenceSentence } from "./evidence-sentence.ts";
import { plainSentence } from "./plain-sentence.ts";

const evidence = (more: Partial<DetectionEvidence> = {}): DetectionEvidence => ({
  scope: { type: "block", prefix: "+923467323", size: 1_000 },
  since: 0,
  counts: { sessions: 8, sent: 8, converted: 0, pending: 2, unanswered: 6, stopped: 0 },
  trials: 11,
  hits: 9,
  expectedShare: 0.00047,
  share: 17,
  adjacency: 3,
  unanswered: 6,
  faked: 0,
  expectedConversion: 0.55,
  total: 20,
  threshold: 10,
  credit: 3,
  ...more,
});

const CASES: readonly (readonly [what: string, evidence: DetectionEvidence])[] = [
  ["a block", evidence()],
  ["a single number", evidence({ trials: 1, hits: 1, adjacency: 0 })],
  ["young codes", evidence({ counts: { ...evidence().counts, pending: 8, unanswered: 0 } })],
  ["no code is open", evidence({ counts: { ...evidence().counts, pending: 0, unanswered: 8 } })],
  ["answered codes", evidence({ unanswered: -3, counts: { ...evidence().counts, converted: 5 } })],
  ["only unanswered codes", evidence({ share: 0, adjacency: 0 })],
  ["nothing", evidence({ share: 0, adjacency: 0, unanswered: 0.1 })],
  ["a usual share above a fifth", evidence({ expectedShare: 0.28 })],
  ["no usual share", evidence({ expectedShare: 0 })],
  ["new blocks", evidence({ scope: { type: "new_blocks", destination: "PK", size: 10_000 } })],
  ["faked completions", evidence({ faked: 9, counts: { ...evidence().counts, converted: 7 } })],
  [
    "faked completions with habits",
    evidence({
      faked: 9,
      counts: { ...evidence().counts, converted: 7 },
      habits: {
        delivered: { count: 54, of: 54, usual: 0.931, nats: 3 },
        enteredOnce: { count: 40, of: 40, usual: 0.92, nats: 3 },
        sharedAddress: { count: 51, of: 52, usual: 0.1, nats: 2.9 },
      },
    }),
  ],
];

describe("what speaks for an attack", () => {
  const languages = new Map<string, TFunction>();
  beforeAll(async () => {
    const resources = { en: { translation: english }, nl: { translation: dutch } };
    const instance = i18next.createInstance();
    await instance.init({ lng: "en", resources, interpolation: { escapeValue: false } });
    for (const language of ["en", "nl"]) languages.set(language, instance.getFixedT(language));
  });
  const say = (language: string, of: DetectionEvidence): string => {
    const t = languages.get(language);
    if (t === undefined) throw new Error(`no ${language}`);
    return evidenceSentence(of, t, formatIn(language), "PK");
  };

  it.each(CASES)("is said of %s in English as the server says it, without the factors", (_what, of) => {
    const server = explainEvidence(of as Parameters<typeof explainEvidence>[0], { destination: () => "Pakistan" });
    const plain = plainSentence(server)
      .sentence.replaceAll(/ \(×[^)]*in all\)/g, "")
      .replaceAll(" %", "%");
    expect(say("en", of)).toBe(plain.replace("+92 346 732 3xxx", "+923467323xxx"));
  });

  it.each(CASES)("is said of %s in Dutch with the same numbers", (_what, of) => {
    const [english, dutch] = [say("en", of), say("nl", of)];
    const numbers = (text: string) => (text.match(/\d[\d.,]*/g) ?? []).map((one) => one.replaceAll(/[.,]/g, "")).sort();
    expect(numbers(dutch)).toEqual(numbers(english));
    expect(dutch).not.toMatch(/\b(?:the|which|where|normally)\b|\{\{/);
  });
});
