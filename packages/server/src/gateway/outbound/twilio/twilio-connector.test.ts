import type { Channel } from "@safeguard/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Submission, SubmissionOutcome } from "../connector.ts";
import { createHttpExchange, type HttpExchange } from "../http-exchange.ts";
import { cutAnswer, httpAnswer, type RawServer, rawServer } from "../testing/raw-server.ts";
import { submission } from "../testing/submission.ts";
import { createTwilioConnector } from "./twilio-connector.ts";
import { twilioSettingsSchema } from "./twilio-settings.ts";

const ACCOUNT = "AC00000000000000000000000000000000";
const AUTH_TOKEN = "ffffffffffffffffffffffffffffffff";
const SID = "SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const CREATED = httpAnswer(201, {
  account_sid: ACCOUNT,
  error_code: null,
  num_segments: "1",
  sid: SID,
  status: "queued",
});
const error = (status: number, code: number, message: string) =>
  httpAnswer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

let server: RawServer;
let exchange: HttpExchange;
beforeAll(async () => {
  exchange = createHttpExchange({ timeoutMs: 2_000 });
  server = await rawServer(() => undefined);
});
beforeEach(() => {
  server.onRequest = (socket) => socket.write(CREATED);
});
afterAll(async () => {
  await server.close();
  await exchange.close();
});

async function submit(
  changes: Partial<Submission> = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<SubmissionOutcome | undefined> {
  const parsed = twilioSettingsSchema.parse({
    baseUrl: `${server.origin}/prefix/`,
    accountSid: ACCOUNT,
    timeoutMs: 2_000,
    ...settings,
  });
  const connector = createTwilioConnector("twilio", parsed, { authToken: AUTH_TOKEN }, exchange);
  const [outcome] = await connector.submit([submission(changes)]);
  return outcome;
}

const lastForm = () => [...new URLSearchParams(server.requests.at(-1)?.body)];
const twilio = (fields: readonly (readonly [string, string])[]) => ({ dialect: "twilio", fields }) as const;

describe("what Twilio gets", () => {
  test("a message of another dialect is a plain SMS, under our account, reporting to us", async () => {
    const callbackUrl = "https://safeguard.example/reports/twilio/t/m";
    expect(await submit({ callbackUrl })).toMatchObject({ type: "accepted", providerId: SID });
    const { head } = server.requests.at(-1) ?? { head: "" };
    expect(head).toMatch(new RegExp(`^POST /prefix/2010-04-01/Accounts/${ACCOUNT}/Messages.json HTTP`));
    expect(head).toContain(`authorization: Basic ${Buffer.from(`${ACCOUNT}:${AUTH_TOKEN}`).toString("base64")}`);
    expect(lastForm()).toEqual([
      ["To", "+31612345678"],
      ["From", "Acme"],
      ["Body", "Your code is 123456"],
      ["StatusCallback", callbackUrl],
    ]);
  });

  test("a Twilio client's fields go on as they are, but for recipient, callback and account", async () => {
    await submit({
      wire: twilio([
        ["To", "+31 6 12345678"],
        ["From", "+15557122661"],
        ["Body", "Grüße & co"],
        ["StatusCallback", "https://customer.example/cb"],
        ["statuscallbackmethod", "GET"],
        ["AccountSid", "AC1"],
        ["MessageIntent", "otp"],
        ["Tags", '{"a":"b"}'],
        ["NewField", "kept"],
      ]),
    });
    expect(lastForm()).toEqual([
      ["To", "+31612345678"],
      ["From", "+15557122661"],
      ["Body", "Grüße & co"],
      ["MessageIntent", "otp"],
      ["Tags", '{"a":"b"}'],
      ["NewField", "kept"],
    ]);
  });

  test("a second To cannot hide among the fields, however it is spelled", async () => {
    await submit({
      wire: twilio([
        ["To", "+31612345678"],
        ["to", "+99"],
        ["TO", "+98"],
        ["From", "A"],
        ["Body", "x"],
      ]),
    });
    expect(lastForm().filter(([name]) => name.toLowerCase() === "to")).toEqual([["To", "+31612345678"]]);
  });

  test("a message without a sender gets the provider's", async () => {
    const service = "MG00000000000000000000000000000000";
    await submit({ originator: "" }, { from: "+15550001111" });
    expect(lastForm()).toContainEqual(["From", "+15550001111"]);
    await submit({ originator: "" }, { messagingServiceSid: service, from: "+15550001111" });
    expect(lastForm()).toContainEqual(["MessagingServiceSid", service]);
    expect(lastForm().map(([name]) => name)).not.toContain("From");
    expect(await submit({ originator: "" })).toMatchObject({ kind: "untranslatable" });
  });

  test("a CM.com client's validity becomes seconds", async () => {
    await submit({ wire: { dialect: "cm", msg: { from: "Acme", body: { content: "x" }, validity: "2h" } } });
    expect(lastForm()).toContainEqual(["ValidityPeriod", "7200"]);
  });
});

describe("a message that must not end as SMS", () => {
  const channels = (...list: Channel[]) => list;

  test("goes to the channel's own address, and loses the sender of the fallback", async () => {
    const wire = twilio([
      ["To", "whatsapp:+31612345678"],
      ["From", "whatsapp:+15557122661"],
      ["FallbackFrom", "+15557122661"],
      ["Body", "x"],
    ]);
    await submit({ channels: channels("whatsapp"), wire });
    expect(lastForm()).toEqual([
      ["To", "whatsapp:+31612345678"],
      ["From", "whatsapp:+15557122661"],
      ["Body", "x"],
    ]);
    await submit({ channels: channels("whatsapp", "sms"), wire });
    expect(lastForm()).toContainEqual(["FallbackFrom", "+15557122661"]);
  });

  test("a bare number with RCS alone is written so that Twilio does not fall back", async () => {
    await submit({
      channels: channels("rcs"),
      wire: twilio([
        ["To", "+31612345678"],
        ["MessagingServiceSid", "MG1"],
        ["Body", "x"],
      ]),
    });
    expect(lastForm()).toContainEqual(["To", "rcs:+31612345678"]);
  });

  test.each([
    [
      "WhatsApp was taken off",
      channels("sms"),
      [
        ["To", "whatsapp:+31612345678"],
        ["From", "whatsapp:+1"],
        ["Body", "x"],
      ],
    ],
    [
      "a bare number, and only WhatsApp is left",
      channels("whatsapp"),
      [
        ["To", "+31612345678"],
        ["From", "A"],
        ["Body", "x"],
      ],
    ],
    [
      "an SMS sender for WhatsApp",
      channels("whatsapp"),
      [
        ["To", "whatsapp:+31612345678"],
        ["From", "+1555"],
        ["Body", "x"],
      ],
    ],
    [
      "media, and MMS was taken off",
      channels("sms"),
      [
        ["To", "+31612345678"],
        ["From", "A"],
        ["MediaUrl", "https://a.example/b"],
      ],
    ],
    [
      "an MMS, and MMS was taken off",
      channels("sms"),
      [
        ["To", "+31612345678"],
        ["From", "A"],
        ["SendAsMms", "true"],
        ["Body", "x"],
      ],
    ],
    [
      "a channel without numbers",
      channels("other"),
      [
        ["To", "messenger:123"],
        ["From", "messenger:1"],
        ["Body", "x"],
      ],
    ],
  ] as [string, Channel[], [string, string][]][])("%s: refused, and nothing is sent", async (_, allowed, fields) => {
    const before = server.requests.length;
    expect(await submit({ channels: allowed, wire: twilio(fields) })).toMatchObject({
      type: "refused",
      kind: "untranslatable",
    });
    expect(server.requests).toHaveLength(before);
  });
});

describe("what cannot be translated is refused before anything is sent", () => {
  test.each([
    ["no text", { text: undefined }],
    ["WhatsApp alone", { channels: ["whatsapp"] }],
    ["rich content", { wire: { dialect: "cm", msg: { body: { content: "x" }, richContent: { conversation: [] } } } }],
    ["binary text", { wire: { dialect: "cm", msg: { body: { content: "00" }, dcs: 4 } } }],
    ["a body type of its own", { wire: { dialect: "cm", msg: { body: { content: "x", type: "TEMPLATE" } } } }],
    [
      "a validity that is a date",
      { wire: { dialect: "cm", msg: { body: { content: "x" }, validity: "2026-11-22 12:00" } } },
    ],
    ["a field that we do not know", { wire: { dialect: "cm", msg: { body: { content: "x" }, Payment: {} } } }],
  ] as [string, Partial<Submission>][])("%s", async (_, changes) => {
    const before = server.requests.length;
    const outcome = await submit(changes);
    expect(outcome).toMatchObject({ type: "refused", kind: "untranslatable", code: "untranslatable" });
    expect(server.requests).toHaveLength(before);
  });
});

describe("what Twilio's answer means", () => {
  test.each([
    ["201 with a SID", CREATED, { type: "accepted", providerId: SID }],
    ["200 with a SID", httpAnswer(200, { sid: SID }), { type: "accepted" }],
    ["201 without a SID", httpAnswer(201, { status: "queued" }), { type: "in_doubt", cause: "answer_unexpected" }],
    ["201 without JSON", httpAnswer(201, "OK"), { type: "in_doubt", cause: "answer_unreadable" }],
    ["201 with null", httpAnswer(201, "null"), { type: "in_doubt", cause: "answer_unexpected" }],
    ["204", "HTTP/1.1 204 X\r\n\r\n", { type: "in_doubt" }],
    [
      "400 region",
      error(400, 21408, "Permission to send an SMS has not been enabled"),
      { type: "refused", kind: "blocked", code: "21408" },
    ],
    [
      "400 number",
      error(400, 21211, "Invalid 'To' Phone Number"),
      { type: "refused", kind: "recipient", code: "21211" },
    ],
    [
      "400 opted out",
      error(400, 21610, "Attempt to send to unsubscribed recipient"),
      { type: "refused", kind: "blocked" },
    ],
    ["400 too long", error(400, 21617, "too long"), { type: "refused", kind: "content" }],
    ["400 unknown code", error(400, 99999, "news"), { type: "refused", kind: "other", code: "99999" }],
    ["401", error(401, 20003, "Authenticate"), { type: "refused", kind: "credentials", code: "20003" }],
    ["403", error(403, 20403, "Forbidden"), { type: "refused", kind: "credentials" }],
    ["404", error(404, 20404, "not found"), { type: "refused", kind: "credentials" }],
    [
      "400 of somebody else",
      httpAnswer(400, { error: "bad gateway rule" }),
      { type: "in_doubt", cause: "answer_unexpected" },
    ],
    ["403 page of a proxy", httpAnswer(403, "<html>"), { type: "in_doubt", cause: "answer_unreadable" }],
    ["429", error(429, 20429, "Too Many Requests"), { type: "refused", kind: "throttled", code: "20429" }],
    ["429 without a body", httpAnswer(429, ""), { type: "refused", kind: "throttled" }],
    ["500 with an error", error(500, 20500, "Internal Server Error"), { type: "in_doubt" }],
    ["503 with an error", error(503, 20503, "Service unavailable"), { type: "in_doubt" }],
    ["502 page", httpAnswer(502, "<html>"), { type: "in_doubt" }],
    ["302", httpAnswer(302, "", "Location: https://elsewhere.example/\r\n"), { type: "in_doubt" }],
  ])("%s", async (_, answer, expected) => {
    server.onRequest = (socket) => socket.write(answer);
    expect(await submit()).toMatchObject(expected);
  });

  test.each([
    ["accepted", CREATED],
    ["refused", error(400, 21408, "Permission to send has not been enabled")],
  ] as const)("an answer that says %s, cut at any byte, is in doubt; whole, it is %s", async (type, answer) => {
    const length = Buffer.byteLength(answer);
    for (let cut = 0; cut < length; cut += 1) {
      server.onRequest = cutAnswer(answer, cut, cut % 2 === 0 ? "close" : "reset");
      const before = server.requests.length;
      const outcome = await submit();
      expect(outcome?.type, `cut at ${cut}`).toBe("in_doubt");
      expect(server.requests.length - before, `sent once, cut at ${cut}`).toBe(1);
    }
    server.onRequest = cutAnswer(answer, length, "close");
    expect(await submit()).toMatchObject({ type });
  });

  test("an answer whose length nobody names, cut at any byte, is in doubt too", async () => {
    const answer = `HTTP/1.1 201 X\r\nConnection: close\r\n\r\n{"sid":"${SID}"}`;
    for (let cut = 0; cut < answer.length; cut += 1) {
      server.onRequest = cutAnswer(answer, cut, "close");
      expect((await submit())?.type, `cut at ${cut}`).toBe("in_doubt");
    }
    server.onRequest = cutAnswer(answer, answer.length, "close");
    expect(await submit()).toMatchObject({ type: "accepted" });
  });

  test("nothing listens: refused as unavailable", async () => {
    expect(await submit({}, { baseUrl: "http://127.0.0.1:1" })).toMatchObject({ type: "refused", kind: "unavailable" });
  });

  test("the provider's words are kept without number, text or credentials", async () => {
    const words = `No ${AUTH_TOKEN} for +31612345678: Your code is 123456\r\n${"x".repeat(1_000)}`;
    server.onRequest = (socket) => socket.write(error(400, 21211, words));
    const outcome = await submit();
    const text = outcome?.type === "refused" ? outcome.text : "";
    expect(text).toContain("No (secret) for (number): (text)");
    expect(text.length).toBeLessThanOrEqual(200);
    expect(text).not.toMatch(/[\r\n]/);
    expect(outcome?.type === "refused" && outcome.code).toBe("21211");
  });
});
