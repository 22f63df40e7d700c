import { createRequire } from "node:module";
import type { EpochMilliseconds } from "@safeguard/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JournalRecord } from "../../store/journal-record.ts";
import type { MessageView } from "../../store/store.ts";
import { NOON } from "../../store/testing/sample-records.ts";
import type { InboundDialect, InboundReply } from "../inbound/exchange.ts";
import type { ConnectorKind } from "../outbound/connector.ts";
import type { Provider } from "../outbound/provider.ts";
import { sealProviderSecrets } from "../outbound/provider-secrets.ts";
import { callbackUrlFor, reportUrl } from "./callback-url.ts";
import { createFeedback } from "./record-feedback.ts";
import { createOutcomes } from "./report-outcomes.ts";
import { createReportDialect, type ReportEvent } from "./report-routes.ts";
import { type FeedbackBench, feedbackBench } from "./testing/feedback-bench.ts";

// Twilio's own signing, as its servers do it.
const { getExpectedTwilioSignature } = createRequire(import.meta.url)("twilio/lib/webhooks/webhooks.js") as {
  getExpectedTwilioSignature(token: string, url: string, parameters: Record<string, string>): string;
};

const PUBLIC_URL = "https://sg.example/prefix/";
const AUTH_TOKEN = "ffffffffffffffffffffffffffffffff";
const SID = "SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const now = () => (NOON + 60_000) as EpochMilliseconds;

let bench: FeedbackBench;
let dialect: InboundDialect;
let providers: Map<string, Provider>;
let failing = false;
const events: string[] = [];
beforeAll(async () => {
  bench = await feedbackBench();
  const provider = (id: string, kind: ConnectorKind, settings: Readonly<Record<string, unknown>> = {}): Provider => ({
    id,
    kind,
    settings,
    reportToken: `token-${id}`,
    createdAt: NOON,
    secretsSealed: sealProviderSecrets(bench.seal, id, { authToken: AUTH_TOKEN }),
  });
  const template = {
    format: "json",
    list: "/results",
    id: "/ref",
    providerId: "/id",
    status: "/state",
    statuses: { DELIVRD: "delivered", UNDELIV: "undelivered", ACCEPTD: "ignore" },
    code: "/err",
    text: "/why",
  };
  const http = (report: unknown) => ({
    url: "https://a.example/{{secret.key}}",
    answer: { accepted: { statuses: [200] }, id: "/id" },
    report,
  });
  const list = [
    provider("twilio", "twilio"),
    provider("twilio2", "twilio"),
    provider("cm", "cm"),
    provider("http", "http", http(template)),
    provider(
      "query",
      "http",
      http({ format: "query", id: "/client-ref", status: "/status", statuses: { ok: "delivered" } }),
    ),
    provider("silent", "http", { ...http(undefined), report: undefined }),
  ];
  providers = new Map(list.map((each) => [each.reportToken, each]));
  const append = (records: readonly JournalRecord[]) =>
    failing ? Promise.reject(new Error("disk full")) : bench.store.journal.append(records);
  const journal = { append, upcomingId: (offset?: number) => bench.store.journal.upcomingId(offset) };
  const feedback = createFeedback({
    journal,
    outcomes: createOutcomes({ store: { ...bench.store, journal } }),
    messages: bench.store.messages,
    directory: bench.directory,
    now,
    noticesQueued: () => undefined,
  });
  dialect = createReportDialect({
    providers: { providerByReportToken: (token) => providers.get(token) },
    messages: bench.store.messages,
    feedback,
    seal: bench.seal,
    publicUrl: () => PUBLIC_URL,
    now,
    counted: (kind: ConnectorKind, event: ReportEvent) => events.push(`${kind} ${event}`),
  });
});
beforeEach(() => {
  events.length = 0;
});
afterAll(() => bench.store.close());

const at = (provider: string, providerId = SID) =>
  bench.message({ intent: { attempt: 1, provider } }, { type: "accepted", providerId, answer: undefined });

async function request(
  method: "GET" | "POST",
  kind: string,
  token: string,
  body: string,
  extra: { message?: string; query?: string; headers?: Record<string, string> } = {},
): Promise<InboundReply> {
  const { message, query = "", headers = {} } = extra;
  const path = `/reports/${kind}/:token${kind === "twilio" ? "/:message" : ""}`;
  const route = dialect.routes.find((each) => each.method === method && each.path === path);
  if (route === undefined) throw new Error(`no route ${method} ${path}`);
  return route.handle(
    { method, path, query, headers, body: Buffer.from(body), clientAddress: "127.0.0.1", at: NOON },
    { token, message },
  );
}

describe("Twilio's status callbacks", () => {
  const parameters = (changes: Record<string, string> = {}) => ({
    AccountSid: "AC00000000000000000000000000000000",
    MessageSid: SID,
    MessageStatus: "delivered",
    SmsStatus: "delivered",
    To: "+31612345678",
    Body: "ü & +",
    ...changes,
  });
  async function callback(
    message: MessageView,
    values: Record<string, string>,
    changes: { token?: string; authToken?: string; signature?: string; query?: string } = {},
  ): Promise<InboundReply> {
    const provider = providers.get("token-twilio") as Provider;
    const url = `${callbackUrlFor(provider, message.id, PUBLIC_URL)}${changes.query === undefined ? "" : `?${changes.query}`}`;
    const signature = changes.signature ?? getExpectedTwilioSignature(changes.authToken ?? AUTH_TOKEN, url, values);
    return request("POST", "twilio", changes.token ?? "token-twilio", new URLSearchParams(values).toString(), {
      message: message.id,
      ...(changes.query === undefined ? {} : { query: changes.query }),
      headers: { "x-twilio-signature": signature },
    });
  }

  test("the callback URL is on our public URL, and names provider and message", async () => {
    const message = await at("twilio");
    const provider = providers.get("token-twilio") as Provider;
    expect(callbackUrlFor(provider, message.id, PUBLIC_URL)).toBe(
      `https://sg.example/prefix/reports/twilio/token-twilio/${message.id}`,
    );
    expect(callbackUrlFor(provider, message.id, undefined)).toBeUndefined();
    expect(callbackUrlFor({ kind: "sandbox", reportToken: "t" }, message.id, PUBLIC_URL)).toBeUndefined();
    expect(reportUrl({ kind: "cm", reportToken: "t" }, "https://sg.example")).toBe("https://sg.example/reports/cm/t");
  });

  test("signed by Twilio: taken", async () => {
    const message = await at("twilio");
    expect(await callback(message, parameters())).toMatchObject({ status: 200 });
    expect(await bench.view(message.id)).toMatchObject({ status: "delivered", reportedAt: now() });
    expect(events).toEqual(["twilio taken"]);
  });

  test("the operator's time is kept, and a clock that is ahead is not believed", async () => {
    const message = await at("twilio");
    await callback(message, parameters({ RawDlrDoneDate: "2611221159" }));
    expect((await bench.view(message.id)).reportedAt).toBe(NOON - 60_000);
    const other = await at("twilio");
    await callback(other, parameters({ RawDlrDoneDate: "3001010000" }));
    expect((await bench.view(other.id)).reportedAt).toBe(now());
  });

  test.each([
    ["sent", "sent"],
    ["delivered", "delivered"],
    ["undelivered", "undelivered"],
    ["failed", "failed"],
    ["canceled", "failed"],
    ["read", "read"],
    ["queued", "submitted"],
    ["sending", "submitted"],
    ["accepted", "submitted"],
  ])("%s leaves the message %s", async (state, status) => {
    const message = await at("twilio");
    expect(await callback(message, parameters({ MessageStatus: state, ErrorCode: "30003" }))).toMatchObject({
      status: 200,
    });
    const view = await bench.view(message.id);
    expect(view.status).toBe(status);
    if (status === "failed" || status === "undelivered")
      expect(view).toMatchObject({ errorCode: "30003", errorText: "Twilio error 30003" });
  });

  test("a bad signature, or none, is refused and counted", async () => {
    const message = await at("twilio");
    expect(await callback(message, parameters(), { authToken: "other" })).toMatchObject({ status: 403 });
    expect(await callback(message, parameters(), { signature: "" })).toMatchObject({ status: 403 });
    expect(await callback(message, parameters(), { token: "token-cm" })).toMatchObject({ status: 404 });
    expect(await callback(message, parameters(), { token: "guess" })).toMatchObject({ status: 404 });
    const unsigned = await request("POST", "twilio", "token-twilio", "MessageStatus=delivered", {
      message: message.id,
    });
    expect(unsigned.status).toBe(403);
    expect((await bench.view(message.id)).status).toBe("submitted");
    expect(events.slice(0, 4)).toEqual([
      "twilio bad_signature",
      "twilio bad_signature",
      "twilio unknown_provider",
      "twilio unknown_provider",
    ]);
  });

  test("a query in the URL is part of what is signed", async () => {
    const message = await at("twilio");
    expect(await callback(message, parameters(), { query: "a=b%20c" })).toMatchObject({ status: 200 });
  });

  test("one provider cannot report on another's message, nor one message's SID on another", async () => {
    const elsewhere = await at("twilio2");
    expect(await callback(elsewhere, parameters())).toMatchObject({ status: 404 });
    const message = await at("twilio");
    expect(await callback(message, parameters({ MessageSid: `SM${"b".repeat(32)}` }))).toMatchObject({ status: 404 });
    expect((await bench.view(message.id)).status).toBe("submitted");
  });

  test("a state that nobody knows is not a report", async () => {
    const message = await at("twilio");
    expect(await callback(message, parameters({ MessageStatus: "teleported" }))).toMatchObject({ status: 400 });
  });

  test("what cannot be recorded is to come again", async () => {
    const message = await at("twilio");
    failing = true;
    try {
      expect(await callback(message, parameters())).toMatchObject({ status: 503 });
    } finally {
      failing = false;
    }
    expect(events).toEqual(["twilio not_recorded"]);
  });
});

describe("CM.com's status reports", () => {
  const msg = (reference: string, code: string, changes: Record<string, unknown> = {}) => ({
    received: "2026-11-22T11:59:30",
    to: "0031612345678",
    reference,
    status: { code, errorCode: "", errorDescription: "", ...changes },
    operator: "20416",
  });
  const post = (body: unknown) =>
    request("POST", "cm", "token-cm", typeof body === "string" ? body : JSON.stringify(body));

  test.each([
    ["0", "sent"],
    ["1", "failed"],
    ["2", "delivered"],
    ["3", "undelivered"],
    ["4", "read"],
    ["9", "submitted"],
  ])("code %s leaves the message %s", async (code, status) => {
    const message = await at("cm");
    expect(await post({ messages: { msg: msg(message.id, code) } })).toMatchObject({ status: 200 });
    const view = await bench.view(message.id);
    expect(view.status).toBe(status);
    if (status !== "submitted") expect(view.reportedAt).toBe(Date.UTC(2026, 10, 22, 11, 59, 30));
  });

  test("the operator that it names is kept for a CM.com customer; what is no operator is not", async () => {
    for (const [operator, kept] of [
      ["20416", "20416"],
      ["", undefined],
      ["<script>", undefined],
    ] as const) {
      const message = await at("cm");
      await post({ messages: { msg: { ...msg(message.id, "2"), operator } } });
      const records = await bench.records("delivery_reported");
      expect(records.find(({ report }) => report.message === message.id)?.report.operator).toBe(kept);
    }
  });

  test("a list of them, keys in any casing, and what went wrong", async () => {
    const [one, two] = [await at("cm"), await at("cm")];
    const failed = msg(two.id, "3", { errorCode: "27", errorDescription: "Absent 0031612345678\n" });
    const body = { Messages: { MSG: [msg(one.id, "2"), failed] } };
    expect(await post(body)).toMatchObject({ status: 200 });
    expect((await bench.view(one.id)).status).toBe("delivered");
    expect(await bench.view(two.id)).toMatchObject({ errorCode: "27", errorText: "Absent 00(number)" });
  });

  test("XML", async () => {
    const message = await at("cm");
    const xml = `<?xml version="1.0"?><MESSAGES SENT="x"><MSG RECEIVED="2026-11-22T11:59:30"><TO>0031612345678</TO><REFERENCE>${message.id}</REFERENCE><STATUS><CODE>3</CODE><ERRORCODE>05</ERRORCODE><ERRORDESCRIPTION>Barred &amp; gone</ERRORDESCRIPTION></STATUS></MSG></MESSAGES>`;
    expect(await post(xml)).toMatchObject({ status: 200 });
    expect(await bench.view(message.id)).toMatchObject({
      status: "undelivered",
      errorCode: "05",
      errorText: "Barred & gone",
    });
  });

  test("an unknown message is taken off CM.com's hands; what is no report is refused", async () => {
    const elsewhere = await at("twilio");
    expect(await post({ messages: { msg: msg("0".repeat(32), "2") } })).toMatchObject({ status: 200 });
    expect(await post({ messages: { msg: msg("their own", "2") } })).toMatchObject({ status: 200 });
    expect(await post({ messages: { msg: msg(elsewhere.id, "2") } })).toMatchObject({ status: 200 });
    expect(events).toEqual(["cm unknown_message", "cm unknown_message", "cm unknown_message"]);
    expect((await bench.view(elsewhere.id)).status).toBe("submitted");
    for (const body of ["", "{", "[]", "null", "<", "<MESSAGES/>", '{"messages":{"msg":5}}', "\u0000"])
      expect((await post(body)).status, body).toBe(400);
    expect((await post('<!DOCTYPE a [<!ENTITY b "c">]><MESSAGES><MSG/></MESSAGES>')).status).toBe(400);
  });
});

describe("reports by a template", () => {
  const post = (token: string, body: unknown) => request("POST", "http", token, JSON.stringify(body));

  test("matched by our id or by the provider's, states by its words", async () => {
    const [byId, byTheirs] = [await at("http", "p-1"), await at("http", "p-2")];
    const results = [
      { ref: byId.id, state: "UNDELIV", err: 12, why: "absent" },
      { id: "p-2", state: "DELIVRD" },
      { id: "p-2", state: "ACCEPTD" },
    ];
    expect(await post("token-http", { results })).toMatchObject({ status: 200 });
    expect(await bench.view(byId.id)).toMatchObject({ status: "undelivered", errorCode: "12", errorText: "absent" });
    expect((await bench.view(byTheirs.id)).status).toBe("delivered");
  });

  test("as parameters of a GET", async () => {
    const message = await at("query");
    const query = `client-ref=${message.id}&status=ok`;
    expect(await request("GET", "http", "token-query", "", { query })).toMatchObject({ status: 200 });
    expect((await bench.view(message.id)).status).toBe("delivered");
  });

  test("what does not fit", async () => {
    for (const body of [
      {},
      { results: {} },
      { results: [{ ref: "x" }] },
      { results: [{ ref: "x", state: "NEW" }] },
      [],
    ])
      expect((await post("token-http", body)).status, JSON.stringify(body)).toBe(400);
    expect((await post("token-http", { results: [{ ref: "x", state: "DELIVRD" }] })).status).toBe(404);
    expect((await post("token-silent", { results: [] })).status).toBe(400);
    expect((await post("token-guess", {})).status).toBe(404);
  });
});
