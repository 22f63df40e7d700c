import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_POLICY } from "@safeguard/core";
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  nat,
  option,
  record,
  shuffledSubarray,
} from "fast-check";
import { describe, expect, it } from "vitest";
import { backtestPolicy } from "./backtest-policy.ts";
import type { BacktestResult } from "./backtest-result.ts";
import { runBacktest } from "./run-backtest.ts";
import { decideByHand, type HandRow, trafficCsv } from "./testing/traffic-by-hand.ts";
import { openTraffic } from "./traffic-file/open-traffic.ts";
import { scratchFolder } from "./traffic-file/testing/scratch-folder.ts";
import { writeDecisions } from "./traffic-file/write-decisions.ts";

const SAMPLE = fileURLToPath(new URL("../../../../docs/guide/examples/sample-traffic.csv", import.meta.url));

interface Ran {
  readonly result: BacktestResult;
  readonly decisions: string;
}

async function backtest(path: string, policy = backtestPolicy()): Promise<Ran> {
  using folder = scratchFolder();
  const output = join(folder.path, "decisions.csv");
  await using traffic = await openTraffic(path);
  const decisions = writeDecisions(output);
  const result = await runBacktest(traffic, policy, { path, decisions, clock: () => performance.now() });
  await decisions.close();
  return { result, decisions: readFileSync(output, "utf8") };
}

async function decisionsOn(rows: readonly HandRow[]): Promise<string> {
  using folder = scratchFolder();
  return (await backtest(folder.file("traffic.csv", trafficCsv(rows)))).decisions;
}

interface Step {
  readonly gap: number;
  readonly who: "user" | "attacker" | "faker" | "odd";
  readonly pick: number;
  readonly deliveredAfter: number | undefined;
  readonly convertedAfter: number | undefined;
}

const ODD = ["abc", "+99", "+881612345678", "+4479001234560", "0031612345678"];

/** Some people who log in again and again, a range that is pumped, one whose verifications are faked, and oddities. */
const traffic: Arbitrary<readonly HandRow[]> = array(
  record<Step>({
    gap: integer({ min: 1, max: 90_000 }),
    who: constantFrom("user", "user", "user", "attacker", "attacker", "faker", "odd"),
    pick: nat(400),
    deliveredAfter: option(integer({ min: 0, max: 20_000 }), { nil: undefined, freq: 8 }),
    convertedAfter: option(integer({ min: 2_000, max: 200_000 }), { nil: undefined, freq: 3 }),
  }),
  { minLength: 60, maxLength: 350, size: "max" },
).map((steps) => {
  let time = Date.UTC(2026, 0, 5, 23, 30);
  return steps.map(({ gap, who, pick, deliveredAfter, convertedAfter }, index): HandRow => {
    time += gap;
    const delivered = deliveredAfter === undefined ? undefined : time + deliveredAfter;
    const [to, converted] = {
      user: [`+44790012${String(pick * 17).padStart(4, "0")}`, convertedAfter],
      attacker: [`+92346732${String(3000 + index).padStart(4, "0")}`, undefined],
      faker: [`+99290012${String(3000 + 7 * index).padStart(4, "0")}`, 5_000],
      odd: [ODD[pick % ODD.length] ?? "", undefined],
    }[who] as [string, number | undefined];
    return {
      id: `m${index}`,
      time,
      to,
      account: pick % 10 === 0 ? "second" : "first",
      purpose: pick % 25 === 0 ? "notification" : "otp",
      ip: pick % 3 === 0 ? `198.51.100.${pick % 250}` : "",
      device: pick % 4 === 0 ? `device-${pick % 7}` : "",
      deliveredAt: delivered,
      convertedAt: converted === undefined ? undefined : time + converted,
      attempts: pick % 4 === 0 ? undefined : 1 + Number(pick % 7 === 0),
      priceMicros: 10_000 * (1 + (pick % 40)),
    };
  });
});

describe("a backtest", () => {
  it("decides as the live path does, byte for byte", async () => {
    let stopped = 0;
    await assert(
      asyncProperty(traffic, async (rows) => {
        const decisions = await decisionsOn(rows);
        stopped += decisions.split(/,(?:block|hold|challenge),,range/).length - 1;
        expect(decisions).toBe(decideByHand(rows, backtestPolicy().document));
      }),
      { numRuns: 60 },
    );
    // Else nothing would be proved of what detection does.
    expect(stopped).toBeGreaterThan(50);
  });

  it("decides the same whatever the order of the rows in the file", async () => {
    await assert(
      asyncProperty(
        traffic.chain((rows) =>
          shuffledSubarray([...rows], { minLength: rows.length }).map((mixed) => ({ rows, mixed })),
        ),
        async ({ rows, mixed }) => {
          const sorted = (await decisionsOn(rows)).trimEnd().split("\n");
          const ofMixed = (await decisionsOn(mixed)).trimEnd().split("\n");
          const byId = new Map(sorted.map((line) => [line.split(",", 1)[0], line]));
          expect(ofMixed.slice(1)).toEqual(mixed.map(({ id }) => byId.get(id)));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("decides on every message of the file, and counts what it decides", async () => {
    await assert(
      asyncProperty(traffic, async (rows) => {
        using folder = scratchFolder();
        const { result, decisions } = await backtest(folder.file("traffic.csv", trafficCsv(rows)));
        const lines = decisions.trimEnd().split("\n").slice(1);
        expect(lines.map((line) => line.split(",")[0])).toEqual(rows.map(({ id }) => id));
        for (const action of ["allow", "hold", "challenge", "block"] as const) {
          const decided = lines
            .map((line) => line.split(","))
            .filter(([, , , , , reason]) => reason !== "number_rejected");
          expect(result.messages[action]).toBe(decided.filter(([, , , decision]) => decision === action).length);
        }
        expect(result.messages.total + result.rejected.messages).toBe(rows.length);
      }),
      { numRuns: 15 },
    );
  });

  it("catches the attack in the sample, and hits nobody", async () => {
    const { result } = await backtest(SAMPLE);
    expect(result.incidents).toHaveLength(1);
    const [attack] = result.incidents;
    expect(attack?.incident.destinations).toEqual(["PK"]);
    expect(attack?.leakedBeforeFirstStop).toBeLessThanOrEqual(6);
    expect(attack?.incident.counts.attempts).toBe(400);
    expect(result.legitimate).toMatchObject({ block: 0, hold: 0, challenge: 0 });
    expect(result.remarks).toEqual([]);
  });

  it("takes list prices where the file has none, and says so", async () => {
    using folder = scratchFolder();
    const file = folder.file("traffic.csv", "time,to\n2026-01-05T00:00:00Z,+31612345678\n");
    const { result, decisions } = await backtest(file);
    expect(result.spent).toEqual({ USD: expect.any(Number) });
    expect(result.remarks.map(({ code }) => code)).toContain("prices_missing");
    expect(decisions.split("\n")[1]).toMatch(/,\d\.\d+$/);
  });

  it("goes by the static rules of a policy, and enforces detection whatever its mode", async () => {
    const document = {
      ...DEFAULT_POLICY,
      destinations: { PK: { action: "block" } },
      detection: { mode: "off" },
    } as const;
    const { result } = await backtest(SAMPLE, backtestPolicy({ name: "policy.yaml", document }));
    expect(result.reasons).toContainEqual(expect.objectContaining({ reason: "destination_blocked", action: "block" }));
    expect(result.incidents).toEqual([]);
    expect(result.policy).toEqual({ name: "policy.yaml", falseBlockBudget: 1e-5, detection: "enforce" });
  });

  it("leaves what a policy only monitors alone, and says what it would have done", async () => {
    const document = { ...DEFAULT_POLICY, destinations: { PK: { action: "monitor" } } } as const;
    const { result, decisions } = await backtest(SAMPLE, backtestPolicy({ name: "policy.yaml", document }));
    expect(decisions).toMatch(/,allow,(?:hold|challenge|block),/);
    expect(decisions).not.toMatch(/,(?:hold|challenge|block),,/);
    expect(result.incidents[0]?.incident.counts.wouldStop).toBeGreaterThan(300);
  });

  it("reads an unfinished file to its end: an empty one has a result, too", async () => {
    using folder = scratchFolder();
    const { result } = await backtest(folder.file("traffic.csv", "time,to\n"));
    expect(result.messages.total).toBe(0);
    expect(result.remarks.map(({ code }) => code)).toContain("empty");
  });
});
