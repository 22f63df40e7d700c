import { describe, expect, it } from "vitest";
import { chain, messageTo } from "../../test/message-to.ts";
import { decide } from "../decide.ts";
import { compilePolicy } from "../policy/compiled-policy.ts";
import type { PolicyDocument } from "../policy/policy-document.ts";
import { explainVerdict, type VerdictNames } from "./explain-verdict.ts";
import { REASONS } from "./reason-code.ts";

function explained(number: string, names: VerdictNames, ...levels: readonly PolicyDocument[]): string {
  return explainVerdict(decide(messageTo(number), compilePolicy(chain(...levels))), names);
}

describe("the sentence of a verdict", () => {
  const names: VerdictNames = { destination: (code) => (code === "NL" ? "the Netherlands" : undefined) };

  it("says what was decided and why", () => {
    expect(explained("+31612345678", names, {})).toBe("Allowed: The Netherlands is allowed.");
    expect(explained("+32470123456", names, { listMode: "allow_list" })).toBe("Blocked: BE is not on the allow list.");
    expect(explained("+31906123456", {}, {})).toBe("Blocked: Premium numbers are blocked.");
    expect(explained("+31612345678", {}, { ranges: [{ prefix: "+3161", action: "block" }] })).toBe(
      "Blocked: Numbers that begin with +3161 are blocked.",
    );
    expect(explained("+31612345678", {}, { exceptions: [{ range: "+316123456xx", kind: "barred" }] })).toBe(
      "Blocked: +316123456xx is barred.",
    );
    expect(explained("+31612345678", {})).toBe("Blocked: No policy is known for this account, so nothing may go out.");
  });

  it("says when the rule is not the account's own", () => {
    const block: PolicyDocument = { destinations: { NL: { action: "block" } } };
    const trust: PolicyDocument = {
      ...block,
      exceptions: [{ range: "+31612345678", kind: "trusted", evenIfDestinationBlocked: true }],
    };
    expect(explained("+31612345678", {}, {}, block)).toBe("Blocked: NL is blocked, by a rule of the account above.");
    expect(explained("+31612345678", {}, trust, {}, block)).toBe(
      "Blocked: NL is blocked, by a rule of the account 2 levels above.",
    );
  });

  it("is one sentence for every reason", () => {
    for (const { sentence } of Object.values(REASONS)) expect(sentence).toMatch(/^[A-Z{].*[^.]\.$/);
  });
});
