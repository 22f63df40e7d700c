import { describe, expect, it } from "vitest";
import type { Destination } from "../numbering/e164.ts";
import { Lessons } from "./lessons.ts";

const LINE = 992_935_001_050;
const RANGE = { type: "block", prefix: "+992935001", size: 1_000 } as const;

describe("what false alarms taught", () => {
  it("covers the numbers of the range until its time is over", () => {
    const lessons = new Lessons();
    lessons.learn(RANGE, { incident: 3, until: 1_000 });
    expect([lessons.covers(LINE, 999), lessons.covers(LINE, 1_000)]).toEqual([true, false]);
    expect([lessons.covers(LINE + 1_000, 0), lessons.covers(LINE - 51, 0)]).toEqual([false, false]);
  });

  it("can be seen and undone, incident by incident", () => {
    const lessons = new Lessons();
    lessons.learn(RANGE, { incident: 3, until: 1_000 });
    lessons.learn({ ...RANGE, prefix: "+992935002" }, { incident: 4, until: 1_000 });
    expect(lessons.list()).toContainEqual({ scope: RANGE, incident: 3, until: 1_000 });
    const restored = Lessons.restore(lessons.snapshot());
    restored.undo(3);
    expect(restored.list().map(({ incident }) => incident)).toEqual([4]);
    expect(restored.covers(LINE, 0)).toBe(false);
    expect(lessons.covers(LINE, 0)).toBe(true);
  });

  it("of new blocks is the destination's, for all of them together: each block is looked at as before", () => {
    const lessons = new Lessons();
    const [tajikistan, netherlands] = ["TJ" as Destination, "NL" as Destination];
    const scope = { type: "new_blocks", destination: tajikistan, size: 10_000 } as const;
    lessons.learn(scope, { incident: 1, until: 1_000 });
    expect(lessons.covers(LINE, 0)).toBe(false);
    const restored = Lessons.restore(lessons.snapshot());
    expect(restored.list()).toEqual([{ scope, incident: 1, until: 1_000 }]);
    expect([0, 999, 1_000].map((at) => restored.coversNewBlocks(tajikistan, at))).toEqual([true, true, false]);
    expect(restored.coversNewBlocks(netherlands, 0)).toBe(false);
    restored.undo(1);
    expect([restored.list(), restored.coversNewBlocks(tajikistan, 0)]).toEqual([[], false]);
  });
});
