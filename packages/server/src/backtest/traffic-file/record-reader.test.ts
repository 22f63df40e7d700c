import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordReader } from "./record-reader.ts";
import { passOf } from "./testing/pass-of.ts";
import { type SplitRecord, splitCsv } from "./testing/split-csv.ts";

/** Bytes that mean something to CSV, often next to each other. */
const csvText = fc
  .array(
    fc.oneof(
      fc.constantFrom(",", "\n", "\r\n", '"', '""', '","', '"\n', ',"', "a", "bé", "\r", " "),
      fc.string({ maxLength: 4, unit: "binary" }).filter((text) => !text.includes("\0") && text.isWellFormed()),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

async function recordsOf(text: string, sizes: readonly number[] = [], mostBytes?: number) {
  const reader = new RecordReader(passOf(Buffer.from(text), sizes), {
    ...(mostBytes === undefined ? {} : { mostBytes }),
    reusesBytes: sizes.length > 1,
  });
  const records: (SplitRecord | { readonly fault: string; readonly line: number })[] = [];
  while (await reader.fill()) {
    while (reader.next()) {
      const { line, fault } = reader;
      if (fault === "quote") records.push({ broken: line });
      else if (fault !== undefined) records.push({ fault, line });
      else records.push({ fields: fieldsOf(reader), line });
    }
  }
  return records;
}

function fieldsOf(reader: RecordReader): readonly string[] {
  reader.unescape();
  return Array.from({ length: reader.count }, (_, field) =>
    reader.bytes.toString("utf8", reader.starts[field], reader.stops[field]),
  );
}

describe("RecordReader", () => {
  it("splits as RFC 4180 says, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(csvText, async (text) => {
        expect(await recordsOf(text)).toEqual(splitCsv(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("does not depend on where a block of bytes ends", async () => {
    await fc.assert(
      fc.asyncProperty(csvText, fc.option(fc.integer({ min: 3, max: 30 }), { nil: undefined }), async (text, most) => {
        const whole = await recordsOf(text, [], most);
        const { length } = Buffer.from(text);
        for (let at = 1; at < length; at += 1) expect(await recordsOf(text, [at], most)).toEqual(whole);
        expect(await recordsOf(text, new Array(length).fill(1), most)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it("passes over empty lines and counts the lines of quoted fields", async () => {
    expect(await recordsOf('a,b\n\n\r\n"x\ny",2\r\nlast,row')).toEqual([
      { fields: ["a", "b"], line: 1 },
      { fields: ["x\ny", "2"], line: 4 },
      { fields: ["last", "row"], line: 6 },
    ]);
  });

  it("loses one line to a stray quote, not the rest of the file", async () => {
    const rows = Array.from({ length: 1000 }, (_, row) => `${row},ok`);
    rows[10] = '10,"stray';
    const records = await recordsOf(rows.join("\n"));
    expect(records).toHaveLength(1000);
    expect(records[10]).toEqual({ broken: 11 });
    expect(records[11]).toEqual({ fields: ["11", "ok"], line: 12 });
  });

  it("passes over a line that never ends without holding it", async () => {
    const reader = new RecordReader({
      consumed: 0,
      read: endlessLine(64 * 1024 * 1024, "a,b\n", "\nc,d"),
      close: () => Promise.resolve(),
    });
    const seen: unknown[] = [];
    let most = 0;
    while (await reader.fill()) {
      most = Math.max(most, reader.bytes.length);
      while (reader.next()) seen.push(reader.fault ?? fieldsOf(reader));
    }
    expect(seen).toEqual([["a", "b"], "too_long", ["c", "d"]]);
    expect(most).toBeLessThan(2 * 1024 * 1024);
  });

  it("says which record has a zero byte", async () => {
    expect(await recordsOf("a,b\nc,\0\nd,e")).toEqual([
      { fields: ["a", "b"], line: 1 },
      { fault: "nul", line: 2 },
      { fields: ["d", "e"], line: 3 },
    ]);
  });

  it("splits a record again from its bytes", async () => {
    const reader = new RecordReader(passOf(Buffer.from('a,"b ""c""",d\r\nnext,row,x\n')));
    await reader.fill();
    reader.next();
    const bytes = Buffer.from(reader.bytes.subarray(reader.recordStart, reader.recordStop));
    reader.splitAgain(bytes, 0, bytes.length, 7);
    expect(reader.line).toBe(7);
    expect(fieldsOf(reader)).toEqual(["a", 'b "c"', "d"]);
  });
});

function endlessLine(length: number, before: string, after: string) {
  let left = length;
  let state: "before" | "line" | "after" | "end" = "before";
  return (into: Uint8Array, at: number): Promise<number> => {
    if (state === "before") {
      state = "line";
      return Promise.resolve(Buffer.from(into.buffer).write(before, at));
    }
    if (state === "line") {
      const size = Math.min(left, into.length - at);
      into.fill(0x78, at, at + size);
      left -= size;
      if (left === 0) state = "after";
      return Promise.resolve(size);
    }
    const size = state === "after" ? Buffer.from(into.buffer).write(after, at) : 0;
    state = "end";
    return Promise.resolve(size);
  };
}
