import { expect, test } from "vitest";
import { stateOfKey } from "./key-state.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const good = { revokedAt: null, suspendedAt: null, expiresAt: null };

test("a key is good until it expires, and not from then on", () => {
  expect(stateOfKey(good, now)).toBe("good");
  expect(stateOfKey({ ...good, expiresAt: "2026-11-23T12:00:01Z" }, now)).toBe("good");
  expect(stateOfKey({ ...good, expiresAt: "2026-11-23T12:00:00Z" }, now)).toBe("expired");
});

test("what cannot be taken back is said first", () => {
  const at = "2026-11-22T00:00:00Z";
  expect(stateOfKey({ ...good, suspendedAt: at, expiresAt: at }, now)).toBe("suspended");
  expect(stateOfKey({ revokedAt: at, suspendedAt: at, expiresAt: at }, now)).toBe("revoked");
});
