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

  it("is nothing where no range is named: a whole destination is never let be", () => {
    const lessons = new Lessons();
    lessons.learn(
      { type: "new_blocks", destination: "TJ" as Destination, size: 10_000 },
      { incident: 1, until: 1_000 },
    );
    expect(lessons.list()).toEqual([]);
  });
});
