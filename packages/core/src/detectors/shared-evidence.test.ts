import { describe, expect, it } from "vitest";
import type { AccountId } from "../brand.ts";
import { SharedEvidence } from "./shared-evidence.ts";

const HOUR_MS = 3_600_000;
const [A, B, C, D] = ["acc_a", "acc_b", "acc_c", "acc_d"] as unknown as readonly [
  AccountId,
  AccountId,
  AccountId,
  AccountId,
];
const BLOCK = 99_200_123;

describe("evidence across accounts", () => {
  it("nominates a block when three others saw an attack there within a day", () => {
    const shared = new SharedEvidence();
    shared.note(A, BLOCK, 0);
    shared.note(B, BLOCK, HOUR_MS);
    expect(shared.isNominated(D, BLOCK, 2 * HOUR_MS)).toBe(false);
    shared.note(C, BLOCK, 2 * HOUR_MS);
    expect(shared.isNominated(D, BLOCK, 3 * HOUR_MS)).toBe(true);
    expect(shared.isNominated(D, BLOCK + 1, 3 * HOUR_MS)).toBe(false);
    expect(shared.isNominated(D, BLOCK, 25 * HOUR_MS)).toBe(false);
  });

  it("never counts the account itself", () => {
    const shared = new SharedEvidence();
    for (const account of [A, B, C]) shared.note(account, BLOCK, 0);
    expect(shared.isNominated(A, BLOCK, HOUR_MS)).toBe(false);
  });

  it("is bounded, and comes back from its snapshot", () => {
    const shared = new SharedEvidence();
    for (let block = 0; block < 10_000; block++) for (const account of [A, B, C]) shared.note(account, block, 0);
    expect(shared.snapshot().length).toBeLessThanOrEqual(4_096);
    const restored = SharedEvidence.restore(shared.snapshot());
    expect(restored.isNominated(D, 9_999, 0)).toBe(true);
    expect(restored.isNominated(D, 0, 0)).toBe(false);
  });
});
