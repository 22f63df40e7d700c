import { expect, test } from "vitest";
import { actOf, rangeOf } from "./act-of.ts";

const AT = "2026-03-01T10:00:00.000Z";

test("what became of a key is told apart", () => {
  const key = { id: "key_1", secretHash: "secret 1" };
  const act = (before: typeof key | null, after: object) =>
    actOf({ at: AT, action: "key_saved", before, after: { ...key, ...after } });
  expect(act(null, {})).toBe("key_saved_made");
  expect(act(key, { name: "x" })).toBe("key_saved");
  expect(act(key, { suspendedAt: 1 })).toBe("key_saved_suspended");
  expect(act({ ...key, suspendedAt: 1 } as typeof key, {})).toBe("key_saved_resumed");
  expect(act(key, { revokedAt: 1 })).toBe("key_saved_revoked");
  expect(act(key, { secretHash: "secret 2" })).toBe("key_saved_rerolled");
});

test("an end is told from a beginning, and the rest by what it is", () => {
  expect(actOf({ at: AT, action: "lockdown_set", before: null, after: { until: 5 } })).toBe("lockdown_set");
  expect(actOf({ at: AT, action: "lockdown_set", before: null, after: "ended" })).toBe("lockdown_set_ended");
  expect(actOf({ at: AT, action: "routes_saved", before: null, after: [] })).toBe("routes_saved");
  expect(actOf({ at: AT, action: "provider_removed", before: {}, after: null })).toBe("provider_removed");
});

test("of a contained range is said which, and whether that began or ended", () => {
  const scope = { type: "block", prefix: "+92346732", size: 1_000 };
  const row = (until: number) => ({ at: AT, action: "range_contained", before: null, after: { scope, until } });
  expect(actOf(row(Date.parse(AT) + 1))).toBe("range_contained_begun");
  expect(actOf(row(Date.parse(AT)))).toBe("range_contained_ended");
  expect(rangeOf(row(0))).toBe("+92346732xxx");
  expect(rangeOf({ after: { range: "+92346733xxx", scope } })).toBe("+92346733xxx");
  expect(actOf({ ...row(0), after: null })).toBe("range_contained");
});

test("of a proposal is said what became of it", () => {
  const row = (state: string) => ({ at: AT, action: "act_proposal_saved", before: null, after: { what: "x", state } });
  expect(actOf(row("open"))).toBe("act_proposal_saved_open");
  expect(actOf(row("approved"))).toBe("act_proposal_saved_approved");
});
