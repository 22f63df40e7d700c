import { describe, expect, it } from "vitest";
import type { EpochMilliseconds } from "../brand.ts";
import type { Destination } from "../numbering/e164.ts";
import { blockKey, LEVEL_10K, LEVEL_100K } from "../signals/block-table.ts";
import { DestinationSignals } from "../signals/destination-signals.ts";
import { attackedPart, isCrowded, isElsewhere, isFlooded, noteAsked } from "./new-blocks-asked.ts";
import { newBlocksKey } from "./scope-key.ts";
import { turnAway } from "./turned-away.ts";
import { newWatch, noEvidence, type Watch } from "./watch.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 20_000;
const START = DAY * 24 * HOUR;
const TJ = "TJ" as Destination;
const FIRST = 992_930_000_000;

function watched(size: 10_000 | 100_000 = 10_000): Watch {
  const scope = { type: "new_blocks", destination: TJ, size } as const;
  return newWatch(newBlocksKey(0, size), 0, START, noEvidence(scope, START as EpochMilliseconds));
}

/** The nth number of a block of 10,000. */
function numberIn(block: number, nth = 0): number {
  return FIRST + block * 10_000 + nth;
}

function ask(watch: Watch, block: number, at: number): boolean {
  return noteAsked(watch, numberIn(block)) && isElsewhere(watch, at);
}

/** An attack that goes round in so many blocks for so many requests: how many of them pass for somebody else's. */
function attack(watch: Watch, blocks: number, requests: number): number {
  let elsewhere = 0;
  for (let request = 0; request < requests; request++) {
    if (ask(watch, request % blocks, START + request)) elsewhere++;
  }
  return elsewhere;
}

describe("a request under a watch on the new blocks of a destination", () => {
  it("is somebody else's where the attack keeps to its blocks and this is another one", () => {
    const watch = watched();
    attack(watch, 20, 400);
    expect(ask(watch, 5_000, START + MINUTE)).toBe(true);
    expect(ask(watch, 0, START + MINUTE)).toBe(false);
  });

  it("is never somebody else's where the attack asks for ever new blocks", () => {
    expect(attack(watched(), 10_000, 5_000)).toBe(0);
  });

  it("keeps the next one back until it is completed, or for long enough", () => {
    const watch = watched();
    attack(watch, 20, 400);
    const at = START + MINUTE;
    expect(ask(watch, 5_000, at)).toBe(true);
    expect(ask(watch, 5_001, at + MINUTE)).toBe(false);
    // Whoever owns the watch says so when it is completed.
    watch.openElsewhereAt = 0;
    expect(ask(watch, 5_002, at + 2 * MINUTE)).toBe(true);
    expect(ask(watch, 5_003, at + 10 * HOUR)).toBe(true);
  });

  it("says nothing under a watch on one block", () => {
    const scope = { type: "block", prefix: "+9929300", size: 10_000 } as const;
    expect(attack(newWatch(8, 0, START, noEvidence(scope, START as EpochMilliseconds)), 3, 100)).toBe(0);
  });
});

describe("a block of an attack on new blocks", () => {
  it("is one that a second number asks for, not the first again", () => {
    const watch = watched();
    noteAsked(watch, numberIn(7, 1));
    expect(attackedPart(watch, numberIn(7, 1))).toBe(0);
    expect(attackedPart(watch, numberIn(7, 2))).toBe(blockKey(numberIn(7), LEVEL_10K));
    expect(attackedPart(watch, numberIn(8))).toBe(0);
  });

  it("is the one of 100,000 where three of its tenths were asked for, if nobody ever verified in that either", () => {
    const [narrow, wide] = [watched(10_000), watched(100_000)];
    for (const watch of [narrow, wide]) for (const block of [0, 1, 2]) noteAsked(watch, numberIn(block));
    expect(attackedPart(wide, numberIn(9))).toBe(blockKey(FIRST, LEVEL_100K));
    expect(attackedPart(narrow, numberIn(9))).toBe(0);
  });
});

describe("new blocks that are flooded", () => {
  function turnedAway(numbers: number, completed = 0): Watch {
    const watch = watched();
    for (let each = 0; each < numbers; each++) turnAway(watch.turnedAway, FIRST + each * 7_919);
    watch.turnedAway.completed = completed;
    return watch;
  }

  it("turn twenty away for each that completes", () => {
    expect([turnedAway(10), turnedAway(30), turnedAway(30, 1), turnedAway(60, 1)].map(isCrowded)).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it("are asked for ten times as often as usual", () => {
    const quiet = new DestinationSignals(TJ, 0);
    const busy = new DestinationSignals(TJ, 0);
    // About 35 a day, so 17 in half a day.
    busy.convertedNew10k.add(DAY, 1_000);
    const at = START + 12 * HOUR;
    expect(isFlooded(turnedAway(40), quiet, at)).toBe(true);
    expect(isFlooded(turnedAway(40), busy, at)).toBe(false);
    expect(isFlooded(turnedAway(400), busy, at)).toBe(true);
  });
});
