import { describe, expect, it } from "vitest";
import type { EpochMilliseconds } from "../brand.ts";
import type { Destination } from "../numbering/e164.ts";
import { noteAsked } from "./new-blocks-asked.ts";
import { notePace } from "./pace.ts";
import { turnAway } from "./turned-away.ts";
import { copyWatch, newWatch, noEvidence } from "./watch.ts";

const START = 20_000 * 86_400_000;

describe("a copy of a watch", () => {
  it("is not changed with it", () => {
    const scope = { type: "new_blocks", destination: "TJ" as Destination, size: 10_000 } as const;
    const watch = newWatch(-1, 0, START, noEvidence(scope, START as EpochMilliseconds));
    watch.contained = { cause: "faked", from: START, until: START + 1, conversions: 0 };
    const copy = copyWatch(watch);
    noteAsked(watch, 992_935_001_234);
    notePace(watch.pace, START + 1);
    turnAway(watch.turnedAway, 992_935_001_234);
    watch.contained.until = START + 2;
    expect(copy).toEqual(copyWatch(copy));
    expect([copy.asked?.size, copy.pace.count, copy.turnedAway.set, copy.contained?.until]).toEqual([
      0,
      0,
      0,
      START + 1,
    ]);
  });
});
