import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../test/seeded.ts";
import { ATTACK_SHARES, BLOCK_LEVELS, BlockTable, blockKey, blockRange, levelOfKey } from "./block-table.ts";

const MINUTE = 60_000;
const START = 29_000_000 * MINUTE;

describe("the key of a block", () => {
  it("names its level and its range, in which the number is, for every number of up to 15 digits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 999_999_999_999_999 }), fc.nat(BLOCK_LEVELS - 1), (line, level) => {
        const key = blockKey(line, level);
        const { first, size } = blockRange(key);
        expect([levelOfKey(key), size, first % size]).toEqual([level, 10 ** (level + 2), 0]);
        expect(line >= first && line < first + size).toBe(true);
        expect([blockKey(first, level), blockKey(first + size - 1, level)]).toEqual([key, key]);
        expect(blockKey(first + size, level)).not.toBe(key);
      }),
    );
  });
});

const keys = fc.nat(60).map((block) => (1_000 + block) * 8 + (block % BLOCK_LEVELS));
const steps = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constantFrom("hit" as const, "learn" as const),
      key: keys,
      day: fc.nat(60),
      weight: fc.constantFrom(0.6, 1),
    }),
    fc.record({ type: fc.constant("evidence" as const), key: keys, share: fc.nat(3), nats: fc.nat(20) }),
    fc.record({ type: fc.constant("forget" as const), key: keys }),
    fc.constant({ type: "restore" as const }),
  ),
  { maxLength: 200 },
);

interface Known {
  converted: number;
  day: number;
  session: number;
  clock: number;
  readonly evidence: number[];
}

describe("the block table", () => {
  it("equals a map of blocks while there is room, through growth and restoring", () => {
    fc.assert(
      fc.property(steps, (history) => {
        let table = new BlockTable(256, 8);
        const known = new Map<number, Known>();
        for (const [session, step] of history.entries()) {
          if (step.type === "restore") {
            table = BlockTable.restore(table.snapshot(), 256);
            continue;
          }
          const day = step.type === "hit" || step.type === "learn" ? step.day : 0;
          const block = known.get(step.key) ?? {
            converted: 0,
            day,
            session: 0,
            clock: 0,
            evidence: ATTACK_SHARES.map(() => 0),
          };
          known.set(step.key, block);
          table.reserve(1);
          const slot = table.ensure(step.key, day);
          if (step.type === "hit") {
            table.hit(slot, session + 1, session * 2, START);
            Object.assign(block, { session: session + 1, clock: session * 2 });
          } else if (step.type === "learn") {
            table.learn(slot, step.day, step.weight);
            const age = Math.max(step.day - block.day, 0);
            block.converted = block.converted * 2 ** (-age / 30) + step.weight;
            block.day = Math.max(block.day, step.day);
          } else if (step.type === "evidence") {
            table.setEvidence(slot, step.share, step.nats);
            block.evidence[step.share] = step.nats;
          } else {
            table.restart(step.key);
            block.evidence.fill(0);
            block.session = 0;
          }
        }
        expect(table.count).toBe(known.size);
        for (const [key, { converted, day, session, clock, evidence }] of known) {
          const slot = table.find(key);
          expect([table.last(slot), table.clock(slot)]).toEqual([session, clock]);
          expect(evidence.map((_, share) => table.evidenceAt(slot, share))).toEqual(evidence);
          expect(table.converted(slot, day)).toBeCloseTo(converted, 4);
          expect(table.converted(slot, day + 30)).toBeCloseTo(converted / 2, 4);
        }
        expect(table.find(7_777 * 8)).toBe(-1);
      }),
      { numRuns: 200 },
    );
  });

  it("forgets in a block's favour: what it usually has is never less than it was, and its evidence starts again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const draw = seeded(seed);
        const table = new BlockTable(64, 16);
        const learned = new Map<number, number>();
        for (let hit = 1; hit <= 400; hit++) {
          const key = (1_000 + Math.floor(120 * draw() ** 2)) * 8;
          table.reserve(1);
          const isNew = table.find(key) === -1;
          const slot = table.ensure(key, 0);
          if (isNew) {
            expect(table.last(slot)).toBe(0);
            expect(ATTACK_SHARES.map((_, share) => table.evidenceAt(slot, share))).toEqual([0, 0, 0, 0]);
          }
          expect(table.converted(slot, 0)).toBeGreaterThanOrEqual((learned.get(key) ?? 0) - 1e-3);
          table.hit(slot, hit, hit, START + hit * MINUTE);
          table.setEvidence(slot, 0, 5);
          table.learn(slot, 0, 1);
          learned.set(key, (learned.get(key) ?? 0) + 1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("keeps to its size and keeps the blocks that were hit last, through 200,000 random ones", () => {
    const draw = seeded(2);
    const table = new BlockTable(1024);
    let last = 0;
    for (let hit = 1; hit <= 200_000; hit++) {
      last = blockKey(31_000_000_000 + Math.floor(1e9 * draw()), 1);
      table.reserve(1);
      table.hit(table.ensure(last, 0), hit, hit, START + hit * 1_000);
    }
    expect(table.find(last)).not.toBe(-1);
    expect(table.count).toBeLessThanOrEqual(1024 * 0.7 + 1);
    expect(table.snapshot().records.length).toBe(1024 * 12);
  });

  it("makes room also where all its blocks were hit in the same minute", () => {
    const table = new BlockTable(64, 64);
    for (let hit = 1; hit <= 200; hit++) {
      table.reserve(1);
      expect(table.count).toBeLessThan(64);
      table.hit(table.ensure((1_000 + hit) * 8, 0), hit, hit, START);
    }
    expect(table.count).toBeLessThanOrEqual(64 * 0.7 + 1);
  });
});
