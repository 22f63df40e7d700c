import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard, type TestSafeguardOptions } from "../harness.ts";
import { callApi, spawnServer } from "./child-server.ts";
import { type Fate, startCountingProvider } from "./counting-provider.ts";
import { type Client, send, WAYS } from "./ways-in.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function succeed<T = unknown>(answer: Promise<{ status: number; body: unknown }>): Promise<T> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

/** The product with these limits and a provider that counts. */
async function open(limits: object, fateOf: (to: string) => Fate, options: TestSafeguardOptions = {}) {
  const provider = await startCountingProvider(fateOf);
  opened.push(provider);
  const safeguard = await startSafeguard({ detection: "off", ...options });
  opened.push({ close: () => safeguard.stop() });
  const answers = { cm: { destination: "reject", limit: "reject" } };
  await succeed(safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { answers }));
  await safeguard.routeTo({
    id: "by-twilio",
    kind: "twilio",
    settings: { baseUrl: provider.url, accountSid: `AC${"7".repeat(32)}`, timeoutMs: 500 },
    secrets: { authToken: "8".repeat(32) },
  });
  await limit(safeguard, limits);
  return { safeguard, provider, client: { url: safeguard.url, key: safeguard.liveKey } satisfies Client };
}

async function limit(safeguard: TestSafeguard, limits: object): Promise<void> {
  const { document } = await succeed<{ document: object }>(safeguard.api("GET", "/v1/policies/default"));
  await succeed(
    safeguard.operator("PUT", "/v1/policies/default", { document: { ...document, limits }, reason: "a test" }),
  );
}

const TAKEN: Fate = { type: "take", afterMs: 0 };
const number = (index: number): string => `+3161${String(2_000_000 + index).padStart(7, "0")}`;

interface Use {
  readonly name: string;
  readonly used: number;
  readonly remaining: number;
}

async function useOf(safeguard: TestSafeguard): Promise<Use | undefined> {
  return (await succeed<{ limits: Use[] }>(safeguard.api("GET", "/v1/limits"))).limits[0];
}

describe("a ceiling", () => {
  const daily = { ceilings: [{ name: "daily", window: "day", messages: 25 }] };

  it("is never exceeded by requests that come all at once, whatever the way in", async () => {
    const { safeguard, provider, client } = await open(daily, () => TAKEN);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => send(WAYS[index % 5] ?? "native", client, { to: number(index) })),
    );
    const decided = answers.filter(
      ({ json }) => (json as { action?: string; id?: string } | undefined)?.action === "allow",
    );
    const asked = decided.filter(({ json }) => (json as { id: string }).id.startsWith("dec_")).length;
    expect(provider.deliveries.length + asked).toBe(25);
    expect(await useOf(safeguard)).toMatchObject({ name: "daily", used: 25, remaining: 0 });
  });

  it("answers in each client's own words, with when to come back", async () => {
    const { client, safeguard } = await open(
      { ceilings: [{ name: "burst", window: "hour", messages: 0 }] },
      () => TAKEN,
    );
    await limit(safeguard, { ceilings: [{ name: "burst", window: "hour", messages: 1 }] });
    expect((await send("native", client, { to: number(0) })).json).toMatchObject({ status: "submitted" });
    const native = await send("native", client, { to: number(1) });
    expect(native.json).toMatchObject({ status: "blocked", reason: "ceiling_messages" });
    const { retryAfter, id } = native.json as { retryAfter: number; id: string };
    expect(retryAfter).toBeGreaterThan(3500);
    expect(retryAfter).toBeLessThanOrEqual(3660);
    expect((await send("decision", client, { to: number(1) })).json).toMatchObject({
      action: "block",
      retryAfter: expect.any(Number),
    });
    const raw = await fetch(`${client.url}/2010-04-01/Accounts/${client.key.twilioSid}/Messages.json`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${client.key.twilioSid}:${client.key.authToken}`).toString("base64")}`,
      },
      body: new URLSearchParams({ To: number(2), From: "Shop", Body: "Your code is 1" }),
    });
    expect(raw.status).toBe(429);
    expect(Number(raw.headers.get("retry-after"))).toBeGreaterThan(3500);
    expect(await raw.json()).toMatchObject({ code: 20429 });
    const cm = await fetch(`${client.url}/v1.0/message`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        messages: {
          authentication: { productToken: client.key.productToken },
          msg: [{ from: "Shop", to: [{ number: number(3) }], body: { content: "Your code is 1" } }],
        },
      }),
    });
    expect(cm.status).toBe(429);
    expect(Number(cm.headers.get("retry-after"))).toBeGreaterThan(3500);
    const explained = await succeed<{ agrees: boolean }>(safeguard.operator("GET", `/v1/decisions/${id}/explanation`));
    expect(explained.agrees).toBe(true);
  });

  it("gets back what a provider definitely refused, and not what is in doubt", async () => {
    const { safeguard, client } = await open(daily, (to) =>
      to === number(0) ? { type: "refuse" } : to === number(1) ? { type: "silent" } : TAKEN,
    );
    expect((await send("native", client, { to: number(0) })).json).toMatchObject({ status: "refused" });
    expect(await useOf(safeguard)).toMatchObject({ used: 0 });
    expect((await send("native", client, { to: number(1) })).json).toMatchObject({ status: "in_doubt" });
    expect(await useOf(safeguard)).toMatchObject({ used: 1 });
  });

  it("stops a text that went to the number before", async () => {
    const { client } = await open(
      { ceilings: [{ name: "same", per: "duplicate", window: "minute", messages: 1 }] },
      () => TAKEN,
    );
    const text = "Your code is 1";
    expect((await send("native", client, { to: number(0), text })).json).toMatchObject({ status: "submitted" });
    expect((await send("native", client, { to: number(0), text })).json).toMatchObject({ reason: "limit_duplicate" });
    expect((await send("native", client, { to: number(1), text })).json).toMatchObject({ status: "submitted" });
    expect((await send("native", client, { to: number(0), text: "Your code is 2" })).json).toMatchObject({
      status: "submitted",
    });
  });

  it("counts by what the client says, and money by the message's price", async () => {
    const { client, safeguard } = await open(
      {
        ceilings: [
          { name: "user", per: "key", key: "user", window: "day", messages: 1 },
          { name: "spend", window: "day", money: { amount: 1, currency: "USD" } },
        ],
      },
      () => TAKEN,
    );
    const ask = (keys: object) =>
      succeed<{ action: string; reason: string }>(
        safeguard.api("POST", "/v1/decisions", { to: number(0), keys }, client.key.secret),
      );
    expect(await ask({ user: "1" })).toMatchObject({ action: "allow" });
    expect(await ask({ user: "1" })).toMatchObject({ action: "block", reason: "ceiling_messages" });
    expect(await ask({ user: "2" })).toMatchObject({ action: "allow" });
    const all = await succeed<{ limits: Use[] }>(safeguard.api("GET", "/v1/limits"));
    const spend = all.limits.find(({ name }) => name === "spend");
    expect(spend?.used).toBeGreaterThan(0);
    expect(spend?.used).toBeLessThanOrEqual(1);
  });

  it("tells when it is near, and when it is reached", async () => {
    const { safeguard, client } = await open(
      { ceilings: [{ name: "daily", window: "day", messages: 10 }] },
      () => TAKEN,
    );
    const alerts = async (): Promise<readonly string[]> => {
      await safeguard.safeguard.incidents.checkAlerts(safeguard.safeguard.now());
      const { items } = await succeed<{ items: { code: string; resolvedAt: string | null }[] }>(
        safeguard.operator("GET", "/v1/alerts"),
      );
      return items.flatMap(({ code, resolvedAt }) => (resolvedAt === null && code.startsWith("ceiling") ? [code] : []));
    };
    for (let index = 0; index < 7; index++) await send("native", client, { to: number(index) });
    expect(await alerts()).toEqual([]);
    await send("native", client, { to: number(8) });
    expect(await alerts()).toEqual(["ceiling_near"]);
    for (let index = 10; index < 13; index++) await send("native", client, { to: number(index) });
    expect(await alerts()).toEqual(["ceiling_reached"]);
  });

  it("is the same after a restart", async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-ceilings-"));
    opened.push({ close: async () => rmSync(dataDirectory, { recursive: true }) });
    const first = await open(daily, () => TAKEN, { dataDirectory });
    for (let index = 0; index < 10; index++) await send("native", first.client, { to: number(index) });
    const before = await useOf(first.safeguard);
    expect(before).toMatchObject({ used: 10 });
    await opened.pop()?.close();
    const again = await startSafeguard({ dataDirectory });
    opened.push({ close: () => again.stop() });
    expect(again.safeguard.engine.limitUse(first.safeguard.account.id, "default", again.safeguard.now())).toMatchObject(
      [{ used: 10 }],
    );
  });
});

it("a ceiling is not exceeded by a server that is killed over and over", { timeout: 120_000 }, async () => {
  const MOST = 60;
  const provider = await startCountingProvider((to) =>
    to.endsWith("7") ? { type: "refuse" } : { type: "take", afterMs: Number(to.slice(-2)) % 20 },
  );
  opened.push(provider);
  const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-ceilings-"));
  opened.push({ close: async () => rmSync(dataDirectory, { recursive: true }) });
  let server = spawnServer(dataDirectory);
  opened.push({ close: () => server.kill() });
  const { url, operatorToken } = await server.ready;
  const call = <T>(method: string, path: string, body?: unknown, headers = {}) =>
    succeed<T>(callApi(url, operatorToken, method, path, body, headers));
  const { items } = await call<{ items: [{ id: string }] }>("GET", "/v1/accounts");
  const headers = { "safeguard-account": items[0].id };
  await call(
    "PUT",
    "/v1/policies/default",
    {
      document: {
        detection: { mode: "off" },
        limits: { ceilings: [{ name: "daily", window: "day", messages: MOST }] },
      },
      reason: "a test",
      force: true,
    },
    headers,
  );
  await call(
    "POST",
    "/v1/providers",
    {
      id: "by-twilio",
      kind: "twilio",
      settings: { baseUrl: provider.url, accountSid: `AC${"7".repeat(32)}`, timeoutMs: 1000 },
      secrets: { authToken: "8".repeat(32) },
    },
    headers,
  );
  await call("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["by-twilio"] }] }, headers);
  const key = await call<{ secret: string }>(
    "POST",
    "/v1/keys",
    { name: "ceilings", mode: "live", scopes: ["messages:send", "usage:read"] },
    headers,
  );
  let next = 0;
  for (let round = 0; round < 4; round++) {
    const { url: at } = await server.ready;
    let killed = false;
    const hand = async (): Promise<void> => {
      while (!killed) {
        const body = { to: number(next++), from: "Shop", text: "Your code is 1" };
        await callApi(at, key.secret, "POST", "/v1/messages", body).catch(() => undefined);
      }
    };
    const hands = Array.from({ length: 8 }, hand);
    await new Promise((resolve) => setTimeout(resolve, round < 3 ? 40 + 40 * round : 500));
    await server.kill();
    killed = true;
    await Promise.all(hands);
    expect(provider.deliveries.length).toBeLessThanOrEqual(MOST);
    server = spawnServer(dataDirectory);
  }
  const { url: at } = await server.ready;
  const { limits } = await succeed<{ limits: Use[] }>(callApi(at, key.secret, "GET", "/v1/limits"));
  const [use] = limits;
  expect(use?.used).toBeLessThanOrEqual(MOST);
  expect(use?.used).toBeGreaterThanOrEqual(provider.deliveries.length);
  expect(provider.deliveries.length).toBeGreaterThan(MOST / 2);
});
