import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCEPTED, scriptedConnector } from "../testing/screening-bench.ts";
import { createThrottle } from "./throttle.ts";

const limited = (messagesPerSecond: number) => ({ ...scriptedConnector("p", () => ACCEPTED), messagesPerSecond });

describe("a connector's messages per second", () => {
  it("are never exceeded over any span, but for one second's at once", () => {
    const steps = fc.array(fc.record({ passMs: fc.nat(3_000), wanted: fc.integer({ min: 1, max: 40 }) }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), steps, (rate, list) => {
        let now = 0;
        const throttle = createThrottle(() => now);
        const taken: { readonly at: number; readonly count: number }[] = [];
        for (const { passMs, wanted } of list) {
          now += passMs;
          taken.push({ at: now, count: throttle.take(limited(rate), wanted) });
          for (const { at } of taken) {
            const since = taken.filter((one) => one.at >= at).reduce((sum, { count }) => sum + count, 0);
            expect(since).toBeLessThanOrEqual(Math.max(1, rate) + ((now - at) / 1_000) * rate + 1e-6);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("say how long to wait, and no longer than that", () => {
    let now = 0;
    const throttle = createThrottle(() => now);
    const connector = limited(1 / 60);
    expect([throttle.take(connector, 5), throttle.take(connector, 5)]).toEqual([1, 0]);
    expect(throttle.wait(connector)).toBe(60_000);
    now = 60_000;
    expect([throttle.wait(connector), throttle.take(connector, 5)]).toEqual([0, 1]);
  });

  it("count what nobody could hold up, and owe at most a second for it", () => {
    let now = 0;
    const throttle = createThrottle(() => now);
    const connector = limited(10);
    throttle.spend(connector, 1_000);
    expect(throttle.take(connector, 1)).toBe(0);
    now = 1_100;
    expect(throttle.take(connector, 5)).toBe(1);
  });

  it("are as many as wanted where nothing is set", () => {
    const throttle = createThrottle(() => 0);
    const connector = scriptedConnector("p", () => ACCEPTED);
    expect([throttle.take(connector, 1_000), throttle.wait(connector)]).toEqual([1_000, 0]);
    expect(throttle.take(undefined, 7)).toBe(7);
  });
});
