import { describe, expect, it } from "vitest";
import { searchWithoutNumbers } from "./search-without-numbers.ts";

const NUMBERS = [
  "+31612345678",
  "0031612345678",
  "31612345678",
  "+31 6 1234 5678",
  "to:+31612345678",
  "status:blocked to:31612345678 since:24h",
  "+31-6-1234-5678 and +32470123456",
];
const NO_NUMBERS = [
  "status:blocked since:24h",
  "to:+31653",
  "+316123456xx",
  "+3161234567…",
  "msg_01234567890123456789012345678901",
  "01234567890123456789012345678901",
  "after:2026-11-01 before:2026-11-02T10:00:00Z",
  "2026-11-01",
  "ann@example.com",
  "192.0.2.100/24",
  "2001:db8::1",
];

describe("the filters in a page's address", () => {
  it.each(NUMBERS)("hold no number: %s", (q) => {
    const { stringifySearch, parseSearch } = searchWithoutNumbers();
    const address = stringifySearch({ q, kind: "range" });
    expect(decodeURIComponent(address).replaceAll(/~[0-9a-f]{12}/g, "~")).not.toMatch(/\d{3}/);
    expect(parseSearch(address)).toEqual({ q, kind: "range" });
    expect(stringifySearch(parseSearch(address))).toBe(address);
  });

  it.each(NO_NUMBERS)("stay readable where they are no number: %s", (q) => {
    const { stringifySearch, parseSearch } = searchWithoutNumbers();
    expect(new URLSearchParams(stringifySearch({ q })).get("q")?.replaceAll('"', "")).toBe(q);
    expect(parseSearch(stringifySearch({ q }))).toEqual({ q });
  });

  it("hide a number that somebody wrote into the address", () => {
    const { stringifySearch, parseSearch } = searchWithoutNumbers();
    for (const written of ["?q=%2B31612345678", "?q=31612345678", "?to=31612345678"]) {
      expect(Object.values(parseSearch(written))).toEqual([expect.stringMatching(/^\+?31612345678$/)]);
      expect(stringifySearch(parseSearch(written))).not.toContain("31612345678");
    }
    const instants = { from: 1_795_000_000, until: 1_795_000_060 };
    expect(parseSearch(stringifySearch(instants))).toEqual(instants);
  });

  it("mean nothing to another tab: the word is left out, the others stay", () => {
    const mine = searchWithoutNumbers();
    const another = searchWithoutNumbers();
    const address = mine.stringifySearch({ q: "status:blocked to:+31612345678" });
    expect(another.parseSearch(address)).toEqual({ q: "status:blocked " });
    expect(another.parseSearch(mine.stringifySearch({ q: "+31612345678" }))).toEqual({});
  });

  it("remember a thousand numbers at most", () => {
    const { stringifySearch, parseSearch } = searchWithoutNumbers();
    const addresses = Array.from({ length: 1_001 }, (_, n) => stringifySearch({ q: `+3161000${1_000 + n}` }));
    expect(parseSearch(addresses[0] ?? "")).toEqual({});
    expect(parseSearch(addresses[1] ?? "")).toEqual({ q: "+31610001001" });
    expect(parseSearch(addresses[1_000] ?? "")).toEqual({ q: "+31610002000" });
  });
});
