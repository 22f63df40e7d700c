import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadMasterKey, parseMasterKey } from "./master-key.ts";

const HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "safeguard-key-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("A master key", () => {
  test("is written as 64 hex digits or as base64", () => {
    const bytes = Buffer.from(HEX, "hex");
    expect(Buffer.from(parseMasterKey(` ${HEX.toUpperCase()}\n`, "key"))).toEqual(bytes);
    expect(Buffer.from(parseMasterKey(bytes.toString("base64"), "key"))).toEqual(bytes);
  });

  test.each(["", "secret", HEX.slice(2), `${HEX}00`, `${HEX.slice(1)}g`, "A".repeat(44)])(
    "%j is none, and the error says what is",
    (text) => {
      expect(() => parseMasterKey(text, "SAFEGUARD_MASTER_KEY")).toThrow(
        /^SAFEGUARD_MASTER_KEY: not a master key.*openssl rand -hex 32/,
      );
    },
  );

  test("that is configured goes before the file", () => {
    writeFileSync(join(directory, "master.key"), "ff".repeat(32), { mode: 0o600 });
    expect(Buffer.from(loadMasterKey({ directory, configured: HEX, create: true })).toString("hex")).toBe(HEX);
  });

  test("is made once, for its owner's eyes only", () => {
    const made = loadMasterKey({ directory, configured: undefined, create: true });
    const path = join(directory, "master.key");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").trim()).toBe(Buffer.from(made).toString("hex"));
    expect(loadMasterKey({ directory, configured: undefined, create: false })).toEqual(made);
  });

  test("is not made up in production", () => {
    expect(() => loadMasterKey({ directory, configured: undefined, create: false })).toThrow(
      /no master key: configure/,
    );
  });

  test("that others can read is refused", () => {
    const path = join(directory, "master.key");
    writeFileSync(path, HEX);
    chmodSync(path, 0o644);
    expect(() => loadMasterKey({ directory, configured: undefined, create: true })).toThrow(/mode 644.*chmod 600/);
  });
});
