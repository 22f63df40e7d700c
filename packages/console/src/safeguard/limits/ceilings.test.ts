import type { PolicyDocument } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import {
  ceilingEdit,
  ceilingLines,
  freeName,
  isCeilingName,
  limitsChange,
  limitsEdit,
  windowParts,
} from "./ceilings.ts";

const saved: PolicyDocument = {
  listMode: "block_list",
  limits: {
    ceilings: [
      { name: "day", window: "day", messages: 100 },
      { name: "number", per: "recipient", window: "10 minutes", messages: 5 },
    ],
    maximumPrice: { amount: 0.25, currency: "EUR" },
  },
};

describe("limits that are changed", () => {
  it("stay in their place, and say what is new, changed and removed", () => {
    const changed = ceilingEdit("day", { name: "day", window: "day", messages: 200 })(saved);
    const after = ceilingEdit("new", { name: "new", window: "hour", messages: 1 })(
      ceilingEdit("number", undefined)(changed),
    );
    expect(ceilingLines(saved, after).map(({ name, state }) => `${name} ${state}`)).toEqual([
      "day changed",
      "number removed",
      "new new",
    ]);
  });

  it("are sent as what is said anew, and null for what goes", () => {
    const after = limitsEdit("maximumPrice", undefined)(ceilingEdit("number", undefined)(saved));
    expect(limitsChange(saved, after)).toEqual({
      ceilings: [{ name: "day", window: "day", messages: 100 }],
      maximumPrice: null,
    });
    expect(limitsChange(saved, saved)).toEqual({});
  });

  it("leave nothing behind when the last goes", () => {
    const one: PolicyDocument = { limits: { ceilings: [{ name: "a", window: "day", messages: 1 }] } };
    expect(ceilingEdit("a", undefined)(one)).toEqual({});
  });

  it("have windows of a unit, or of several", () => {
    expect(windowParts("hour")).toEqual({ count: 1, unit: "hour" });
    expect(windowParts("10 minutes")).toEqual({ count: 10, unit: "minute" });
    expect(windowParts("1 day")).toEqual({ count: 1, unit: "day" });
    for (const wrong of ["hours", "0 days", "year", "ten minutes", ""]) expect(windowParts(wrong)).toBeUndefined();
  });

  it("have names that are free", () => {
    expect(freeName("end_user_address", "10 minutes", new Set())).toBe("end-user-address-10-minutes");
    expect(freeName("account", "day", new Set(["account-day"]))).toBe("account-day-2");
    expect([isCeilingName("spend-per-day"), isCeilingName("Spend"), isCeilingName("")]).toEqual([true, false, false]);
  });
});
