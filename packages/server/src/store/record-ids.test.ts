import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RecordIds } from "./record-ids.ts";

const key = Buffer.alloc(32, 7);
const sequence = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 2000 });

describe("Record ids", () => {
  const ids = new RecordIds(key, 5n);

  test("are 32 hex digits from which the sequence number can be read again", () => {
    fc.assert(
      fc.property(sequence, fc.integer({ min: 0, max: 2000 }), (first, step) => {
        expect(ids.idOf(first)).toMatch(/^[0-9a-f]{32}$/);
        expect(ids.sequenceOf(ids.idOf(first))).toBe(first);
        expect(ids.sequenceOf(ids.idOf(first + step))).toBe(first + step);
      }),
      { numRuns: 100 },
    );
  });

  test("are one AES-256 block each", () => {
    const block = Buffer.from("0000000000000005000000000000002a", "hex");
    const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    expect(ids.idOf(42)).toBe(cipher.update(block).toString("hex"));
  });

  test("of neighbours have nothing in common", () => {
    const made = Array.from({ length: 2500 }, (_, index) => ids.idOf(index + 1));
    expect(new Set(made.map((id) => id.slice(0, 8))).size).toBeGreaterThan(2490);
  });

  test("of another store, made up, or spelt otherwise are none", () => {
    const id = ids.idOf(1);
    expect(new RecordIds(key, 6n).sequenceOf(id)).toBeUndefined();
    expect(new RecordIds(Buffer.alloc(32, 8), 5n).sequenceOf(id)).toBeUndefined();
    expect(ids.sequenceOf(id.toUpperCase())).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{32}$/)), (text) => {
        expect(ids.sequenceOf(text)).toBeUndefined();
      }),
    );
  });
});
