import { describe, expect, it } from "vitest";
import { chain } from "../../test/message-to.ts";
import { compilePolicy } from "../policy/compiled-policy.ts";
import {
  DEFAULT_DETECTION,
  DETECTION_PRESETS,
  DETECTION_RANGES,
  type DetectionLevel,
  type DetectionSettings,
  effectiveDetection,
  PRESETS,
  weakerMode,
} from "./detection-settings.ts";

const says = (detection: DetectionSettings): DetectionLevel => ({ detection });
const locks = (detection: DetectionSettings): DetectionLevel => ({ detection, locked: ["detection"] });

// That nobody loosens what is locked, in chains of any kind, is shown in test/detection-model.test.ts.
describe("what detection may do", () => {
  it("is the default where nobody says anything: monitor, and only for one-time passcodes", () => {
    expect(effectiveDetection([])).toEqual(DEFAULT_DETECTION);
    expect(effectiveDetection([{}, { locked: ["detection"] }])).toEqual(DEFAULT_DETECTION);
    expect(DEFAULT_DETECTION).toMatchObject({ mode: "monitor", falseBlockBudget: 1e-5, scoreThreshold: 50 });
    expect(DEFAULT_DETECTION.purposes).toEqual({ otp: "enforce", notification: "off", marketing: "off" });
  });

  it("is what is said nearest to the account, field by field and purpose by purpose", () => {
    const own = says({ mode: "off", purposes: { marketing: "enforce" } });
    const above = says({ mode: "enforce", purposes: { otp: "monitor", marketing: "off" }, holdSeconds: 0 });
    expect(effectiveDetection([own, above])).toEqual({
      ...DEFAULT_DETECTION,
      mode: "off",
      purposes: { otp: "monitor", notification: "off", marketing: "enforce" },
      holdSeconds: 0,
    });
  });

  it("has its budget from whichever of budget and preset is said nearer", () => {
    const budget = (...levels: DetectionSettings[]): number => effectiveDetection(levels.map(says)).falseBlockBudget;
    expect(budget({ preset: "careful" })).toBe(1e-6);
    expect(budget({ preset: "strict" }, { falseBlockBudget: 1e-3 })).toBe(1e-4);
    expect(budget({ falseBlockBudget: 1e-3 }, { preset: "strict" })).toBe(1e-3);
  });

  it("releases nothing for an audit where the account says none, though the one above releases some", () => {
    const above = says({ audit: { share: 0.01, maximumPerDay: 10 } });
    expect(effectiveDetection([above]).audit).toEqual({ share: 0.01, maximumPerDay: 10 });
    expect(effectiveDetection([says({ audit: { share: 0.01, maximumPerDay: 0 } }), above]).audit).toBeUndefined();
  });

  it("is only tightened below a lock", () => {
    const above = locks({ mode: "monitor", scoreThreshold: 60, preset: "balanced" });
    const looser = says({
      mode: "off",
      purposes: { otp: "off" },
      preset: "careful",
      scoreThreshold: 90,
      audit: { share: 0.1, maximumPerDay: 1_000 },
    });
    expect(effectiveDetection([looser, above])).toEqual(effectiveDetection([above]));
    const stricter: DetectionSettings = {
      mode: "enforce",
      purposes: { marketing: "monitor" },
      falseBlockBudget: 1e-3,
      scoreThreshold: 40,
    };
    expect(effectiveDetection([says(stricter), above])).toMatchObject({
      ...stricter,
      purposes: { ...DEFAULT_DETECTION.purposes, marketing: "monitor" },
    });
  });

  it("lets an account below a lock choose how long messages wait and whether it shares evidence", () => {
    const free = { holdSeconds: 60, shareEvidence: true };
    expect(effectiveDetection([says(free), locks({ holdSeconds: 5 })])).toMatchObject(free);
  });

  it("lets an account below a lock release less for an audit than the one above, or nothing", () => {
    const above = locks({ audit: { share: 0.01, maximumPerDay: 10 } });
    const audit = (share: number, maximumPerDay: number) =>
      effectiveDetection([says({ audit: { share, maximumPerDay } }), above]).audit;
    expect(audit(0.1, 5)).toEqual({ share: 0.01, maximumPerDay: 5 });
    expect(audit(0.001, 100)).toEqual({ share: 0.001, maximumPerDay: 10 });
    expect(audit(0.01, 0)).toBeUndefined();
  });

  it("is bound by the account itself only for those below it", () => {
    expect(effectiveDetection([locks({ mode: "off" }), says({ mode: "enforce" })]).mode).toBe("off");
    expect(effectiveDetection([says({ mode: "off" }), {}, locks({ mode: "enforce" })]).mode).toBe("enforce");
  });

  it("comes with the compiled policy", () => {
    const levels = chain({ detection: { mode: "off" } }, { detection: { mode: "enforce" }, locked: ["detection"] });
    expect(compilePolicy(levels).detection.mode).toBe("enforce");
    expect(compilePolicy([]).detection).toEqual(DEFAULT_DETECTION);
  });

  it("has presets within the range of budgets, from the most careful of real users to the strictest", () => {
    const budgets = DETECTION_PRESETS.map((preset) => PRESETS[preset].falseBlockBudget);
    expect(budgets).toEqual(budgets.toSorted((a, b) => a - b));
    const { least, most } = DETECTION_RANGES.falseBlockBudget;
    for (const budget of budgets) expect(budget >= least && budget <= most).toBe(true);
  });
});

describe("the weaker of two modes", () => {
  it.each([
    ["off", "monitor", "off"],
    ["enforce", "monitor", "monitor"],
    ["off", "enforce", "off"],
    ["enforce", "enforce", "enforce"],
  ] as const)("of %s and %s is %s", (a, b, weaker) => {
    expect([weakerMode(a, b), weakerMode(b, a)]).toEqual([weaker, weaker]);
  });
});
