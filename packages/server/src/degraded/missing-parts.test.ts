import { DEGRADED_MARKS } from "@safeguard/core";
import { describe, expect, test } from "vitest";
import type { MessageId } from "../gateway/message-id.ts";
import { ACME, at, decisionMade, NOON, OTHER, sampleVerdict } from "../store/testing/sample-records.ts";
import { createClockWatch } from "./clock-watch.ts";
import { FAIL_MODES, type FailMode, MISSING_PARTS, partOfMark } from "./fail-modes.ts";
import { createMissingParts } from "./missing-parts.ts";

describe("the fail-mode table", () => {
  test("every mark that a verdict can have belongs to one part", () => {
    expect(DEGRADED_MARKS.map((mark) => partOfMark(mark))).not.toContain(undefined);
    const marks = MISSING_PARTS.flatMap((part): readonly string[] => {
      const { mark }: FailMode = FAIL_MODES[part];
      return mark === undefined ? [] : [mark];
    });
    expect(marks.toSorted()).toEqual([...DEGRADED_MARKS].toSorted());
  });

  test("nothing is silently open: what is decided without a part is marked, or said by an alert", () => {
    for (const part of MISSING_PARTS) {
      const { outcome, mark, alert }: FailMode = FAIL_MODES[part];
      if (outcome === "rules" || outcome === "open_marked") expect(mark ?? alert, part).toBeDefined();
    }
  });
});

describe("a missing part", () => {
  let writable = true;
  const missing = () => createMissingParts({ writable: () => writable, clockMoved: () => false });
  const decided = (mark: (typeof DEGRADED_MARKS)[number]) =>
    decisionMade("0".repeat(32) as MessageId, { verdict: { ...sampleVerdict("block"), degraded: [mark] } });

  test.each(DEGRADED_MARKS)(
    "that a decision is marked with (%s) is said once, to its account, and is over after five minutes",
    (mark) => {
      const parts = missing();
      expect(parts.due(ACME, NOON)).toEqual([]);
      parts.hear(decided(mark));
      const part = partOfMark(mark);
      expect(parts.due(ACME, at(1000))).toMatchObject([{ code: "degraded", facts: { part } }]);
      expect(parts.due(OTHER, at(1000))).toEqual([]);
      expect(parts.list(at(1000))).toEqual([part]);
      expect(parts.due(ACME, at(5 * 60_000))).toEqual([]);
    },
  );

  test("such as the journal makes the server not ready, in the table's words", () => {
    const parts = missing();
    expect(parts.notReady()).toEqual([]);
    writable = false;
    expect(parts.notReady()).toEqual([FAIL_MODES.journal.notReady]);
    writable = true;
  });
});

describe("the clock", () => {
  test.each([
    ["goes back an hour", -3_600_000],
    ["jumps ahead a day", 86_400_000],
    ["goes back six seconds", -6_000],
  ])("that %s is said, and no more after a while", (_, jump) => {
    let wall = NOON as number;
    let counter = 0;
    const watch = createClockWatch(
      () => wall,
      () => counter,
    );
    const pass = (milliseconds: number): void => {
      for (let second = 0; second < milliseconds; second += 1000) {
        wall += 1000;
        counter += 1000;
        watch.look();
      }
    };
    pass(10_000);
    expect(watch.moved()).toBe(false);
    wall += jump;
    watch.look();
    expect(watch.moved()).toBe(true);
    pass(Math.max(6 * 60_000, -jump));
    expect(watch.moved()).toBe(false);
  });

  test("that is corrected a little at a time is in order", () => {
    let counter = 0;
    const watch = createClockWatch(
      () => NOON + counter * 1.0005,
      () => counter,
    );
    for (let second = 0; second < 3600; second++) {
      counter += 1000;
      watch.look();
      expect(watch.moved()).toBe(false);
    }
  });
});
