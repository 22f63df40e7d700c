import { describe, expect, it } from "vitest";
import { AuditLedger } from "./audit-ledger.ts";

const DAY_MS = 86_400_000;
const AUDIT = { share: 0.1, maximumPerDay: 3 };

describe("the audit ledger", () => {
  it("releases by the recorded draw, and at most so many on one UTC day", () => {
    const ledger = new AuditLedger();
    expect(ledger.mayRelease(undefined, 0, 0)).toBe(false);
    expect(ledger.mayRelease(AUDIT, undefined, 0)).toBe(false);
    expect(ledger.mayRelease(AUDIT, 0.1, 0)).toBe(false);
    expect([0, 1, 2, 3].map(() => ledger.mayRelease(AUDIT, 0.05, 0))).toEqual([true, true, true, false]);
    expect(ledger.mayRelease(AUDIT, 0.05, DAY_MS)).toBe(true);
    expect(ledger.released).toBe(4);
  });

  it("bounds the legitimate share from below, and seldom wrongly", () => {
    let wrong = 0;
    for (let run = 0; run < 400; run++) {
      const next = seeded(run + 1);
      const ledger = new AuditLedger();
      for (let release = 0; release < 300; release++) {
        ledger.observe(next() < 0.3);
        if (ledger.legitimateShare > 0.32) {
          wrong++;
          break;
        }
      }
    }
    expect(wrong).toBeLessThan(400 * 0.05);
  });

  it("steps down within 50 releases where most of what it stops is legitimate, and not for an attack", () => {
    const mistaken = new AuditLedger();
    const right = new AuditLedger();
    mistaken.legitimate = right.legitimate = 10_000;
    mistaken.stopped = right.stopped = 2_000;
    for (let release = 0; release < 50; release++) {
      mistaken.observe(release % 10 < 7);
      right.observe(false);
    }
    expect(mistaken.enforcement(1e-5)).toBe("tell");
    expect(right.enforcement(1e-5)).toBe("block");
    mistaken.stopped = 100;
    expect(mistaken.enforcement(1e-5)).toBe("challenge");
  });

  it("comes back from its snapshot", () => {
    const ledger = new AuditLedger();
    ledger.mayRelease(AUDIT, 0, DAY_MS);
    ledger.stopped = 500;
    for (let release = 0; release < 20; release++) ledger.observe(true);
    const restored = AuditLedger.restore(ledger.snapshot());
    expect(restored.snapshot()).toEqual(ledger.snapshot());
    expect(restored.enforcement(1e-5)).toBe(ledger.enforcement(1e-5));
  });
});

/** A linear congruential generator (Numerical Recipes' constants). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
