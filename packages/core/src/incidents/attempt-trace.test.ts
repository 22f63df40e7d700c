import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AttemptTrace } from "./attempt-trace.ts";

const START = 29_000_000 * 60_000;

describe("the trace of an incident's attempts", () => {
  it("equals a list of them while there are few, with completions on the newest one of the number", () => {
    const attempts = fc.array(
      fc.oneof(
        fc.record({
          line: fc.nat(20),
          gap: fc.nat(90_000),
          mark: fc.constantFrom("leaked" as const, "stopped" as const, "verified" as const),
        }),
        fc.record({ line: fc.nat(20), gap: fc.constant(0), mark: fc.constant("converted" as const) }),
      ),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(attempts, (all) => {
        let trace = new AttemptTrace();
        const list: { line: number; at: number; mark: string }[] = [];
        let at = START;
        for (const { line, gap, mark } of all) {
          at += gap;
          if (mark === "converted") {
            trace.convert(line);
            const newest = list.findLast((attempt) => attempt.line === line && attempt.mark === "leaked");
            if (newest !== undefined) newest.mark = "converted";
            trace = AttemptTrace.restore(trace.snapshot());
          } else {
            trace.add(line, at, mark);
            list.push({ line, at, mark });
          }
        }
        expect(trace.list()).toEqual(list);
        expect(trace.seen).toBe(list.length);
        expect(trace.buckets().reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        for (const { at: from, count } of trace.buckets()) {
          expect(list.filter((attempt) => attempt.at >= from && attempt.at < from + trace.bucketMs).length).toBe(count);
        }
      }),
    );
  });

  it("keeps the first 300 and the newest 300 of many, and counts them all", () => {
    const trace = new AttemptTrace();
    for (let attempt = 0; attempt < 5_000; attempt++) trace.add(attempt, START + attempt * 1_000, "stopped");
    const lines = trace.list().map(({ line }) => line);
    expect(lines).toEqual([
      ...Array.from({ length: 300 }, (_, line) => line),
      ...Array.from({ length: 300 }, (_, line) => 4_700 + line),
    ]);
    expect(trace.seen).toBe(5_000);
  });

  it("marks the newest attempt of a number as completed, also when old ones were overwritten", () => {
    const trace = new AttemptTrace();
    for (let attempt = 0; attempt < 590; attempt++) trace.add(1_000 + attempt, START + attempt, "leaked");
    // One at the end of the ring, then one at its beginning again.
    trace.add(7, START + 590, "leaked");
    for (let attempt = 0; attempt < 20; attempt++) trace.add(2_000 + attempt, START + 600 + attempt, "leaked");
    trace.add(7, START + 700, "leaked");
    trace.convert(7);
    expect(trace.list().filter(({ line }) => line === 7)).toEqual([
      { line: 7, at: START + 590, mark: "leaked" },
      { line: 7, at: START + 700, mark: "converted" },
    ]);
  });

  it("keeps to 720 buckets however long it goes on and however far apart the attempts are", () => {
    for (const gap of [30_000, 7 * 60_000, 3_600_000]) {
      const trace = new AttemptTrace();
      for (let attempt = 0; attempt < 5_000; attempt++) {
        trace.add(attempt, START + attempt * gap, "stopped");
        expect(trace.buckets().length).toBeLessThanOrEqual(720);
        if (attempt > 1_000) attempt += 100;
      }
      expect(trace.buckets().reduce((sum, { count }) => sum + count, 0)).toBe(trace.seen);
    }
  });
});
