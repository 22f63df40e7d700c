import { closeSync, openSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTraffic, type TrafficOptions } from "./open-traffic.ts";
import { ReadingThread } from "./reading-thread.ts";
import { scratchFolder } from "./testing/scratch-folder.ts";
import type { TrafficProgress } from "./traffic-reader.ts";

const HEADER = "id,time,to,account,from,purpose,ip,device,delivered_at,converted_at,price,currency\n";
const START = 1_767_225_600;

/** Everything that can be known of a file, and every phase and last word of its progress. */
async function readAll(path: string, options: TrafficOptions) {
  const steps = new Map<string, TrafficProgress>();
  await using traffic = await openTraffic(path, { ...options, progress: (step) => steps.set(step.phase, step) });
  const { recognition, survey } = traffic;
  const rows: unknown[] = [];
  for await (const batch of traffic.batches()) {
    for (const row of batch) {
      const { position, number, line, time, account, recipient, rejected, from, purpose, deliveredAt } = row;
      const { convertedAt, priceMicros, currency, id, to, ip, device } = row;
      rows.push({ position, number, line, time, account, recipient, rejected, from, purpose, deliveredAt });
      rows.push({ convertedAt, priceMicros, currency, id, to, ip, device });
    }
  }
  return { recognition, survey, rows, steps };
}

const text = fc.stringMatching(/^[a-zä"\n, ]{0,12}$/u).map((value) => `"${value.replaceAll('"', '""')}"`);
const moment = fc.oneof(
  { weight: 8, arbitrary: fc.nat(3000).map((second) => String(START + second)) },
  fc.constantFrom("2026-01-01T00:00:01.5Z", "2026-01-01T00:00:01", "yesterday", ""),
);
const row = fc
  .tuple(
    ...[text, moment],
    fc.oneof(
      fc.nat(9999).map((tail) => `+44740012${String(tail).padStart(4, "0")}`),
      fc.nat(9999).map((tail) => `44740012${String(tail).padStart(4, "0")}`),
      fc.constantFrom("", "12", "+44 (0)7400 123456"),
    ),
    ...[fc.constantFrom("", "a", "b"), text, fc.constantFrom("", "otp", "marketing", "login")],
    ...[fc.constantFrom("", "10.0.0.1"), text, moment, moment],
    ...[fc.constantFrom("", "0.05", "0,1", "-1", "free"), fc.constantFrom("", "USD", "EUR")],
  )
  .map((fields) => fields.join(","));
const broken = fc.constantFrom('x,"', '"', "a,b", "\0", "", "\r");
const file = fc
  .tuple(
    fc.array(fc.oneof({ weight: 12, arbitrary: row }, broken), { maxLength: 60 }),
    // So that records lie across the ends of blocks, too.
    fc.nat(40).map((repeats) => repeats * 100),
    fc.constantFrom("\n", "\r\n"),
  )
  .map(([lines, repeats, end]) => {
    const once = lines.join(end) + end;
    return HEADER + once.repeat(once.length > 200 ? Math.min(repeats, Math.ceil(400_000 / once.length)) : 1);
  });

describe("a file that is read in a thread", () => {
  it("gives what it gives without one, whatever is in it and wherever its blocks end", async () => {
    using folder = scratchFolder();
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.boolean(),
        fc.constantFrom(0, 100_000),
        fc.constantFrom(5_000, 32 * 1024 * 1024),
        async (content, packed, reorderReach, sortBytes) => {
          const path = folder.file("traffic", packed ? gzipSync(content, { level: 1 }) : content);
          const options = { reorderReach, sortBytes, mostExamples: 3 };
          const direct = await readAll(path, { ...options, inThread: false });
          expect(await readAll(path, { ...options, inThread: true })).toEqual(direct);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("can be asked for its rows again, and left in the middle", async () => {
    using folder = scratchFolder();
    const lines = Array.from({ length: 60_000 }, (_, each) => `m${each},${START + each},+447400123456\n`);
    await using traffic = await openTraffic(folder.file("a.csv", `id,time,to\n${lines.join("")}`), { inThread: true });
    for (let round = 0; round < 2; round += 1) {
      for await (const batch of traffic.batches()) {
        expect(batch[0]?.id).toBe("m0");
        break;
      }
    }
    let rows = 0;
    for await (const batch of traffic.batches()) rows += batch.length;
    expect(rows).toBe(60_000);
  });

  it.each([
    ["nothing", "", "empty"],
    ["no recipient", "id,time\n1,2\n", "column_missing"],
    ["a gzip stream that was cut off", gzipSync(HEADER.repeat(1000)).subarray(0, 60), "gzip_truncated"],
  ] as const)("is refused as without one: %s", async (_, content, code) => {
    using folder = scratchFolder();
    const path = folder.file("traffic", content);
    const told = await openTraffic(path, { inThread: false }).catch((error: unknown) => error);
    expect(told).toMatchObject({ name: "TrafficUnreadable", code });
    const { message } = told as Error;
    await expect(openTraffic(path, { inThread: true })).rejects.toMatchObject({ code, message });
  });

  it("that cannot be sorted for want of room says so", async () => {
    using folder = scratchFolder();
    const lines = Array.from({ length: 2_000 }, (_, each) => `m${each},${START - each},+447400123456\n`);
    const path = folder.file("a.csv", `id,time,to\n${lines.join("")}`);
    const options = { inThread: true, reorderReach: 0, sortBytes: 5_000, scratchDirectory: "/nowhere/at/all" };
    await using traffic = await openTraffic(path, options);
    await expect(traffic.batches().next()).rejects.toMatchObject({ code: "scratch_failed" });
  });
});

describe("a reading thread that ends before its time", () => {
  it("says why, to everybody who waits and who asks later", async () => {
    await using thread = disposable(new ReadingThread({ fd: -1, name: "no file", options: {} }, () => undefined));
    const [survey, blocks] = await Promise.allSettled([thread.survey(), thread.blocks().next()]);
    expect(survey).toMatchObject({ status: "rejected", reason: { code: "ERR_OUT_OF_RANGE" } });
    expect(blocks).toMatchObject({ status: "rejected", reason: { code: "ERR_OUT_OF_RANGE" } });
    await expect(thread.survey()).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  });

  it("is told of where it was closed", async () => {
    using folder = scratchFolder();
    const fd = openSync(folder.file("a.csv", `id,time,to\n${`1,${START},+447400123456\n`.repeat(100_000)}`), "r");
    const thread = new ReadingThread({ fd, name: "a.csv", options: {} }, () => undefined);
    const survey = thread.survey();
    await thread.close();
    await expect(survey).rejects.toMatchObject({ name: "ReadingThreadEnded" });
    closeSync(fd);
  });
});

function disposable(thread: ReadingThread): ReadingThread & AsyncDisposable {
  return Object.assign(thread, { [Symbol.asyncDispose]: () => thread.close() });
}
