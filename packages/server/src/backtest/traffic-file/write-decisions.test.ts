import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RowDecision } from "./decision-line.ts";
import { openTraffic } from "./open-traffic.ts";
import { scratchFolder } from "./testing/scratch-folder.ts";
import { splitCsv } from "./testing/split-csv.ts";
import type { TrafficRow } from "./traffic-row.ts";
import { type DecisionsOptions, writeDecisions } from "./write-decisions.ts";

const ALLOWED: RowDecision = {
  action: "allow",
  would: "",
  reason: "destination_allowed",
  score: 0,
  range: "",
  incident: "",
  priceMicros: undefined,
};

async function rowsOf(content: string): Promise<readonly TrafficRow[]> {
  using folder = scratchFolder();
  await using traffic = await openTraffic(folder.file("traffic.csv", content));
  const rows: TrafficRow[] = [];
  for await (const batch of traffic.batches()) rows.push(...batch);
  return rows;
}

const MANY = rowsOf(
  `id,time,to\n${Array.from({ length: 400 }, (_, row) => `m${row},${1_767_225_600 + row},+447400123456\n`).join("")}`,
);

async function written(
  decisions: readonly (readonly [TrafficRow, RowDecision])[],
  options: DecisionsOptions = {},
): Promise<string> {
  using folder = scratchFolder();
  const path = join(folder.path, "decisions.csv");
  const writer = writeDecisions(path, { scratchDirectory: folder.path, ...options });
  for (const [row, decision] of decisions) writer.write(row, decision);
  expect(existsSync(path)).toBe(false);
  await writer.close();
  expect(readdirSync(folder.path)).toEqual(["decisions.csv"]);
  return readFileSync(path, "utf8");
}

describe("a decisions file", () => {
  it("has a row for each decision, time in UTC, everything else as it was given", async () => {
    const rows = await rowsOf(
      'id,time,to\n"a,1",2026-03-01T11:00:00.007+01:00,+447400123456\n,1767225600,"say ""hi"""\nä,1767225601,+44 7400 123457\n',
    );
    const text = await written(
      rows
        .toSorted((a, b) => a.position - b.position)
        .map((row, at) => [
          row,
          at === 0
            ? {
                action: "block",
                would: "block",
                reason: "containment",
                score: 97,
                range: "+992 001 23x xxx",
                incident: "inc_1, the second",
                priceMicros: 1_204_500,
              }
            : { ...ALLOWED, score: at === 1 ? 12.5 : 7, priceMicros: at === 1 ? 12_000_000 : 1 },
        ]),
    );
    expect(text).toBe(
      [
        "id,time,to,action,would,reason,score,range,incident,price",
        '"a,1",2026-03-01T10:00:00.007Z,+447400123456,block,block,containment,97,+992 001 23x xxx,"inc_1, the second",1.2045',
        '2,2026-01-01T00:00:00.000Z,"say ""hi""",allow,,destination_allowed,12.5,,,12',
        "ä,2026-01-01T00:00:01.000Z,+44 7400 123457,allow,,destination_allowed,7,,,0.000001",
        "",
      ].join("\n"),
    );
  });

  it("can be read back, whatever the texts", async () => {
    const text = fc
      .string({ unit: "binary", maxLength: 12 })
      .filter((value) => value.isWellFormed() && !value.includes("\0"));
    const [row] = await MANY;
    if (row === undefined) throw new Error("there is no row");
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.nat(10_000_000_000),
        fc.double({ min: 0, max: 100 }),
        async (reason, incident, priceMicros, score) => {
          const csv = await written([[row, { ...ALLOWED, reason, incident, priceMicros, score }]]);
          const [, record] = splitCsv(csv);
          if (record === undefined || "broken" in record) throw new Error(csv);
          const [id, time, to, , , reasonRead, scoreRead, , incidentRead, price] = record.fields;
          expect([id, time, to, reasonRead, incidentRead]).toEqual([
            "m0",
            "2026-01-01T00:00:00.000Z",
            "+447400123456",
            ...[reason, incident].map((given) => (/^[=@\t\r]|^[+-].*[^\d. x]/su.test(given) ? `'${given}` : given)),
          ]);
          expect(Math.round(Number(price) * 1_000_000)).toBe(priceMicros);
          expect(Number(scoreRead)).toBe(score);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("has nothing that a spreadsheet would compute, and numbers as they are", async () => {
    const ids = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "-17", "+31612345678", "a=1"];
    const rows = await rowsOf(`id,time,to\n${ids.map((id) => `"${id}",1767225600,+447400123456`).join("\n")}\n`);
    const text = await written(rows.map((row) => [row, ALLOWED]));
    const fields = splitCsv(text)
      .slice(1)
      .map((record) => ("fields" in record ? record.fields : []));
    expect(fields.map(([id]) => id)).toEqual([
      "'=1+1",
      "'@SUM(A1)",
      "'+cmd|' /C calc'!A0",
      "'-2+3",
      "-17",
      "+31612345678",
      "a=1",
    ]);
    expect(new Set(fields.map(([, , to]) => to))).toEqual(new Set(["+447400123456"]));
  });

  it("is in the order of the input, in whatever order and with whatever memory decisions come", async () => {
    const rows = await MANY;
    const expected = rows.map(({ position }) => `m${position}`);
    const order = fc.shuffledSubarray([...rows], { minLength: rows.length });
    const slightly = fc
      .array(fc.nat(12), { minLength: rows.length, maxLength: rows.length })
      .map((late) =>
        rows.toSorted((a, b) => a.position + (late[a.position] ?? 0) - b.position - (late[b.position] ?? 0)),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(order, slightly),
        fc.constantFrom(2, 16, 1024),
        fc.constantFrom(500, 4000, 1_000_000),
        fc.constantFrom(1000, 1_000_000),
        async (decided, mostWaiting, waitingBytes, sortBytes) => {
          const csv = await written(
            decided.map((row) => [row, ALLOWED]),
            { mostWaiting, waitingBytes, sortBytes },
          );
          expect(
            csv
              .trimEnd()
              .split("\n")
              .slice(1)
              .map((line) => line.split(",")[0]),
          ).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is not put in its place when a row has no decision, or two", async () => {
    using folder = scratchFolder();
    const rows = await MANY;
    const path = join(folder.path, "decisions.csv");
    for (const options of [{}, { mostWaiting: 2 }]) {
      const writer = writeDecisions(path, options);
      for (const row of rows) if (row.position !== 7) writer.write(row, ALLOWED);
      await expect(writer.close()).rejects.toMatchObject({ code: "decisions_incomplete" });
      expect(readdirSync(folder.path)).toEqual([]);
    }
    const twice = writeDecisions(path);
    const [row] = rows;
    if (row === undefined) throw new Error("there is no row");
    twice.write(row, ALLOWED);
    expect(() => twice.write(row, ALLOWED)).toThrow(/position 0/);
    twice.abort();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("leaves what stood in its place until it is whole", async () => {
    using folder = scratchFolder();
    const path = folder.file("decisions.csv", "before");
    writeDecisions(path).abort();
    expect(readFileSync(path, "utf8")).toBe("before");
    await writeDecisions(path).close();
    expect(readFileSync(path, "utf8")).toBe("id,time,to,action,would,reason,score,range,incident,price\n");
  });
});
