import { readdirSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTraffic, type TrafficOptions } from "./open-traffic.ts";
import { scratchFolder } from "./testing/scratch-folder.ts";
import type { TrafficProgress } from "./traffic-reader.ts";
import type { TrafficRow } from "./traffic-row.ts";

const HEADER = "id,time,to\n";

async function read(content: string | Uint8Array, options: TrafficOptions = {}) {
  using folder = scratchFolder();
  return await readFile(folder.file("traffic.csv", content), { scratchDirectory: folder.path, ...options });
}

async function readFile(path: string, options: TrafficOptions = {}) {
  await using traffic = await openTraffic(path, options);
  const rows: TrafficRow[] = [];
  for await (const batch of traffic.batches()) rows.push(...batch);
  return { recognition: traffic.recognition, survey: traffic.survey, rows };
}

function time(row: number): string {
  return new Date(1.77e12 + row * 1000).toISOString();
}

describe("what a file is made of", () => {
  it("is the same plain, packed with gzip, in several gzip members, from standard input", async () => {
    const text =
      HEADER + Array.from({ length: 5000 }, (_, row) => `m${row},${time(row)},+447400${100000 + row}\n`).join("");
    const ids = Array.from({ length: 5000 }, (_, row) => `m${row}`);
    const [first, second] = [text.slice(0, 777), text.slice(777)];
    const sources = [text, gzipSync(text), Buffer.concat([gzipSync(first), gzipSync(second)])];
    for (const source of sources) {
      expect((await read(source)).rows.map(({ id }) => id)).toEqual(ids);
      const standardInput = Readable.from([Buffer.from(source).subarray(0, 10), Buffer.from(source).subarray(10)]);
      expect((await readFile("-", { standardInput })).rows.map(({ id }) => id)).toEqual(ids);
    }
  });

  it.each([
    ["a byte order mark", "\uFEFFid,time,to\n1,1767225600,+447400123456\n"],
    ["CRLF", "id,time,to\r\n1,1767225600,+447400123456\r\n"],
    ["no last line end", "id,time,to\n1,1767225600,+447400123456"],
    ["semicolons", "id;time;to\n1;1767225600;+447400123456\n"],
    ["tabs", "id\ttime\tto\n1\t1767225600\t+447400123456\n"],
    ["Excel's sep line", "sep=;\r\nid;time;to\r\n1;1767225600;+447400123456\r\n"],
    ["quotes everywhere", '"id","time","to"\n"1","1767225600","+447400123456"\n'],
    ["other names, other order, other columns", 'To,note,TIME,"x,y",ID\n+447400123456,,1767225600,"a ""b""",1\n'],
    ["empty lines", "\n\nid,time,to\n\n1,1767225600,+447400123456\n\n"],
    ["spaces around", "id , time, to\n 1 , 1767225600 , +447400123456 \n"],
  ])("may have %s", async (_, content) => {
    const { rows, survey } = await read(content);
    expect(survey.problems).toEqual([]);
    expect(rows.map(({ id, time: at, recipient }) => [id, at, recipient?.e164])).toEqual([
      ["1", 1_767_225_600_000, "+447400123456"],
    ]);
  });

  it("keeps texts in UTF-8, with their quotes and line ends", async () => {
    const { rows } = await read('time,to,id,from,device\n1767225600,+447400123456,"ä ""1""\n2",Ünïque™,"d,e"\n');
    expect(rows).toMatchObject([{ id: 'ä "1"\n2', from: "Ünïque™", device: "d,e" }]);
  });

  it("may have the same id twice: rows are told apart by their position", async () => {
    const { rows } = await read(`${HEADER}x,1767225600,+447400123456\nx,1767225601,+447400123457\n`);
    expect(rows.map(({ id, position, number, line }) => [id, position, number, line])).toEqual([
      ["x", 0, 1, 2],
      ["x", 1, 2, 3],
    ]);
  });

  it("may have a header only", async () => {
    const { survey, rows } = await read(HEADER);
    expect(survey).toMatchObject({ rows: 0, dropped: 0, firstTime: undefined, lastTime: undefined });
    expect(rows).toEqual([]);
  });
});

describe("what is no traffic file", () => {
  it.each([
    ["nothing", "", "empty"],
    ["only empty lines", "\n\r\n\n", "empty"],
    ["no time", "id,to\n1,+447400123456\n", "column_missing"],
    ["another language of names", "Datum;Rufnummer\n1;2\n", "column_missing"],
    ["time twice", "time,to,Time\n1,2,3\n", "column_twice"],
    ["a workbook", Buffer.from("PK\u0003\u0004 and so on"), "not_csv"],
    ["UTF-16", Buffer.from("\uFEFFtime,to\n", "utf16le"), "not_csv"],
    ["JSON lines", '{"sid":"SM1","to":"+447400123456"}\n', "not_csv"],
    ["zero bytes", "time,to\0\n", "not_csv"],
    [
      "a gzip stream that was cut off",
      gzipSync(`${HEADER}${"1,1767225600,+447400123456\n".repeat(1000)}`).subarray(0, 60),
      "gzip_truncated",
    ],
    [
      "a damaged gzip stream",
      damaged(gzipSync(`${HEADER}${"1,1767225600,+447400123456\n".repeat(1000)}`)),
      "gzip_corrupt",
    ],
    ["one line of 3 MB", "x".repeat(3_000_000), "header_too_long"],
    ["a header of 2,000 columns", `time,to${",x".repeat(2000)}\n`, "header_too_long"],
  ] as const)("refuses %s", async (_, content, code) => {
    await expect(read(content)).rejects.toMatchObject({ name: "TrafficUnreadable", code });
  });

  it("refuses a directory and a file that is not there", async () => {
    using folder = scratchFolder();
    await expect(openTraffic(folder.path)).rejects.toMatchObject({ code: "directory" });
    await expect(openTraffic(`${folder.path}/none.csv`)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("rows with something wrong", () => {
  it("count without the number of codes entered where that is none", async () => {
    const rows = ["1", " 3 ", "", "0", "1.5", "-2", "many"].map(
      (attempts, second) => `176722560${second},+447400123456,1767225699,${attempts}`,
    );
    const { survey, rows: kept } = await read(["time,to,converted_at,attempts", ...rows].join("\n"));
    expect(kept.map(({ attempts }) => attempts)).toEqual([1, 3, ...new Array(5).fill(undefined)]);
    expect(survey.problems).toMatchObject([{ problem: "attempts_unreadable", dropped: false, count: 4 }]);
    expect(survey.problems[0]?.examples[0]?.text).toBe(
      'attempts "0" is no whole number from 1, so it counts as unknown; write how many codes were entered until one was right',
    );
  });

  it("are counted by what is wrong, shown with line and reason, and stop nothing", async () => {
    const rows = [
      "time,to,purpose,delivered_at,converted_at,price",
      "1767225600,+447400123456,otp,1767225601,1767225602,0.05",
      "yesterday,+447400123456,,,,",
      ",+447400123456,,,,",
      "2026-01-01T00:00:00,+447400123456,,,,",
      "1999-12-31T23:59:59Z,+447400123456,,,,",
      "2100-01-01T00:00:00Z,+447400123456,,,,",
      "1767225600,+447400123456,login,,,",
      "1767225600,+447400123456,,,",
      "1767225600,+447400123456,,,,,,",
      '1767225600,"+447400123456,,,,',
      "1767225600,+447400123456\0,,,,",
      `1767225600,${"7".repeat(1_100_000)},,,,`,
      "1767225601,+447400123456,,soon,later,free",
      "1767225602,+447400123456,,1767000000,1767225590,-0.05",
      "1767225603,,,,,",
    ];
    const { survey, rows: kept } = await read(rows.join("\n"));
    expect(survey).toMatchObject({ rows: 4, dropped: 11 });
    const found = survey.problems.map(({ problem, dropped, count, examples }) => [
      problem,
      dropped,
      count,
      examples[0]?.line,
    ]);
    expect(found.sort()).toEqual(
      [
        ["time_unreadable", true, 1, 3],
        ["time_missing", true, 1, 4],
        ["time_without_offset", true, 1, 5],
        ["time_out_of_range", true, 2, 6],
        ["purpose_unknown", true, 1, 8],
        ["fields", true, 2, 9],
        ["quote", true, 1, 11],
        ["nul", true, 1, 12],
        ["too_long", true, 1, 13],
        ["delivered_at_unreadable", false, 1, 14],
        ["converted_at_unreadable", false, 1, 14],
        ["price_unreadable", false, 1, 14],
        ["outcome_before_time", false, 1, 15],
        ["price_negative", false, 1, 15],
      ].sort(),
    );
    expect(survey.problems.flatMap(({ examples }) => examples.map(({ text }) => text))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^time "yesterday" is no time; write ISO 8601/),
        expect.stringMatching(/^purpose "login" is no purpose; it is one of otp, notification, marketing/),
        expect.stringMatching(/^the row has 5 fields, the header has 6/),
      ]),
    );
    expect(kept).toMatchObject([
      { number: 1, priceMicros: 50_000, deliveredAt: 1_767_225_601_000, convertedAt: 1_767_225_602_000 },
      { number: 13, deliveredAt: undefined, convertedAt: undefined, priceMicros: undefined },
      // Some seconds early: the clocks differ.
      { number: 14, deliveredAt: undefined, convertedAt: 1_767_225_602_000, priceMicros: undefined },
      { number: 15, rejected: "number_missing" },
    ]);
  });

  it("are shown as often as asked for, the first of the file", async () => {
    const content = `${HEADER}${"x,never,+447400123456\n".repeat(100)}`;
    const { survey } = await read(content, { mostExamples: 3 });
    expect(survey.problems).toMatchObject([{ count: 100, examples: [{ line: 2 }, { line: 3 }, { line: 4 }] }]);
  });

  it("are none for want of an offset, once it is said", async () => {
    const { rows } = await read(`${HEADER}1,2026-01-01 00:00:00,+447400123456\n`, { assumedOffset: -300 });
    expect(rows).toMatchObject([{ time: Date.parse("2026-01-01T05:00:00Z") }]);
  });
});

describe("the order of rows", () => {
  const seconds = fc.array(fc.oneof(fc.nat(20), fc.nat(100_000)), { maxLength: 300 });

  it("is that of their times, equal ones as in the file, however they are put in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        seconds,
        fc.constantFrom(0, 100_000),
        fc.constantFrom(200, 100_000),
        async (times, reach, sortBytes) => {
          const lines = times.map((second, row) => `"m ""${row}""",${1_767_225_600 + second},+447400123456\nbad,,\n`);
          const { rows, survey } = await read(HEADER + lines.join(""), { reorderReach: reach, sortBytes });
          const expected = times
            .map((second, position) => ({ second, position }))
            .sort((a, b) => a.second - b.second || a.position - b.position);
          expect(rows.map(({ position, id, number, line }) => [position, id, number, line])).toEqual(
            expected.map(({ position }) => [position, `m "${position}"`, position * 2 + 1, position * 2 + 2]),
          );
          const isSorted = times.every((second, row) => second >= (times[row - 1] ?? 0));
          expect(survey.order.kind).toBe(isSorted ? "sorted" : reach === 0 ? "unsorted" : "nearly_sorted");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is found without sorting where rows are only a little late", async () => {
    const late = Array.from({ length: 20_000 }, (_, row) => row - ((row * 7919) % 1500));
    const content = HEADER + late.map((second) => `x,${1_767_225_600 + second},+447400123456\n`).join("");
    const { rows, survey } = await read(content, { reorderReach: 5000, scratchDirectory: "/nowhere/at/all" });
    expect(survey.order).toMatchObject({ kind: "nearly_sorted" });
    expect(rows.map(({ time: at }) => at)).toEqual(
      late.map((second) => (1_767_225_600 + second) * 1000).sort((a, b) => a - b),
    );
  });

  it("is found for a file that is newest first, and nothing is left behind", async () => {
    using folder = scratchFolder();
    const lines = Array.from({ length: 30_000 }, (_, row) => `m${row},${1_767_225_600 - row},+447400${100000 + row}\n`);
    const file = folder.file("newest-first.csv", gzipSync(HEADER + lines.join("")));
    const { rows } = await readFile(file, { reorderReach: 100, sortBytes: 100_000, scratchDirectory: folder.path });
    expect(rows.map(({ id }) => id)).toEqual(lines.map((_, row) => `m${29_999 - row}`));
    expect(readdirSync(folder.path)).toEqual(["newest-first.csv"]);
  });

  it("is found though the last row of the file cannot be read", async () => {
    const { rows } = await read(`${HEADER}b,1767225601,+447400123456\na,1767225600,+447400123456\nc,"`, {
      reorderReach: 0,
    });
    expect(rows.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("can be asked for again, and left in the middle", async () => {
    using folder = scratchFolder();
    const lines = Array.from(
      { length: 20_000 },
      (_, row) => `m${row},${1_767_225_600 + ((row * 7919) % 20_000)},+447400123456\n`,
    );
    await using traffic = await openTraffic(folder.file("a.csv.gz", gzipSync(HEADER + lines.join(""))), {
      reorderReach: 10,
    });
    for (let round = 0; round < 2; round += 1) {
      for await (const batch of traffic.batches()) {
        expect(batch[0]?.time).toBe(1_767_225_600_000);
        break;
      }
    }
  });
});

describe("progress", () => {
  it("tells the phase and how much of the file is done", async () => {
    const lines = Array.from({ length: 20_000 }, (_, row) => `m${row},${1_767_225_600 - row},+447400123456\n`);
    const content = HEADER + lines.join("");
    const steps: TrafficProgress[] = [];
    await read(content, { reorderReach: 10, progress: (step) => steps.push(step) });
    expect([...new Set(steps.map(({ phase }) => phase))]).toEqual(["checking", "sorting", "reading"]);
    expect(steps.filter(({ phase }) => phase === "checking").at(-1)).toEqual({
      phase: "checking",
      done: content.length,
      total: content.length,
    });
    expect(steps.at(-1)).toEqual({ phase: "reading", done: 20_000, total: 20_000 });
  });
});

function damaged(bytes: Buffer): Buffer {
  bytes.fill(0x55, 20, 40);
  return bytes;
}
