import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochMilliseconds } from "../brand.ts";
import type { Scope } from "../detectors/evidence.ts";
import type { Destination } from "../numbering/e164.ts";
import type { Containment } from "./incident.ts";
import { IncidentRanges } from "./incident-ranges.ts";

const at = (time: number): EpochMilliseconds => time as EpochMilliseconds;
const block = (first: number, size: number): Scope => ({ type: "block", prefix: `+${Math.floor(first / size)}`, size });
const blocks = fc
  .tuple(fc.nat(5_000), fc.constantFrom(100, 1_000, 10_000, 100_000))
  .map(([stretch, size]) => block(992_000_000_000 + stretch * 2_500, size));
const newBlocks = fc
  .tuple(fc.constantFrom("TJ", "NL"), fc.constantFrom(10_000 as const, 100_000 as const))
  .map(([destination, size]): Scope => ({ type: "new_blocks", destination: destination as Destination, size }));
const scopes = fc.oneof({ weight: 5, arbitrary: blocks }, newBlocks);

describe("the ranges of an incident", () => {
  it("are found by scope and by number as in a plain list", () => {
    fc.assert(
      fc.property(fc.array(scopes, { maxLength: 60 }), fc.array(fc.nat(13_000_000)), (found, offsets) => {
        const ranges = new IncidentRanges();
        const plain: Scope[] = [];
        for (const scope of found) {
          const isKnown = plain.some((known) => JSON.stringify(known) === JSON.stringify(scope));
          expect(ranges.get(scope) !== undefined).toBe(isKnown);
          if (isKnown) continue;
          ranges.add(scope, at(plain.length));
          plain.push(scope);
        }
        expect(ranges.list().map(({ scope }) => scope)).toEqual(plain);
        for (const offset of offsets) {
          const line = 992_000_000_000 + offset;
          const covered = plain.some((scope) => scope.type === "block" && `+${line}`.startsWith(scope.prefix));
          expect(ranges.covers(line)).toBe(covered);
        }
        expect(new IncidentRanges(ranges.list()).list()).toEqual(ranges.list());
      }),
    );
  });

  it("are a thousand at most: those found first and not contained give way, and are counted", () => {
    const ranges = new IncidentRanges();
    const containment: Containment = {
      scope: block(992_000_000_000, 100),
      by: "detection",
      action: "block",
      from: at(0),
      until: at(1),
    };
    for (let each = 0; each < 1_300; each++) {
      const range = ranges.add(block(992_000_000_000 + each * 100, 100), at(each));
      if (each < 10) range.containment = containment;
    }
    expect([ranges.size, ranges.further]).toEqual([1_000, 300]);
    const kept = ranges.list().map(({ foundAt }) => foundAt);
    expect(kept.slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 310, 311]);
    expect(ranges.covers(992_000_000_000 + 15 * 100)).toBe(false);
    expect(ranges.isContained).toBe(true);
    const again = new IncidentRanges(ranges.list(), ranges.further);
    expect([again.list(), again.further]).toEqual([ranges.list(), 300]);
  });
});
