import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSeal } from "./create-seal.ts";
import { KeyedHash } from "./keyed-hash.ts";
import { deriveKey, type MasterKey } from "./master-key.ts";
import { SealBroken } from "./seal.ts";

const masterKey = new Uint8Array(32).fill(1) as MasterKey;
const seal = createSeal(masterKey);

describe("A sealed value", () => {
  test("opens to what was sealed, for its own purpose only", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), fc.string(), (text, purpose, other) => {
        const sealed = seal.seal(text, purpose);
        expect(sealed).toMatch(/^[\w-]+$/);
        expect(seal.open(sealed, purpose)).toBe(text);
        if (other !== purpose) expect(() => seal.open(sealed, other)).toThrow(SealBroken);
      }),
    );
  });

  test("does not open when one byte of it was changed, nor cut short", () => {
    const sealed = Buffer.from(seal.seal("whsec_secret", "webhook"), "base64url");
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
      expect(() => seal.open(changed.toString("base64url"), "webhook")).toThrow(SealBroken);
      expect(() => seal.open(sealed.subarray(0, i).toString("base64url"), "webhook")).toThrow(SealBroken);
    }
  });

  test("does not open under another master key", () => {
    const sealed = createSeal(new Uint8Array(32).fill(2) as MasterKey).seal("secret", "webhook");
    expect(() => seal.open(sealed, "webhook")).toThrow(/another master key/);
  });

  test("is another each time, so that equal secrets do not show", () => {
    expect(seal.seal("secret", "webhook")).not.toBe(seal.seal("secret", "webhook"));
  });
});

describe("A keyed hash", () => {
  test("is HMAC-SHA-256", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.string({ maxLength: 600 }), (key, text) => {
        expect(new KeyedHash(key).hex(text)).toBe(createHmac("sha256", key).update(text).digest("hex"));
      }),
    );
  });

  test("of a number is 16 bytes, the same each time, and another for each purpose and key", () => {
    const hash = seal.hash("+31612345678", "recipient");
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(createSeal(masterKey).hash("+31612345678", "recipient")).toBe(hash);
    expect(seal.hash("+31612345678", "sender")).not.toBe(hash);
    expect(seal.hash("\0x", "a")).not.toBe(seal.hash("x", "a\0"));
    expect(createSeal(new Uint8Array(32) as MasterKey).hash("+31612345678", "recipient")).not.toBe(hash);
  });
});

test("Each use has a key of its own", () => {
  const keys = ["records", "seal", "check"].map((label) => deriveKey(masterKey, label).toString("hex"));
  expect(new Set(keys).size).toBe(3);
});
