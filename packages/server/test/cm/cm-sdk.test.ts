import { readdirSync, readFileSync } from "node:fs";
import { CMTypes, MessageApiClient } from "@cmdotcom/text-sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CmAnswer } from "../../src/gateway/wire/cm-answer.ts";
import { type CmScene, openScene, type SceneOptions } from "./scene.ts";

const DUTCH = "0031612345678";
/** The Maldives, which the scene's policy does not allow. */
const MALDIVIAN = "009605012345";
/** Numbers that the provider's stand-in rejects, and throttles. */
const REJECTED_BY_PROVIDER = "0031612340403";
const THROTTLED_BY_PROVIDER = "0031612340429";

let scene: CmScene;
/** What had reached the provider and the customer before the test began. */
let sentBefore = 0;
let reportedBefore = 0;

/** One running product for a group of tests. */
function inScene(options: SceneOptions): void {
  beforeAll(async () => {
    scene = await openScene(options);
  });
  beforeEach(() => {
    sentBefore = scene.provider.received.length;
    reportedBefore = scene.reports.received.length;
  });
  afterAll(() => scene.close());
}

describe("CM.com's JavaScript SDK, unmodified, where blocks are refused at once", () => {
  inScene({ answer: "reject" });

  it("sends: the provider gets our reference, the client keeps its own", async () => {
    const { status, answer } = await send([DUTCH], { reference: "order-1" });
    expect(status).toBe(200);
    expect(answer).toEqual({
      details: "Created 1 message(s)",
      errorCode: 0,
      messages: [
        { to: DUTCH, status: "Accepted", reference: "order-1", parts: 1, messageDetails: null, messageErrorCode: 0 },
      ],
    });
    const [msg] = sentUpstream();
    expect(msg).toMatchObject({ from: "Shop", to: [{ number: DUTCH }], body: { content: "Your code is 12345" } });
    expect(msg?.reference).toMatch(/^[0-9a-f]{32}$/);
  });

  it("sends with the message builder, long and rich", async () => {
    const message = new MessageApiClient(scene.token).createMessage();
    (Reflect.get(message, "api") as CMTypes.MessagesApi).basePath = scene.url;
    const reply = await message
      .setMessage([DUTCH, "0031687654321"], "Shop", "a".repeat(161), "order-2")
      .setAllowedChannels(["WhatsApp", "SMS"])
      .setConversation([{ text: "rich" }])
      .send();
    const answer = reply.data as CmAnswer;
    expect(answer.messages.map((line) => [line.to, line.status, line.parts])).toEqual([
      [DUTCH, "Accepted", 2],
      ["0031687654321", "Accepted", 2],
    ]);
    const rich = { customGrouping3: "text-sdk-javascript", richContent: { conversation: [{ text: "rich" }] } };
    expect(sentUpstream()).toMatchObject([rich, rich]);
  });

  it("is refused with HTTP 400, a code and the reason", async () => {
    const { status, answer } = await send([MALDIVIAN], { reference: "order-3" });
    expect(status).toBe(400);
    expect(answer).toMatchObject({
      details: "Created 0 message(s)",
      errorCode: 201,
      messages: [{ to: MALDIVIAN, status: "Rejected", reference: "order-3", parts: 0, messageErrorCode: 402 }],
    });
    expect(answer.messages[0]?.messageDetails).toMatch(/^Blocked: .* is not on the allow list/);
    expect(sentUpstream()).toEqual([]);
  });

  it("is refused in part: by the policy, by the provider, and for what is no number", async () => {
    const { status, answer } = await send([MALDIVIAN, DUTCH, REJECTED_BY_PROVIDER, "hello"]);
    expect([status, answer.errorCode, answer.details]).toEqual([200, 201, "Created 1 message(s)"]);
    expect(answer.messages.map((line) => [line.to, line.messageErrorCode])).toEqual([
      [MALDIVIAN, 402],
      [DUTCH, 0],
      [REJECTED_BY_PROVIDER, 403],
      ["hello", 303],
    ]);
    expect(sentUpstream().flatMap((msg) => msg.to)).toEqual([{ number: DUTCH }, { number: REJECTED_BY_PROVIDER }]);
  });

  it("is told of a wrong key as CM.com tells it", async () => {
    const { status, answer } = await send([DUTCH], { token: "00000000-0000-0000-0000-000000000000" });
    expect(status).toBe(400);
    expect(answer).toEqual({ details: "No account found for the given authentication", errorCode: 101, messages: [] });
  });

  it("is told that the provider throttles", async () => {
    const { status, answer } = await send([THROTTLED_BY_PROVIDER]);
    expect([status, answer.errorCode]).toEqual([429, 201]);
    expect(answer.messages).toMatchObject([{ status: "Rejected", messageErrorCode: 403 }]);
  });

  it("is told that its request is malformed", async () => {
    expect(await call({})).toMatchObject({ status: 400, answer: { errorCode: 202, messages: [] } });
    const empty = { messages: { authentication: { productToken: scene.token }, msg: [] } };
    expect(await call(empty)).toMatchObject({ status: 400, answer: { errorCode: 203, messages: [] } });
  });

  it("loses a blocked SMS from its channels, and nothing else", async () => {
    const { answer } = await send([MALDIVIAN], { allowedChannels: ["WhatsApp", "SMS"] });
    expect(answer.messages).toMatchObject([{ status: "Accepted" }]);
    expect(sentUpstream()).toMatchObject([{ to: [{ number: MALDIVIAN }], allowedChannels: ["WhatsApp"] }]);
  });
});

describe("CM.com's JavaScript SDK, unmodified, where blocks are reported", () => {
  inScene({ answer: "report" });

  it("is accepted, nothing goes out, and the status report says why", async () => {
    const { status, answer } = await send([MALDIVIAN], { reference: "order-4" });
    expect(status).toBe(200);
    expect(answer.messages).toMatchObject([{ status: "Accepted", messageErrorCode: 0, parts: 1 }]);
    const report = await scene.reports.request(reportedBefore + 1);
    expect(report.method).toBe("POST");
    expect(JSON.parse(report.body)).toEqual({
      messages: {
        msg: {
          received: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/),
          to: MALDIVIAN,
          reference: "order-4",
          status: { code: "1", errorCode: "28", errorDescription: expect.stringMatching(/destination management/i) },
          operator: "",
        },
      },
    });
    expect(sentUpstream()).toEqual([]);
  });

  it("hears of the delivery in its own words, as the provider reported it in ours", async () => {
    await send([DUTCH], { reference: "order-5" });
    const [upstream] = sentUpstream();
    const provided = {
      received: "2026-11-22T13:05:09",
      to: DUTCH,
      reference: upstream?.reference,
      status: { code: "2", errorCode: "", errorDescription: "" },
      operator: "",
    };
    const reply = await post(await scene.providerReportUrl(), { messages: { msg: provided } });
    expect(reply.status).toBe(200);
    const report = await scene.reports.request(reportedBefore + 1);
    expect(JSON.parse(report.body)).toEqual({ messages: { msg: { ...provided, reference: "order-5" } } });
  });

  it("may say that a verification was completed", async () => {
    await send([DUTCH], { reference: "order-6" });
    const conversion = { ProductToken: scene.token, Msisdn: DUTCH, Reference: "order-6" };
    const reply = await post(`${scene.url}/v1.0/conversion`, conversion);
    expect([reply.status, await reply.text()]).toEqual([200, ""]);
    const elsewhere = await post(`${scene.url}/v1.0/conversion`, { ...conversion, Reference: "elsewhere" });
    expect(elsewhere.status).toBe(200);
    expect(await scene.recorded("outcome_reported")).toMatchObject([{ kind: "verified", to: "+31612345678" }]);
  });

  it("has an older sister, which speaks XML and takes all or nothing", async () => {
    const xml = (to: string) =>
      `<MESSAGES><AUTHENTICATION><PRODUCTTOKEN>${scene.token}</PRODUCTTOKEN></AUTHENTICATION>
        <MSG><FROM>Shop</FROM><TO>${DUTCH}</TO><TO>${to}</TO><BODY>Your code is 12345</BODY></MSG></MESSAGES>`;
    const postXml = async (body: string) => (await fetch(`${scene.url}/gateway.ashx`, { method: "POST", body })).text();
    expect(await postXml(xml("hello"))).toBe("Error: ERROR Rejected: Gsm 'hello' is not a number.");
    expect(sentUpstream()).toEqual([]);
    expect(await postXml(xml(MALDIVIAN))).toBe("");
    expect(sentUpstream()).toMatchObject([{ to: [{ number: DUTCH }], from: "Shop" }]);
  });
});

describe("what CM.com's SDKs put on the wire", () => {
  const recorded = readdirSync(new URL("fixtures/", import.meta.url));

  describe("where blocks are refused at once", () => {
    inScene({ answer: "reject" });

    it.each(recorded)("%s: one message goes out, one is refused", async (name) => {
      const { status, answer } = await replay(name);
      expect([status, answer.errorCode, answer.details]).toEqual([200, 201, "Created 1 message(s)"]);
      const reference = name.includes("java.") ? null : "r";
      expect(answer.messages).toMatchObject([
        { to: DUTCH, status: "Accepted", reference, parts: 1, messageDetails: null, messageErrorCode: 0 },
        { to: MALDIVIAN, status: "Rejected", reference, parts: 0, messageErrorCode: 402 },
      ]);
      expect(sentUpstream().flatMap((msg) => msg.to)).toEqual([{ number: DUTCH }]);
    });
  });

  describe("where the client cannot read the body of an HTTP 400", () => {
    inScene({ answer: "reject", alwaysOk: true });

    it("a request whose every message is refused is HTTP 200", async () => {
      const { status, answer } = await replay("text-sdk-java.json", (body) => body.replace(DUTCH, MALDIVIAN));
      expect([status, answer.errorCode, answer.details]).toEqual([200, 201, "Created 0 message(s)"]);
    });
  });
});

interface SendOptions {
  readonly token?: string;
  readonly reference?: string;
  readonly allowedChannels?: string[];
}

/** One message by the SDK's generated client. */
function send(to: readonly string[], options: SendOptions = {}) {
  const { token = scene.token, ...fields } = options;
  const msg = {
    from: "Shop",
    to: to.map((number) => ({ number })),
    body: { content: "Your code is 12345" },
    ...fields,
  };
  return call({ messages: { authentication: { productToken: token }, msg: [msg] } });
}

async function call(envelope: object): Promise<{ readonly status: number; readonly answer: CmAnswer }> {
  const api = new CMTypes.MessagesApi(scene.url);
  try {
    const reply = await api.messagesSendMessage(envelope as CMTypes.MessageEnvelope);
    return { status: reply.status, answer: reply.data as CmAnswer };
  } catch (failure) {
    // axios throws for whatever is not 2xx, and the user finds the answer here.
    const { response } = failure as { response?: { status: number; data: CmAnswer } };
    if (response === undefined) throw failure;
    return { status: response.status, answer: response.data };
  }
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}

async function replay(name: string, change = (body: string) => body) {
  const body = readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8").replace("{{TOKEN}}", scene.token);
  const headers = { "content-type": "application/json; charset=utf-8" };
  const reply = await fetch(`${scene.url}/v1.0/message`, { method: "POST", body: change(body), headers });
  return { status: reply.status, answer: (await reply.json()) as CmAnswer };
}

interface UpstreamMsg {
  readonly to: readonly { readonly number: string }[];
  readonly reference?: string;
}

/** Every `msg` of this test that reached the provider. */
function sentUpstream(): readonly UpstreamMsg[] {
  return scene.provider.received
    .slice(sentBefore)
    .flatMap((request) => (JSON.parse(request.body) as { messages: { msg: readonly UpstreamMsg[] } }).messages.msg);
}
