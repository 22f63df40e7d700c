import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signTwilioForm } from "../../src/gateway/wire/twilio-signature.ts";
import { type RecordingServer, startRecordingServer } from "../stand-in/recording-server.ts";
import { startTwilioProvider, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } from "../stand-in/twilio-provider.ts";
import { type ChildServer, callApi, spawnServer } from "./child-server.ts";
import { type Client, saysOf, send, WAYS } from "./ways-in.ts";

const NL = "+31612345678";
const BE = "+32470123456";
const SCOPES = [
  ...["messages:send", "messages:read", "decisions:write", "policies:read", "policies:write"],
  ...["accounts:read", "accounts:write", "keys:write", "usage:read"],
];

/** What was there before the server was killed, and what is there after. */
let before: Readonly<Record<string, unknown>>;
let after: Readonly<Record<string, unknown>>;
let dataDirectory: string;
let server: ChildServer;
let url: string;
let provider: RecordingServer;
/** A customer's server that does not answer until it is told to. */
let customer: RecordingServer;
let answering = false;
let key: Client["key"] & { readonly id: string };
let childKey: Client["key"];
let decision: { readonly id: string; readonly action: string };
const IDEMPOTENT = { "idempotency-key": "order-1" };
const ORDER = { to: NL, from: "Shop", text: "Your code is 12345", reference: "order-1" };
let ordered: { readonly status: number; readonly body: unknown };

async function succeed<T = unknown>(answer: Promise<{ status: number; body: unknown }>): Promise<T> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

/** Everything that was set up, as the API shows it. */
async function everything(operatorToken: string, account: string, child: string): Promise<Record<string, unknown>> {
  const shown: Record<string, unknown> = {};
  for (const named of [account, child])
    for (const path of [
      ...["/v1/accounts", `/v1/accounts/${named}`, "/v1/keys", "/v1/policies", "/v1/policies/default"],
      ...["/v1/policies/default/revisions", "/v1/providers", "/v1/routes", "/v1/messages", "/v1/usage"],
    ]) {
      const answer = await callApi(url, operatorToken, "GET", path, undefined, { "safeguard-account": named });
      // The port is another one after the restart.
      const text = JSON.stringify(answer).replaceAll(url, "");
      shown[`${named} ${path}`] = JSON.parse(text) as unknown;
    }
  return shown;
}

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-restart-"));
  provider = await startTwilioProvider();
  customer = await startRecordingServer(() =>
    answering ? { status: 204, body: "" } : new Promise<{ status: number; body: string }>(() => undefined),
  );
  server = spawnServer(dataDirectory, { countries: "NL,BE" });
  let { url: first, operatorToken } = await server.ready;
  url = first;
  const { items } = await succeed<{ items: [{ id: string; twilioSid: string }] }>(
    callApi(url, operatorToken, "GET", "/v1/accounts"),
  );
  const [account] = items;
  const asOperator = (method: string, path: string, body: unknown, named = account.id) =>
    succeed<Record<string, string>>(callApi(url, operatorToken, method, path, body, { "safeguard-account": named }));

  await asOperator("POST", "/v1/providers", {
    id: "by-twilio",
    kind: "twilio",
    settings: { baseUrl: provider.url, accountSid: TWILIO_ACCOUNT_SID },
    secrets: { authToken: TWILIO_AUTH_TOKEN },
  });
  await asOperator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["by-twilio", "sandbox"] }] });
  const answers = { cm: { destination: "reject" } };
  const reports = { webhookUrl: `${customer.url}/webhook` };
  await asOperator("PATCH", `/v1/accounts/${account.id}`, { answers, reports });
  const made = await asOperator("POST", "/v1/keys", { name: "restart", mode: "live", scopes: SCOPES });
  key = { ...made, twilioSid: account.twilioSid } as unknown as typeof key;
  const child = await asOperator("POST", "/v1/accounts", {
    name: "Child",
    parent: account.id,
    networks: ["127.0.0.0/8"],
    answers,
  });
  childKey = {
    ...(await asOperator("POST", "/v1/keys", { name: "child", mode: "live", scopes: SCOPES }, child["id"])),
    twilioSid: child["twilioSid"],
  } as unknown as Client["key"];
  const exception = { range: NL, kind: "barred", until: "2099-01-01T00:00:00Z", note: "a test" };
  await asOperator("POST", "/v1/policies/default/exceptions", { add: [exception], reason: "bar it" }, child["id"]);

  decision = await succeed(callApi(url, key.secret, "POST", "/v1/decisions", { to: BE }));
  await asOperator("POST", "/v1/policies/default/destinations", { block: ["BE"], reason: "after the decision" });
  ordered = await callApi(url, key.secret, "POST", "/v1/messages", ORDER, IDEMPOTENT);

  // The provider reports the delivery; the customer's server takes the webhook and does not answer.
  const callback = new URLSearchParams(provider.received[0]?.body).get("StatusCallback") ?? "";
  const parameters: [string, string][] = [["MessageStatus", "delivered"]];
  const headers = { "x-twilio-signature": signTwilioForm(TWILIO_AUTH_TOKEN, callback, parameters) };
  const taken = await fetch(callback, { method: "POST", headers, body: new URLSearchParams(parameters) });
  expect(taken.status).toBe(200);
  await customer.request(1);

  before = await everything(operatorToken, account.id, child["id"] ?? "");
  await server.kill();
  answering = true;
  server = spawnServer(dataDirectory);
  ({ url: first, operatorToken } = await server.ready);
  url = first;
  after = await everything(operatorToken, account.id, child["id"] ?? "");
});
afterAll(async () => {
  await server.kill();
  await Promise.all([provider.close(), customer.close()]);
  rmSync(dataDirectory, { recursive: true });
});

describe("after a crash and a restart", () => {
  it("accounts, keys, policies and their history, providers, routes, messages and usage are as they were", () => {
    expect(Object.keys(before)).toHaveLength(20);
    for (const answer of Object.values(before)) expect(answer).toMatchObject({ status: 200 });
    expect(after).toEqual(before);
  });

  it("the same keys prove themselves by all their faces, and the policy in force decides", async () => {
    for (const way of WAYS) {
      expect([way, saysOf(way, await send(way, { url, key }, { to: NL }))]).toEqual([way, "sent"]);
      expect([way, saysOf(way, await send(way, { url, key }, { to: BE }))]).toEqual([way, "stopped"]);
      expect([way, saysOf(way, await send(way, { url, key: childKey }, { to: NL }))]).toEqual([way, "stopped"]);
    }
    const wrong = { ...key, secret: `${key.secret.slice(0, -1)}${key.secret.endsWith("x") ? "b" : "x"}` };
    expect((await send("native", { url, key: wrong }, { to: NL })).status).toBe(401);
  });

  it("a decision from before is explained under the revision of then, and agrees", async () => {
    const explanation = await succeed(callApi(url, key.secret, "GET", `/v1/decisions/${decision.id}/explanation`));
    expect(decision.action).toBe("allow");
    expect(explanation).toMatchObject({
      agrees: true,
      recorded: decision,
      recomputed: { action: "allow", policy: { revisions: [1] } },
    });
    const now = await succeed(callApi(url, key.secret, "POST", "/v1/decisions", { to: BE }));
    expect(now).toMatchObject({ action: "block", policy: { revisions: [2] } });
  });

  it("a request that was answered is answered the same, and sends nothing", async () => {
    const sentBefore = provider.received.length;
    const again = await callApi(url, key.secret, "POST", "/v1/messages", ORDER, IDEMPOTENT);
    expect(again).toEqual(ordered);
    expect(ordered).toMatchObject({ status: 201, body: { status: "submitted", reference: "order-1" } });
    const other = await callApi(url, key.secret, "POST", "/v1/messages", { ...ORDER, to: BE }, IDEMPOTENT);
    expect(other.status).toBe(422);
    expect(provider.received).toHaveLength(sentBefore);
  });

  it("a customer's server that had not answered is told again, as the same event", async () => {
    const [first, second] = [await customer.request(1), await customer.request(2)];
    expect(second.body).toBe(first.body);
    expect(JSON.parse(second.body)).toMatchObject({ type: "message.delivered", data: { reference: "order-1" } });
    expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
  });
});

describe("a second server on the same data", () => {
  it("is refused, and says who holds it", async () => {
    const second = spawnServer(dataDirectory);
    await expect(second.ready).rejects.toThrow(`error: ${dataDirectory} is in use by process ${server.process.pid} on`);
    expect(second.output()).toMatch(/Stop it first, or talk to it through its API\.\n$/);
    expect(second.process.exitCode).toBe(1);
    expect((await send("native", { url, key }, { to: NL })).status).toBe(201);
  });
});
