import fc from "fast-check";
import { expect, it } from "vitest";
import type { EpochMilliseconds } from "../brand.ts";
import { BLOCK_LEVELS, blockKey, levelOfKey } from "../signals/block-table.ts";
import { isPartOf, newBlocksKey, scopeOfBlock } from "./scope-key.ts";
import { newWatch, noEvidence, type Watch } from "./watch.ts";
import { WatchIndex } from "./watch-index.ts";

const LINES = 992_000_000_000;
const line = fc.nat(400).map((offset) => LINES + offset * 7);
const step = fc.oneof(
  fc.record({ type: fc.constant("begin" as const), line, level: fc.nat(BLOCK_LEVELS - 1), destination: fc.nat(2) }),
  fc.record({ type: fc.constant("new blocks" as const), destination: fc.nat(2) }),
  fc.record({ type: fc.constant("end" as const), place: fc.nat(30) }),
  fc.record({ type: fc.constant("move" as const), place: fc.nat(30), destination: fc.integer({ min: -1, max: 2 }) }),
  fc.record({ type: fc.constant("see" as const), place: fc.nat(30), line }),
);

it("finds watches as a look at each of them would, whatever begins, ends, moves and is asked for", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), line, (steps, asked) => {
      const index = new WatchIndex();
      // The oracle: all of them, in the order of a Map.
      const all = new Map<number, Watch>();
      const begin = (key: number, destination: number): void => {
        const scope = key < 0 ? scopeOfBlock(blockKey(LINES, 0)) : scopeOfBlock(key);
        const watch = newWatch(key, destination, 0, noEvidence(scope, 0 as EpochMilliseconds));
        index.add(watch, all.get(key));
        all.set(key, watch);
      };
      for (const each of steps) {
        const chosen = "place" in each ? [...all.values()][each.place] : undefined;
        if (each.type === "begin") begin(blockKey(each.line, each.level), each.destination);
        else if (each.type === "new blocks") begin(newBlocksKey(each.destination, 10_000), each.destination);
        else if (chosen === undefined) continue;
        else if (each.type === "end") {
          index.remove(chosen);
          all.delete(chosen.key);
        } else if (each.type === "move") index.moveTo(chosen, each.destination);
        else index.sawLast(chosen, each.line);
      }
      const watches = [...all.values()];
      for (let level = 0; level < BLOCK_LEVELS; level++) {
        const parent = blockKey(asked, level);
        const parts = watches.filter(({ key }) => key > 0 && levelOfKey(key) < level && isPartOf(key, parent));
        expect(new Set(index.partsOf(parent))).toEqual(new Set(parts));
      }
      for (const destination of [-1, 0, 1, 2])
        expect(new Set(index.ofDestination(destination))).toEqual(
          new Set(watches.filter((watch) => watch.destination === destination)),
        );
      for (const fits of [() => true, ({ key }: Watch) => key % 2 === 0]) {
        const near = watches.find((watch) => Math.abs(watch.lastLine - asked) <= 16 && fits(watch));
        expect(index.near(asked, 16, fits)).toBe(near);
      }
    }),
    { numRuns: 300 },
  );
});
