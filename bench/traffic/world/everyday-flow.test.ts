import { parseRecipient } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { simulate } from "../simulate.ts";
import type { SimulatedRow } from "../traffic-row.ts";
import { marketOf } from "./markets.ts";
import { HOUR, zoneOffset } from "./rhythm.ts";

const rows = [...simulate({ seed: 11, variant: "calm", days: 4, warmUpDays: 0, sessionsPerDay: 20_000 })];
const codes = rows.filter((row) => row.purpose === "otp");

/** Sessions: messages to one number within ten minutes of the one before. */
const sessions = ((): SimulatedRow[][] => {
  const open = new Map<string, SimulatedRow[]>();
  const all: SimulatedRow[][] = [];
  for (const row of codes) {
    const last = open.get(row.to);
    const previous = last?.at(-1);
    if (last !== undefined && previous !== undefined && row.time - previous.time < 600_000) last.push(row);
    else {
      const session = [row];
      open.set(row.to, session);
      all.push(session);
    }
  }
  return all;
})();
const share = <T>(of: readonly T[], is: (item: T) => boolean): number => of.filter(is).length / of.length;
const completed = (session: readonly SimulatedRow[]): boolean => session.some((row) => row.convertedAt !== undefined);
const returning = ([first]: readonly SimulatedRow[]): boolean =>
  first?.label.kind === "legitimate" && first.label.returning;
const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;

describe("everyday traffic", () => {
  it("is three fifths log-ins of people who were verified before", () => {
    expect(share(sessions, returning)).toBeGreaterThan(0.57);
    expect(share(sessions, returning)).toBeLessThan(0.63);
  });

  it("completes by country between 55 % and 80 % of sign-ups", () => {
    for (const destination of ["GB", "DE", "FR", "NL", "ES", "IN", "BR"]) {
      const here = sessions.filter((session) => !returning(session) && countryOf(session[0]) === destination);
      const rate = share(here, completed);
      expect(here.length).toBeGreaterThan(400);
      expect(Math.abs(rate - marketOf(destination).conversion)).toBeLessThan(0.07);
      expect(rate).toBeGreaterThan(0.5);
      expect(rate).toBeLessThan(0.85);
    }
  });

  it("completes log-ins more often", () => {
    const logIns = sessions.filter(returning);
    const signUps = sessions.filter((session) => !returning(session));
    expect(share(logIns, completed)).toBeGreaterThan(share(signUps, completed) + 0.08);
  });

  it("takes people a median of about 13.5 s, never less than 3 s, and 4 in 100 much longer", () => {
    const latencies = sessions
      .filter((session) => session.length === 1)
      .flatMap(([row]) => (row?.convertedAt === undefined ? [] : [row.convertedAt - row.time]));
    expect(quantile(latencies, 0.5)).toBeGreaterThan(12_000);
    expect(quantile(latencies, 0.5)).toBeLessThan(15_000);
    expect(quantile(latencies, 0)).toBeGreaterThan(3_000);
    expect(share(latencies, (latency) => latency > 60_000)).toBeGreaterThan(0.02);
    expect(share(latencies, (latency) => latency > 60_000)).toBeLessThan(0.06);
  });

  it("has people who ask again: a third of those who do not complete, some of those who wait", () => {
    const without = sessions.filter((session) => !completed(session));
    expect(share(without, (session) => session.length > 1)).toBeGreaterThan(0.3);
    expect(share(without, (session) => session.length > 1)).toBeLessThan(0.4);
    const within = sessions.filter(completed);
    expect(share(within, (session) => session.length > 1)).toBeGreaterThan(0.02);
    expect(share(within, (session) => session.length > 1)).toBeLessThan(0.15);
  });

  it("completes a session once, after its last message", () => {
    const done = sessions.filter(completed);
    // One in thousands comes back within ten minutes, and then does it twice.
    expect(
      share(done, (session) => share(session, (row) => row.convertedAt !== undefined) * session.length === 1),
    ).toBeGreaterThan(0.999);
    for (const row of codes) expect(row.convertedAt ?? row.time + 1).toBeGreaterThan(row.time);
  });

  it("has delivery reports that are late, missing, and now and then behind the completion", () => {
    expect(share(codes, (row) => row.deliveredAt !== undefined)).toBeGreaterThan(0.78);
    expect(share(codes, (row) => row.deliveredAt !== undefined)).toBeLessThan(0.95);
    const delays = codes.flatMap(({ time, deliveredAt }) => (deliveredAt === undefined ? [] : [deliveredAt - time]));
    expect(quantile(delays, 0.5)).toBeGreaterThan(3_000);
    expect(quantile(delays, 0.5)).toBeLessThan(6_000);
    expect(quantile(delays, 0.999)).toBeGreaterThan(30_000);
    const both = codes.filter((row) => row.deliveredAt !== undefined && row.convertedAt !== undefined);
    const behind = share(both, (row) => (row.deliveredAt ?? 0) > (row.convertedAt ?? 0));
    expect(behind).toBeGreaterThan(0.002);
    expect(behind).toBeLessThan(0.05);
    expect(codes.some((row) => row.deliveredAt === undefined && row.convertedAt !== undefined)).toBe(true);
  });

  it("has people behind shared addresses, and others with their own", () => {
    const people = new Map<string, Set<string>>();
    for (const { ip, to } of codes) people.set(ip ?? "", (people.get(ip ?? "") ?? new Set()).add(to));
    const shared = [...people.values()].filter((numbers) => numbers.size > 5).reduce((sum, { size }) => sum + size, 0);
    const all = new Set(codes.map((row) => row.to)).size;
    expect(shared / all).toBeGreaterThan(0.1);
    expect(shared / all).toBeLessThan(0.45);
  });

  it("follows the local day of each country", () => {
    const evening = (destination: string): number => {
      const offset = zoneOffset(marketOf(destination).zone, rows[0]?.time ?? 0);
      const hours = codes
        .filter((row) => countryOf(row) === destination)
        .map(({ time }) => Math.floor(((time + offset) / HOUR) % 24));
      return share(hours, (hour) => hour >= 17 && hour <= 21) / share(hours, (hour) => hour >= 1 && hour <= 5);
    };
    for (const destination of ["GB", "US", "IN"]) expect(evening(destination)).toBeGreaterThan(6);
  });

  it("sends notifications that have nothing to complete", () => {
    const notifications = rows.filter((row) => row.purpose === "notification");
    expect(notifications.length / rows.length).toBeGreaterThan(0.025);
    expect(notifications.every((row) => row.convertedAt === undefined)).toBe(true);
  });
});

describe("clocks", () => {
  it("change where and when they do", () => {
    const before = Date.UTC(2026, 2, 28);
    const after = Date.UTC(2026, 2, 30);
    expect(zoneOffset("Europe/London", after) - zoneOffset("Europe/London", before)).toBe(HOUR);
    expect(zoneOffset("America/New_York", after)).toBe(-4 * HOUR);
    expect(zoneOffset("America/New_York", Date.UTC(2026, 1, 1))).toBe(-5 * HOUR);
    expect(zoneOffset("Asia/Kolkata", after)).toBe(5.5 * HOUR);
  });
});

function countryOf(row: SimulatedRow | undefined): string | undefined {
  const result = parseRecipient(row?.to ?? "", "native");
  return result.ok ? result.recipient.candidates[0] : undefined;
}
