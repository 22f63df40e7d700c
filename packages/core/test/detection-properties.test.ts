import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccountId, EpochMilliseconds } from "../src/brand.ts";
import { agreesWithEvidence } from "../src/detection/agrees-with-evidence.ts";
import { Engine } from "../src/engine.ts";
import { detectionFinding } from "../src/verdict/explain-verdict.ts";
import type { Verdict } from "../src/verdict/verdict.ts";
import { histories, Live, type Step } from "./live-history.ts";
import { ACCOUNT, messageTo } from "./message-to.ts";
import { engineWith, place } from "./traffic.ts";
import { warmEngine } from "./warm-engine.ts";

const RUNS = { numRuns: 60 };
const OTHER = "acc_2222222222222222222g" as AccountId;
const DOCUMENT = { detection: { mode: "enforce" } } as const;

/** An account that is seen for the first time, and one with three days of people. */
const beginnings = fc.boolean();
const engineAt = (isWarm: boolean): Engine => (isWarm ? warmEngine() : engineWith());

function verdicts(engine: Engine, history: readonly Step[], live = new Live()): readonly Verdict[] {
  return history.flatMap((step) => live.step(engine, step) ?? []);
}

/** Are two snapshots the same to the last number? Much faster on long typed arrays than a matcher. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Set || b instanceof Set) return isSame([...(a as Set<unknown>)], [...(b as Set<unknown>)]);
  if (isList(a) && isList(b)) {
    for (let index = 0; index < a.length; index++) if (!isSame(a[index], b[index])) return false;
    return a.length === b.length;
  }
  const [mine, theirs] = [Object.entries(a), Object.entries(b)];
  return mine.length === theirs.length && isSame(mine.flat(), theirs.flat());
}

function isList(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

describe("detection in any history", () => {
  it("comes to the same verdicts from the same events", () => {
    fc.assert(
      fc.property(beginnings, histories, (isWarm, history) => {
        expect(verdicts(engineAt(isWarm), history)).toEqual(verdicts(engineAt(isWarm), history));
      }),
      RUNS,
    );
  });

  it("goes on from a snapshot as if there had been none", () => {
    fc.assert(
      fc.property(
        beginnings,
        histories,
        fc.array(fc.nat(160), { minLength: 1, maxLength: 3 }),
        (isWarm, history, breaks) => {
          const kept = engineAt(isWarm);
          let restored = engineAt(isWarm);
          const [live, again] = [new Live(), new Live()];
          for (const [index, step] of history.entries()) {
            if (breaks.includes(index)) restored = Engine.restore(restored.snapshot());
            expect(again.step(restored, step)).toEqual(live.step(kept, step));
          }
          expect(isSame(restored.snapshot(), kept.snapshot())).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it("goes on from a snapshot also where its memory is full and blocks are forgotten", () => {
    const options = { capacity: { sessions: 1024, numbers: 256, blocks: 256 } };
    fc.assert(
      fc.property(histories, fc.nat(160), (history, broken) => {
        const kept = engineWith({}, {}, options);
        let restored = engineWith({}, {}, options);
        const [live, again] = [new Live(), new Live()];
        for (const [index, step] of history.entries()) {
          if (index === broken) restored = Engine.restore(restored.snapshot(), options);
          expect(again.step(restored, step)).toEqual(live.step(kept, step));
        }
        expect(isSame(restored.snapshot(), kept.snapshot())).toBe(true);
      }),
      RUNS,
    );
  });

  it("decides the same however often time is let pass in between", () => {
    fc.assert(
      fc.property(
        beginnings,
        histories,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }),
        (isWarm, history, moments) => {
          const quiet = engineAt(isWarm);
          const ticking = engineAt(isWarm);
          const [live, again] = [new Live(), new Live()];
          for (const [index, step] of history.entries()) {
            const parts = [moments[index % moments.length] ?? 0, 1].map((part) => again.at + part * step.gapMs);
            for (const at of parts) ticking.advance(at as EpochMilliseconds);
            expect(again.step(ticking, step)).toEqual(live.step(quiet, step));
          }
        },
      ),
      RUNS,
    );
  });

  it("does not depend on what happens in another account", () => {
    fc.assert(
      fc.property(histories, histories, (history, others) => {
        const [alone, apart, together] = [engineWith(), new Engine(), engineWith()];
        for (const engine of [apart, together]) place(engine, OTHER, DOCUMENT);
        const [live, other] = [new Live(), new Live(OTHER)];
        const mine: (Verdict | undefined)[] = [];
        const theirs: (Verdict | undefined)[] = [];
        for (let index = 0; index < Math.max(history.length, others.length); index++) {
          const [step, otherStep] = [history[index], others[index]];
          if (step !== undefined) mine.push(live.step(together, step));
          if (otherStep !== undefined) theirs.push(other.step(together, otherStep));
        }
        expect(mine.filter((verdict) => verdict !== undefined)).toEqual(verdicts(alone, history));
        expect(theirs.filter((verdict) => verdict !== undefined)).toEqual(verdicts(apart, others, new Live(OTHER)));
      }),
      RUNS,
    );
  });

  it("gives findings that agree with their own numbers, and acts on them as the verdict says", () => {
    fc.assert(
      fc.property(beginnings, histories, (isWarm, history) => {
        for (const verdict of verdicts(engineAt(isWarm), history)) {
          const finding = detectionFinding(verdict);
          if (finding === undefined) {
            expect(verdict.action).toBe("allow");
            continue;
          }
          expect(agreesWithEvidence(finding), JSON.stringify(finding)).toBe(true);
          expect([verdict.action, verdict.score]).toEqual([finding.opinion.action, finding.score]);
          if (verdict.action !== "allow") expect(verdict.score).toBeGreaterThanOrEqual(50);
        }
      }),
      RUNS,
    );
  });

  it("changes nothing by being asked what it would say", () => {
    fc.assert(
      fc.property(beginnings, histories, (isWarm, history) => {
        const engine = engineAt(isWarm);
        const live = new Live();
        verdicts(engine, history, live);
        const before = engine.snapshot();
        for (const to of ["+992935001005", "+31612345670", "+4915123456789"]) {
          engine.preview(messageTo(to, { account: ACCOUNT, at: live.at as EpochMilliseconds }), "default");
        }
        expect(isSame(engine.snapshot(), before)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it("never lets a message wait beyond the account's time, nor into the past", () => {
    fc.assert(
      fc.property(beginnings, histories, (isWarm, history) => {
        const engine = engineAt(isWarm);
        const live = new Live();
        for (const step of history) {
          const verdict = live.step(engine, step);
          if (verdict?.action !== "hold") continue;
          expect(verdict.until).toBeGreaterThan(live.at);
          expect(verdict.until).toBeLessThanOrEqual(live.at + 15_000);
        }
      }),
      RUNS,
    );
  });
});
