import { parseRecipient } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { priceOf } from "./prices.ts";
import { REPORTING_SEEDS, seedsFor, seedUse, TUNING_SEEDS } from "./seeds.ts";
import { type SimulationOptions, simulate } from "./simulate.ts";
import type { SimulatedRow } from "./traffic-row.ts";
import { VARIANT_NAMES } from "./variants.ts";

const small: SimulationOptions = { seed: 3, days: 3, warmUpDays: 1, sessionsPerDay: 1_500 };
const rowsOf = (options: SimulationOptions): SimulatedRow[] => [...simulate(options)];
const everyday = ({ label }: SimulatedRow): boolean => label.kind === "legitimate" && label.event === undefined;

describe("people", () => {
  const people = [...simulate({ seed: 4, variant: "calm", days: 4, warmUpDays: 0, sessionsPerDay: 4_000 })];

  it("mistype now and then", () => {
    const completed = people.flatMap(({ attempts }) => (attempts === undefined ? [] : [attempts]));
    const again = completed.filter((attempts) => attempts > 1).length / completed.length;
    expect(again).toBeGreaterThan(0.04);
    expect(again).toBeLessThan(0.12);
    expect(Math.max(...completed)).toBeLessThanOrEqual(6);
  });

  it("are behind shared addresses, some of them, and not all reached", () => {
    const addresses = Map.groupBy(people, (row) => row.ip);
    const shared = [...addresses.values()].filter((rows) => new Set(rows.map(({ to }) => to)).size > 3);
    const part = shared.reduce((sum, rows) => sum + rows.length, 0) / people.length;
    expect(part).toBeGreaterThan(0.08);
    expect(part).toBeLessThan(0.35);
    const delivered = people.filter(({ deliveredAt }) => deliveredAt !== undefined).length / people.length;
    expect(delivered).toBeGreaterThan(0.8);
    expect(delivered).toBeLessThan(0.96);
  });
});

describe("a simulated world", () => {
  it("is the same for the same seed, and another for another", () => {
    const rows = rowsOf({ ...small, attacks: ["slow_ramp", "adaptive"] });
    expect(rowsOf({ ...small, attacks: ["slow_ramp", "adaptive"] })).toEqual(rows);
    expect(rowsOf({ ...small, seed: 4 })[0]).not.toEqual(rows[0]);
  });

  it.each(VARIANT_NAMES)("has rows in time order, with ids of their own, valid numbers and prices (%s)", (variant) => {
    const simulation = simulate({ ...small, days: 1, variant, attacks: ["twelve_countries", "whole_operator"] });
    const ids = new Set<string>();
    let last = simulation.startsAt;
    for (const row of simulation) {
      if (row.time < last || !Number.isInteger(row.time) || ids.has(row.id)) throw new Error(JSON.stringify(row));
      ids.add(row.id);
      last = row.time;
      const result = parseRecipient(row.to, "native");
      if (!result.ok || !result.recipient.valid || result.recipient.e164 !== row.to) throw new Error(row.to);
      if (row.price !== priceOf(result.recipient.candidates[0])) throw new Error(`${row.to} costs ${row.price}`);
      if (Math.min(row.deliveredAt ?? Infinity, row.convertedAt ?? Infinity) <= row.time) throw new Error(row.id);
    }
    expect(last).toBeLessThan(simulation.endsAt);
    expect(ids.size).toBeGreaterThan(5_000);
  });

  it("keeps its people when events and attacks are laid over it", () => {
    const plain = rowsOf({ ...small, variant: "calm" });
    const busy = rowsOf({
      ...small,
      events: { flash_crowd: 1, roll_out: 2, country_launch: 1, blast: 1, operator_partnership: 1 },
      attacks: ["sequential_1s", "popular_block"],
    });
    expect(busy.length).toBeGreaterThan(plain.length + 6_000);
    expect(busy.filter(everyday)).toEqual(plain);
  });

  it("says where history ends and measuring begins", () => {
    const simulation = simulate(small);
    expect(simulation.measuredFrom - simulation.startsAt).toBe(86_400_000);
    expect(simulation.endsAt - simulation.measuredFrom).toBe(3 * 86_400_000);
    const history = [...simulation].filter((row) => row.time < simulation.measuredFrom);
    expect(history.length).toBeGreaterThan(1_000);
    expect(history.every(everyday)).toBe(true);
  });

  it("gives an attack that needs longer preparation a longer history", () => {
    const simulation = simulate({ ...small, attacks: ["trust_poisoning"] });
    expect(simulation.measuredFrom - simulation.startsAt).toBe(14 * 86_400_000);
    expect(simulation.attacks[0]?.preparesAt).toBeGreaterThanOrEqual(simulation.startsAt);
  });

  it("never holds more than some minutes of traffic", () => {
    const simulation = simulate({ ...small, sessionsPerDay: 20_000, days: 1, warmUpDays: 0 });
    let rows = 0;
    let most = 0;
    for (const _ of simulation) {
      rows += 1;
      most = Math.max(most, simulation.waiting);
    }
    expect(rows).toBeGreaterThan(20_000);
    expect(most).toBeLessThan(150);
  });

  it("names the people whom an account had verified before, and they do come back", () => {
    const simulation = simulate(small);
    const [profile] = simulation.world.settings.accounts;
    const verified = new Set(profile && simulation.world.verifiedBefore(profile));
    const returning = [...simulation].filter(
      ({ label }) => label.kind === "legitimate" && label.returning && !label.event,
    );
    const before = returning.filter((row) => verified.has(row.to)).length;
    expect(before / returning.length).toBeGreaterThan(0.7);
    expect(before).toBeLessThan(returning.length);
  });

  it("rejects what makes no world", () => {
    expect(() => simulate({ seed: 0 })).toThrow("seed 0: expected a whole number from 1 to 999");
    expect(() => simulate({ seed: 1.5 })).toThrow(RangeError);
    expect(() => simulate({ seed: 1, days: 0 })).toThrow("days 0");
    expect(() => simulate({ seed: 1, sessionsPerDay: Number.NaN })).toThrow("sessionsPerDay");
  });
});

describe("seeds", () => {
  it("for tuning and for reporting are apart", () => {
    expect(seedUse(TUNING_SEEDS.last)).toBe("tuning");
    expect(seedUse(REPORTING_SEEDS.first)).toBe("reporting");
    const both = [...seedsFor("tuning", 999), ...seedsFor("reporting", 999)];
    expect(new Set(both).size).toBe(both.length);
    expect(() => seedsFor("tuning", 1_000)).toThrow(RangeError);
  });
});
