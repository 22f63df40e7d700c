import fc from "fast-check";
import { expect, it } from "vitest";
import { RollingCount, RollingCounts } from "./rolling-count.ts";

const LENGTH = 100;

it("counts what happened in the last so many milliseconds, also what came late", () => {
  const step = fc.record({ pass: fc.integer({ min: 0, max: 60 }), late: fc.integer({ min: 0, max: 150 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const count = new RollingCount(LENGTH);
      const all: number[] = [];
      let now = 1_000;
      for (const { pass, late } of steps) {
        now += pass;
        count.add(now - late);
        all.push(now - late);
        expect(count.at(now)).toBe(all.filter((at) => at > now - LENGTH).length);
      }
    }),
  );
});

it("keeps a count for each key", () => {
  const counts = new RollingCounts(LENGTH);
  counts.add("a", 0);
  counts.add("a", 50);
  counts.add("b", 60);
  expect([counts.at("a", 60), counts.at("b", 60), counts.at("c", 60)]).toEqual([2, 1, 0]);
  expect(counts.at("a", 100)).toBe(1);
});
