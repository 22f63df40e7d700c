import { describe, expect, it } from "vitest";
import {
  columnsOf,
  countsIn,
  EMPTY,
  joined,
  type LiveDecision,
  minutesOf,
  sumOf,
  WINDOW_SECONDS,
} from "./live-window.ts";

const second = (at: number, allow: number, block = 0) => ({ at, allow, challenge: 0, hold: 0, block });
const decision = (id: string) => ({ id }) as LiveDecision;

describe("the window of live traffic", () => {
  it("grows at its end, counts no second twice, and forgets what is too old", () => {
    const first = joined(EMPTY, { now: 1000, seconds: [second(998, 1), second(999, 2)], latest: [decision("a")] });
    const then = joined(first, {
      now: 1002,
      seconds: [second(999, 2), second(1000, 5), second(1001, 1, 1)],
      latest: [decision("b"), decision("a")],
    });
    expect(then.seconds.map(({ at }) => at)).toEqual([998, 999, 1000, 1001]);
    expect(then.latest.map(({ id }) => id)).toEqual(["b", "a"]);
    const later = joined(then, { now: 1001 + WINDOW_SECONDS, seconds: [], latest: [] });
    expect(later.seconds.map(({ at }) => at)).toEqual([1001]);
  });

  it("stays as small as it is at any rate", () => {
    let window = EMPTY;
    for (let now = 1; now < 4000; now++) {
      const latest = Array.from({ length: 50 }, (_, index) => decision(`${now}-${index}`));
      window = joined(window, { now, seconds: [second(now - 1, 1000)], latest });
    }
    expect(window.seconds.length).toBeLessThanOrEqual(WINDOW_SECONDS);
    expect(window.latest).toHaveLength(100);
  });

  it("is drawn in columns that do not move within themselves, with all that is in it", () => {
    const window = joined(EMPTY, {
      now: 1003,
      seconds: [second(200, 1), second(994, 1), second(996, 2, 3)],
      latest: [],
    });
    const columns = columnsOf(window);
    expect(columns).toHaveLength(180);
    expect(columns.at(-1)?.at).toBe(1000);
    expect(columns.every(({ at }) => at % 5 === 0)).toBe(true);
    expect(columns.reduce((sum, column) => sum + sumOf(column), 0)).toBe(7);
    expect(columnsOf({ ...window, now: 1004 })).toEqual(columns);
  });

  it("is counted in a span, and by the minute", () => {
    const window = joined(EMPTY, {
      now: 1003,
      seconds: [second(959, 1), second(960, 2), second(1001, 4, 1)],
      latest: [],
    });
    expect(countsIn(window, 960, 1001)).toMatchObject({ allow: 2 });
    expect(sumOf(countsIn(window))).toBe(8);
    expect(minutesOf(window).map(({ at, allow }) => [at, allow])).toEqual([
      [960, 6],
      [900, 1],
    ]);
  });
});
