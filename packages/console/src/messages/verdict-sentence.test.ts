import type { Finding, Verdict } from "@safeguard/client";
import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { explainVerdict } from "../../../core/src/verdict/explain-verdict.ts";
import { REASONS } from "../../../core/src/verdict/reason-code.ts";
import { viewOfFinding } from "../../../server/src/decisions/view-finding.ts";
import english from "../i18n/en.json";
import dutch from "../i18n/nl.json";
import { plainSentence } from "../incidents/plain-sentence.ts";
import { formatIn } from "../shared/format.ts";
import { verdictSentence } from "./verdict-sentence.ts";

type CoreVerdict = Parameters<typeof explainVerdict>[0];
type CoreFinding = CoreVerdict["findings"][number];

const EVIDENCE = {
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
};
const rule = (action: string, reason: string, ground: object, level = 0): CoreFinding =>
  ({ type: "policy", step: "destination", action, reason, ground, level }) as unknown as CoreFinding;
const detected = (opinion: object): CoreFinding =>
  ({ type: "detection", opinion, mode: "enforce", score: 80, incident: 1 }) as unknown as CoreFinding;
const limited = (reason: string, more: object = {}): CoreFinding =>
  ({
    ...{ type: "limit", reason, name: "hourly", per: "recipient", window: "hour" },
    ...{ count: 100, amount: 1, most: 100, level: 0 },
    ...more,
  }) as unknown as CoreFinding;
const verdict = (action: string, reason: string, findings: readonly CoreFinding[], more: object = {}): CoreVerdict =>
  ({
    action,
    reason,
    findings,
    score: 0,
    policy: { policy: "default", revisions: [1] },
    ...more,
  }) as unknown as CoreVerdict;

const allowed = rule("filter", "destination_allowed", { destination: "PK" });
const CASES: readonly CoreVerdict[] = [
  verdict("allow", "destination_allowed", [allowed]),
  verdict("block", "destination_blocked", [rule("block", "destination_blocked", { destination: "PK" }, 2)]),
  verdict("block", "destination_not_listed", [rule("block", "destination_not_listed", { destination: "PK" }, 1)]),
  verdict("block", "range_blocked", [rule("block", "range_blocked", { prefix: "+9234" })]),
  verdict("block", "exception_barred", [rule("block", "exception_barred", { range: "+923467323xx" })]),
  verdict("allow", "exception_trusted", [rule("allow", "exception_trusted", { range: "+923467323xx" })]),
  verdict("block", "number_type_blocked", [rule("block", "number_type_blocked", { numberType: "premium" })]),
  verdict("block", "policy_missing", []),
  // A trusted number sets the account's own block aside; then the one above it decides.
  verdict("block", "destination_blocked", [
    rule("allow", "exception_trusted", { range: "+923467323xx" }),
    rule("block", "destination_blocked", { destination: "PK" }, 0),
    rule("block", "destination_blocked", { destination: "PK" }, 1),
  ]),
  verdict("block", "ceiling_messages", [allowed, limited("ceiling_messages")]),
  verdict("block", "ceiling_messages", [allowed, limited("ceiling_messages", { level: 1, per: "account" })]),
  verdict("block", "limit_price_unknown", [limited("limit_price_unknown", { currency: "EUR" })]),
  verdict("hold", "range_surge", [allowed, detected({ action: "hold", reason: "range_surge", evidence: EVIDENCE })]),
  verdict("block", "range_contained", [
    detected({ action: "block", reason: "range_contained", scope: EVIDENCE.scope, evidence: undefined }),
  ]),
  verdict("challenge", "number_unanswered", [
    detected({
      action: "challenge",
      reason: "number_unanswered",
      limit: { count: 4, limit: 3, window: "hour" },
    }),
  ]),
  verdict("challenge", "outcomes_missing", [detected({ action: "challenge", reason: "outcomes_missing" })]),
  verdict("allow", "verified_number", [detected({ action: "allow", reason: "verified_number" })]),
  verdict(
    "allow",
    "destination_allowed",
    [allowed, detected({ action: "challenge", reason: "large_cluster", evidence: EVIDENCE })],
    { would: "challenge" },
  ),
];

describe("what was decided and why", () => {
  const languages = new Map<string, TFunction>();
  beforeAll(async () => {
    const resources = { en: { translation: english }, nl: { translation: dutch } };
    const instance = i18next.createInstance();
    await instance.init({ lng: "en", resources, interpolation: { escapeValue: false } });
    for (const language of ["en", "nl"]) languages.set(language, instance.getFixedT(language));
  });
  const say = (language: string, of: CoreVerdict, sentence = "in the server's words"): string => {
    const t = languages.get(language);
    if (t === undefined) throw new Error(`no ${language}`);
    const { action, reason, would } = of;
    const findings = of.findings.map(viewOfFinding) as unknown as readonly Finding[];
    const view: Parameters<typeof verdictSentence>[0] = { action, reason, findings, sentence, destination: "PK" };
    return verdictSentence(would === undefined ? view : { ...view, would }, t, formatIn(language));
  };

  it.each(CASES)("is said in English as the server says it, without the factors: $reason", (of) => {
    const server = plainSentence(explainVerdict(of, { destination: () => "Pakistan" })).sentence;
    expect(say("en", of)).toBe(
      server
        .replaceAll(" %", "%")
        .replaceAll("+92 346 732 3xxx", "+923467323xxx")
        .replace("within the hour", "within one hour"),
    );
  });

  it.each(CASES)("is said in Dutch with the same numbers: $reason", (of) => {
    const numbers = (text: string) =>
      (text.match(/\d[\d.,]*/g) ?? []).map((one) => one.replaceAll(/[.,]/g, "")).toSorted();
    expect(numbers(say("nl", of))).toEqual(numbers(say("en", of)));
    expect(say("nl", of)).not.toMatch(/\b(?:the|which|where|normally|allowed|blocked)\b|\{\{|verdict\./);
  });

  it("has words for every reason but that of a text that is no number, which the server's words are for", () => {
    for (const translations of [english, dutch]) {
      expect([...Object.keys(translations.verdict.reason), "number_rejected"].toSorted()).toEqual(
        Object.keys(REASONS).toSorted(),
      );
    }
    const unknown: Verdict["reason"] = "something_new";
    const found = rule("block", unknown, {});
    expect(say("nl", verdict("block", unknown, [found]), "Blocked: news.")).toBe("Blocked: news.");
    expect(say("en", verdict("block", "number_rejected", []), '"x" is no number.')).toBe('"x" is no number.');
  });
});
