import { describe, expect, it } from "vitest";
import type { Evidence } from "../detectors/evidence.ts";
import { isProbeDue, type ProbeSchedule, ProbeSchedules } from "./probe-schedule.ts";
import { newWatch, noEvidence, type Watch } from "./watch.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 20_000 * 24 * HOUR;
const NONE: Evidence = noEvidence({ type: "block", prefix: "+9929350010", size: 100 }, START as never);

function watched(isContained: boolean): Watch {
  const watch = newWatch(8, 0, START, NONE);
  if (isContained) watch.contained = { cause: "unanswered", from: START, until: START + HOUR, conversions: 0 };
  return watch;
}

/** The waits between probes, in minutes, while somebody asks every minute. */
function waits(watch: Watch, askedEvery: number, probes: number): readonly number[] {
  const schedule: ProbeSchedule = { count: 0, lastAt: START };
  const waited: number[] = [];
  for (let at = START; waited.length < probes; at += askedEvery) {
    if (isProbeDue(schedule, watch, at)) {
      waited.push((at - schedule.lastAt) / MINUTE);
      schedule.count++;
      schedule.lastAt = at;
    }
    watch.quietFor = askedEvery;
  }
  return waited;
}

describe("the messages that ask whether an attack goes on", () => {
  it("come after ten minutes in a watched range, then three times as late each time, up to twelve hours", () => {
    expect(waits(watched(false), MINUTE, 6)).toEqual([10, 30, 90, 270, 720, 720]);
  });

  it("come after an hour in a contained range that is busy, then twice as late", () => {
    expect(waits(watched(true), MINUTE, 6)).toEqual([60, 120, 240, 480, 720, 720]);
  });

  it("come sooner where it was quiet", () => {
    expect(waits(watched(true), 20 * MINUTE, 3)).toEqual([20, 40, 60]);
    expect(waits(watched(false), 20 * MINUTE, 3)).toEqual([20, 40, 60]);
  });

  it("begin anew a day after the last one, one schedule for each destination", () => {
    const schedules = new ProbeSchedules();
    Object.assign(schedules.of(1, START), { count: 5, lastAt: START + HOUR });
    expect(schedules.of(2, START)).toEqual({ count: 0, lastAt: START });
    schedules.advance(START + 24 * HOUR);
    expect(ProbeSchedules.restore(schedules.snapshot()).of(1, START)).toEqual({ count: 5, lastAt: START + HOUR });
    schedules.advance(START + 25 * HOUR);
    expect(schedules.of(1, START + 26 * HOUR)).toEqual({ count: 0, lastAt: START + 26 * HOUR });
  });
});
