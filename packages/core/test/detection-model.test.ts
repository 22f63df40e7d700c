import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_DETECTION,
  DETECTION_MODES,
  type DetectionMode,
  type DetectionSettings,
  type EffectiveDetection,
  effectiveDetection,
  PRESETS,
} from "../src/detection/detection-settings.ts";
import { PURPOSES } from "../src/message.ts";
import { diffPolicies, loosens } from "../src/policy/policy-diff.ts";
import type { PolicyDocument, PolicyField } from "../src/policy/policy-document.ts";
import { detections } from "./arbitraries.ts";

/** Documents that speak of detection alone, often locked. */
const documents: fc.Arbitrary<PolicyDocument> = fc.record(
  { detection: detections, locked: fc.constantFrom<readonly PolicyField[]>([], ["detection"], ["ranges"]) },
  { requiredKeys: [] },
);
const chains = fc.array(documents, { maxLength: 3 });

/** Everything that makes detection stricter, as numbers that grow with it. */
function strictness({ mode, purposes, falseBlockBudget, scoreThreshold, audit }: EffectiveDetection) {
  const rank = (word: DetectionMode): number => DETECTION_MODES.indexOf(word);
  return {
    mode: rank(mode),
    ...Object.fromEntries(PURPOSES.map((purpose) => [purpose, rank(purposes[purpose])])),
    falseBlockBudget,
    scoreThreshold: -scoreThreshold,
    auditShare: -(audit?.share ?? 0),
    auditMaximum: -(audit?.maximumPerDay ?? 0),
  };
}

function isAsStrict(is: EffectiveDetection, was: EffectiveDetection): boolean {
  const least: Readonly<Record<string, number>> = strictness(was);
  return Object.entries(strictness(is)).every(([field, value]) => value >= (least[field] ?? 0));
}

/**
 * The same told another way: the nearest word from the uppermost lock on holds, and of what is said below it the strictest
 * where that is stricter. Without a lock all is "from the lock on".
 */
function reference(
  chain: readonly PolicyDocument[],
  said: (detection: DetectionSettings) => number | undefined,
  standard: number,
): number {
  const lock = Math.max(
    0,
    chain.findLastIndex(({ locked }) => locked?.includes("detection")),
  );
  const words = chain.map(({ detection = {} }) => said(detection));
  const base = words.slice(lock).find((word) => word !== undefined) ?? standard;
  return Math.max(base, ...words.slice(0, lock).map((word) => word ?? base));
}

describe("the detection settings of a chain of accounts", () => {
  it("equal the reference model", () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const effective = effectiveDetection(chain);
        const rank = (word: DetectionMode | undefined) =>
          word === undefined ? undefined : DETECTION_MODES.indexOf(word);
        expect(effective.mode).toBe(DETECTION_MODES[reference(chain, ({ mode }) => rank(mode), 1)]);
        for (const purpose of PURPOSES) {
          const standard = purpose === "otp" ? 2 : 0;
          const holds = reference(chain, ({ purposes }) => rank(purposes?.[purpose]), standard);
          expect(effective.purposes[purpose]).toBe(DETECTION_MODES[holds]);
        }
        expect(effective.falseBlockBudget).toBe(
          reference(
            chain,
            ({ preset, falseBlockBudget }) =>
              falseBlockBudget ?? (preset === undefined ? undefined : PRESETS[preset].falseBlockBudget),
            DEFAULT_DETECTION.falseBlockBudget,
          ),
        );
        const threshold = ({ scoreThreshold }: DetectionSettings) => scoreThreshold && -scoreThreshold;
        expect(effective.scoreThreshold).toBe(-reference(chain, threshold, -50));
        for (const field of ["holdSeconds", "shareEvidence"] as const) {
          const nearest = chain.find(({ detection }) => detection?.[field] !== undefined);
          expect(effective[field]).toBe(nearest?.detection?.[field] ?? DEFAULT_DETECTION[field]);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("are never loosened below a lock, by however many accounts", () => {
    fc.assert(
      fc.property(chains, documents, chains, (below, parent, above) => {
        const locked = { ...parent, locked: ["detection"] } as const;
        const bound = effectiveDetection([locked, ...above]);
        expect(isAsStrict(effectiveDetection([...below, locked, ...above]), bound)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it("are not loosened, for the account or any below it, by a difference that is not said to loosen", () => {
    let tightening = 0;
    let tighteningAlone = 0;
    fc.assert(
      fc.property(chains, documents, documents, fc.array(fc.nat(7)), chains, (below, before, other, kept, above) => {
        // Some fields stay as they were, so that single ones are judged, too.
        const names = Object.keys(other.detection ?? {}) as (keyof DetectionSettings)[];
        const changed = names.filter((_, index) => !kept.includes(index));
        const detection = { ...before.detection };
        for (const name of changed) Object.assign(detection, { [name]: other.detection?.[name] });
        if (changed.includes("preset")) delete detection.falseBlockBudget;
        if (changed.includes("falseBlockBudget")) delete detection.preset;
        const after: PolicyDocument = kept.length === 0 ? other : { ...before, detection };

        if (!loosens(diffPolicies(before, after, { standsAlone: true }))) {
          tighteningAlone++;
          expect(isAsStrict(effectiveDetection([after]), effectiveDetection([before]))).toBe(true);
        }
        if (loosens(diffPolicies(before, after))) return;
        tightening++;
        expect(
          isAsStrict(effectiveDetection([...below, after, ...above]), effectiveDetection([...below, before, ...above])),
        ).toBe(true);
      }),
      { numRuns: 4_000 },
    );
    expect(tightening).toBeGreaterThan(200);
    expect(tighteningAlone).toBeGreaterThan(tightening);
  });
});
