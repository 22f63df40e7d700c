import { describe, expect, it } from "vitest";
import { chain, messageTo, NOON } from "../../test/message-to.ts";
import type { EpochMilliseconds } from "../brand.ts";
import type { Message } from "../message.ts";
import type { Destination } from "../numbering/e164.ts";
import { compilePolicy } from "./compiled-policy.ts";
import { evaluatePolicy, type PolicyOutcome } from "./evaluate-policy.ts";
import type { PolicyDocument } from "./policy-document.ts";

const NL = messageTo("+31612345678");
const BE = messageTo("+32470123456");

/** Documents: the account's own first, then those above it. */
function outcome(message: Message, ...documents: readonly PolicyDocument[]): PolicyOutcome {
  return evaluatePolicy(compilePolicy(chain(...documents)), message);
}

/** `block range_blocked`. */
function told(message: Message, ...documents: readonly PolicyDocument[]): string {
  const { action, reason } = outcome(message, ...documents);
  return `${action} ${reason}`;
}

const later = (milliseconds: number): EpochMilliseconds => (NOON + milliseconds) as EpochMilliseconds;

describe("list mode", () => {
  const rules: PolicyDocument = { destinations: { NL: { action: "filter" }, BE: { action: "block" } } };

  it("allow_list: what is not listed is blocked", () => {
    expect(told(NL, { ...rules, listMode: "allow_list" })).toBe("filter destination_allowed");
    expect(told(messageTo("+4915123456789"), { ...rules, listMode: "allow_list" })).toBe(
      "block destination_not_listed",
    );
  });

  it("block_list and allow_all: what is not listed passes, as filter", () => {
    expect(told(messageTo("+4915123456789"), { ...rules, listMode: "block_list" })).toBe("filter destination_allowed");
    expect(told(messageTo("+4915123456789"), { listMode: "allow_all" })).toBe("filter destination_allowed");
  });

  it.each(["allow_all", "block_list", "allow_list"] as const)("%s: a blocked destination is blocked", (listMode) => {
    expect(told(BE, { ...rules, listMode })).toBe("block destination_blocked");
  });

  it("an account that says nothing: no satellite, no premium, the rest as filter", () => {
    expect(told(NL, {})).toBe("filter destination_allowed");
    expect(told(messageTo("+881612345678"), {})).toBe("block destination_blocked");
    expect(told(messageTo("+31906123456"), {})).toBe("block number_type_blocked");
    expect(told(messageTo("+881612345678"), { destinations: { "881": { action: "allow" } } })).toBe(
      "allow destination_allowed",
    );
  });
});

describe("step 4", () => {
  it("a range rule beats the destination and the number type, the longest prefix first", () => {
    const policy: PolicyDocument = {
      destinations: { NL: { action: "block" } },
      numberTypes: { mobile: "block" },
      ranges: [
        { prefix: "+31", action: "block" },
        { prefix: "+3161", action: "monitor" },
      ],
    };
    expect(told(NL, policy)).toBe("monitor range_allowed");
    expect(told(messageTo("+31652345678"), policy)).toBe("block range_blocked");
  });

  it("at equal length block wins", () => {
    const ranges = [
      { prefix: "+3161", action: "allow" },
      { prefix: "+3161", action: "block", channels: ["sms"] },
      { prefix: "+3161", action: "filter", channels: ["sms", "voice"] },
    ] as const;
    expect(told(NL, { ranges })).toBe("block range_blocked");
  });

  it("a blocked number type beats an allowed destination", () => {
    const policy: PolicyDocument = { destinations: { NL: { action: "allow" } }, numberTypes: { mobile: "block" } };
    expect(told(NL, policy)).toBe("block number_type_blocked");
  });

  it("of several destinations that a number may belong to the strictest holds", () => {
    const recipient = { ...NL.recipient, candidates: ["BE", "NL"] as unknown as readonly [Destination], valid: false };
    const message = { ...NL, recipient };
    const allowed = { action: "allow" } as const;
    expect(told(message, { listMode: "allow_list", destinations: { NL: allowed } })).toBe(
      "block destination_not_listed",
    );
    expect(told(message, { destinations: { NL: allowed, BE: { action: "monitor" } } })).toBe(
      "monitor destination_allowed",
    );
    expect(told(message, { listMode: "allow_list", destinations: { NL: allowed, BE: allowed } })).toBe(
      "allow destination_allowed",
    );
  });

  it("speaks of the rule's channels, else of the document's, else of sms, mms and voice", () => {
    const voice: Message = { ...NL, channel: "voice" };
    const whatsapp: Message = { ...NL, channel: "whatsapp" };
    const blocked: PolicyDocument = { destinations: { NL: { action: "block" } } };
    expect(told(voice, blocked)).toBe("block destination_blocked");
    expect(told(whatsapp, blocked)).toBe("allow channel_not_covered");
    expect(told(whatsapp, { ...blocked, channels: ["sms", "whatsapp"] })).toBe("block destination_blocked");
    expect(told(voice, { ...blocked, channels: ["sms"] })).toBe("allow channel_not_covered");
    const smsOnly: PolicyDocument = {
      destinations: { NL: { action: "block", channels: ["sms"] } },
      listMode: "allow_list",
    };
    expect(told(NL, smsOnly)).toBe("block destination_blocked");
    expect(told(voice, smsOnly)).toBe("block destination_not_listed");
    expect(told(whatsapp, smsOnly)).toBe("allow channel_not_covered");
  });
});

describe("exceptions", () => {
  const barred: PolicyDocument = { exceptions: [{ range: "+316123456xx", kind: "barred" }] };

  it("speak of whole numbers", () => {
    expect(told(NL, barred)).toBe("block exception_barred");
    expect(told(messageTo("+31612345578"), barred)).toBe("filter destination_allowed");
    expect(told(NL, { exceptions: [{ range: "+3161234567", kind: "barred" }] })).toBe("filter destination_allowed");
  });

  it("the longest match holds; at equal length barred beats trusted", () => {
    const trusted = { range: "+31612345678", kind: "trusted" } as const;
    expect(told(NL, { exceptions: [...(barred.exceptions ?? []), trusted] })).toBe("allow exception_trusted");
    expect(told(NL, { exceptions: [trusted, { range: "+31612345678", kind: "barred" }] })).toBe(
      "block exception_barred",
    );
  });

  it("trusted takes detection out, and a blocked destination only where it says so", () => {
    const blocked: PolicyDocument = { destinations: { NL: { action: "block" } } };
    const trusted = { range: "+31612345678", kind: "trusted" } as const;
    expect(told(NL, { exceptions: [trusted] })).toBe("allow exception_trusted");
    expect(told(NL, { ...blocked, exceptions: [trusted] })).toBe("block destination_blocked");
    const even: PolicyDocument = { ...blocked, exceptions: [{ ...trusted, evenIfDestinationBlocked: true }] };
    expect(told(NL, even)).toBe("allow exception_trusted");
  });

  it("end to the millisecond, and a range rule does", () => {
    const exceptions = [{ range: "+31612345678", kind: "barred", until: NOON }] as const;
    expect(told({ ...NL, at: later(-1) }, { exceptions })).toBe("block exception_barred");
    expect(told({ ...NL, at: NOON }, { exceptions })).toBe("filter destination_allowed");
    const ranges = [{ prefix: "+31612345678", action: "block", until: NOON }] as const;
    expect(told({ ...NL, at: later(-1) }, { ranges })).toBe("block range_blocked");
    expect(told({ ...NL, at: NOON }, { ranges })).toBe("filter destination_allowed");
  });

  it("what is barred decides, and what step 4 would have said is recorded too", () => {
    expect(outcome(NL, { ...barred, destinations: { NL: { action: "block" } } }).findings).toEqual([
      {
        type: "policy",
        step: "exception",
        action: "block",
        reason: "exception_barred",
        ground: { type: "exception", kind: "barred", range: "+316123456xx" },
        level: 0,
      },
      {
        type: "policy",
        step: "destination",
        action: "block",
        reason: "destination_blocked",
        ground: { type: "destination", destination: "NL", action: "block" },
        level: 0,
      },
    ]);
  });
});

describe("an account below another", () => {
  const blocksNL: PolicyDocument = { destinations: { NL: { action: "block" } } };
  const trustsNL: PolicyDocument = {
    exceptions: [{ range: "+31612345678", kind: "trusted", evenIfDestinationBlocked: true }],
  };

  it("starts from what the one above says, entry by entry", () => {
    const above: PolicyDocument = {
      listMode: "allow_list",
      destinations: { NL: { action: "filter" }, BE: { action: "filter" } },
    };
    expect(told(NL, {}, above)).toBe("filter destination_allowed");
    expect(told(NL, { destinations: { NL: { action: "monitor" } } }, above)).toBe("monitor destination_allowed");
    expect(told(BE, { destinations: { NL: { action: "monitor" } } }, above)).toBe("filter destination_allowed");
    expect(told(messageTo("+4915123456789"), {}, above)).toBe("block destination_not_listed");
    expect(told(messageTo("+4915123456789"), { listMode: "block_list" }, above)).toBe("filter destination_allowed");
  });

  it("an entry replaces the one above for the channels that it speaks of", () => {
    const own: PolicyDocument = { destinations: { "881": { action: "allow", channels: ["sms"] } } };
    const satellite = messageTo("+881612345678");
    expect(told(satellite, own)).toBe("allow destination_allowed");
    expect(told({ ...satellite, channel: "voice" }, own)).toBe("block destination_blocked");
  });

  it("cannot undo a block of the one above, by no rule, list mode, exception or channel", () => {
    const undoing: readonly PolicyDocument[] = [
      { destinations: { NL: { action: "allow" } } },
      { listMode: "allow_all" },
      { ranges: [{ prefix: "+31612345678", action: "allow" }] },
      { channels: ["whatsapp"] },
      trustsNL,
    ];
    for (const own of undoing) {
      expect(told(NL, own, blocksNL)).toBe("block destination_blocked");
      expect(told(NL, own, {}, blocksNL)).toBe("block destination_blocked");
      expect(told(NL, own, { ranges: [{ prefix: "+31", action: "block" }] })).toBe("block range_blocked");
      expect(told(NL, own, { numberTypes: { mobile: "block" } })).toBe("block number_type_blocked");
      expect(told(NL, own, { exceptions: [{ range: "+316123xxxxx", kind: "barred" }] })).toBe("block exception_barred");
    }
  });

  it("may undo what the one above only starts from", () => {
    expect(told(messageTo("+881612345678"), { destinations: { "881": { action: "filter" } } }, {})).toBe(
      "filter destination_allowed",
    );
  });

  it("may bar what the one above trusts", () => {
    const barred: PolicyDocument = { exceptions: [{ range: "+31612345678", kind: "barred" }] };
    expect(told(NL, barred, trustsNL)).toBe("block exception_barred");
  });

  it("tells whose rule decided", () => {
    expect(outcome(NL, {}, blocksNL).findings.map(({ level }) => level)).toEqual([1]);
    expect(outcome(NL, blocksNL, {}, blocksNL).findings.map(({ level }) => level)).toEqual([0, 2]);
    expect(outcome(NL, trustsNL, {}, blocksNL).findings.map(({ action, level }) => `${action} ${level}`)).toEqual([
      "allow 0",
      "block 2",
    ]);
  });

  it("does not repeat what the one above says where that is no stricter", () => {
    const above: PolicyDocument = { destinations: { NL: { action: "filter" } }, locked: ["destinations"] };
    const own: PolicyDocument = { ranges: [{ prefix: "+316", action: "filter" }] };
    expect(outcome(NL, own, above).findings.map(({ level }) => level)).toEqual([0]);
  });

  describe("with a locked field", () => {
    it("listMode or destinations: the list above holds", () => {
      for (const locked of [["listMode"], ["destinations"]] as const) {
        const above: PolicyDocument = { listMode: "allow_list", destinations: { NL: { action: "filter" } }, locked };
        expect(told(BE, { destinations: { BE: { action: "filter" } } }, above)).toBe("block destination_not_listed");
        expect(told(BE, { listMode: "allow_all" }, above)).toBe("block destination_not_listed");
        expect(told(NL, { destinations: { NL: { action: "block" } } }, above)).toBe("block destination_blocked");
      }
    });

    it("destinations: detection cannot be taken out", () => {
      const above: PolicyDocument = { destinations: { NL: { action: "filter" } }, locked: ["destinations"] };
      expect(told(NL, { destinations: { NL: { action: "allow" } } }, above)).toBe("filter destination_allowed");
      expect(told(NL, { ranges: [{ prefix: "+316", action: "allow" }] }, above)).toBe("filter destination_allowed");
      expect(told(NL, trustsNL, above)).toBe("filter destination_allowed");
    });

    it("ranges: those of the account count where they are stricter", () => {
      const above: PolicyDocument = { destinations: { NL: { action: "monitor" } }, locked: ["ranges"] };
      expect(told(NL, { ranges: [{ prefix: "+316", action: "allow" }] }, above)).toBe("monitor destination_allowed");
      expect(told(NL, { ranges: [{ prefix: "+316", action: "filter" }] }, above)).toBe("filter range_allowed");
      expect(told(NL, { ranges: [{ prefix: "+316", action: "block" }] }, above)).toBe("block range_blocked");
    });

    it("exceptions: the account may bar, not trust", () => {
      const above: PolicyDocument = { locked: ["exceptions"] };
      expect(told(NL, trustsNL, above)).toBe("filter destination_allowed");
      expect(told(NL, { exceptions: [{ range: "+31612345678", kind: "barred" }] }, above)).toBe(
        "block exception_barred",
      );
    });

    it("numberTypes: also what the one above only starts from", () => {
      const own: PolicyDocument = { numberTypes: { premium: "allow" } };
      expect(told(messageTo("+31906123456"), own, {})).toBe("filter destination_allowed");
      expect(told(messageTo("+31906123456"), own, { locked: ["numberTypes"] })).toBe("block number_type_blocked");
    });

    it("channels: the account's own are not heard", () => {
      const own: PolicyDocument = { channels: ["whatsapp"], destinations: { NL: { action: "block" } } };
      expect(told(NL, own, {})).toBe("allow channel_not_covered");
      expect(told(NL, own, { locked: ["channels"] })).toBe("block destination_blocked");
    });
  });
});
