import { describe, expect, it } from "vitest";
import { messageTo } from "../../test/message-to.ts";
import { decide } from "../decide.ts";
import { NUMBERING_TABLE } from "../numbering/plan.generated.ts";
import { compilePolicy } from "./compiled-policy.ts";
import type { PolicyDocument } from "./policy-document.ts";

function policyOf(document: PolicyDocument, numberingTable: string = NUMBERING_TABLE) {
  return compilePolicy([
    { account: messageTo("+31612345678").account, policy: "default", revision: 1, document, numberingTable },
  ]);
}

describe("the verdicts that a policy knows already", () => {
  it("are told apart by destination, type of number and channel", () => {
    const policy = policyOf({
      destinations: { NL: { action: "block", channels: ["voice"] } },
      numberTypes: { fixed: "block" },
    });
    const ask = (to: string, channel: "sms" | "voice") => decide(messageTo(to, { channel }), policy);
    const first = ask("+31612345678", "sms");
    expect(first.action).toBe("allow");
    expect(ask("+31612345679", "sms")).toBe(first);
    expect(ask("+31612345678", "voice").reason).toBe("destination_blocked");
    expect(ask("+31201234567", "sms").reason).toBe("number_type_blocked");
    expect(ask("+4915112345678", "voice").action).toBe("allow");
    // Once more, now that all are known.
    expect(ask("+31612345679", "sms")).toBe(first);
    expect(ask("+31612345679", "voice").reason).toBe("destination_blocked");
  });

  it("are none where a rule speaks of numbers, or an older numbering table is to be asked", () => {
    expect(policyOf({}).known).toBeDefined();
    expect(policyOf({ ranges: [{ prefix: "+3161", action: "block" }] }).known).toBeUndefined();
    expect(policyOf({ exceptions: [{ range: "+31612345678", kind: "barred" }] }).known).toBeUndefined();
    expect(policyOf({}, "0000000000000000").known).toBeUndefined();
  });
});
