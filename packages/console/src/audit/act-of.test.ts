import { expect, test } from "vitest";
import { actOf } from "./act-of.ts";

test("what became of a key is told apart", () => {
  const key = { id: "key_1", secretHash: "secret 1" };
  const act = (before: typeof key | null, after: object) =>
    actOf({ action: "key_saved", before, after: { ...key, ...after } });
  expect(act(null, {})).toBe("key_saved_made");
  expect(act(key, { name: "x" })).toBe("key_saved");
  expect(act(key, { suspendedAt: 1 })).toBe("key_saved_suspended");
  expect(act({ ...key, suspendedAt: 1 } as typeof key, {})).toBe("key_saved_resumed");
  expect(act(key, { revokedAt: 1 })).toBe("key_saved_revoked");
  expect(act(key, { secretHash: "secret 2" })).toBe("key_saved_rerolled");
});

test("an end is told from a beginning, and the rest by what it is", () => {
  expect(actOf({ action: "lockdown_set", before: null, after: { until: 5 } })).toBe("lockdown_set");
  expect(actOf({ action: "lockdown_set", before: null, after: "ended" })).toBe("lockdown_set_ended");
  expect(actOf({ action: "routes_saved", before: null, after: [] })).toBe("routes_saved");
  expect(actOf({ action: "provider_removed", before: {}, after: null })).toBe("provider_removed");
});
