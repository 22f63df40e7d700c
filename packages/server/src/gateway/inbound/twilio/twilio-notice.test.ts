import type { EpochMilliseconds } from "@safeguard/core";
import twilio from "twilio";
import { describe, expect, it } from "vitest";
import type { Notice } from "../../../store/journal-record.ts";
import type { MessageView } from "../../../store/store.ts";
import { AUTH_TOKEN, NOW, stopped, twilioGateway } from "./testing/twilio-gateway.ts";
import { createTwilioNoticeRenderer, NoticeKeyMissing } from "./twilio-notice.ts";

const AT = Date.UTC(2026, 10, 22, 10, 31, 59) as EpochMilliseconds;

/** A message and what a status callback about it looks like. */
async function callback(
  report: Partial<Notice["report"]>,
  form: Readonly<Record<string, string>> = {},
  change: Partial<MessageView> = {},
) {
  const gateway = twilioGateway();
  await gateway.create({ To: "+31612345678", From: "Acme", Body: "x", ...form });
  const [sent] = gateway.views;
  if (sent === undefined) throw new TypeError("no message");
  const message = { ...sent, ...change };
  const notice: Notice = {
    message: message.id,
    account: message.account,
    dialect: "twilio",
    url: form["StatusCallback"] ?? "https://app.example/cb",
    key: message.key,
    report: { status: "delivered", occurredAt: AT, code: undefined, text: undefined, ...report },
  };
  const renderer = createTwilioNoticeRenderer({ seal: gateway.seal, keys: gateway.directory });
  const rendered = renderer.render(notice, message, gateway.account, "attempt-1", NOW);
  return { ...rendered, parameters: Object.fromEntries(new URLSearchParams(rendered.body)) };
}

describe("a status callback", () => {
  it("has Twilio's parameters", async () => {
    const { parameters, headers, method } = await callback({ status: "delivered" });
    expect(method).toBe("POST");
    expect(headers["content-type"]).toBe("application/x-www-form-urlencoded; charset=utf-8");
    expect(headers["i-twilio-idempotency-token"]).toBe("attempt-1");
    const sid = `SM${"0".repeat(31)}1`;
    expect(parameters).toEqual({
      AccountSid: `AC${"1".repeat(32)}`,
      ApiVersion: "2010-04-01",
      From: "Acme",
      MessageSid: sid,
      MessageStatus: "delivered",
      RawDlrDoneDate: "2611221031",
      SmsSid: sid,
      SmsStatus: "delivered",
      To: "+31612345678",
    });
  });

  it.each([
    ["sent", undefined, undefined],
    ["read", undefined, undefined],
    ["undelivered", "30003", "30003"],
    ["undelivered", "28", "30008"],
    ["failed", undefined, "30008"],
  ] as const)("of %s with the provider's code %s has ErrorCode %s", async (status, code, expected) => {
    expect((await callback({ status, code })).parameters["ErrorCode"]).toBe(expected);
  });

  it("of a message that we stopped has our code", async () => {
    const fate = stopped("destination_blocked", "report");
    if (fate.type !== "stopped") throw new TypeError("a stop");
    const { parameters } = await callback({ status: "failed", code: "x" }, {}, { verdict: fate.verdict });
    expect(parameters).toMatchObject({ MessageStatus: "failed", ErrorCode: "21408" });
  });

  it("of a messaging service names the service, and of WhatsApp the prefixed number", async () => {
    const service = `MG${"2".repeat(32)}`;
    const byService = await callback({}, { From: "", MessagingServiceSid: service });
    expect(byService.parameters).toMatchObject({ MessagingServiceSid: service });
    expect(byService.parameters).not.toHaveProperty("From");
    const whatsapp = await callback({}, { To: "whatsapp:+31612345678", From: "whatsapp:+1555" });
    expect(whatsapp.parameters).toMatchObject({ To: "whatsapp:+31612345678", From: "whatsapp:+1555" });
  });

  it.each([
    "https://app.example/cb",
    "https://app.example:443/cb",
    "https://app.example:8443/cb?tenant=a%20b&x=1",
    "http://127.0.0.1:4321/hook?q=it's&ü=1",
    "https://APP.example/cb#rc=2",
  ])(
    "to %s is accepted by Twilio's validator, with the URL that was configured and the one that arrives",
    async (url) => {
      const { url: target, headers, parameters } = await callback({}, { StatusCallback: url });
      const signature = headers["x-twilio-signature"] ?? "";
      expect(twilio.validateRequest(AUTH_TOKEN, signature, target, parameters)).toBe(true);
      const configured = url.replace(/#.*/, "");
      expect(twilio.validateRequest(AUTH_TOKEN, signature, configured, parameters)).toBe(true);
      expect(twilio.validateRequest("b".repeat(32), signature, target, parameters)).toBe(false);
    },
  );

  it("sends the URL's user and password as a header, as Twilio does, and not in the URL", async () => {
    const { url, headers } = await callback({}, { StatusCallback: "https://me:p%40ss@app.example/cb" });
    expect(url).toBe("https://app.example/cb");
    expect(headers["authorization"]).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  });

  it("cannot be signed for a key that was never there", () => {
    const gateway = twilioGateway();
    const renderer = createTwilioNoticeRenderer({ seal: gateway.seal, keys: { key: () => undefined } });
    const notice = { key: "key_x", url: "https://app.example", report: { status: "sent" } } as unknown as Notice;
    expect(() => renderer.render(notice, {} as MessageView, gateway.account, "a", NOW)).toThrow(NoticeKeyMissing);
  });
});
