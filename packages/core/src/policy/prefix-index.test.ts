import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { E164 } from "../numbering/e164.ts";
import { PrefixIndex, scaleNumber } from "./prefix-index.ts";

const some = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom("1", "9"),
      fc.array(fc.constantFrom("0", "1", "9"), { minLength: minLength - 1, maxLength: maxLength - 1 }),
    )
    .map(([first, rest]) => first + rest.join(""));

const indexOf = (prefixes: readonly string[]): PrefixIndex<string> =>
  new PrefixIndex(new Map(prefixes.map((prefix) => [prefix, [prefix]])));

describe("a prefix index", () => {
  it("offers the prefixes of a number from the longest to the shortest, as a scan of all would", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(some(1, 15), { maxLength: 40 }),
        fc.array(some(7, 15), { minLength: 20 }),
        (prefixes, numbers) => {
          const index = indexOf(prefixes);
          for (const number of numbers) {
            const offered: string[] = [];
            index.find(scaleNumber(`+${number}` as E164), (prefix) => offered.push(prefix) === 0);
            const scanned = prefixes.filter((prefix) => number.startsWith(prefix)).sort((a, b) => b.length - a.length);
            expect(offered).toEqual(scanned);
          }
        },
      ),
    );
  });

  it("takes the first entry that holds", () => {
    const index = indexOf(["31", "316", "3161"]);
    const number = scaleNumber("+31612345678" as E164);
    expect(index.find(number, () => true)).toBe("3161");
    expect(index.find(number, (prefix) => prefix.length < 4)).toBe("316");
    expect(index.find(number, () => false)).toBeUndefined();
  });

  it("does not take the zeros that fill a number up for its digits", () => {
    const index = indexOf(["1000000000"]);
    expect(index.find(scaleNumber("+1000000" as E164), () => true)).toBeUndefined();
    expect(index.find(scaleNumber("+1000000000" as E164), () => true)).toBe("1000000000");
  });

  it("tells the first and the last number of a prefix from their neighbours, at full length", () => {
    const index = indexOf(["99999999999999"]);
    expect(index.find(scaleNumber("+999999999999990" as E164), () => true)).toBe("99999999999999");
    expect(index.find(scaleNumber("+999999999999999" as E164), () => true)).toBe("99999999999999");
    expect(index.find(scaleNumber("+999999999999989" as E164), () => true)).toBeUndefined();
  });
});
