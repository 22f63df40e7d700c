import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import english from "../i18n/en.json";
import dutch from "../i18n/nl.json";
import { REASON_CODES } from "./reason-codes.ts";
import { completionsOf, readSearch, withWord } from "./search-syntax.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const read = (text: string) => readSearch(text, NOW);

describe("the search for messages", () => {
  it("is words with a key, in any order, each narrowing it", () => {
    expect(read('status:blocked destination:nl purpose:otp reason:range_contained from:"My Shop"')).toEqual({
      query: { status: "blocked", destination: "NL", purpose: "otp", reason: "range_contained", from: "My Shop" },
      id: undefined,
      problems: [],
    });
    expect(read("").query).toEqual({});
  });

  it("takes a whole number, and what numbers begin with", () => {
    expect(read("to:+31612345678").query).toEqual({ to: "+31612345678" });
    expect(read("+31612345678").query).toEqual({ to: "+31612345678" });
    for (const text of ["to:+31653", "to:31653*", "to:+31653…", "+31653", "to:+31653xxxxx"]) {
      expect(read(text).query, text).toEqual({ prefix: "+31653" });
    }
  });

  it("takes an id alone, spans and times", () => {
    const id = `msg_${"0".repeat(32)}`;
    expect(read(id).id).toBe(id);
    expect(read("since:24h").query).toEqual({ after: "2026-11-21T12:00:00.000Z" });
    expect(read("after:2026-11-01 before:2026-11-02T10:00:00Z").query).toEqual({
      after: "2026-11-01T00:00:00.000Z",
      before: "2026-11-02T10:00:00.000Z",
    });
  });

  it("says which word it does not understand, and does the rest", () => {
    expect(read("status:loved colour:red hello status:blocked").problems).toEqual([
      { why: "bad_value", key: "status", text: "loved" },
      { why: "unknown_key", text: "colour" },
      { why: "unknown_key", text: "hello" },
    ]);
    expect(read("to:abc since:soon").problems).toHaveLength(2);
  });

  it("is completed word by word", () => {
    const places = [
      { code: "NL", name: "Netherlands" },
      { code: "TJ", name: "Tajikistan" },
    ];
    const of = (text: string) => completionsOf(text, places, ["My Shop"]).map(({ search }) => search);
    expect(of("")).toContain("status:");
    expect(of("status:blocked de")).toEqual(["status:blocked destination:"]);
    expect(of("status:bl")).toEqual(["status:blocked "]);
    expect(of("destination:taj")).toEqual(["destination:TJ "]);
    expect(of("from:my")).toEqual(['from:"My Shop" ']);
    expect(of("reason:contained")).toEqual(["reason:range_contained "]);
    expect(of("colour:")).toEqual([]);
  });

  it("has one word of a key replaced, or taken away", () => {
    expect(withWord("status:blocked to:+31", "status", "held")).toBe("to:+31 status:held");
    expect(withWord('from:"My Shop" since:1h', "from", undefined)).toBe("since:1h");
  });

  it("knows every reason that the reference lists, in both languages", () => {
    const reference = readFileSync(new URL("../../../../docs/reference/reason-codes.md", import.meta.url), "utf8");
    const [verdicts = ""] = reference.split("## Why");
    const listed = [...verdicts.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    expect([...REASON_CODES].sort()).toEqual(listed.sort());
    for (const words of [english.reasons, dutch.reasons]) expect(Object.keys(words).sort()).toEqual(listed);
  });
});
