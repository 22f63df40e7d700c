import { describe, expect, it } from "vitest";
import { diffPolicies, loosens } from "./policy-diff.ts";
import { validatePolicyDocument } from "./validate-policy-document.ts";

function problemsOf(limits: unknown): readonly string[] {
  const validation = validatePolicyDocument({ limits });
  return validation.ok ? [] : validation.problems.map(({ field, message }) => `${field}: ${message}`);
}

const DAILY = { name: "daily", window: "day", messages: 10 };

describe("the limits of a policy document", () => {
  it("are given back as they were said", () => {
    const limits = {
      ceilings: [
        DAILY,
        { name: "range", per: "range", digits: 4, window: "10 minutes", money: { amount: 1.5, currency: "EUR" } },
        { name: "user", per: "key", key: "user", window: "31 days", messages: 1, destinations: ["NL"], note: "why" },
      ],
      maximumPrice: { amount: 0.2, currency: "USD" },
      unanswered: { perDay: 20 },
    };
    expect(validatePolicyDocument({ limits })).toEqual({ ok: true, document: { limits } });
  });

  it.each([
    [{ ceilings: [{ name: "a", window: "day" }] }, /^limits\.ceilings\[0\]: says no amount/],
    [{ ceilings: [{ ...DAILY, money: { amount: 1, currency: "EUR" } }] }, /money: stands beside messages/],
    [{ ceilings: [{ ...DAILY, window: "fortnight" }] }, /window: "fortnight" must be second, minute/],
    [{ ceilings: [{ ...DAILY, window: "32 days" }] }, /window: .* at most 31 days$/],
    [{ ceilings: [{ ...DAILY, name: "Daily" }] }, /name: "Daily" must be 1 to 40/],
    [{ ceilings: [{ ...DAILY, messages: -1 }] }, /messages: -1 must be a whole number from 0/],
    [{ ceilings: [{ ...DAILY, per: "recipients" }] }, /per: .* did you mean recipient\?/],
    [{ ceilings: [{ ...DAILY, per: "range" }] }, /digits: is missing; per range needs/],
    [{ ceilings: [{ ...DAILY, key: "user" }] }, /key: is only for per key; this is per account/],
    [{ ceilings: [{ ...DAILY, destinations: ["UK"] }] }, /destinations\[0\]: "UK" is no destination/],
    [{ ceilings: [{ ...DAILY, prefixes: ["316"] }] }, /prefixes\[0\]: "316" must be \+ and/],
    [{ ceilings: [DAILY, DAILY] }, /ceilings\[1\]\.name: daily stands at limits\.ceilings\[0\] already/],
    [{ maximumPrice: { amount: 1, currency: "euro" } }, /currency: "euro" must be a currency's/],
    [{ unanswered: { perHour: 0 } }, /perHour: 0 must be a whole number from 1/],
    [{ ceiling: [] }, /ceiling: .* did you mean ceilings\?/],
  ])("%j is refused, with what is right", (limits, problem) => {
    expect(problemsOf(limits)).toEqual([expect.stringMatching(problem)]);
  });

  it.each([
    ["more messages", DAILY, { ...DAILY, messages: 11 }, true],
    ["fewer messages", DAILY, { ...DAILY, messages: 9 }, false],
    ["a new count", DAILY, { ...DAILY, window: "hour" }, true],
    ["a narrower scope", DAILY, { ...DAILY, destinations: ["NL"] }, true],
    ["a note", DAILY, { ...DAILY, note: "x" }, false],
    ["no ceiling", DAILY, undefined, true],
    ["a new ceiling", undefined, DAILY, false],
  ])("%s: whether it loosens is known", (_, was, is, expected) => {
    const document = (ceiling: unknown) => {
      const validation = validatePolicyDocument({ limits: { ceilings: ceiling === undefined ? [] : [ceiling] } });
      if (!validation.ok) throw new Error("not valid");
      return validation.document;
    };
    const changes = diffPolicies(document(was), document(is));
    expect(changes.map(({ path }) => path)).toEqual(["limits.ceilings.daily"]);
    expect(loosens(changes)).toBe(expected);
  });
});
