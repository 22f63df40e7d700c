import { describe, expect, it } from "vitest";
import { type SimulationOptions, simulate } from "./simulate.ts";
import type { SimulatedRow } from "./traffic-row.ts";
import type { VariantName } from "./variants.ts";

const world = (variant: VariantName, more: Partial<SimulationOptions> = {}): SimulatedRow[] => [
  ...simulate({ seed: 5, variant, days: 3, warmUpDays: 1, sessionsPerDay: 1_500, ...more }),
];
/** Sign-ups of everyday people that were completed, over all: counted by first messages to a number. */
const conversion = (rows: readonly SimulatedRow[]): number => {
  const completed = new Map<string, boolean>();
  for (const row of rows) {
    if (row.purpose !== "otp" || row.label.kind === "attack" || row.label.returning || row.label.event) continue;
    completed.set(row.to, completed.get(row.to) === true || row.convertedAt !== undefined);
  }
  return [...completed.values()].filter(Boolean).length / completed.size;
};

describe("variants", () => {
  it("lower conversion by three tenths", () => {
    expect(conversion(world("low_conversion")) / conversion(world("standard"))).toBeCloseTo(0.7, 1);
  });

  it("take every outcome away", () => {
    const rows = world("no_outcomes", { attacks: ["faked_72"] });
    expect(rows.every((row) => row.deliveredAt === undefined && row.convertedAt === undefined)).toBe(true);
  });

  it("let outcomes die in the middle of a day, for good", () => {
    const simulation = simulate({
      seed: 5,
      variant: "outcomes_die",
      days: 4,
      sessionsPerDay: 1_500,
      attacks: ["faked_40"],
    });
    const diesAt = simulation.measuredFrom + 2 * 86_400_000 + 14.5 * 3_600_000;
    const outcomes = [...simulation].flatMap(({ deliveredAt, convertedAt }) => [deliveredAt ?? 0, convertedAt ?? 0]);
    const latest = Math.max(...outcomes);
    expect(latest).toBeLessThan(diesAt);
    expect(latest).toBeGreaterThan(diesAt - 3_600_000);
  });

  it("tell with each completion how many codes were entered, or never", () => {
    for (const row of world("standard")) expect(row.attempts === undefined).toBe(row.convertedAt === undefined);
    expect(world("no_attempts").every((row) => row.attempts === undefined)).toBe(true);
  });

  it("hide the end user, or the delivery reports", () => {
    expect(world("no_end_users").every((row) => row.ip === undefined && row.device === undefined)).toBe(true);
    const silent = world("no_delivery_reports");
    expect(silent.every((row) => row.deliveredAt === undefined)).toBe(true);
    expect(conversion(silent)).toBeGreaterThan(0.5);
  });

  it("begin measuring with the first message", () => {
    const simulation = simulate({ seed: 5, variant: "cold_start", days: 1, sessionsPerDay: 1_000 });
    expect(simulation.startsAt).toBe(simulation.measuredFrom);
  });

  it("are as large as they say", () => {
    const perDay = (variant: VariantName): number =>
      [...simulate({ seed: 5, variant, days: 1, warmUpDays: 0, events: {} })].length;
    expect(perDay("small")).toBeGreaterThan(1_000);
    expect(perDay("small")).toBeLessThan(1_800);
    expect(perDay("large") / perDay("standard")).toBeCloseTo(5, 0);
  });

  it("put several accounts into one stream, each with its own people", () => {
    const rows = world("several_accounts");
    const accounts = new Map<string, Set<string>>();
    for (const { account, to, label } of rows) {
      if (label.kind === "attack" || label.event) continue;
      const numbers = accounts.get(account) ?? new Set();
      accounts.set(account, numbers.add(to));
    }
    expect(accounts.size).toBe(4);
    const [one = new Set(), other = new Set()] = [...accounts.values()];
    expect([...one].filter((to) => other.has(to)).length / one.size).toBeLessThan(0.01);
  });

  it("complete in minutes by a link", () => {
    const latencies = world("slow_conversions")
      .flatMap(({ time, convertedAt }) => (convertedAt === undefined ? [] : [convertedAt - time]))
      .sort((a, b) => a - b);
    expect(latencies[latencies.length >> 1]).toBeGreaterThan(120_000);
  });

  it("send campaigns that nobody marks as marketing", () => {
    const blasts = world("unmarked_blasts").filter(
      ({ label }) => label.kind === "legitimate" && label.event === "unmarked_blast",
    );
    expect(blasts.length).toBeGreaterThan(500);
    expect(blasts.every((row) => row.purpose === "otp" && row.convertedAt === undefined)).toBe(true);
  });
});
