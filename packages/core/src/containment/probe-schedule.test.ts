import { describe, expect, it } from "vitest";
import type { Evidence } from "../detectors/evidence.ts";
import { isProbeDue, type ProbeSchedule, ProbeSchedules } from "./probe-schedule.ts";
import { newWatch, noEvidence, type Watch } from "./watch.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 20_000 * 24 * HOUR;
const NONE: Evidence = noEvidence({ type: "block", prefix: "+9929350010", size: 100 }, START as never);

function watched({ isContained = false, isNew = true } = {}): Watch {
  const watch = { ...newWatch(8, 0, START, NONE), isNew };
  if (isContained) watch.contained = { cause: "unanswered", from: START, until: START + HOUR, conversions: 0 };
  return watch;
}

/** The waits between probes, in minutes, while somebody asks every so often. */
function waits(watch: Watch, askedEvery: number, probes: number): readonly number[] {
  const schedule: ProbeSchedule = { count: 0, lastAt: START, pause: 0 };
  const waited: number[] = [];
  for (let at = START; waited.length < probes; at += askedEvery) {
    if (isProbeDue(schedule, watch, at)) {
      waited.push((at - schedule.lastAt) / MINUTE);
      schedule.count++;
      schedule.lastAt = at;
      schedule.pause = Math.max(schedule.pause, watch.quietFor);
    }
    watch.quietFor = askedEvery;
  }
  return waited;
}

describe("the messages that ask whether an attack goes on", () => {
  it("come after ten minutes in a watched range, then three times as late each time, up to a day", () => {
    expect(waits(watched(), MINUTE, 7)).toEqual([10, 30, 90, 270, 810, 1440, 1440]);
  });

  it("come after an hour in a contained range, then three times as late", () => {
    expect(waits(watched({ isContained: true }), MINUTE, 5)).toEqual([60, 180, 540, 1440, 1440]);
  });

  it("come sooner where people are known", () => {
    expect(waits(watched({ isContained: true, isNew: false }), MINUTE, 4)).toEqual([15, 23, 34, 51]);
  });

  it("come after a pause, and after the same pause not again: it is the attack's", () => {
    expect(waits(watched({ isContained: true }), 20 * MINUTE, 3)).toEqual([20, 180, 540]);
    const schedule: ProbeSchedule = { count: 1, lastAt: START, pause: 20 * MINUTE };
    const watch = watched({ isContained: true });
    watch.quietFor = 25 * MINUTE;
    expect(isProbeDue(schedule, watch, START + 25 * MINUTE)).toBe(false);
    watch.quietFor = 30 * MINUTE;
    expect(isProbeDue(schedule, watch, START + 30 * MINUTE)).toBe(true);
  });

  it("begin anew a day after the last one, one schedule for each destination", () => {
    const schedules = new ProbeSchedules();
    Object.assign(schedules.of(1, START), { count: 5, lastAt: START + HOUR });
    expect(schedules.of(2, START)).toEqual({ count: 0, lastAt: START, pause: 0 });
    schedules.advance(START + 24 * HOUR);
    expect(ProbeSchedules.restore(schedules.snapshot()).of(1, START)).toEqual({
      count: 5,
      lastAt: START + HOUR,
      pause: 0,
    });
    schedules.advance(START + 25 * HOUR);
    expect(schedules.of(1, START + 26 * HOUR)).toEqual({ count: 0, lastAt: START + 26 * HOUR, pause: 0 });
  });
});
