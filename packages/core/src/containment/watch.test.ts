import { describe, expect, it } from "vitest";
import type { EpochMilliseconds } from "../brand.ts";
import type { Destination } from "../numbering/e164.ts";
import { copyWatch, isElsewhere, newWatch, noEvidence, type Watch } from "./watch.ts";

const MINUTE = 60_000;
const START = 20_000 * 24 * 60 * MINUTE;

function watched(key = -1): Watch {
  const scope = { type: "new_blocks", destination: "TJ" as Destination, size: 10_000 } as const;
  return newWatch(key, 0, START, noEvidence(scope, START as EpochMilliseconds));
}

/** An attack that goes round in so many blocks for so many requests. */
function attack(watch: Watch, blocks: number, requests: number): number {
  let elsewhere = 0;
  for (let request = 0; request < requests; request++) {
    if (isElsewhere(watch, 1_000 + (request % blocks), START + request)) elsewhere++;
  }
  return elsewhere;
}

describe("a request under a watch on the new blocks of a destination", () => {
  it("is somebody else's where the attack keeps to its blocks and this is another one", () => {
    const watch = watched();
    attack(watch, 20, 400);
    expect(isElsewhere(watch, 5_000, START + MINUTE)).toBe(true);
    expect(isElsewhere(watch, 1_000, START + MINUTE)).toBe(false);
  });

  it("is never somebody else's where the attack asks for ever new blocks", () => {
    expect(attack(watched(), 10_000, 5_000)).toBe(0);
  });

  it("keeps the next one back until it is completed, or for long enough", () => {
    const watch = watched();
    attack(watch, 20, 400);
    const at = START + MINUTE;
    expect(isElsewhere(watch, 5_000, at)).toBe(true);
    expect(isElsewhere(watch, 5_001, at + MINUTE)).toBe(false);
    // Whoever owns the watch says so when it is completed.
    watch.openElsewhereAt = 0;
    expect(isElsewhere(watch, 5_002, at + 2 * MINUTE)).toBe(true);
    expect(isElsewhere(watch, 5_003, at + 10 * 60 * MINUTE)).toBe(true);
  });

  it("says nothing under a watch on one block", () => {
    expect(attack(watched(8), 3, 100)).toBe(0);
  });
});

describe("a copy of a watch", () => {
  it("is not changed with it", () => {
    const watch = watched();
    watch.contained = { cause: "faked", from: START, until: START + 1, conversions: 0 };
    const copy = copyWatch(watch);
    attack(watch, 3, 10);
    watch.contained.until = START + 2;
    expect([copy.asked?.size, copy.contained?.until]).toEqual([0, START + 1]);
  });
});
