import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_ANSWERS } from "../../../accounts/account.ts";
import type { SubmissionOutcome } from "../../outbound/connector.ts";
import type { CmAnswer } from "../../wire/cm-answer.ts";
import { ELSEWHERE, EXPIRED, openCm, REJECT, TOKEN, type World } from "./testing/ports.ts";

const DUTCH = "0031612345678";
const LEBANESE = "0096171123456";
/** Lebanon is blocked. */
const BLOCKING: World = { stop: (to) => (to.startsWith("+961") ? "destination_blocked" : undefined) };

describe("POST /v1.0/message", () => {
  it("answers one accepted message as CM.com does", async () => {
    const { answer, status, screened } = await send(msg({ reference: "ref-1", to: [{ number: DUTCH }] }));
    expect(status).toBe(200);
    expect(answer).toEqual({
      details: "Created 1 message(s)",
      errorCode: 0,
      messages: [
        { to: DUTCH, status: "Accepted", reference: "ref-1", parts: 1, messageDetails: null, messageErrorCode: 0 },
      ],
    });
    expect(screened).toMatchObject([
      {
        dialect: "cm",
        to: DUTCH,
        originator: "Shop",
        text: "Your code is 12345",
        reference: "ref-1",
        channels: ["sms"],
      },
    ]);
  });

  it("makes one message for each recipient, and passes the msg on without its recipients", async () => {
    const extra = { customgrouping3: "sdk", richContent: { conversation: [{ text: "hi" }] }, TO: undefined };
    const { screened, answer } = await send(msg({ to: [{ number: DUTCH }, { Number: "+31687654321" }], ...extra }));
    expect(screened.map((message) => message.to)).toEqual([DUTCH, "+31687654321"]);
    expect(answer.messages.map((line) => line.to)).toEqual([DUTCH, "+31687654321"]);
    expect(screened[0]?.wire).toEqual({
      dialect: "cm",
      msg: {
        from: "Shop",
        body: { content: "Your code is 12345" },
        customgrouping3: "sdk",
        richContent: extra.richContent,
      },
    });
  });

  it("counts the parts of a long text", async () => {
    const { answer } = await send(msg({ body: { content: "a".repeat(161) } }));
    expect(answer.messages[0]?.parts).toBe(2);
  });

  it("answers another method in its own shape, with the one that it takes", async () => {
    const reply = await openCm().call("GET", "/v1.0/message");
    expect([reply.status, reply.headers["allow"], JSON.parse(reply.body).messages]).toEqual([405, "POST", []]);
  });

  describe("authentication", () => {
    it("takes the token from the header, in either case of its letters", async () => {
      const { status } = await post({ messages: { msg: [msg()] } }, {}, { "x-cm-producttoken": TOKEN.toUpperCase() });
      expect(status).toBe(200);
    });

    it("takes the same token twice, and refuses two different ones", async () => {
      const header = { "x-cm-producttoken": TOKEN };
      expect((await send(msg(), {}, header)).status).toBe(200);
      const other = { messages: { authentication: { producttoken: TOKEN.replace("0", "1") }, msg: [msg()] } };
      const { status, answer, screened } = await post(other, {}, header);
      expect([status, answer.errorCode, answer.messages]).toEqual([400, 103, []]);
      expect(screened).toEqual([]);
    });

    it.each([
      ["unknown", {}],
      ["expired", EXPIRED],
      ["from a network that is not allowed", ELSEWHERE],
    ] as const)("says no more of a token that is %s than CM.com does", async (name, world) => {
      const token = name === "unknown" ? "00000000-0000-0000-0000-000000000000" : TOKEN;
      const { status, answer } = await post(
        { messages: { authentication: { productToken: token }, msg: [msg()] } },
        world,
      );
      expect(status).toBe(400);
      expect(answer).toEqual({
        details: "No account found for the given authentication",
        errorCode: 101,
        messages: [],
      });
    });

    it("refuses a request without a token with 103", async () => {
      const { status, answer } = await post({ messages: { msg: [msg()] } });
      expect([status, answer.errorCode]).toEqual([400, 103]);
    });

    it("refuses a key that may not send", async () => {
      const { status, answer, screened } = await send(msg(), { key: { scopes: ["usage:read"] } });
      expect([status, answer.errorCode, screened]).toEqual([400, 101, []]);
    });

    it("does not read the body of a stranger", async () => {
      const { answer } = await post("{", {}, { "x-cm-producttoken": "nobody" });
      expect(answer.errorCode).toBe(101);
    });
  });

  describe("a request that is wrong as a whole", () => {
    it.each([
      ["no JSON", "{"],
      ["no object", "[]"],
      ["nothing", ""],
      ["no messages", "{}"],
      ["a name twice", '{"messages":{"msg":[{"from":"S","body":{},"to":[{"number":"1","number":"2"}]}]}}'],
      ["two spellings of messages", '{"messages":{},"Messages":{}}'],
      [
        "bytes that are no UTF-8",
        Buffer.concat([Buffer.from('{"messages":{"x":"'), Buffer.from([0xff]), Buffer.from('"}}')]),
      ],
    ])("is malformed: %s", async (_, body) => {
      const { status, answer } = await post(body);
      expect([status, answer.errorCode, answer.messages]).toEqual([400, 202, []]);
    });

    it.each([
      ["msg", { ...msg(), From: "Other" }],
      ["to", msg({ to: [{ number: DUTCH, NUMBER: LEBANESE }] })],
      ["body", msg({ body: { content: "a", Content: "b" } })],
      ["msg, with a name that is not ASCII", { ...msg(), "allowedChannel\u017f": ["SMS"] }],
    ])("sends nothing when a name stands twice in %s", async (_, one) => {
      const { status, answer, screened } = await sendAll([msg(), one]);
      expect([status, answer.errorCode, answer.messages, screened]).toEqual([400, 202, [], []]);
    });

    it.each([
      ["no list", {}],
      ["an empty list", []],
      ["an entry that is no object", [msg(), "x"]],
      ["more than 1,000 msg", Array.from({ length: 1001 }, () => msg())],
      [
        "more than 10,000 recipients",
        Array.from({ length: 11 }, () => msg({ to: Array(1000).fill({ number: DUTCH }) })),
      ],
    ])("has a wrong list of messages: %s", async (_, list) => {
      const { status, answer, screened } = await sendAll(list);
      expect([status, answer.errorCode, answer.messages, screened]).toEqual([400, 203, [], []]);
    });

    it("takes 1,000 msg", async () => {
      const { status, screened } = await sendAll(Array.from({ length: 1000 }, () => msg()));
      expect([status, screened.length]).toEqual([200, 1000]);
    });

    it("has words for a body that is too large, and for a fault of ours", () => {
      const [route] = openCm().dialect.routes;
      expect(route?.tooLarge?.()).toMatchObject({ status: 413, body: expect.stringContaining('"errorCode":202') });
      expect(route?.fault?.()).toMatchObject({ status: 500, body: expect.stringContaining('"errorCode":500') });
    });
  });

  describe("one message that is wrong", () => {
    it.each([
      [301, { from: undefined }],
      [301, { from: "" }],
      [301, { from: "TwelveLetter" }],
      [301, { from: "12345678901234567" }],
      [301, { from: "Sho\np" }],
      [302, { to: undefined }],
      [302, { to: [] }],
      [302, { to: DUTCH }],
      [302, { to: [DUTCH] }],
      [302, { to: [{}] }],
      [302, { to: [{ number: null }] }],
      [302, { to: [{ number: -31612345678 }] }],
      [302, { to: [{ number: 3.16e25 }] }],
      [302, { to: [{ number: 31612345678.5 }] }],
      [303, { to: [{ number: "" }] }],
      [303, { to: [{ number: "hello" }] }],
      [303, { to: [{ number: `${DUTCH},0031687654321` }] }],
      [304, { body: undefined }],
      [304, { body: "text" }],
      [304, { body: {} }],
      [304, { body: { content: "" } }],
      [304, { body: { content: 1 } }],
      [304, { body: { content: "a".repeat(39_016) } }],
      [305, { allowedChannels: [] }],
      [305, { allowedChannels: "SMS" }],
      [305, { allowedChannels: [0] }],
      [305, { reference: "r".repeat(65) }],
      [305, { reference: { a: 1 } }],
      [305, { richContent: nested(40) }],
    ])("is rejected with %i, and the others go out: %j", async (code, wrong) => {
      const { status, answer, screened } = await sendAll([
        msg({ reference: "a" }),
        msg(wrong),
        msg({ reference: "c" }),
      ]);
      expect(status).toBe(200);
      expect(answer.errorCode).toBe(201);
      expect(answer.details).toBe("Created 2 message(s)");
      expect(answer.messages.map((line) => line.messageErrorCode)).toEqual([0, code, 0]);
      expect(answer.messages[1]).toMatchObject({ status: "Rejected", parts: 0 });
      expect(answer.messages[1]?.messageDetails).toBeTruthy();
      expect(screened.filter((message) => message.reference !== undefined).map((message) => message.reference)).toEqual(
        ["a", "c"],
      );
    });

    it("is a line for each of its recipients", async () => {
      const { status, answer } = await send(msg({ from: "", to: [{ number: DUTCH }, { number: LEBANESE }] }));
      expect(status).toBe(400);
      expect(answer.messages.map((line) => line.to)).toEqual([DUTCH, LEBANESE]);
    });
  });

  it("takes a number that is written as a JSON number, digit for digit", async () => {
    const { screened, answer } = await send(msg({ to: [{ number: 31612345678 }] }));
    expect(screened[0]?.to).toBe("31612345678");
    expect(answer.messages[0]?.to).toBe("31612345678");
  });

  it("is not impressed by __proto__", async () => {
    const body = `{"messages":{"authentication":{"productToken":"${TOKEN}"},"msg":[{"__proto__":{"from":"Evil"},"from":"Shop",
      "body":{"content":"x"},"to":[{"__proto__":{"number":"${LEBANESE}"},"number":"${DUTCH}"}]}]}}`;
    const { screened } = await post(body);
    expect(screened).toMatchObject([{ originator: "Shop", to: DUTCH }]);
    expect(JSON.stringify(screened[0]?.wire)).not.toContain("Evil");
  });

  describe("a blocked message", () => {
    it("looks accepted where the account wants blocks reported", async () => {
      const { status, answer } = await send(msg({ to: [{ number: LEBANESE }] }), BLOCKING);
      expect(status).toBe(200);
      expect(answer.messages[0]).toMatchObject({ status: "Accepted", messageErrorCode: 0, parts: 1 });
    });

    it.each([
      ["destination_blocked", 402],
      ["number_type_blocked", 402],
    ] as const)(
      "is rejected at once where the account wants that: %s with %i and the sentence",
      async (reason, code) => {
        const { status, answer } = await send(msg(), { account: REJECT, stop: () => reason });
        expect(status).toBe(400);
        expect(answer).toMatchObject({
          details: "Created 0 message(s)",
          errorCode: 201,
          messages: [{ status: "Rejected", parts: 0, messageErrorCode: code, messageDetails: `because ${reason}` }],
        });
      },
    );

    it("leaves the others alone", async () => {
      const { status, answer } = await send(msg({ to: [{ number: LEBANESE }, { number: DUTCH }] }), {
        ...BLOCKING,
        account: REJECT,
      });
      expect([status, answer.errorCode, answer.details]).toEqual([200, 201, "Created 1 message(s)"]);
      expect(answer.messages.map((line) => line.status)).toEqual(["Rejected", "Accepted"]);
    });

    it("is HTTP 200 for accounts whose client throws the body of a 400 away", async () => {
      const cm = { ...DEFAULT_ANSWERS.cm, destination: "reject", alwaysOk: true } as const;
      const world: World = { ...BLOCKING, account: { answers: { ...DEFAULT_ANSWERS, cm } } };
      const { status, answer } = await send(msg({ to: [{ number: LEBANESE }] }), world);
      expect([status, answer.errorCode]).toEqual([200, 201]);
      expect((await post("{", world)).status).toBe(400);
    });
  });

  describe("a message that the provider refuses", () => {
    const refused = (
      kind: "throttled" | "credentials" | "recipient" | "untranslatable",
      body?: unknown,
    ): SubmissionOutcome => ({
      type: "refused",
      kind,
      code: "x",
      text: "the provider's words",
      answer: body === undefined ? undefined : { status: 400, body },
    });

    it.each([
      ["throttled", 403],
      ["credentials", 500],
      ["recipient", 303],
      ["untranslatable", 305],
    ] as const)("is rejected: %s with %i", async (kind, code) => {
      const { answer } = await send(msg(), { outcome: () => refused(kind) });
      expect(answer.messages[0]).toMatchObject({ messageErrorCode: code, messageDetails: "the provider's words" });
    });

    it("keeps the code of a provider that speaks CM.com's dialect", async () => {
      const line = {
        to: "x",
        status: "Rejected",
        reference: "y",
        parts: 0,
        messageDetails: "z",
        messageErrorCode: 401,
      };
      const { answer } = await send(msg(), { outcome: () => refused("recipient", line) });
      expect(answer.messages[0]).toMatchObject({ to: DUTCH, reference: null, messageErrorCode: 401 });
    });

    it("is HTTP 429 when the rate limit is all that stood in the way, and else not", async () => {
      const world: World = { ...BLOCKING, account: REJECT, outcome: () => refused("throttled") };
      expect((await send(msg(), world)).status).toBe(429);
      expect((await send(msg({ to: [{ number: DUTCH }, { number: LEBANESE }] }), world)).status).toBe(400);
    });

    it("is accepted while in doubt: a refusal would make the client send again", async () => {
      const { answer } = await send(msg(), {
        outcome: () => ({ type: "in_doubt", cause: "timeout", text: "no answer" }),
      });
      expect(answer.messages[0]).toMatchObject({ status: "Accepted", messageErrorCode: 0 });
    });
  });

  describe("channels", () => {
    it("are those of allowedChannels, in order, and declared", async () => {
      const { screened } = await send(msg({ allowedChannels: ["WhatsApp", "SMS", "Line"] }));
      expect(screened[0]).toMatchObject({ channels: ["whatsapp", "sms", "other"], channelsDeclared: true });
    });

    it("are one undeclared SMS where nothing is said, also for a push with an appKey", async () => {
      const { screened } = await send(msg({ appKey: "11111111-1111-1111-1111-111111111111", allowedChannels: null }));
      expect(screened[0]).toMatchObject({ channels: ["sms"], channelsDeclared: false });
    });

    it("are those that the account declared where the message says nothing", async () => {
      const { screened } = await send(msg(), { account: { declaredChannels: ["rcs", "sms"] } });
      expect(screened[0]).toMatchObject({ channels: ["rcs", "sms"], channelsDeclared: true });
    });

    it("need no text where there is rich content, and no short sender where there is no SMS", async () => {
      const rich = msg({
        body: undefined,
        richContent: {},
        from: "A sender with a long name",
        allowedChannels: ["RCS"],
      });
      const { status, screened } = await send(rich);
      expect(status).toBe(200);
      expect(screened[0]?.text).toBeUndefined();
    });
  });

  it("gives the same messages whatever the casing of the keys", async () => {
    const request = {
      messages: {
        authentication: { productToken: TOKEN },
        msg: [
          msg({ reference: "r", allowedChannels: ["RCS", "SMS"], to: [{ number: DUTCH }, { number: LEBANESE }] }),
          msg({ body: { content: "", type: "AUTO" } }),
        ],
      },
    };
    const plain = await post(request, BLOCKING);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), async (bits) => {
        const cased = await post(recase(request, bits), BLOCKING);
        expect(cased.answer).toEqual(plain.answer);
        const seen = (messages: typeof plain.screened) => messages.map(({ wire: _, principal: __, ...rest }) => rest);
        expect(seen(cased.screened)).toEqual(seen(plain.screened));
      }),
    );
  });

  it("keeps the order and adds up, whatever is right or wrong", async () => {
    const one = fc.record({
      from: fc.constantFrom("Shop", ""),
      body: fc.constantFrom({ content: "x" }, {}),
      reference: fc.option(fc.stringMatching(/^[a-z0-9]{1,32}$/), { nil: undefined }),
      to: fc.array(fc.record({ number: fc.constantFrom(DUTCH, LEBANESE, "no number", 31612345678) }), {
        minLength: 1,
        maxLength: 5,
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), fc.boolean(), async (list, reject) => {
        const { answer, status, screened } = await sendAll(list, {
          ...BLOCKING,
          ...(reject ? { account: REJECT } : {}),
        });
        const wanted = list.flatMap((msg) => msg.to.map(({ number }) => [String(number), msg.reference ?? null]));
        expect(answer.messages.map((line) => [line.to, line.reference])).toEqual(wanted);
        const accepted = answer.messages.filter((line) => line.status === "Accepted").length;
        expect(answer.details).toBe(`Created ${accepted} message(s)`);
        expect(answer.errorCode).toBe(accepted === wanted.length ? 0 : 201);
        expect(status).toBe(accepted > 0 ? 200 : 400);
        const sendable = list.filter((msg) => msg.from !== "" && "content" in msg.body).flatMap((msg) => msg.to);
        expect(screened.length).toBe(sendable.length);
      }),
    );
  });

  it("answers any JSON whatever in CM.com's shape", async () => {
    const value = fc.oneof(
      fc.json(),
      fc.jsonValue().map((inner) => JSON.stringify({ messages: inner })),
      fc
        .jsonValue()
        .map((inner) => JSON.stringify({ messages: { authentication: { productToken: TOKEN }, msg: inner } })),
      fc
        .array(
          fc.dictionary(
            fc.constantFrom("from", "to", "body", "reference", "allowedChannels", "richContent"),
            fc.jsonValue(),
          ),
        )
        .map((msg) => JSON.stringify({ messages: { authentication: { productToken: TOKEN }, msg } })),
    );
    await fc.assert(
      fc.asyncProperty(value, async (body) => {
        const { answer, status } = await post(body);
        expect([200, 400]).toContain(status);
        expect(Number.isInteger(answer.errorCode)).toBe(true);
        expect(typeof answer.details).toBe("string");
        for (const line of answer.messages) {
          expect(Object.keys(line)).toEqual([
            "to",
            "status",
            "reference",
            "parts",
            "messageDetails",
            "messageErrorCode",
          ]);
          expect(typeof line.to).toBe("string");
          expect(Number.isInteger(line.parts) && Number.isInteger(line.messageErrorCode)).toBe(true);
        }
      }),
    );
  });
});

function msg(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { from: "Shop", body: { content: "Your code is 12345" }, to: [{ number: DUTCH }], ...fields };
}

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { inner: nested(levels - 1) };
}

function send(one: unknown, world: World = {}, headers: Record<string, string> = {}) {
  return sendAll([one], world, headers);
}

function sendAll(list: unknown, world: World = {}, headers: Record<string, string> = {}) {
  return post({ messages: { authentication: { productToken: TOKEN }, msg: list } }, world, headers);
}

async function post(body: unknown, world: World = {}, headers: Record<string, string> = {}) {
  const cm = openCm(world);
  const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const reply = await cm.call("POST", "/v1.0/message", text, headers);
  return { status: reply.status, answer: JSON.parse(reply.body) as CmAnswer, screened: cm.screened };
}

/** The same value with each letter of each key in a casing of its own. */
function recase(value: unknown, bits: Iterator<boolean>): unknown {
  if (Array.isArray(value)) return value.map((entry) => recase(entry, bits));
  if (typeof value !== "object" || value === null) return value;
  const letters = (key: string) =>
    [...key].map((letter) => (bits.next().value ? letter.toUpperCase() : letter.toLowerCase()));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [letters(key).join(""), recase(inner, bits)]));
}
