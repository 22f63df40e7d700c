import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ChildServer, callApi, spawnServer } from "./child-server.ts";
import { type CountingProvider, type Fate, startCountingProvider } from "./counting-provider.ts";

let dataDirectory: string;
let provider: CountingProvider;
let server: ChildServer;
let fate: Fate;
beforeEach(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-stop-"));
  fate = { type: "take", afterMs: 30 };
  provider = await startCountingProvider(() => fate);
  server = spawnServer(dataDirectory);
});
afterEach(async () => {
  await server.kill();
  await provider.close();
  rmSync(dataDirectory, { recursive: true });
});

/** A live key whose messages go to the counting provider. */
async function setUp(): Promise<{ readonly url: string; readonly secret: string }> {
  const { url, operatorToken } = await server.ready;
  const operator = async (method: string, path: string, body?: unknown, headers = {}): Promise<unknown> => {
    const answer = await callApi(url, operatorToken, method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const { items } = (await operator("GET", "/v1/accounts")) as { items: [{ id: string }] };
  const named = { "safeguard-account": items[0].id };
  await operator("POST", "/v1/policies/default/detection", { mode: "off", reason: "not what is tested" }, named);
  const settings = { baseUrl: provider.url, timeoutMs: 60_000 };
  await operator("POST", "/v1/providers", { id: "p", kind: "cm", settings, secrets: { productToken: "t" } }, named);
  await operator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["p"] }] }, named);
  const scopes = ["messages:send", "messages:read"];
  const { secret } = (await operator("POST", "/v1/keys", { name: "stop", mode: "live", scopes }, named)) as {
    secret: string;
  };
  return { url, secret };
}

let sent = 0;
const numberOf = (index: number): string => `+3161${String(index).padStart(7, "0")}`;
const send = (url: string, secret: string, to: string) =>
  callApi(url, secret, "POST", "/v1/messages", { to, from: "Shop", text: "Your code is 12345" });

async function statuses(): Promise<ReadonlyMap<string, string>> {
  const { url, operatorToken } = await server.ready;
  const { body } = await callApi(url, operatorToken, "GET", "/v1/accounts");
  const [account] = (body as { items: [{ id: string }] }).items;
  const found = new Map<string, string>();
  for (let cursor: string | null = ""; cursor !== null; ) {
    const path: string = `/v1/messages?limit=1000${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const page = await callApi(url, operatorToken, "GET", path, undefined, { "safeguard-account": account.id });
    const { items, next } = page.body as { items: { to: string; status: string }[]; next: string | null };
    for (const { to, status } of items) found.set(to, status);
    cursor = next;
  }
  return found;
}

test("a server that is stopped under load answers what it took, loses nothing, leaves nothing in doubt, and ends with 0", {
  timeout: 120_000,
}, async () => {
  const { url, secret } = await setUp();
  const answered = new Map<string, string>();
  let stopped = false;
  const hands = Array.from({ length: 16 }, async () => {
    while (!stopped) {
      const to = numberOf(sent++);
      const answer = await send(url, secret, to).catch(() => undefined);
      // Its connection was refused or closed before it was taken.
      if (answer === undefined) return;
      expect(answer.status).toBe(201);
      answered.set(to, (answer.body as { status: string }).status);
    }
  });
  await expect.poll(() => answered.size, { timeout: 30_000 }).toBeGreaterThan(100);
  await server.stop();
  stopped = true;
  await Promise.all(hands);
  expect([server.process.exitCode, server.process.signalCode]).toEqual([0, null]);

  server = spawnServer(dataDirectory);
  const recorded = await statuses();
  expect(recorded).toEqual(answered);
  expect(new Set(recorded.values())).toEqual(new Set(["submitted"]));
  expect(provider.deliveries.map(({ to }) => to).toSorted()).toEqual([...answered.keys()].toSorted());
});

test("what a provider does not answer within the bound is in doubt, its client is told, and the stop is still one in good order", {
  timeout: 120_000,
}, async () => {
  const { url, secret } = await setUp();
  fate = { type: "silent" };
  const waiting = send(url, secret, numberOf(1));
  await expect.poll(() => provider.deliveries.length, { timeout: 30_000 }).toBe(1);
  const began = performance.now();
  await server.stop();
  expect(performance.now() - began).toBeLessThan(40_000);
  expect(server.process.exitCode).toBe(0);
  expect(await waiting).toMatchObject({ status: 201, body: { status: "in_doubt" } });
  server = spawnServer(dataDirectory);
  expect(await statuses()).toEqual(new Map([[numberOf(1), "in_doubt"]]));
});

test("a second signal ends it at once, and what was under way is in doubt", { timeout: 120_000 }, async () => {
  const { url, secret } = await setUp();
  fate = { type: "silent" };
  const waiting = send(url, secret, numberOf(2)).catch(() => "cut off");
  await expect.poll(() => provider.deliveries.length, { timeout: 30_000 }).toBe(1);
  server.process.kill("SIGTERM");
  // (until it stops listening)
  await expect
    .poll(
      () =>
        fetch(`${url}/healthz`).then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(false);
  server.process.kill("SIGTERM");
  await server.ended;
  expect(server.process.signalCode).toBe("SIGTERM");
  expect(await waiting).toBe("cut off");
  server = spawnServer(dataDirectory);
  expect(await statuses()).toEqual(new Map([[numberOf(2), "in_doubt"]]));
});
