import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EARLIEST_TIME, NO_OFFSET, NOT_A_TIME, NOT_IN_RANGE, readTime, TIMES_END } from "./read-time.ts";

function timeOf(text: string, assumedOffset = Number.NaN): number {
  const bytes = Buffer.from(`..${text}9,`);
  return readTime(bytes, 2, bytes.length - 2, assumedOffset);
}

const anyTime = fc.integer({ min: EARLIEST_TIME, max: TIMES_END - 1 });
const anyOffset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });

/** `time` as a clock shows it that is `offset` minutes ahead of UTC. */
function localText(time: number, offset: number): string {
  return new Date(time + offset * 60_000).toISOString().slice(0, -1);
}

function offsetText(offset: number, colon: string): string {
  const minutes = Math.abs(offset);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
}

describe("readTime", () => {
  it("reads every ISO time as Date.parse does", () => {
    fc.assert(
      fc.property(anyTime, anyOffset, fc.constantFrom(0, 3, 4), (time, offset, cut) => {
        const local = localText(time, offset);
        // With milliseconds, with seconds, with minutes only.
        const text = `${cut === 0 ? local : cut === 3 ? local.slice(0, -4) : local.slice(0, -7)}${offsetText(offset, ":")}`;
        const expected = Date.parse(text);
        expect(timeOf(text)).toBe(expected >= EARLIEST_TIME ? expected : NOT_IN_RANGE);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes as ISO only what Date.parse takes", () => {
    const spoiled = fc
      .tuple(anyTime, fc.nat(24), fc.constantFrom("0", "9", "3", ":", "-", "T", "x", " ", "Z", "+", "."))
      .map(([time, at, character]) => {
        const text = new Date(time).toISOString();
        return text.slice(0, at) + character + text.slice(at + 1);
      });
    fc.assert(
      fc.property(spoiled, (text) => {
        const time = timeOf(text);
        if (time < 0) return;
        // What V8 does not take as ISO, though it means the same.
        const iso = text.replace(/^(.{10}) /, "$1T").replace(" ", "");
        expect(time).toBe(Date.parse(iso));
      }),
      { numRuns: 5000 },
    );
  });

  it("reads epoch seconds, with a fraction, and epoch milliseconds", () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const seconds = Math.floor(time / 1000);
        expect(timeOf(String(time))).toBe(time);
        expect(timeOf(String(seconds))).toBe(seconds * 1000);
        expect(timeOf((time / 1000).toFixed(3))).toBe(time);
      }),
    );
  });

  it.each([
    ["2026-01-31T23:59:59Z", "2026-01-31T23:59:59Z"],
    [" 2026-01-31 23:59:59.5 UTC ", "2026-01-31T23:59:59.500Z"],
    ["2026-01-31 23:59:59 GMT", "2026-01-31T23:59:59Z"],
    ["2026-01-31T23:59:59,123456789+0100", "2026-01-31T22:59:59.123Z"],
    ["2026-01-31t23:59z", "2026-01-31T23:59:00Z"],
    ["2026-01-31T23:59:59-05", "2026-02-01T04:59:59Z"],
    ["2026-01-31 23:59:59 +02:00", "2026-01-31T21:59:59Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
    ["Thu, 24 Aug 2023 05:01:45 +0000", "2023-08-24T05:01:45Z"],
    ["Mon, 1 Jan 2024 00:00:00 GMT", "2024-01-01T00:00:00Z"],
  ])("reads %j", (text, same) => {
    expect(timeOf(text)).toBe(Date.parse(same));
  });

  it.each([
    "",
    " ",
    "yesterday",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+1",
    "2026-01-01T00:00:00ZZ",
    "2026-01-01",
    "31/01/2026 10:00:00",
    "1767225600,5",
    "1767225600.",
    "-1767225600",
    "1e12",
    "Thu, 31 Feb 2023 05:01:45 +0000",
    "Thu, 24 Foo 2023 05:01:45 +0000",
  ])("refuses %j", (text) => {
    expect(timeOf(text)).toBe(NOT_A_TIME);
  });

  it("asks for an offset, or takes the one that is assumed", () => {
    expect(timeOf("2026-01-31T23:59:59")).toBe(NO_OFFSET);
    expect(timeOf("2026-01-31 23:59:59.250", 0)).toBe(Date.parse("2026-01-31T23:59:59.250Z"));
    expect(timeOf("2026-01-31 23:59:59", 120)).toBe(Date.parse("2026-01-31T21:59:59Z"));
    expect(timeOf("2026-01-31T23:59:59Z", 120)).toBe(Date.parse("2026-01-31T23:59:59Z"));
  });

  it.each([
    "1999-12-31T23:59:59.999Z",
    "2100-01-01T00:00:00Z",
    "0",
    "946684799",
    "4102444800",
    "4102444800000",
    "17672256000000000",
  ])("finds %j out of range", (text) => {
    expect(timeOf(text)).toBe(NOT_IN_RANGE);
  });
});
