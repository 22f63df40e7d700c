import { describe, expect, it } from "vitest";
import { ACCOUNT, messageTo } from "../../test/message-to.ts";
import { consecutive, HOUR, MINUTE, SECOND } from "../../test/traffic.ts";
import { ATTACK, count, story, TODAY, warmEngine } from "../../test/warm-engine.ts";
import type { EpochMilliseconds } from "../brand.ts";
import { collateralOf } from "./collateral-of.ts";
import { picturesOf } from "./pictures-of.ts";

describe("the pictures of an incident", () => {
  const engine = warmEngine();
  const { e164 } = messageTo("+992935001050").recipient;
  const firstAt = (TODAY - 240 * HOUR) as EpochMilliseconds;
  engine.apply({ type: "verified_known", account: ACCOUNT, to: e164, firstAt, lastAt: firstAt });
  const attack = consecutive("+992935001000", {
    from: ATTACK,
    count: 90,
    everyMs: 10 * SECOND,
    outcome: (index) =>
      index === 0 ? { deliveredAfter: 2 * SECOND, convertedAfter: 12 * SECOND } : { deliveredAfter: 2 * SECOND },
  });
  const told = story(engine, attack);
  const detection = engine.detectionOf(ACCOUNT);
  const pictures = picturesOf(detection, 1);

  it("show every attempt that is kept at its place on the number line", () => {
    expect(pictures?.line).toMatchObject({ prefix: "+9929350010", size: 100 });
    const ticks = pictures?.line.ticks ?? [];
    expect(ticks.filter(({ mark }) => mark === "verified").map(({ offset }) => offset)).toEqual([50]);
    expect(ticks.filter(({ mark }) => mark === "stopped").length).toBe(
      told.attack.length - count(told.attack, "allow"),
    );
    expect(ticks.filter(({ mark }) => mark === "leaked" || mark === "converted")).toHaveLength(
      count(told.attack, "allow") - 1,
    );
    // Who was held is there when it had its last word.
    for (const { offset, at } of ticks) {
      expect(at).toBeGreaterThanOrEqual(ATTACK + offset * 10 * SECOND);
      expect(at).toBeLessThanOrEqual(ATTACK + offset * 10 * SECOND + 15 * SECOND);
    }
  });

  it("show a funnel that never widens beyond what was asked for, beside what is usual", () => {
    const funnel = pictures?.funnel;
    expect(funnel?.requested).toBe(89);
    expect(funnel?.sent).toBe(count(told.attack, "allow") - 1);
    expect(funnel?.delivered).toBe(funnel?.sent);
    expect(funnel?.converted).toBe(1);
    expect(funnel?.baseline.converted).toBeCloseTo(0.8, 1);
    expect(funnel?.baseline.delivered).toBeGreaterThan(0.9);
  });

  it("show latencies in bins that cover all times, with the shares of everybody else adding up to 1", () => {
    const bins = pictures?.latency ?? [];
    expect(bins.reduce((sum, { count: of }) => sum + of, 0)).toBe(1);
    expect(bins.find(({ count: of }) => of === 1)).toMatchObject({ fromMs: 10_000, toMs: 15_000 });
    expect(bins.reduce((sum, { baselineShare }) => sum + baselineShare, 0)).toBeCloseTo(1, 9);
    for (const [place, { fromMs }] of bins.entries()) expect(fromMs).toBe(place === 0 ? 0 : bins[place - 1]?.toMs);
  });

  it("show the rate beside the usual one, which is nothing against it", () => {
    expect(pictures?.rate.bucketMs).toBe(MINUTE);
    const all = pictures?.rate.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    expect(all).toBe((pictures?.line.ticks.length ?? 0) + (pictures?.ticksLeftOut ?? 0));
    expect(pictures?.rate.usualPerBucket).toBeLessThan(0.1);
  });

  it("are none where there is no such incident", () => {
    expect(picturesOf(detection, 99)).toBeUndefined();
  });

  it("come with whom else a containment would meet", () => {
    const [incident] = told.incidents;
    const collateral = incident === undefined ? undefined : collateralOf(detection, incident);
    expect(collateral).toMatchObject({ verifiedNumbers: 2, completed: 1 });
    expect(collateral?.newNumbers).toBeGreaterThanOrEqual(count(told.attack, "allow") - 1);
  });
});
