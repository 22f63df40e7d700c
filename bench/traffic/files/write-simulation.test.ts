import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLE_COLUMNS, SAMPLE_FILE, sampleSimulation } from "../sample.ts";
import { simulate } from "../simulate.ts";
import { TRAFFIC_COLUMNS } from "./traffic-csv.ts";
import { writeSimulation } from "./write-simulation.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "traffic-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const cellsOf = (file: string): string[][] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

describe("a traffic file", () => {
  it("says what the rows say, with the truth in a file apart", () => {
    const options = { seed: 2, days: 1, warmUpDays: 1, sessionsPerDay: 800, attacks: ["sequential_400"] } as const;
    const rows = [...simulate(options)];
    const simulation = simulate(options);
    const out = join(folder, "traffic.csv");
    const labels = join(folder, "labels.csv");
    expect(writeSimulation(simulation, out, labels)).toBe(rows.length);

    const [header, ...traffic] = cellsOf(out);
    expect(header).toEqual([...TRAFFIC_COLUMNS]);
    const time = (text: string | undefined): number | undefined => (text === "" ? undefined : Date.parse(text ?? "?"));
    expect(
      traffic.map(
        ([at, id, account, to, from, purpose, ip, device, delivered, converted, attempts, price, currency]) => ({
          time: time(at),
          id,
          account,
          to,
          from,
          purpose,
          ip: ip || undefined,
          device: device || undefined,
          deliveredAt: time(delivered),
          convertedAt: time(converted),
          attempts: attempts === "" ? undefined : Number(attempts),
          price: Number(price),
          currency,
        }),
      ),
    ).toEqual(rows.map(({ label: _, ...row }) => row));
    expect(readFileSync(out, "utf8")).not.toMatch(/attack|roll_out|sequential/);

    const [labelHeader, ...truth] = cellsOf(labels);
    expect(labelHeader).toEqual(["id", "measured", "kind", "event", "returning", "attack", "phase"]);
    expect(truth).toEqual(
      rows.map(({ id, time: at, label }) => [
        id,
        String(at >= simulation.measuredFrom),
        label.kind,
        label.kind === "legitimate" ? (label.event ?? "") : "",
        label.kind === "legitimate" ? String(label.returning) : "",
        label.kind === "attack" ? label.attack : "",
        label.kind === "attack" ? label.phase : "",
      ]),
    );
  });
});

describe("the sample of the guide", () => {
  const sample = fileURLToPath(new URL(`../../../${SAMPLE_FILE}`, import.meta.url));

  it("is what `node bench/traffic/write-sample.ts` writes", () => {
    const fresh = join(folder, "sample.csv");
    writeSimulation(sampleSimulation(), fresh, undefined, SAMPLE_COLUMNS);
    expect(readFileSync(sample, "utf8")).toBe(readFileSync(fresh, "utf8"));
  });

  it("is small, and has one attack and one roll-out among real-looking traffic", () => {
    expect(readFileSync(sample).length).toBeLessThan(1_000_000);
    const rows = [...sampleSimulation()];
    const attack = rows.filter(({ label }) => label.kind === "attack").map((row) => Number(row.to));
    const rollOut = rows.filter(({ label }) => label.kind === "legitimate" && label.event === "roll_out");
    expect(rows.length).toBeGreaterThan(6_000);
    expect(rows.length).toBeLessThan(10_000);
    expect(attack).toHaveLength(400);
    expect((attack.at(-1) ?? 0) - (attack[0] ?? 0)).toBe(399);
    expect(new Set(rollOut.map((row) => row.to)).size).toBeGreaterThan(100);
    expect(new Set(rows.map((row) => row.to.slice(0, 3))).size).toBeGreaterThan(20);
  });
});
