import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  basic,
  held,
  MESSAGES,
  NOW,
  refused,
  stopped,
  twilioGateway,
} from "./testing/twilio-gateway.ts";

const FORM = { To: "+31612345678", From: "+15557122661", Body: "Your code is 12345" };

describe("credentials", () => {
  const unauthenticated = {
    code: 20003,
    detail: "Your AccountSid or AuthToken was incorrect.",
    message: "Authenticate",
    more_info: "https://www.twilio.com/docs/errors/20003",
    status: 401,
  };

  it.each([
    ["none", undefined],
    ["a wrong token", basic(ACCOUNT_SID, "b".repeat(32))],
    ["a wrong account", basic(`AC${"2".repeat(32)}`, AUTH_TOKEN)],
    ["no colon", `Basic ${Buffer.from("x").toString("base64")}`],
    ["another scheme", `Bearer ${AUTH_TOKEN}`],
  ])("with %s are all refused in the same words", async (_, authorization) => {
    const answer = await twilioGateway().call({ method: "POST", path: MESSAGES, authorization });
    expect(answer).toMatchObject({ status: 401, json: unauthenticated });
  });

  it("of another account than the path's are refused, as if there were no such account", async () => {
    const path = `/2010-04-01/Accounts/AC${"2".repeat(32)}/Messages.json`;
    expect(await twilioGateway().call({ path })).toMatchObject({ status: 401, json: unauthenticated });
  });

  it("that are a Twilio API key are refused, saying what to use", async () => {
    const answer = await twilioGateway().call({
      path: MESSAGES,
      authorization: basic(`SK${"1".repeat(32)}`, AUTH_TOKEN),
    });
    expect(answer).toMatchObject({
      status: 401,
      json: { code: 20003, detail: expect.stringContaining("AccountSid (AC…)") },
    });
  });

  it("from a network that is not allowed, or without the scope, are forbidden", async () => {
    const elsewhere = twilioGateway({ account: { networks: ["198.51.100.0/24"] } });
    expect(await elsewhere.create(FORM)).toMatchObject({ status: 403, json: { code: 20403 } });
    const reader = twilioGateway({ key: { scopes: ["messages:read"] } });
    expect(await reader.create(FORM)).toMatchObject({
      status: 403,
      json: { message: "This key lacks the scope messages:send." },
    });
    expect(await reader.call({ path: MESSAGES })).toMatchObject({ status: 200 });
    expect([...elsewhere.sent, ...reader.sent]).toEqual([]);
  });
});

describe("what reaches screening", () => {
  it("is the request in our words, with its fields as the client wrote them", async () => {
    const gateway = twilioGateway();
    await gateway.create({
      ...FORM,
      MessageIntent: "marketing",
      StatusCallback: "https://app.example/cb?a=1",
      Novel: "x",
    });
    expect(gateway.sent).toMatchObject([
      {
        dialect: "twilio",
        to: "+31612345678",
        originator: "+15557122661",
        text: "Your code is 12345",
        channels: ["sms"],
        channelsDeclared: true,
        purpose: "marketing",
        riskCheck: "enable",
        callback: { dialect: "twilio", url: "https://app.example/cb?a=1" },
        at: NOW,
        wire: { dialect: "twilio", fields: expect.arrayContaining([["Novel", "x"]]) },
      },
    ]);
  });

  it("is the same for a JSON body with the same keys", async () => {
    const gateway = twilioGateway();
    const form = { ...FORM, ValidityPeriod: "300", ProvideFeedback: "true" };
    await gateway.create(form);
    const body = JSON.stringify({ ...FORM, ValidityPeriod: 300, ProvideFeedback: true, MaxPrice: null });
    const answer = await gateway.call({
      method: "POST",
      path: MESSAGES,
      type: "application/json; charset=utf-8",
      body,
    });
    expect(answer.status).toBe(201);
    expect(gateway.sent[1]).toEqual(gateway.sent[0]);
  });

  it("keeps a + that the client forgot to encode", async () => {
    const gateway = twilioGateway();
    await gateway.call({ method: "POST", path: MESSAGES, body: "To=+31612345678&From=+15557122661&Body=x" });
    expect(gateway.sent).toMatchObject([{ to: "+31612345678", originator: "+15557122661" }]);
  });

  it.each([
    ["otp", "otp"],
    ["Marketing", "marketing"],
    ["security", "notification"],
    ["somethingnew", undefined],
  ])("has purpose from MessageIntent=%s: %s", async (intent, purpose) => {
    const gateway = twilioGateway();
    await gateway.create({ ...FORM, MessageIntent: intent });
    expect(gateway.sent[0]?.purpose).toBe(purpose);
  });

  it("has RiskCheck=disable only where the key may; else it is not passed on either, and the answer says so", async () => {
    const plain = twilioGateway();
    const answer = await plain.create({ ...FORM, RiskCheck: "disable" });
    expect(answer.status).toBe(201);
    expect(answer.headers["safeguard-notice"]).toContain("RiskCheck=disable was not honoured");
    expect(plain.sent).toMatchObject([{ riskCheck: "enable" }]);
    expect(JSON.stringify(plain.sent[0]?.wire)).not.toContain("RiskCheck");

    await plain.create({ ...FORM, RiskCheck: "enable" });
    expect(JSON.stringify(plain.sent[1]?.wire)).toContain("RiskCheck");

    const privileged = twilioGateway({ key: { mayDisableRiskCheck: true } });
    expect((await privileged.create({ ...FORM, RiskCheck: "disable" })).headers).not.toHaveProperty("safeguard-notice");
    expect(privileged.sent).toMatchObject([{ riskCheck: "disable" }]);
    expect(JSON.stringify(privileged.sent[0]?.wire)).toContain("RiskCheck");
  });
});

describe("channels: whatever could end as SMS counts as SMS", () => {
  const MG = `MG${"2".repeat(32)}`;
  it.each([
    ["a plain number", { To: "+31612345678", From: "+1555" }, ["sms"]],
    ["a messaging service", { To: "+31612345678", MessagingServiceSid: MG }, ["sms"]],
    ["a messaging service as From", { To: "+31612345678", From: MG }, ["sms"]],
    ["media", { To: "+31612345678", From: "+1555", MediaUrl: "https://x.example/a.png" }, ["mms", "sms"]],
    [
      "an empty media URL first",
      "To=%2B31612345678&From=1555&Body=x&MediaUrl=&MediaUrl=https://x.example/a.png",
      ["mms", "sms"],
    ],
    ["a content template", { To: "+31612345678", From: "+1555", ContentSid: "HX1" }, ["mms", "sms"]],
    ["SendAsMms", { To: "+31612345678", From: "+1555", SendAsMms: "True" }, ["mms", "sms"]],
    ["an RCS sender to a plain number", { To: "+31612345678", From: "rcs:brand" }, ["sms", "rcs"]],
    ["WhatsApp", { To: "whatsapp:+31612345678", From: "whatsapp:+1555" }, ["whatsapp"]],
    ["WhatsApp by a messaging service", { To: "whatsapp:+31612345678", MessagingServiceSid: MG }, ["whatsapp", "sms"]],
    ["WhatsApp by a messaging service as From", { To: "whatsapp:+31612345678", From: MG }, ["whatsapp", "sms"]],
    ["RCS", { To: "rcs:+31612345678", From: "rcs:brand" }, ["rcs"]],
    ["RCS with a fallback", { To: "rcs:+31612345678", From: "rcs:brand", FallbackFrom: "+1555" }, ["rcs", "sms"]],
  ])("%s", async (_, form, channels) => {
    const gateway = twilioGateway();
    const answer = await gateway.create(typeof form === "string" ? form : { Body: "x", ...form });
    expect(answer.status).toBe(201);
    const [message] = gateway.sent;
    expect(message).toMatchObject({ channels, to: "+31612345678", channelsDeclared: channels.length === 1 });
    // Only a plain SMS may be carried by a provider of another dialect.
    expect(message?.text).toBe(channels.join() === "sms" ? "x" : undefined);
  });

  it("writes the recipient of a channel with its prefix, in answers and when fetched", async () => {
    const gateway = twilioGateway();
    const { json } = await gateway.create({ To: "whatsapp:+31612345678", From: "whatsapp:+1555", Body: "x" });
    expect(json["to"]).toBe("whatsapp:+31612345678");
    const fetched = await gateway.call({ path: String(json["uri"]) });
    expect(fetched.json).toMatchObject({ to: "whatsapp:+31612345678", from: "whatsapp:+1555" });
  });

  it.each([
    [{ To: "whatsapp:+31612345678", From: "+1555" }, 21910],
    [{ To: "+31612345678", From: "whatsapp:+1555" }, 21910],
    [{ To: "+31612345678", From: "messenger:123" }, 21910],
    [{ To: "rcs:+31612345678", From: "whatsapp:+1555" }, 21910],
    [{ To: "messenger:100012", From: "messenger:123" }, 21211],
    [{ To: "WhatsApp:+31612345678", From: "whatsapp:+1555" }, 21211],
    [{ To: "sms:+31612345678", From: "+1555" }, 21211],
    [{ To: "whatsapp:", From: "whatsapp:+1555" }, 21211],
    [{ To: "whatsapp:rcs:+31612345678", From: "whatsapp:+1555" }, 21211],
  ])("refuses %o with %i", async (form, code) => {
    const gateway = twilioGateway();
    expect(await gateway.create({ Body: "x", ...form })).toMatchObject({ status: 400, json: { code, status: 400 } });
  });
});

describe("a request that cannot be understood", () => {
  const long = "x".repeat(1_601);
  it.each([
    ["no To", { From: "+1555", Body: "x" }, 21604],
    ["no sender", { To: "+31612345678", Body: "x" }, 21603],
    ["no text", { To: "+31612345678", From: "+1555" }, 21602],
    ["a sender that is too long", { ...FORM, From: "A".repeat(129) }, 21212],
    ["a sender of two lines", { ...FORM, From: "A\r\nB" }, 21212],
    ["an empty text", { ...FORM, Body: "" }, 21602],
    ["a text that is too long", { ...FORM, Body: long }, 21617],
    ["a recipient that is no number", { ...FORM, To: "hello" }, 21211],
    ["a callback that is no URL", { ...FORM, StatusCallback: "app.example/cb" }, 21609],
    ["a callback of another scheme", { ...FORM, StatusCallback: "ftp://app.example/cb" }, 21609],
    ["a callback host with an underscore", { ...FORM, StatusCallback: "https://a_b.example/cb" }, 21609],
    ["a schedule of no kind", { ...FORM, SendAt: "2026-12-01T10:00:00Z" }, 400],
    ["a schedule without a time", { ...FORM, ScheduleType: "fixed" }, 35111],
    ["a time that is none", { ...FORM, SendAt: "tomorrow", ScheduleType: "fixed" }, 35114],
    ["a time that is over", { ...FORM, SendAt: "2020-12-01T10:00:00Z", ScheduleType: "fixed" }, 35114],
    ["a validity period of no length", { ...FORM, ValidityPeriod: "0" }, 21624],
    ["a second recipient", "To=%2B31612345678&To=%2B9607712345&From=1&Body=x", 400],
    ["a recipient by another spelling", "To=%2B31612345678&to=%2B9607712345&From=1&Body=x", 400],
    ["a name that is none", "To=%2B31612345678&To[]=%2B9607712345&From=1&Body=x", 400],
  ])("%s", async (_, form, code) => {
    const gateway = twilioGateway();
    const answer = await gateway.create(form);
    expect(answer).toMatchObject({
      status: 400,
      json: { code, status: 400, message: expect.any(String), more_info: `https://www.twilio.com/docs/errors/${code}` },
    });
    // A text that is no number is screening's to reject; everything else never gets there.
    expect(gateway.sent.length).toBe(code === 21211 ? 1 : 0);
  });

  it("names the parameter that is wrong", async () => {
    const answer = await twilioGateway().create({ ...FORM, SendAt: "2026-12-01T10:00:00Z" });
    expect(answer.json["message"]).toMatch(/^ScheduleType must be fixed/);
  });

  it("counts characters as people do: 1,600 emoji are not too long", async () => {
    expect((await twilioGateway().create({ ...FORM, Body: "😀".repeat(1_600) })).status).toBe(201);
  });

  it.each([
    ["not JSON", "{", "application/json", 400],
    ["a JSON list", "[]", "application/json", 400],
    ["an object as value", '{"To":{"x":1}}', "application/json", 400],
    ["a name twice", '{"To":"+31612345678","To":"+992372123456","From":"+1","Body":"x"}', "application/json", 400],
    ["a list for a single parameter", '{"To":["+31612345678"]}', "application/json", 400],
    ["multipart", "x", "multipart/form-data; boundary=x", 415],
  ])("%s", async (_, body, type, status) => {
    const answer = await twilioGateway().call({ method: "POST", path: MESSAGES, body, type });
    expect(answer).toMatchObject({ status, json: { status } });
  });

  it.each([
    ["GET", "/2010-04-01/Accounts.json"],
    ["POST", "/2010-04-01/Accounts/AC1/Calls.json"],
    ["DELETE", MESSAGES],
  ] as const)("%s %s, which is not offered, is not found in Twilio's words", async (method, path) => {
    expect(await twilioGateway().call({ method, path })).toMatchObject({
      status: 404,
      json: { code: 20404, status: 404 },
    });
  });

  it("never throws, and never screens another number than the one that To names", async () => {
    const gateway = twilioGateway();
    const field = fc.tuple(
      fc.constantFrom("To", "to", "TO", "From", "Body", "MediaUrl", "MessagingServiceSid", "SendAt", "To[]", "X"),
      fc.oneof(fc.constantFrom("+31612345678", "whatsapp:+31612345678", "", "MG1"), fc.string()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(field, { maxLength: 6 }), async (fields) => {
        gateway.sent.length = 0;
        const answer = await gateway.call({
          method: "POST",
          path: MESSAGES,
          body: new URLSearchParams(fields).toString(),
        });
        expect([201, 400]).toContain(answer.status);
        for (const message of gateway.sent) {
          const given = fields.filter(([name]) => name.toLowerCase().startsWith("to"));
          expect(given.length).toBe(1);
          expect(given[0]?.[1].endsWith(message.to.replace(/^\+/, ""))).toBe(true);
        }
      }),
    );
  });

  it("has Twilio's shape for a body that is too large and for a fault of ours", () => {
    const [route] = twilioGateway().dialect.routes;
    expect(JSON.parse(route?.tooLarge?.().body ?? "")).toMatchObject({ status: 413 });
    expect(JSON.parse(route?.fault?.().body ?? "")).toMatchObject({ status: 500, code: 20500 });
  });
});

describe("the answer to a message", () => {
  const id = `${"0".repeat(31)}1`;
  const uri = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/SM${id}`;
  const accepted = {
    account_sid: ACCOUNT_SID,
    api_version: "2010-04-01",
    body: FORM.Body,
    date_created: "Sun, 22 Nov 2026 10:30:00 +0000",
    date_sent: null,
    date_updated: "Sun, 22 Nov 2026 10:30:00 +0000",
    direction: "outbound-api",
    error_code: null,
    error_message: null,
    from: FORM.From,
    messaging_service_sid: null,
    num_media: "0",
    num_segments: "1",
    price: null,
    price_unit: null,
    sid: `SM${id}`,
    status: "queued",
    subresource_uris: { media: `${uri}/Media.json` },
    tags: null,
    to: "+31612345678",
    uri: `${uri}.json`,
  };

  it("that was accepted is Twilio's resource, to the type of every field", async () => {
    expect(await twilioGateway().create(FORM)).toMatchObject({ status: 201, json: accepted });
  });

  it("by a messaging service is accepted, not yet queued", async () => {
    const service = `MG${"2".repeat(32)}`;
    const answer = await twilioGateway().create({ To: FORM.To, Body: "x", MessagingServiceSid: service });
    expect(answer.json).toMatchObject({ status: "accepted", from: null, messaging_service_sid: service });
  });

  it("in doubt is the same as accepted", async () => {
    const gateway = twilioGateway();
    gateway.screenAs({ type: "submitted", outcome: { type: "in_doubt", cause: "timeout", text: "" } });
    expect(await gateway.create(FORM)).toMatchObject({ status: 201, json: accepted });
    expect((await gateway.call({ path: `${uri}.json` })).json).toMatchObject({ status: "queued", error_code: null });
  });

  it("keeps what a Twilio-like provider said and we do not model, but not whose it is", async () => {
    const gateway = twilioGateway();
    const body = {
      ...accepted,
      sid: "SMtheirs",
      account_sid: "ACtheirs",
      uri: "/theirs",
      subresource_uris: { media: "/theirs" },
      to: "+1",
      body: "theirs",
      num_segments: "3",
      status: "accepted",
      error_code: 5,
      brand_new: { x: [1] },
    };
    const answer = { status: 201, body };
    gateway.screenAs({ type: "submitted", outcome: { type: "accepted", providerId: "SMtheirs", answer } });
    expect((await gateway.create(FORM)).json).toEqual({
      ...accepted,
      num_segments: "3",
      status: "accepted",
      brand_new: { x: [1] },
    });
  });

  it("ignores what a provider of another dialect said", async () => {
    const gateway = twilioGateway();
    const answer = { status: 200, body: { details: "Created 1 message(s)", errorCode: 0, messages: [] } };
    gateway.screenAs({ type: "submitted", outcome: { type: "accepted", providerId: undefined, answer } });
    expect((await gateway.create(FORM)).json).toEqual(accepted);
  });

  it("that we stopped and report later looks accepted, and is failed when fetched", async () => {
    const gateway = twilioGateway();
    gateway.screenAs(stopped("destination_blocked", "report"));
    expect(await gateway.create(FORM)).toMatchObject({ status: 201, json: accepted });
    const fetched = await gateway.call({ path: `${uri}.json` });
    expect(fetched).toMatchObject({
      status: 200,
      json: { status: "failed", error_code: 21408, date_sent: null, body: "" },
    });
  });

  it("that we stopped and reject says so at once, with the canonical number", async () => {
    const gateway = twilioGateway();
    gateway.screenAs(stopped("destination_not_listed", "reject"));
    expect(await gateway.create({ ...FORM, To: "31612345678" })).toEqual({
      status: 400,
      headers: { "content-type": "application/json" },
      json: {
        code: 21408,
        message:
          "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: +31612345678",
        more_info: "https://www.twilio.com/docs/errors/21408",
        status: 400,
      },
    });
  });

  it("that a Twilio-like provider refused is the provider's own", async () => {
    const gateway = twilioGateway();
    const body = {
      code: 21610,
      message: "Attempt to send to unsubscribed recipient",
      more_info: "https://x",
      status: 400,
      extra: 1,
    };
    gateway.screenAs(refused({ kind: "blocked", code: "21610", answer: { status: 400, body } }));
    expect(await gateway.create(FORM)).toMatchObject({ status: 400, json: body });
  });

  it("that a provider throttled is 429 with Retry-After", async () => {
    const gateway = twilioGateway();
    const body = { code: 20429, message: "Too Many Requests", more_info: "https://x", status: 429 };
    gateway.screenAs(refused({ kind: "throttled", answer: { status: 429, body, retryAfterSeconds: 7 } }));
    expect(await gateway.create(FORM)).toMatchObject({ status: 429, json: body, headers: { "retry-after": "7" } });
    gateway.screenAs(refused({ kind: "throttled" }));
    expect(await gateway.create(FORM)).toMatchObject({
      status: 429,
      json: { code: 20429 },
      headers: { "retry-after": "1" },
    });
  });

  it("that is held is asked for again after a time", async () => {
    const gateway = twilioGateway();
    gateway.screenAs({ type: "stopped", verdict: held(NOW + 5_000), answer: "reject" });
    expect(await gateway.create(FORM)).toMatchObject({ status: 429, headers: { "retry-after": "5" } });
  });

  it.each([401, 403, 404])(
    "is not told what HTTP %i the provider answered to us, whatever the connector made of it",
    async (status) => {
      const gateway = twilioGateway();
      const body = { code: 20404, message: "The requested resource was not found", more_info: "https://x", status };
      gateway.screenAs(refused({ kind: "other", answer: { status, body } }));
      expect(await gateway.create(FORM)).toMatchObject({ status: 400, json: { code: 21612 } });
    },
  );

  it.each([401, 403, 404])(
    "never looks like the client's own bad key when ours is bad at the provider (%i)",
    async (status) => {
      const gateway = twilioGateway();
      const body = { code: 20003, message: "Authenticate", more_info: "https://x", status };
      gateway.screenAs(refused({ kind: "credentials", answer: { status, body } }));
      expect(await gateway.create(FORM)).toMatchObject({ status: 500, json: { code: 20500 } });
    },
  );
});

describe("messages that were sent", () => {
  it("are found by SID; a foreign and an unknown SID have the same answer", async () => {
    const gateway = twilioGateway();
    const { json } = await gateway.create(FORM);
    const path = String(json["uri"]);
    expect(await gateway.call({ path })).toMatchObject({
      status: 200,
      json: { sid: json["sid"], to: FORM.To, error_code: null },
    });
    const foreign = gateway.views[0];
    if (foreign === undefined) throw new TypeError("no message");
    gateway.views[0] = { ...foreign, account: "acc_two" as typeof foreign.account };
    const unknown = path.replace(/1\.json$/, "f.json");
    const answers = [await gateway.call({ path }), await gateway.call({ path: unknown })];
    expect(answers.map((answer) => answer.status)).toEqual([404, 404]);
    expect(answers[0]?.json).toEqual({
      code: 20404,
      message: `The requested resource ${path} was not found`,
      more_info: "https://www.twilio.com/docs/errors/20404",
      status: 404,
    });
    expect(answers[1]?.json).toMatchObject({ code: 20404, message: `The requested resource ${unknown} was not found` });
  });

  it.each([
    ["submitting", "queued", null],
    ["submitted", "queued", null],
    ["in_doubt", "queued", null],
    ["sent", "sent", null],
    ["delivered", "delivered", null],
    ["read", "read", null],
    ["undelivered", "undelivered", 30003],
    ["failed", "failed", 30003],
    ["refused", "failed", 30003],
  ] as const)("in state %s are %s, with error_code %s", async (state, status, code) => {
    const gateway = twilioGateway();
    const { json } = await gateway.create(FORM);
    const view = gateway.views[0];
    if (view === undefined) throw new TypeError("no message");
    gateway.views[0] = {
      ...view,
      status: state,
      errorCode: "30003",
      errorText: "Unreachable destination handset",
      price: { micros: 75_000, currency: "EUR" },
    };
    const fetched = await gateway.call({ path: String(json["uri"]) });
    expect(fetched.json).toMatchObject({
      status,
      error_code: code,
      error_message: code === null ? null : "Unreachable destination handset",
      price: ["submitting", "refused"].includes(state) ? null : "-0.07500",
    });
  });

  it("are listed newest first, in pages that lead to one another and repeat the filters", async () => {
    const gateway = twilioGateway();
    for (let index = 0; index < 5; index += 1)
      await gateway.create({ ...FORM, From: index === 0 ? "Other" : FORM.From });
    const query = "From=%2B15557122661&DateSent%3E=2026-11-01&PageSize=3";
    const first = (await gateway.call({ path: MESSAGES, query })).json;
    expect(first).toMatchObject({ page: 0, page_size: 3, start: 0, end: 2, previous_page_uri: null });
    const [path, next] = String(first["next_page_uri"]).split("?");
    expect(new URLSearchParams(next).get("DateSent>")).toBe("2026-11-01");
    const second = (await gateway.call({ path: path ?? "", query: next ?? "" })).json;
    expect(second).toMatchObject({ page: 1, start: 3, end: 3, next_page_uri: null });
    const sids = [first, second].flatMap((page) =>
      (page["messages"] as { sid: string }[]).map((message) => message.sid),
    );
    expect(sids).toEqual([5, 4, 3, 2].map((number) => `SM${number.toString().padStart(32, "0")}`));
  });

  it.each([
    ["", 1],
    ["To=%2B31612345678", 1],
    ["To=whatsapp%3A%2B31612345678", 1],
    ["To=%2B31612345679", 0],
    ["DateSent=2026-11-22", 1],
    ["DateSent=2026-11-22T00:00:00Z", 1],
    ["DateSent=2026-11-21", 0],
    ["DateSent%3C=2026-11-22", 1],
    ["DateSent%3C=2026-11-22T10:30:00Z", 1],
    ["DateSent%3C=2026-11-22T10:29:59Z", 0],
    ["DateSent%3E=2026-11-22T10:30:00Z", 1],
    ["DateSent%3E=2026-11-22T10:30:01Z", 0],
    ["DateSent%3E=2026-11-22T11:30:00%2B01:00&DateSent%3C=2026-11-23", 1],
  ])("are filtered by %s: %i", async (query, count) => {
    const gateway = twilioGateway();
    await gateway.create(FORM);
    const { status, json } = await gateway.call({ path: MESSAGES, query });
    expect(status).toBe(200);
    expect(json["messages"]).toHaveLength(count);
  });

  it("cut a larger page to 1,000, as Twilio does", async () => {
    expect((await twilioGateway().call({ path: MESSAGES, query: "PageSize=5000" })).json["page_size"]).toBe(1_000);
  });

  it.each([
    "PageSize=0",
    "PageSize=x",
    "Page=2",
    "Page=1&PageToken=forged",
    "Page=-1",
    "DateSent=yesterday",
    "DateSent%3E=2026-13-45",
    "To=hello",
  ])("refuse the query %s", async (query) => {
    const answer = await twilioGateway().call({ path: MESSAGES, query });
    expect(answer).toMatchObject({ status: 400, json: { status: 400, message: expect.any(String) } });
  });
});

describe("feedback", () => {
  it.each(["confirmed", "unconfirmed"])("%s is recorded", async (outcome) => {
    const gateway = twilioGateway();
    const { json } = await gateway.create(FORM);
    const path = String(json["uri"]).replace(".json", "/Feedback.json");
    const answer = await gateway.call({ method: "POST", path, body: `Outcome=${outcome}` });
    expect(answer).toMatchObject({
      status: 201,
      json: {
        account_sid: ACCOUNT_SID,
        message_sid: json["sid"],
        outcome,
        date_created: "Sun, 22 Nov 2026 10:30:00 +0000",
      },
    });
    expect(gateway.verified).toEqual([{ message: String(json["sid"]).slice(2), outcome }]);
  });

  it("without an outcome is refused, and about an unknown message not found", async () => {
    const gateway = twilioGateway();
    const { json } = await gateway.create(FORM);
    const path = String(json["uri"]).replace(".json", "/Feedback.json");
    for (const body of ["", "Outcome=yes", "outcome=confirmed"])
      expect(await gateway.call({ method: "POST", path, body })).toMatchObject({ status: 400 });
    const unknown = path.replace("1/Feedback", "2/Feedback");
    expect(await gateway.call({ method: "POST", path: unknown, body: "Outcome=confirmed" })).toMatchObject({
      status: 404,
      json: { code: 20404 },
    });
    expect(gateway.verified).toEqual([]);
  });
});

describe("what is not offered", () => {
  const one = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/SM${"0".repeat(32)}`;
  it.each([
    ["DELETE", `${one}.json`, 405, 20004],
    ["POST", `${one}.json`, 404, 20404],
    ["GET", `${one}/Media.json`, 404, 20404],
    ["GET", one, 406, 400],
    ["POST", `${one}/Feedback`, 406, 400],
    ["GET", MESSAGES.replace(".json", ""), 406, 400],
    ["POST", MESSAGES.replace(".json", ""), 406, 400],
  ] as const)("%s %s is refused with HTTP %i, code %i", async (method, path, status, code) => {
    expect(await twilioGateway().call({ method, path })).toMatchObject({ status, json: { code, status } });
  });
});
