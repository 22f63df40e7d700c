import fc from "fast-check";
import { expect, test } from "vitest";
import { decisionRequestBody } from "./decision-body.ts";
import { readDecisionRequest } from "./read-decision-request.ts";

const junk = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 2 }),
  fc.object({ maxDepth: 1 }),
);
const some = (...good: readonly unknown[]) => fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...good) }, junk);

const requests = fc.record(
  {
    to: some("+31612345678", ""),
    from: some("Shop", "", "a\nb", "x".repeat(64), "x".repeat(65), "\u202eevil", "Café"),
    channel: some("sms", "voice", "SMS", "constructor"),
    purpose: some("otp", "marketing", "toString"),
    policy: some("default", "", "x".repeat(64), "x".repeat(65)),
    endUser: some(
      { address: "192.0.2.1" },
      { address: "::1" },
      { address: "nowhere" },
      {},
      { address: "::1", more: 1 },
    ),
    text: junk,
  },
  { requiredKeys: [] },
);

test("the hand-written check and the schema agree on every request", () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 5, arbitrary: requests }, junk), (value) => {
      const wire: unknown = JSON.parse(JSON.stringify(value) ?? "null");
      const result = decisionRequestBody.safeParse(wire);
      expect(readDecisionRequest(wire) !== undefined).toBe(result.success);
      if (result.success) expect(result.data).toEqual(wire);
    }),
    { numRuns: 2000 },
  );
});

test.each(['{"to":"+31612345678","__proto__":{"policy":"loose"}}', '{"__proto__":{"to":"+31612345678"}}'])(
  "%s is refused: a field that nobody knows, or no field at all",
  (json) => {
    expect(readDecisionRequest(JSON.parse(json))).toBeUndefined();
    expect(decisionRequestBody.safeParse(JSON.parse(json)).success).toBe(false);
  },
);
