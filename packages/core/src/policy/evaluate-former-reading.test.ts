import { describe, expect, it, vi } from "vitest";
import { chain, messageTo } from "../../test/message-to.ts";
import type { FormerReading } from "../numbering/former-tables.ts";
import { compilePolicy } from "./compiled-policy.ts";
import { evaluatePolicy } from "./evaluate-policy.ts";
import type { PolicyDocument } from "./policy-document.ts";

// Which former tables are shipped changes with every release; here one is made up that had all numbers in Belgium.
vi.mock(import("../numbering/former-tables.ts"), async (original) => ({
  ...(await original()),
  formerReading: (_, table) => {
    if (table !== "former") return "unknown_table";
    return {
      candidates: ["BE"],
      twin: undefined,
      type: "premium",
      valid: true,
      rejected: undefined,
    } as unknown as FormerReading;
  },
}));

function told(document: PolicyDocument, numberingTable?: string): string {
  const levels = chain(document).map((level) => ({ ...level, ...(numberingTable && { numberingTable }) }));
  const { action, reason, degraded } = evaluatePolicy(compilePolicy(levels), messageTo("+31612345678"));
  return [action, reason, ...degraded].join(" ");
}

const premiumAllowed = { numberTypes: { premium: "allow" } } as const;

describe("a revision that was written under a former numbering table", () => {
  it("still stops what it stopped, by destination and by type", () => {
    const blocksBE: PolicyDocument = { ...premiumAllowed, destinations: { BE: { action: "block" } } };
    expect(told(blocksBE)).toBe("filter destination_allowed");
    expect(told(blocksBE, "former")).toBe("block destination_blocked");
    expect(told({}, "former")).toBe("block number_type_blocked");
    expect(
      told({ ...premiumAllowed, listMode: "allow_list", destinations: { NL: { action: "filter" } } }, "former"),
    ).toBe("block destination_not_listed");
  });

  it("does not let pass what is stopped now", () => {
    expect(told({ ...premiumAllowed, destinations: { NL: { action: "block" } } }, "former")).toBe(
      "block destination_blocked",
    );
    expect(told({ ...premiumAllowed, destinations: { BE: { action: "allow" } } }, "former")).toBe(
      "filter destination_allowed",
    );
  });

  it("marks the decision when nobody knows the table any more", () => {
    expect(told({}, "unknown")).toBe("filter destination_allowed numbering_table_unknown");
  });
});
