import { describe, expect, it } from "vitest";
import { simulate } from "../simulate.ts";
import type { SimulatedRow } from "../traffic-row.ts";
import { type EventName, HARD_WEEK } from "./event-plans.ts";

const SESSIONS = 8_000;
const PART = SESSIONS / 20_000;
const events = { ...HARD_WEEK, unmarked_blast: 1 };
const rows = [...simulate({ seed: 21, days: 7, warmUpDays: 0, sessionsPerDay: SESSIONS, events })];
const of = (event: EventName): SimulatedRow[] =>
  rows.filter(({ label }) => label.kind === "legitimate" && label.event === event);
const people = (list: readonly SimulatedRow[]): number => new Set(list.map((row) => row.to)).size;
const hours = (list: readonly SimulatedRow[]): number => ((list.at(-1)?.time ?? 0) - (list[0]?.time ?? 0)) / 3_600_000;
const blocks = (list: readonly SimulatedRow[]): number => new Set(list.map((row) => row.to.slice(0, -4))).size;
const share = (list: readonly SimulatedRow[], is: (row: SimulatedRow) => boolean): number =>
  list.filter(is).length / list.length;
const isReturning = ({ label }: SimulatedRow): boolean => label.kind === "legitimate" && label.returning;
const seconds = (list: readonly SimulatedRow[]): number => {
  const sorted = list
    .flatMap(({ time, convertedAt }) => (convertedAt === undefined ? [] : [(convertedAt - time) / 1_000]))
    .sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
};

describe("a hard week", () => {
  it("has every event that it lists", () => {
    const present = new Set(rows.map(({ label }) => (label.kind === "legitimate" ? label.event : undefined)));
    for (const event of Object.keys(events)) expect(present).toContain(event);
  });

  it("has flash crowds in one market, for an hour or two", () => {
    for (const [event, length] of [
      ["flash_crowd", 1],
      ["long_flash_crowd", 2],
    ] as const) {
      const crowd = of(event);
      expect(hours(crowd)).toBeGreaterThan(0.8 * length);
      expect(hours(crowd)).toBeLessThan(length + 0.2);
      expect(new Set(crowd.map((row) => row.to.slice(0, 3))).size).toBe(1);
      expect(blocks(crowd) / people(crowd)).toBeGreaterThan(0.4);
    }
  });

  it("has flash crowds as many times as large as the usual traffic", () => {
    const crowd = of("global_flash_crowd");
    const from = crowd[0]?.time ?? 0;
    const usual = rows.filter(
      ({ time, label }) =>
        time >= from && time < from + 7_200_000 && label.kind === "legitimate" && label.event === undefined,
    );
    // Four more for each that comes anyway, less at the beginning.
    expect(crowd.length / usual.length).toBeGreaterThan(3);
    expect(crowd.length / usual.length).toBeLessThan(5.5);
  });

  it("has six roll-outs of 40 to 250 consecutive numbers within the hour, that come back", () => {
    const first = of("roll_out").filter((row) => !isReturning(row));
    const offices = Map.groupBy(first, (row) => row.ip);
    expect(offices.size).toBe(6);
    for (const office of offices.values()) {
      const numbers = [...new Set(office.map((row) => Number(row.to)))].sort((a, b) => a - b);
      expect(numbers.length).toBeGreaterThanOrEqual(40);
      expect(numbers.length).toBeLessThanOrEqual(250);
      expect((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)).toBe(numbers.length - 1);
      expect(hours(office)).toBeLessThan(1.1);
    }
    // (a report gets lost, or an operator sends none)
    const reported = share(first, (row) => row.deliveredAt !== undefined);
    expect(reported).toBeGreaterThan(share(rows, (row) => row.deliveredAt !== undefined));
    expect(of("roll_out").filter(isReturning).length).toBeGreaterThan(30);
  });

  it("has new operators' blocks and operators' bundles", () => {
    const fresh = of("new_operator_block");
    expect(blocks(fresh)).toBe(2);
    expect(people(fresh)).toBeGreaterThan(2 * 3 * 300 * PART * 0.9);
    const bundles = of("operator_partnership");
    expect(blocks(bundles)).toBeGreaterThan(20);
    expect(blocks(bundles)).toBeLessThanOrEqual(40);
    expect(people(bundles)).toBeGreaterThan(2 * 1_000 * PART * 0.85);
  });

  it("has a launch where nobody was, and a market that grows", () => {
    const launch = of("country_launch");
    const prefix = launch[0]?.to.slice(0, 4) ?? "";
    const anybody = rows.some(
      ({ to, label }) => to.startsWith(prefix) && label.kind === "legitimate" && label.event === undefined,
    );
    expect(anybody).toBe(false);
    expect(launch.length / (hours(launch) / 24)).toBeGreaterThan(1_500 * PART * 0.8);
    const move = of("market_move");
    const middle = ((move[0]?.time ?? 0) + (move.at(-1)?.time ?? 0)) / 2;
    expect(share(move, (row) => row.time > middle)).toBeGreaterThan(0.65);
  });

  it("has testers who use the same eight phones", () => {
    const tests = of("quality_testers");
    expect(people(tests)).toBe(16);
    expect(new Set(tests.map((row) => row.ip)).size).toBe(2);
    expect(tests.length).toBeGreaterThanOrEqual(240);
  });

  it("has campaigns, marked and unmarked, in which nobody completes", () => {
    for (const [event, purpose] of [
      ["blast", "marketing"],
      ["unmarked_blast", "otp"],
    ] as const) {
      const blast = of(event);
      expect(blast).toHaveLength(SESSIONS / 4);
      expect(blast.every((row) => row.purpose === purpose && row.convertedAt === undefined)).toBe(true);
      expect(share(blast, isReturning)).toBeGreaterThan(0.75);
      expect(hours(blast)).toBeLessThan(0.7);
    }
  });

  it("has outages in which codes are late and fewer complete", () => {
    const outage = of("outage");
    expect(seconds(outage)).toBeGreaterThan(100);
    expect(share(outage, (row) => row.convertedAt !== undefined)).toBeLessThan(0.4);
    expect(hours(outage)).toBeLessThan(0.6);
    expect(share(of("operator_outage"), (row) => row.convertedAt !== undefined)).toBeLessThan(0.2);
    const failover = of("provider_failover");
    expect(seconds(failover)).toBeGreaterThan(22);
    expect(share(failover, (row) => row.convertedAt !== undefined)).toBeGreaterThan(0.5);
  });

  it("has people who take minutes, reports that fail, and reports that are faked", () => {
    expect(seconds(of("slow_conversions"))).toBeGreaterThan(120);
    expect(share(of("failing_reports"), (row) => row.deliveredAt !== undefined)).toBeLessThan(0.35);
    const faked = of("faked_reports").filter((row) => row.deliveredAt !== undefined);
    expect(faked.length / of("faked_reports").length).toBe(1);
    for (const { time, deliveredAt } of faked) {
      expect((deliveredAt ?? 0) - time).toBeGreaterThanOrEqual(999);
      expect((deliveredAt ?? 0) - time).toBeLessThanOrEqual(1_200);
    }
  });
});

describe("ported numbers", () => {
  it("share the fate of the operator that serves them, not of their range", () => {
    const struck = of("operator_outage");
    const from = struck[0]?.time ?? 0;
    const until = struck.at(-1)?.time ?? 0;
    const country = struck[0]?.to.slice(0, 3) ?? "";
    const spared = rows.filter(
      (row) => row.to.startsWith(country) && row.time > from && row.time < until && !struck.includes(row),
    );
    // Some people are spared in ranges (all but the last six digits) in which others are struck.
    const ranges = new Set(struck.map((row) => row.to.slice(0, 6)));
    expect(spared.some((row) => ranges.has(row.to.slice(0, 6)))).toBe(true);
  });
});
