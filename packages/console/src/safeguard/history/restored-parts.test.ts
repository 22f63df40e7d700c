import type { PolicyDocument } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import { withPartOf } from "./restored-parts.ts";

const then: PolicyDocument = {
  listMode: "block_list",
  destinations: { NL: { action: "block" } },
  limits: { maximumPrice: { amount: 1, currency: "EUR" } },
};
const now: PolicyDocument = {
  listMode: "allow_list",
  destinations: { DE: { action: "filter" } },
  detection: { mode: "monitor" },
};

describe("restoring a part of an older revision", () => {
  it("brings back that part, and leaves the rest as it is", () => {
    expect(withPartOf(now, then, "limits")).toEqual({ ...now, limits: then.limits });
    expect(withPartOf(now, then, "destinations")).toEqual({ ...then, limits: undefined, detection: now.detection });
  });

  it("takes away what was not said then", () => {
    expect(withPartOf(now, then, "detection")).toEqual({ listMode: "allow_list", destinations: now.destinations });
    expect("detection" in withPartOf(now, then, "detection")).toBe(false);
  });

  it("of everything is the older revision itself", () => {
    expect(withPartOf(now, then, "everything")).toBe(then);
  });
});
