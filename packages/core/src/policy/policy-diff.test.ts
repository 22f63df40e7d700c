import { describe, expect, it } from "vitest";
import { NOON } from "../../test/message-to.ts";
import type { EpochMilliseconds } from "../brand.ts";
import type { Channel } from "../message.ts";
import { type DiffSetting, diffPolicies, loosens } from "./policy-diff.ts";
import type { PolicyDocument } from "./policy-document.ts";

/** `path` of what tightens or keeps, `path!` of what loosens. */
function told(before: PolicyDocument, after: PolicyDocument, setting?: DiffSetting): readonly string[] {
  return diffPolicies(before, after, setting).map((change) => `${change.path}${change.loosens ? "!" : ""}`);
}

// That a change which is not said to loosen never does is shown in test/policy-model.test.ts.
describe("the difference of two policies", () => {
  it("is nothing between equals", () => {
    const policy: PolicyDocument = { listMode: "allow_list", ranges: [{ prefix: "+31", action: "block" }] };
    expect(diffPolicies(policy, structuredClone(policy))).toEqual([]);
  });

  it("names what stood there and what stands there now", () => {
    expect(
      diffPolicies({ destinations: { NL: { action: "filter" } } }, { destinations: { NL: { action: "block" } } }),
    ).toEqual([{ path: "destinations.NL", before: { action: "filter" }, after: { action: "block" }, loosens: false }]);
  });

  it("tells list modes", () => {
    expect(told({}, { listMode: "allow_list" })).toEqual(["listMode"]);
    expect(told({ listMode: "allow_list" }, { listMode: "block_list" })).toEqual(["listMode!"]);
    expect(told({ listMode: "allow_list" }, {})).toEqual(["listMode!"]);
    expect(told({ listMode: "block_list" }, {})).toEqual(["listMode"]);
    expect(told({}, { listMode: "block_list" })).toEqual(["listMode!"]);
  });

  it("tells destinations: a block tightens when it comes and loosens when it goes", () => {
    const block = { NL: { action: "block" } } as const;
    expect(told({}, { destinations: block })).toEqual(["destinations.NL"]);
    expect(told({ destinations: block }, {})).toEqual(["destinations.NL!"]);
    expect(told({}, { destinations: { NL: { action: "filter" } } })).toEqual(["destinations.NL!"]);
    expect(told({ destinations: { NL: { action: "allow" } } }, {})).toEqual(["destinations.NL"]);
    const filters = (...channels: Channel[]) => ({ destinations: { NL: { action: "filter", channels } } }) as const;
    expect(told(filters("sms"), filters("sms", "voice"))).toEqual(["destinations.NL!"]);
    const smsOnly = { NL: { action: "block", channels: ["sms"] } } as const;
    expect(told({ destinations: block }, { destinations: smsOnly })).toEqual(["destinations.NL!"]);
  });

  it("tells ends: a block that ends sooner loosens, trust that ends sooner may bring other trust to light", () => {
    const until = (end: number) =>
      ({ ranges: [{ prefix: "+31", action: "block", until: end as EpochMilliseconds }] }) as const;
    expect(told(until(NOON), until(NOON + 1))).toEqual(["ranges.+31"]);
    expect(told(until(NOON), until(NOON - 1))).toEqual(["ranges.+31!"]);
    const trusted = { range: "+31612345678", kind: "trusted", evenIfDestinationBlocked: true } as const;
    expect(told({ exceptions: [trusted] }, {})).toEqual(["exceptions.+31612345678 trusted"]);
    expect(told({}, { exceptions: [trusted] })).toEqual(["exceptions.+31612345678 trusted!"]);
    const { evenIfDestinationBlocked: _, ...less } = trusted;
    expect(told({ exceptions: [less] }, { exceptions: [trusted] })).toEqual(["exceptions.+31612345678 trusted!"]);
  });

  it("takes a note for what it is", () => {
    const ranges = [{ prefix: "+31", action: "block" }] as const;
    expect(told({ ranges }, { ranges: [{ ...ranges[0], note: "attack" }] })).toEqual(["ranges.+31"]);
  });

  it("tells locks: one that goes loosens, and that of channels may in both directions", () => {
    expect(told({}, { locked: ["channels"] })).toEqual(["locked!"]);
    expect(told({}, { locked: ["ranges"] })).toEqual(["locked"]);
    expect(told({ locked: ["ranges"] }, {})).toEqual(["locked!"]);
  });

  it("tells detection: a weaker mode, a smaller budget, a higher score and a larger audit loosen", () => {
    const alone = (before: PolicyDocument["detection"], after: PolicyDocument["detection"]) =>
      told({ ...(before && { detection: before }) }, { ...(after && { detection: after }) }, { standsAlone: true });
    expect(alone(undefined, { mode: "enforce" })).toEqual(["detection.mode"]);
    expect(alone(undefined, { mode: "monitor" })).toEqual(["detection.mode"]);
    expect(alone({ mode: "enforce" }, undefined)).toEqual(["detection.mode!"]);
    expect(alone({ purposes: { otp: "enforce" } }, { purposes: { otp: "monitor", marketing: "monitor" } })).toEqual([
      "detection.purposes.otp!",
      "detection.purposes.marketing",
    ]);
    expect(alone({ preset: "balanced" }, { preset: "careful" })).toEqual(["detection.preset!"]);
    // The same budget under its other name.
    expect(alone({ preset: "balanced" }, { falseBlockBudget: 1e-5 })).toEqual([
      "detection.preset",
      "detection.falseBlockBudget",
    ]);
    expect(alone({ scoreThreshold: 50 }, { scoreThreshold: 51 })).toEqual(["detection.scoreThreshold!"]);
    expect(alone({ holdSeconds: 15 }, { holdSeconds: 0, shareEvidence: true })).toEqual([
      "detection.holdSeconds",
      "detection.shareEvidence",
    ]);
    const audit = { share: 0.01, maximumPerDay: 10 };
    expect(alone({ audit }, { audit: { ...audit, maximumPerDay: 11 } })).toEqual(["detection.audit!"]);
    expect(alone({ audit }, undefined)).toEqual(["detection.audit"]);
  });

  it("tells detection as loosening where only the accounts above could tell", () => {
    expect(told({}, { detection: { mode: "monitor" } })).toEqual(["detection.mode!"]);
    expect(told({}, { detection: { mode: "enforce" } })).toEqual(["detection.mode"]);
    expect(told({ detection: { mode: "enforce" } }, {})).toEqual(["detection.mode!"]);
    expect(told({ detection: { mode: "off" } }, {})).toEqual(["detection.mode"]);
  });

  it("tells what a change comes to where no account stands above or below", () => {
    const alone = { standsAlone: true };
    const blocks: PolicyDocument = { listMode: "block_list", destinations: { NG: { action: "block" } } };
    const allows: PolicyDocument = { listMode: "allow_list", destinations: { NL: { action: "filter" } } };
    expect(told(blocks, allows, alone)).toEqual(["listMode", "destinations.NG", "destinations.NL"]);
    expect(told(allows, blocks, alone)).toEqual(["listMode!", "destinations.NL", "destinations.NG"]);
    expect(told({}, { listMode: "block_list" }, alone)).toEqual(["listMode"]);
    expect(told(allows, { listMode: "allow_list" }, alone)).toEqual(["destinations.NL"]);
    expect(told({ listMode: "allow_list" }, allows, alone)).toEqual(["destinations.NL!"]);
    expect(told(blocks, { listMode: "block_list" }, alone)).toEqual(["destinations.NG!"]);
    // The default policy blocks satellite networks in any case.
    expect(told({ destinations: { 881: { action: "block" } } }, {}, alone)).toEqual(["destinations.881"]);
    expect(told({}, { destinations: { 881: { action: "filter" } } }, alone)).toEqual(["destinations.881!"]);
    expect(told({ numberTypes: { premium: "block" } }, {}, alone)).toEqual(["numberTypes.premium"]);
    expect(told({ numberTypes: { voip: "block" } }, {}, alone)).toEqual(["numberTypes.voip!"]);
    expect(told({}, { numberTypes: { premium: "allow" } }, alone)).toEqual(["numberTypes.premium!"]);
    const smsOnly: PolicyDocument = {
      listMode: "block_list",
      destinations: { NG: { action: "block", channels: ["sms"] } },
    };
    expect(told(blocks, smsOnly, alone)).toEqual(["destinations.NG!"]);
  });

  it("loosens when any of its changes does", () => {
    expect(loosens(diffPolicies({}, { listMode: "allow_list" }))).toBe(false);
    expect(loosens(diffPolicies({}, { listMode: "allow_list", channels: ["sms"] }))).toBe(true);
  });
});
