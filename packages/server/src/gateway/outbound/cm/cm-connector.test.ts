import type { E164 } from "@safeguard/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Submission } from "../connector.ts";
import { createHttpExchange, type HttpExchange } from "../http-exchange.ts";
import { cutAnswer, httpAnswer, type RawServer, rawServer } from "../testing/raw-server.ts";
import { messageId, submission } from "../testing/submission.ts";
import { createCmConnector } from "./cm-connector.ts";
import { cmSettingsSchema } from "./cm-settings.ts";

const TOKEN = "00000000-0000-0000-0000-000000000000";
const A = messageId(10);
const B = messageId(11);
const C = messageId(12);

const accepted = (reference: string) => ({
  to: "0031612345678",
  status: "Accepted",
  reference,
  parts: 1,
  messageDetails: null,
  messageErrorCode: 0,
});
const rejected = (reference: string, code = 403, details = "Message has been rejected") => ({
  to: "0031612345678",
  status: "Rejected",
  reference,
  parts: 0,
  messageDetails: details,
  messageErrorCode: code,
});
const answer = (status: number, errorCode: number, messages: readonly unknown[], details = "Created 1 message(s)") =>
  httpAnswer(status, { details, errorCode, messages });

let server: RawServer;
let exchange: HttpExchange;
beforeAll(async () => {
  exchange = createHttpExchange({ timeoutMs: 2_000 });
  server = await rawServer(() => undefined);
});
afterAll(async () => {
  await server.close();
  await exchange.close();
});

function submit(batch: readonly Partial<Submission>[], says: string, settings: Readonly<Record<string, unknown>> = {}) {
  server.onRequest = (socket) => socket.write(says);
  return submitTo(batch, settings);
}

function submitTo(batch: readonly Partial<Submission>[], settings: Readonly<Record<string, unknown>> = {}) {
  const parsed = cmSettingsSchema.parse({ baseUrl: server.origin, timeoutMs: 2_000, ...settings });
  const connector = createCmConnector("cm", parsed, { productToken: TOKEN }, exchange);
  return connector.submit(batch.map(submission));
}

const lastBody = () =>
  JSON.parse(server.requests.at(-1)?.body ?? "null") as { messages: { msg: Record<string, unknown>[] } };
const cm = (msg: Readonly<Record<string, unknown>>) => ({ dialect: "cm", msg }) as const;

describe("what CM.com gets", () => {
  test("the batch in one request, one recipient to a msg, under our reference", async () => {
    const outcomes = await submit(
      [{ id: A }, { id: B, to: "+4915112345678" as E164, originator: "B" }],
      answer(200, 0, [accepted(A), accepted(B)]),
    );
    expect(outcomes.map(({ type }) => type)).toEqual(["accepted", "accepted"]);
    const { head } = server.requests.at(-1) ?? { head: "" };
    expect(head).toMatch(/^POST \/v1\.0\/message HTTP/);
    expect(lastBody()).toEqual({
      messages: {
        authentication: { productToken: TOKEN },
        msg: [
          {
            from: "Acme",
            body: { content: "Your code is 123456", type: "AUTO" },
            minimumNumberOfMessageParts: 1,
            maximumNumberOfMessageParts: 8,
            allowedChannels: ["SMS"],
            to: [{ number: "0031612345678" }],
            reference: A,
          },
          expect.objectContaining({ from: "B", to: [{ number: "004915112345678" }], reference: B }),
        ],
      },
    });
  });

  test("a CM.com client's message goes on as it is, but for recipient, reference and channels", async () => {
    const msg = {
      From: "Acme",
      body: { content: "x", type: "AUTO" },
      REFERENCE: "theirs",
      allowedchannels: ["WhatsApp", "SMS", "Telegram Messenger"],
      richContent: { conversation: [{ text: "hi" }] },
      customGrouping3: "text-sdk-javascript",
      to: [{ number: "00999" }],
      newField: [1, { deep: true }],
    };
    await submit([{ id: A, wire: cm(msg), channels: ["whatsapp", "other"] }], answer(200, 0, [accepted(A)]));
    expect(lastBody().messages.msg).toEqual([
      {
        From: "Acme",
        body: { content: "x", type: "AUTO" },
        richContent: { conversation: [{ text: "hi" }] },
        customGrouping3: "text-sdk-javascript",
        newField: [1, { deep: true }],
        allowedChannels: ["WhatsApp", "Telegram Messenger"],
        to: [{ number: "0031612345678" }],
        reference: A,
      },
    ]);
  });

  test("a message that declared no channels is written out as SMS; an account's declared ones are all written out", async () => {
    const wire = cm({ from: "A", body: { content: "x" }, appKey: "guid" });
    await submit([{ id: A, wire, channelsDeclared: false }], answer(200, 0, [accepted(A)]));
    expect(lastBody().messages.msg[0]).toMatchObject({ allowedChannels: ["SMS"], appKey: "guid" });
    await submit([{ id: A, wire, channels: ["push", "sms"] }], answer(200, 0, [accepted(A)]));
    expect(lastBody().messages.msg[0]).toMatchObject({ allowedChannels: ["Push", "SMS"] });
  });

  test("what it cannot carry is refused before sending, and the rest of the batch goes", async () => {
    const outcomes = await submit(
      [
        {
          id: A,
          wire: {
            dialect: "twilio",
            fields: [
              ["MediaUrl", "https://a.example/b"],
              ["Body", "x"],
            ],
          },
        },
        { id: B },
        { id: C, channels: ["other"] },
      ],
      answer(200, 0, [accepted(B)]),
    );
    expect(outcomes).toMatchObject([
      { type: "refused", kind: "untranslatable" },
      { type: "accepted" },
      { type: "refused", kind: "untranslatable" },
    ]);
    expect(lastBody().messages.msg.map(({ reference }) => reference)).toEqual([B]);
    const before = server.requests.length;
    expect(await submit([{ originator: "" }], "")).toMatchObject([{ kind: "untranslatable" }]);
    expect(server.requests).toHaveLength(before);
  });

  test("a Twilio client's validity and default sender", async () => {
    const wire = {
      dialect: "twilio",
      fields: [
        ["ValidityPeriod", "90"],
        ["Body", "x"],
        ["SmartEncoded", "false"],
      ],
    } as const;
    await submit([{ id: A, wire, originator: "" }], answer(200, 0, [accepted(A)]), { from: "Fallback" });
    expect(lastBody().messages.msg[0]).toMatchObject({ from: "Fallback", validity: "2m" });
  });
});

describe("what CM.com's answer means, message by message", () => {
  test.each([
    ["all accepted", answer(200, 0, [accepted(A), accepted(B)]), ["accepted", "accepted"]],
    ["in another order", answer(200, 0, [accepted(B), accepted(A)]), ["accepted", "accepted"]],
    ["partly", answer(200, 201, [accepted(A), rejected(B)]), ["accepted", "refused"]],
    ["all rejected", answer(400, 201, [rejected(A), rejected(B)]), ["refused", "refused"]],
    ["a line is missing", answer(200, 0, [accepted(A)]), ["accepted", "in_doubt"]],
    [
      "a line without a reference",
      answer(200, 0, [accepted(A), { ...accepted(B), reference: null }]),
      ["accepted", "in_doubt"],
    ],
    ["a line of somebody else", answer(200, 0, [accepted(A), accepted(C)]), ["accepted", "in_doubt"]],
    ["two lines for one", answer(200, 201, [accepted(A), rejected(A), accepted(B)]), ["in_doubt", "accepted"]],
    [
      "accepted with an error code",
      answer(200, 0, [{ ...accepted(A), messageErrorCode: 5 }, accepted(B)]),
      ["in_doubt", "accepted"],
    ],
    [
      "a status that we do not know",
      answer(200, 0, [{ ...accepted(A), status: "Parked" }, accepted(B)]),
      ["in_doubt", "accepted"],
    ],
    [
      "the whole refused",
      answer(400, 101, [], "No account found for the given authentication"),
      ["refused", "refused"],
    ],
    ["the whole, of unknown cause", answer(400, 999, []), ["in_doubt", "in_doubt"]],
    ["internal error", answer(400, 500, []), ["in_doubt", "in_doubt"]],
    ["200 without lines", answer(200, 0, []), ["in_doubt", "in_doubt"]],
    ["400 with error code 0", answer(400, 0, []), ["in_doubt", "in_doubt"]],
    ["500 with lines", answer(500, 201, [accepted(A), accepted(B)]), ["in_doubt", "in_doubt"]],
    ["429", httpAnswer(429, ""), ["refused", "refused"]],
    ["403 page of a proxy", httpAnswer(403, "<html>"), ["in_doubt", "in_doubt"]],
    ["JSON of somebody else", httpAnswer(400, { error: "x" }), ["in_doubt", "in_doubt"]],
    ["302", httpAnswer(302, "", "Location: https://elsewhere.example\r\n"), ["in_doubt", "in_doubt"]],
  ])("%s", async (_, says, types) => {
    const outcomes = await submit([{ id: A }, { id: B }], says);
    expect(outcomes.map(({ type }) => type)).toEqual(types);
  });

  test.each([
    [101, "credentials"],
    [103, "credentials"],
    [303, "recipient"],
    [304, "content"],
    [401, "blocked"],
    [402, "blocked"],
    [403, "blocked"],
    [301, "other"],
  ])("code %i is a refusal of kind %s", async (code, kind) => {
    expect(await submit([{ id: A }], answer(400, 201, [rejected(A, code)]))).toMatchObject([
      { type: "refused", kind, code: String(code) },
    ]);
  });

  test("keys in any casing are read", async () => {
    const says = httpAnswer(200, {
      Details: "Created 1 message(s)",
      ErrorCode: 0,
      Messages: [{ To: "x", Status: "Accepted", Reference: A, Parts: 1, MessageDetails: null, MessageErrorCode: 0 }],
    });
    expect(await submit([{ id: A }], says)).toMatchObject([{ type: "accepted" }]);
  });

  test.each([
    ["accepted", answer(200, 0, [accepted(A)])],
    ["refused", answer(400, 201, [rejected(A)])],
  ] as const)("an answer that says %s, cut at any byte, is in doubt", async (type, says) => {
    const length = Buffer.byteLength(says);
    for (let cut = 0; cut < length; cut += 1) {
      server.onRequest = cutAnswer(says, cut, cut % 2 === 0 ? "reset" : "close");
      const [outcome] = await submitTo([{ id: A }]);
      expect(outcome?.type, `cut at ${cut}`).toBe("in_doubt");
    }
    server.onRequest = cutAnswer(says, length, "close");
    expect(await submitTo([{ id: A }])).toMatchObject([{ type }]);
  });

  test("its words are kept without the token", async () => {
    const [outcome] = await submit([{ id: A }], answer(400, 101, [], `No account for ${TOKEN}`));
    expect(outcome).toMatchObject({ kind: "credentials", text: "No account for (secret)" });
  });
});
