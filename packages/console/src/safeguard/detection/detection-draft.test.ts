import type { PolicyDocument } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import {
  BUDGETS,
  budgetEdit,
  detectionChange,
  detectionEdit,
  inheritedDetection,
  overlaid,
  positionOf,
  presetOf,
  purposeEdit,
} from "./detection-draft.ts";

const saved: PolicyDocument = { detection: { mode: "enforce", preset: "careful", purposes: { otp: "monitor" } } };

describe("detection that is changed", () => {
  it("has a budget by name where it has one, and else by itself", () => {
    expect(budgetEdit(1e-4)(saved).detection).toEqual({
      mode: "enforce",
      preset: "strict",
      purposes: { otp: "monitor" },
    });
    const own = budgetEdit(2e-5)(saved);
    expect(own.detection).toEqual({ mode: "enforce", falseBlockBudget: 2e-5, purposes: { otp: "monitor" } });
    expect(budgetEdit(undefined)(own).detection).toEqual({ mode: "enforce", purposes: { otp: "monitor" } });
    expect([presetOf(1e-6), presetOf(3e-6)]).toEqual(["careful", undefined]);
  });

  it("is sent as what changes, null for what is not said any more", () => {
    expect(detectionChange(saved, budgetEdit(2e-5)(saved))).toEqual({ falseBlockBudget: 2e-5 });
    expect(detectionChange(saved, budgetEdit(undefined)(saved))).toEqual({ preset: null });
    expect(detectionChange(saved, purposeEdit("otp", undefined)(saved))).toEqual({ purposes: null });
    expect(detectionChange(saved, detectionEdit("mode", undefined)(saved))).toEqual({ mode: null });
    const two = purposeEdit("marketing", "monitor")(saved);
    expect(detectionChange(two, purposeEdit("otp", undefined)(two))).toBeUndefined();
  });

  it("comes to what is said nearest, else the defaults", () => {
    const above = (detection: PolicyDocument["detection"]) => ({
      account: null,
      policy: "default",
      revision: 1,
      document: { ...(detection && { detection }) },
    });
    const inherited = inheritedDetection([above({ preset: "strict" }), above({ mode: "enforce", preset: "careful" })]);
    expect(inherited).toMatchObject({ mode: "enforce", falseBlockBudget: 1e-4, scoreThreshold: 50 });
    expect(overlaid(inherited, { mode: "off", audit: { share: 0.01, maximumPerDay: 0 } })).toMatchObject({
      mode: "off",
      audit: null,
      purposes: { otp: "enforce" },
    });
  });

  it("has a slider over five powers of ten", () => {
    expect([BUDGETS[0], BUDGETS.at(-1), BUDGETS.length]).toEqual([1e-7, 1e-2, 16]);
    expect(BUDGETS[positionOf(1e-5)]).toBe(1e-5);
    expect(BUDGETS[positionOf(3.4e-5)]).toBe(5e-5);
  });
});
