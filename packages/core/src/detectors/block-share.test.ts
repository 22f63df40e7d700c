import { describe, expect, it } from "vitest";
import { seeded } from "../../test/seeded.ts";
import type { Destination } from "../numbering/e164.ts";
import { AccountSignals } from "../signals/account-signals.ts";
import { blockKey } from "../signals/block-table.ts";
import { ControlGroup } from "../signals/control-group.ts";
import { LINK } from "../signals/session-log.ts";
import { hitBlock, usualNewShare, usualShare, usualShareAt } from "./block-share.ts";
import { type Expectation, Reading } from "./reading.ts";

const DAY = 20_000;
const NOW = DAY * 86_400_000;
const NL = "NL" as Destination;
const FIRST = 31_610_000_000;
const LEVEL = 1;

/** Blocks of 1,000 numbers with popularity falling from the first, and what they usually have known to be exactly that. */
function known(blocks: number, total = 100_000): { signals: AccountSignals; shares: readonly number[] } {
  const signals = new AccountSignals({ sessions: 1 << 12, numbers: 256, blocks: 1 << 12 });
  const weights = Array.from({ length: blocks }, (_, block) => 1 / (block + 20));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / all);
  signals.destination(NL).converted.add(DAY, total);
  for (const [block, share] of shares.entries()) {
    signals.blocks.reserve(1);
    signals.blocks.learn(signals.blocks.ensure(keyOf(block), DAY), DAY, share * total);
  }
  return { signals, shares };
}

function keyOf(block: number): number {
  return blockKey(FIRST + block * 1_000, LEVEL);
}

/** Where nothing is known of the block around it. */
function usual(signals: AccountSignals, slot: number): number {
  return usualShare(signals.blocks, slot, LEVEL, signals.destination(NL), DAY, 0);
}

function pick(shares: readonly number[], draw: () => number): number {
  let left = draw();
  for (const [block, share] of shares.entries()) {
    left -= share;
    if (left < 0) return block;
  }
  return shares.length - 1;
}

describe("the share of a block", () => {
  it("is granted three times what the block usually has, and a little where nothing was seen of it", () => {
    const { signals, shares } = known(100);
    for (const [block, share] of shares.entries()) {
      const granted = usual(signals, signals.blocks.find(keyOf(block)));
      expect(granted / share).toBeCloseTo(3, 1);
    }
    signals.blocks.reserve(1);
    const unseen = usual(signals, signals.blocks.ensure(keyOf(5_000), DAY));
    expect(unseen).toBeGreaterThan(0);
    expect(unseen).toBeLessThan(1e-5);
  });

  it("is granted more where few were seen: they say little", () => {
    const { signals } = known(100);
    signals.blocks.reserve(1);
    const slot = signals.blocks.ensure(keyOf(6_000), DAY);
    signals.blocks.learn(slot, DAY, 1);
    const granted = usual(signals, slot) * 100_060;
    expect(granted).toBeGreaterThan(8);
    expect(granted).toBeLessThan(9);
  });

  it("is at least a tenth of what the block around it is granted", () => {
    const { signals } = known(100);
    const destination = signals.destination(NL);
    const around = blockKey(FIRST, LEVEL + 1);
    signals.blocks.reserve(2);
    signals.blocks.learn(signals.blocks.ensure(around, DAY), DAY, 500);
    // Never seen itself, in a block that 500 of 100,000 lie in.
    const line = FIRST + 9_999;
    signals.blocks.ensure(blockKey(line, LEVEL), DAY);
    const [whole, part] = [LEVEL + 1, LEVEL].map((level) =>
      usualShareAt(signals.blocks, line, level, destination, DAY),
    );
    expect(whole).toBeCloseTo((3 * 500) / 100_060, 4);
    expect(part).toBeGreaterThanOrEqual((whole ?? 1) / 10);
  });

  it("is never the whole of a destination", () => {
    const signals = new AccountSignals({ sessions: 1024, numbers: 256, blocks: 256 });
    const destination = signals.destination(NL);
    const slot = signals.blocks.ensure(keyOf(0), DAY);
    signals.blocks.learn(slot, DAY, 1_000);
    destination.converted.add(DAY, 1_000);
    expect(usual(signals, slot)).toBe(0.95);
    destination.convertedNew10k.add(DAY, 1_000);
    expect(usualNewShare(signals, destination, 10_000, DAY)).toBe(0.95);
  });

  it("speaks for an attack after a few hits in a row, and for nothing at the first: that one chose the block", () => {
    const { signals } = known(1_000);
    const destination = signals.destination(NL);
    const slot = signals.blocks.find(keyOf(999));
    const nats = Array.from({ length: 4 }, (_, hit) => {
      destination.clock++;
      const strength = hitBlock(signals, slot, destination, usual(signals, slot));
      signals.blocks.hit(slot, hit + 1, destination.clock, NOW);
      return strength;
    });
    expect(nats[0]).toBe(0);
    expect(nats).toEqual(nats.toSorted((a, b) => a - b));
    expect(nats[3]).toBeGreaterThan(13.8);
  });

  it("falls back to nothing while the hits stay away", () => {
    const { signals } = known(1_000);
    const destination = signals.destination(NL);
    const slot = signals.blocks.find(keyOf(999));
    let strength = 0;
    for (let hit = 1; hit <= 20; hit++) {
      destination.clock += 20_000;
      strength = hitBlock(signals, slot, destination, usual(signals, slot));
      signals.blocks.hit(slot, hit, destination.clock, NOW);
    }
    expect(strength).toBe(0);
  });
});

describe("the budget: under the null there are at most N/A alarms in N trials, over however many blocks", () => {
  const TRIALS = 40_000;

  it("holds for the evidence that is updated hit by hit, also with shares granted no generosity", () => {
    for (const blocks of [20, 300]) {
      // One of four shares is chosen: four times the alarms of one.
      for (const bound of [30, 300]) {
        const { signals, shares } = known(blocks);
        const destination = signals.destination(NL);
        // What is granted is exactly what a block has: a third is known of it.
        destination.converted.add(DAY, 2 * 100_000);
        const draw = seeded(blocks + bound);
        let alarms = 0;
        for (let trial = 1; trial <= TRIALS; trial++) {
          destination.clock++;
          const slot = signals.blocks.find(keyOf(pick(shares, draw)));
          if (hitBlock(signals, slot, destination, usual(signals, slot)) >= Math.log(bound * 4)) {
            alarms++;
            for (let share = 0; share < 4; share++) signals.blocks.setEvidence(slot, share, 0);
          }
          signals.blocks.hit(slot, trial, destination.clock, NOW);
        }
        expect((alarms * bound) / TRIALS).toBeLessThanOrEqual(1);
        if (blocks === 300 && bound === 30) expect(alarms).toBeGreaterThan(0);
      }
    }
  });

  it("holds for the reading that looks back for the likeliest beginning", () => {
    const blocks = 200;
    const { signals, shares } = known(blocks);
    const { log } = signals;
    const draw = seeded(7);
    const reading = new Reading();
    const newest = shares.map(() => 0);
    const totals: number[] = [];
    for (let clock = 1; clock <= TRIALS; clock++) {
      const block = pick(shares, draw);
      const entry = {
        line: FIRST + block * 1_000,
        at: NOW + clock,
        state: 1,
        destination: 0,
        clock,
        accountClock: clock,
      };
      const session = log.append({ ...entry, device: 0, address: 0 });
      log.link(session, LINK.block, newest[block] ?? 0);
      newest[block] = session;
      reading.read(signals, LINK.block, session, { ...SHARE_ALONE, share: shares[block] ?? 0 }, NOW + clock, clock);
      totals.push(reading.total);
    }
    for (const bound of [10, 30, 100, 1_000]) {
      const alarms = totals.filter((total) => total >= Math.log(bound)).length;
      expect((alarms * bound) / TRIALS).toBeLessThanOrEqual(1);
    }
    expect(Math.max(...totals)).toBeGreaterThan(0);
  });
});

const SHARE_ALONE: Omit<Expectation, "share"> = {
  completion: 0.75,
  outcomesCount: false,
  allowance: 8,
  beforeDelivery: 0.1,
  undelivered: 0,
  control: new ControlGroup(),
  scope: "block",
  adjacency: false,
};
