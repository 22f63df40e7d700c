import { CHANNELS, type Channel, type Message, NUMBER_CHANNELS, parseRecipient, type Verdict } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideChannels, purposeOf } from "./decide-channels.ts";
import { AT, outgoingMessage } from "./testing/screening-bench.ts";
import { ALLOW, BLOCK, CHALLENGE, HOLD } from "./testing/verdicts.ts";

function recipient() {
  const parsed = parseRecipient("+31612345678", "native");
  if (!parsed.ok) throw new Error("a number that is known to be right was rejected");
  return parsed.recipient;
}

describe("the decision for each channel", () => {
  it("is asked for the message as it will go: account, sender, purpose, time and policy", () => {
    const asked: [Message, string][] = [];
    decideChannels(
      (message, policy) => {
        asked.push([message, policy]);
        return ALLOW;
      },
      outgoingMessage({ channels: ["rcs", "sms"], originator: "Shop", purpose: "marketing" }),
      { recipient: recipient(), policy: "special", at: AT },
    );
    const message = { account: "acc_00000000000000000001", originator: "Shop", purpose: "marketing", at: AT };
    expect(asked).toMatchObject([
      [{ ...message, channel: "rcs", recipient: { e164: "+31612345678" } }, "special"],
      [{ ...message, channel: "sms" }, "special"],
    ]);
  });

  it("comes to what a list of rules says, for every set of channels and verdicts", () => {
    const verdicts = fc.constantFrom(ALLOW, BLOCK, HOLD, CHALLENGE);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...CHANNELS), verdicts), {
          selector: ([channel]) => channel,
          minLength: 1,
        }),
        fc.boolean(),
        (list, channelsDeclared) => {
          const verdictOf = new Map<Channel, Verdict>(list);
          const channels = list.map(([channel]) => channel) as unknown as readonly [Channel, ...Channel[]];
          const decided = decideChannels(
            ({ channel }) => verdictOf.get(channel) ?? BLOCK,
            outgoingMessage({ channels, channelsDeclared }),
            { recipient: recipient(), policy: "default", at: AT },
          );
          const allowed = channels.filter((channel) => verdictOf.get(channel) === ALLOW);
          const stopped = channels.filter((channel) => verdictOf.get(channel) !== ALLOW);
          const goes = channelsDeclared ? allowed.length > 0 : stopped.length === 0;
          const channel = goes ? allowed[0] : stopped[0];
          const counted = channels.find((one) => NUMBER_CHANNELS.includes(one) && verdictOf.get(one) === ALLOW);
          expect(decided).toEqual({
            counted: counted === channel ? undefined : counted,
            channel,
            verdict: channel && verdictOf.get(channel),
            channels: goes ? allowed : channels,
            removedChannels: goes ? stopped : [],
          });
        },
      ),
    );
  });
});

describe("a message of several channels", () => {
  it("counts once: detection is asked by the first channel that the rules let pass, the others go by its answer", () => {
    const asked: [Channel, Verdict | undefined][] = [];
    const decided = decideChannels(
      ({ channel }, _, counted) => {
        asked.push([channel, counted]);
        return channel === "sms" ? BLOCK : ALLOW;
      },
      outgoingMessage({ channels: ["rcs", "sms", "mms", "voice"], channelsDeclared: true }),
      { recipient: recipient(), policy: "default", at: AT },
    );
    expect(asked).toEqual([
      ["rcs", undefined],
      ["sms", undefined],
      ["mms", undefined],
      ["voice", ALLOW],
    ]);
    expect(decided).toMatchObject({ channel: "rcs", counted: "mms" });
  });
});

describe("the purpose of a message", () => {
  it("is the request's, else the key's, else the account's", () => {
    const account = { defaultPurpose: "marketing" } as const;
    const key = { purpose: "notification" } as const;
    expect(purposeOf(outgoingMessage({ purpose: "otp" }, { account, key }))).toBe("otp");
    expect(purposeOf(outgoingMessage({}, { account, key }))).toBe("notification");
    expect(purposeOf(outgoingMessage({}, { account }))).toBe("marketing");
  });
});
