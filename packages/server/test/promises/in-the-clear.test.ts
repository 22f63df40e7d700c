import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signTwilioForm } from "../../src/gateway/wire/twilio-signature.ts";
import { type RecordingServer, startRecordingServer } from "../stand-in/recording-server.ts";
import { startTwilioProvider, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } from "../stand-in/twilio-provider.ts";
import { type ChildServer, callApi, spawnServer } from "./child-server.ts";
import { spellingsOf } from "./spellings.ts";
import { type Client, saysOf, send, WAYS } from "./ways-in.ts";

/** What must never be read by whoever finds a disk or a log: each stands nowhere else in these tests. */
const CANARIES = {
  allowed: "+31684913572",
  second: "+31684913573",
  blocked: "+447400918273",
  barred: "+31684913999",
  cutOff: "+32470918277",
  refused: "+31684911211",
  noNumber: "918273645546372819",
  text: "canary-text-7f3a",
  sender: "CanarySndr",
  reference: "canary-ref-9c1d",
  endUser: "203.0.113.77",
  customerPath: "canary-path-55aa",
  idempotencyKey: "canary-idempotency-31",
} as const;

let dataDirectory: string;
let server: ChildServer;
let provider: RecordingServer;
/** Another provider, which never answers. */
let silent: RecordingServer;
let customer: RecordingServer;
let client: Client;
let output = "";
/** The data directory's files, as they were under way and after the end. */
const files: { readonly name: string; readonly content: Buffer }[] = [];
/** What was answered to bad requests, and what people and programs read of the server: by where. */
const read = new Map<string, string>();
/** A credential of each kind. */
let secrets: readonly string[] = [];

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-clear-"));
  provider = await startTwilioProvider();
  silent = await startRecordingServer(() => new Promise<never>(() => undefined));
  customer = await startRecordingServer(() => ({ status: 500, body: "canary-answer" }));
  server = spawnServer(dataDirectory, { countries: "NL,BE", logLevel: "debug" });
  const { url, operatorToken } = await server.ready;
  const call = async <T>(method: string, path: string, body?: unknown, named?: string): Promise<T> => {
    const headers: Record<string, string> = named === undefined ? {} : { "safeguard-account": named };
    const answer = await callApi(url, operatorToken, method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  const { items } = await call<{ items: [{ id: string; twilioSid: string }] }>("GET", "/v1/accounts");
  const [{ id, twilioSid }] = items;
  for (const [name, { url: baseUrl }] of [
    ["by-twilio", provider],
    ["silent", silent],
  ] as const)
    await call("POST", "/v1/providers", {
      id: name,
      kind: "twilio",
      settings: { baseUrl, accountSid: TWILIO_ACCOUNT_SID },
      secrets: { authToken: TWILIO_AUTH_TOKEN },
    });
  const routes = [
    { destination: "BE", providers: ["silent"] },
    { destination: "*", providers: ["by-twilio", "sandbox"] },
  ];
  await call("PUT", "/v1/routes", { routes }, id);
  const reports = {
    cmUrl: `${customer.url}/${CANARIES.customerPath}`,
    webhookUrl: `${customer.url}/${CANARIES.customerPath}`,
  };
  const { webhookSecret } = await call<{ webhookSecret: string }>("PATCH", `/v1/accounts/${id}`, { reports });
  const scopes = ["messages:send", "messages:read", "decisions:write", "policies:write"];
  const key = await call<Client["key"]>("POST", "/v1/keys", { name: "clear", mode: "live", scopes }, id);
  client = { url, key: { ...key, twilioSid } };
  secrets = [key.secret, key.productToken, key.authToken, TWILIO_AUTH_TOKEN, webhookSecret];
  const exception = { range: CANARIES.barred, kind: "barred" };
  const bar = { add: [exception], reason: "a test" };
  await call("POST", "/v1/policies/default/exceptions", bar, id);
  // Few numbers are asked for again and again.
  await call("POST", "/v1/policies/default/detection", { mode: "monitor", reason: "a test" }, id);

  await everythingThatCanHappen(url);
  for (const path of [
    "/metrics",
    "/healthz",
    "/readyz",
    "/v1/alerts",
    "/v1/incidents",
    "/v1/detection",
    "/v1/webhooks/deliveries",
    "/v1/audit",
    "/v1/approvals",
    "/v1/approvals/acts",
    "/v1/usage",
    "/v1/limits",
    "/v1/verified-numbers/summary",
  ]) {
    const headers = { authorization: `Bearer ${operatorToken}`, "safeguard-account": id };
    read.set(path, await (await fetch(url + path, { headers })).text());
  }
  // One message is cut off, so that the next start has something to say.
  const cutOff = send("twilio", client, { to: CANARIES.cutOff, text: CANARIES.text }).catch(() => undefined);
  await silent.request(1);
  readWhatIsThere();
  await server.kill();
  await cutOff;
  output += server.output();
  server = spawnServer(dataDirectory, { logLevel: "debug" });
  await server.ready;
  await server.stop();
  output += server.output();
  readWhatIsThere();
});
afterAll(async () => {
  await server.kill();
  await Promise.all([provider, silent, customer].map((other) => other.close()));
  rmSync(dataDirectory, { recursive: true });
});

/** Messages of every fate, by every way in, with reports and with requests that are wrong. */
async function everythingThatCanHappen(url: string): Promise<void> {
  const { allowed, second, blocked, barred, refused, noNumber, text, sender, reference, endUser } = CANARIES;
  const callback = `${customer.url}/${CANARIES.customerPath}`;
  for (const way of WAYS)
    for (const to of [allowed, second, blocked, barred, refused, noNumber, `${allowed},${second}`])
      await send(way, client, { to, text, from: sender, reference, callback });
  expect(saysOf("native", await send("native", client, { to: allowed }))).toBe("sent");

  const { secret } = client.key;
  const message = { to: allowed, from: sender, text, endUser: { address: endUser } };
  const keyed = { "idempotency-key": CANARIES.idempotencyKey };
  await callApi(url, secret, "POST", "/v1/messages", message, keyed);
  const refusal = async (what: string, answer: Promise<{ readonly status: number; readonly body: unknown }>) => {
    const { status, body } = await answer;
    expect(status, what).toBeGreaterThanOrEqual(400);
    read.set(what, JSON.stringify(body));
  };
  await refusal("a text that is none", callApi(url, secret, "POST", "/v1/messages", { ...message, text: [text] }));
  await refusal("a number that is none", callApi(url, secret, "POST", "/v1/messages", { ...message, to: 31684913572 }));
  await refusal("a wrong key", callApi(url, `${secret}x`, "POST", "/v1/messages", message));
  await refusal(
    "another request under the same key",
    callApi(url, secret, "POST", "/v1/messages", { ...message, to: second }, keyed),
  );
  await refusal("an unknown id", callApi(url, secret, "GET", `/v1/messages/${encodeURIComponent(allowed)}`));
  await callApi(url, secret, "POST", "/v1/messages/search", { to: allowed });
  // (refused, and as little logged)
  await callApi(url, secret, "GET", `/v1/messages?to=${encodeURIComponent(allowed)}`);
  await callApi(url, secret, "GET", `/v1/messages/${encodeURIComponent(allowed)}`);
  await callApi(url, `${secret}x`, "POST", "/v1/messages", message);
  await fetch(`${url}/v1/messages?key=${secret}`, { method: "POST", body: text });
  await fetch(`${url}/nowhere/${encodeURIComponent(allowed)}?body=${text}`, { headers: { authorization: secret } });

  // A report that is signed, one that is not, and one that is none.
  for (const { body } of provider.received) {
    const callbackUrl = new URLSearchParams(body).get("StatusCallback") ?? "";
    const parameters: [string, string][] = [
      ["MessageStatus", "undelivered"],
      ["To", allowed],
      ["ErrorCode", "30003"],
      ["Body", text],
    ];
    const headers = { "x-twilio-signature": signTwilioForm(TWILIO_AUTH_TOKEN, callbackUrl, parameters) };
    const form = new URLSearchParams(parameters);
    // (What this provider refused is the sandbox's by now, and unknown here.)
    expect([200, 404]).toContain((await fetch(callbackUrl, { method: "POST", headers, body: form })).status);
    await fetch(callbackUrl, { method: "POST", body: form });
    await fetch(callbackUrl, { method: "POST", headers, body: `${text}${allowed}` });
  }
  // The customer's server failed to take what it was told.
  await customer.request(3);
}

function readWhatIsThere(): void {
  for (const entry of readdirSync(dataDirectory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) files.push({ name: entry.name, content: readFileSync(join(entry.parentPath, entry.name)) });
}

/** The names of the files that hold a text, however it is spelt. */
function filesWith(needle: string, among = files): readonly string[] {
  const spellings = spellingsOf(needle);
  return among
    .filter(({ content }) => spellings.some((spelling) => content.includes(spelling)))
    .map(({ name }) => name);
}

/** A number is found by its national part too, however it is written. */
function needlesOf(canary: string): readonly string[] {
  return canary.startsWith("+") ? [canary.slice(1), canary.slice(3)] : [canary];
}

describe("after messages of every fate", () => {
  it("what is looked for would be found", () => {
    const names = files.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["journal.db", "journal.db-wal", "tables.db", "master.key"]));
    // The ids of providers are no secrets, and stand there.
    expect(filesWith("by-twilio")).not.toEqual([]);
    expect(output).toContain('"msg":"submissions were cut off by the last stop');
  });

  it("a leak would be found, in whatever spelling", () => {
    const number = CANARIES.allowed.slice(1);
    const sentence = `a number: ${number}, in a log`;
    const planted = [
      sentence,
      Buffer.from(sentence, "utf16le"),
      Buffer.from(sentence, "utf16le").swap16(),
      Buffer.from(sentence).toString("hex"),
      Buffer.from(sentence).toString("hex").toUpperCase(),
      ...["", "x", "xx"].map((before) => Buffer.from(before + sentence).toString("base64")),
      ...["", "x", "xx"].map((before) => Buffer.from(before + sentence).toString("base64url")),
      [...number].map((digit) => `\\u00${digit.charCodeAt(0).toString(16)}`).join(""),
    ].map((content, index) => ({ name: `leak ${index}`, content: Buffer.from(content as string) }));
    expect(filesWith(number, planted)).toEqual(planted.map(({ name }) => name));
  });

  it("neither refusals nor anything that is read of the server at large says any of it", () => {
    expect(read.size).toBeGreaterThan(15);
    expect(read.get("/metrics")).toContain("safeguard_requests_total");
    for (const [where, text] of read) {
      for (const canary of Object.values(CANARIES)) {
        // (a path that the customer chose himself is shown to him)
        if (canary === CANARIES.customerPath) continue;
        for (const needle of needlesOf(canary)) {
          expect(filesWith(needle, [{ name: where, content: Buffer.from(text) }]), needle).toEqual([]);
        }
      }
    }
  });

  it.each(Object.entries(CANARIES))("no file of it holds the %s in the clear", (_name, canary) => {
    for (const needle of needlesOf(canary)) expect(filesWith(needle)).toEqual([]);
  });

  it("no file of it holds a credential in the clear", () => {
    expect(secrets).toHaveLength(5);
    for (const secret of secrets) expect(filesWith(secret)).toEqual([]);
  });

  it("its log at its most talkative holds none of it either", () => {
    for (const canary of Object.values(CANARIES))
      for (const needle of needlesOf(canary)) {
        expect(filesWith(needle, [{ name: "log", content: Buffer.from(output) }]), needle).toEqual([]);
      }
    for (const secret of secrets) expect(output).not.toContain(secret);
    // (that one was shown is told)
    expect(output).toContain("a good credential was shown");
    expect(output).not.toContain("canary");
  });
});
