import { CHANNELS } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelOfCmName, readCmChannels, withChannels } from "./cm-channels.ts";

describe("readCmChannels", () => {
  it.each([
    [["SMS"], ["sms"]],
    [
      ["WhatsApp", "SMS"],
      ["whatsapp", "sms"],
    ],
    [["sMs", "SMS"], ["sms"]],
    [
      ["RCS", "Viber", "Voice", "MMS", "MobilePush"],
      ["rcs", "viber", "voice", "mms", "push"],
    ],
    [["Telegram Messenger", "Apple Messages for Business"], ["other"]],
  ])("reads %j as %j", (names, channels) => {
    expect(readCmChannels(names)).toEqual(channels);
  });

  it.each([[[]], ["SMS"], [[0]], [["0"]], [["Viber, SMS"]], [[""]], [[null]], [{ 0: "SMS" }], [Array(33).fill("SMS")]])(
    "does not take %j for a list of channels",
    (value) => {
      expect(readCmChannels(value)).toBeUndefined();
    },
  );

  it.each(["SMS OTP", "sms2", "Text", "SXS", "Carrier Pigeon"])("judges %j, which it does not know, as SMS", (name) => {
    expect(channelOfCmName(name)).toBe("sms");
  });
});

describe("withChannels", () => {
  it("keeps the client's own names of the channels that are left", () => {
    const msg = { from: "a", allowedChannels: ["Telegram Messenger", "SMS", "WhatsApp"] };
    expect(withChannels(msg, ["other", "whatsapp"])).toEqual({
      from: "a",
      allowedChannels: ["Telegram Messenger", "WhatsApp"],
    });
  });

  it("writes CM.com's names where the client gave no list", () => {
    expect(withChannels({ from: "a" }, ["rcs", "sms", "other"])).toEqual({
      from: "a",
      allowedChannels: ["RCS", "SMS"],
    });
  });

  it("leaves no second spelling of the key", () => {
    const msg = { ALLOWEDCHANNELS: ["SMS"], allowedchannels: ["SMS"] };
    expect(withChannels(msg, ["rcs"])).toEqual({ allowedChannels: ["RCS"] });
  });

  it("says that nothing is left rather than write an empty list, which would mean any channel", () => {
    expect(withChannels({ allowedChannels: ["SMS"] }, ["rcs"])).toBeUndefined();
    expect(withChannels({}, [])).toBeUndefined();
  });

  it("never names a channel that is not allowed, whatever the client wrote", () => {
    const name = fc.oneof(fc.constantFrom("SMS", " sms", "WhatsApp", "RCS", "Line", "SMS OTP", "Viber"), fc.string());
    const key = fc.constantFrom("allowedChannels", "AllowedChannels", "ALLOWEDCHANNELS");
    fc.assert(
      fc.property(fc.dictionary(key, fc.array(name)), fc.subarray([...CHANNELS]), (msg, channels) => {
        const written = withChannels(msg, channels);
        if (written === undefined) return;
        expect(Object.keys(written)).toEqual(["allowedChannels"]);
        const { allowedChannels } = written;
        const read = readCmChannels(allowedChannels);
        expect(read).toBeDefined();
        for (const channel of read ?? []) expect(channels).toContain(channel);
      }),
    );
  });
});
