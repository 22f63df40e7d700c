import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeDigitAutomaton, valueAfter } from "../../packages/core/src/numbering/digit-automaton.ts";
import { DigitDag } from "./digit-dag.ts";

/** The automaton whose value after each key is the entry's. */
function dagOf(entries: ReadonlyMap<string, number>): { dag: DigitDag; root: number } {
  const dag = new DigitDag();
  const visit = (prefix: string): number =>
    [...entries.keys()].some((key) => key.startsWith(prefix))
      ? dag.node(
          entries.get(prefix) ?? 0,
          Array.from({ length: 10 }, (_, digit) => visit(`${prefix}${digit}`)),
        )
      : 0;
  return { dag, root: visit("") };
}

it("says after decoding what a map says", () => {
  const keys = fc.stringMatching(/^[0-3]{0,5}$/);
  fc.assert(
    fc.property(fc.dictionary(keys, fc.integer({ min: 1, max: 60_000 })), fc.array(keys), (dictionary, others) => {
      const entries = new Map(Object.entries(dictionary));
      const { dag, root } = dagOf(entries);
      if (root === 0) return;
      const automaton = decodeDigitAutomaton(dag.encode(root));
      for (const key of [...entries.keys(), ...others]) expect(valueAfter(automaton, key)).toBe(entries.get(key) ?? 0);
    }),
    { numRuns: 300 },
  );
});

it("is minimal: equal parts are one node", () => {
  const entries = new Map(["10", "11", "20", "21", "300", "301"].map((key) => [key, 7]));
  const { dag, root } = dagOf(entries);
  // The sink, the end, the fork before it, the 0 of 30x, and the root.
  expect(decodeDigitAutomaton(dag.encode(root)).values).toHaveLength(5);
});
