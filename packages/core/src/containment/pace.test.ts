import { describe, expect, it } from "vitest";
import { newPace, notePace } from "./pace.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 20_000 * 24 * HOUR;

/** Asked for every so often, for so long. */
function asked(pace: ReturnType<typeof newPace>, from: number, every: number, long: number): void {
  for (let at = from; at < from + long; at += every) notePace(pace, at);
}

describe("the pace of an attack", () => {
  it("is the attack's as long as it goes on, fast or slow", () => {
    for (const every of [1_000, MINUTE, 2 * HOUR]) {
      const pace = newPace(START);
      asked(pace, START, every, 20 * every);
      expect(pace.attackAt).toBe(START + 19 * every);
    }
  });

  it("is no more the attack's when only those who usually come ask", () => {
    const pace = newPace(START);
    asked(pace, START, 2_000, HOUR);
    asked(pace, START + HOUR, 3 * MINUTE, 10 * HOUR);
    // It takes a while until the attack's count has faded.
    expect(pace.attackAt - (START + HOUR)).toBeLessThan(HOUR);
    expect(pace.at).toBeGreaterThan(START + 10 * HOUR);
  });

  it("never runs backwards", () => {
    const pace = newPace(START);
    notePace(pace, START + MINUTE);
    notePace(pace, START);
    expect([pace.at, pace.attackAt, pace.count]).toEqual([START + MINUTE, START + MINUTE, 2]);
  });
});
