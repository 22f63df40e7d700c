import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@safeguard/client";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "./harness.ts";
import { type PreparedAnswer, type RecordingServer, startRecordingServer } from "./stand-in/recording-server.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-alerts-"));
let safeguard: TestSafeguard;
let receiver: RecordingServer;
let answer: PreparedAnswer = { status: 200, body: "{}" };
let secret = "";
const start = () => startSafeguard({ dataDirectory, countries: ["NL"], detection: "off" });
beforeAll(async () => {
  receiver = await startRecordingServer(() => answer);
  safeguard = await start();
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  await receiver.close();
  rmSync(dataDirectory, { recursive: true, force: true });
});

interface Told {
  readonly type: string;
  readonly data: { readonly code: string; readonly sentence: string; readonly facts: Record<string, unknown> };
}

/** The `count`-th request of a kind; whatever else comes meanwhile is passed over. */
async function toldOf(path: string, code: string, count = 1) {
  for (let seen = 0, number = 1; ; number++) {
    const request = await receiver.request(number);
    if (request.path !== path) continue;
    const body = JSON.parse(request.body) as Told;
    if (path === "/hook" && body.data.code !== code) continue;
    seen += 1;
    if (seen === count) return { request, body };
  }
}

it("an account sets where its alerts go; secrets are shown once, and a test arrives signed", async () => {
  expect((await safeguard.api("POST", "/v1/alerts/test")).status).toBe(409);
  const set = await safeguard.api("PUT", "/v1/alerts/settings", {
    channels: [
      { id: "ops", type: "webhook", url: `${receiver.url}/hook` },
      { id: "chat", type: "slack", url: `${receiver.url}/services/T0/secret`, urgentOnly: true },
    ],
  });
  expect(set.status).toBe(200);
  secret = (set.body as { secrets: { ops: string } }).secrets.ops;
  expect(secret).toMatch(/^whsec_/);
  const shown = JSON.stringify((await safeguard.api("GET", "/v1/alerts/settings")).body);
  expect(shown).not.toContain("services/T0");
  expect(shown).not.toContain("whsec_");

  expect((await safeguard.api("POST", "/v1/alerts/test")).status).toBe(202);
  const { request, body } = await toldOf("/hook", "test");
  new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
  expect(() => new Webhook(secret).verify(`${request.body} `, request.headers as Record<string, string>)).toThrow();
  expect(body).toMatchObject({ type: "alert.raised", data: { code: "test", account: safeguard.account.id } });
  const chat = await toldOf("/services/T0/secret", "test");
  expect(JSON.parse(chat.request.body)).toMatchObject({ text: expect.stringContaining("*Test*") });
}, 30_000);

it("mail is refused in words where the server sends none", async () => {
  const channels = [{ id: "mail", type: "email", to: ["ops@example.com"] }];
  const refused = await safeguard.api("PUT", "/v1/alerts/settings", { channels });
  expect(refused).toMatchObject({ status: 400, body: { problems: [{ field: "channels.0.type" }] } });
});

it("a policy change is told with its diff, and the first block of a destination under it, each once", async () => {
  const change = { reason: "pumping since Monday", action: "block", destinations: ["BE"] };
  const saved = await safeguard.api("PUT", "/v1/policies/default", {
    document: { destinations: { BE: { action: "block" } }, detection: { mode: "off" } },
    reason: change.reason,
  });
  expect(saved.status).toBeLessThan(300);
  const { body } = await toldOf("/hook", "policy_changed");
  expect(body.data.facts).toMatchObject({
    reason: change.reason,
    changes: expect.arrayContaining([
      expect.objectContaining({ path: "destinations.BE", after: expect.stringContaining("block") }),
    ]),
  });
  for (let message = 0; message < 3; message++)
    await safeguard.api("POST", "/v1/decisions", { to: `+3247012345${message}` });
  const first = await toldOf("/hook", "first_block");
  expect(first.body.data.facts).toMatchObject({ destination: "BE", policy: "default" });
  expect(first.request.body).not.toContain("+32470");
  const { items } = (await safeguard.api("GET", "/v1/alerts")).body as { items: { code: string }[] };
  expect(items.filter(({ code }) => code === "first_block")).toHaveLength(1);
}, 30_000);

it("a rolled secret signs together with the old one; what was told stands in the log and can be told again", async () => {
  const rolled = await safeguard.api("POST", "/v1/alerts/settings/channels/ops/secret");
  const fresh = (rolled.body as { secrets: { ops: string } }).secrets.ops;
  await safeguard.api("POST", "/v1/alerts/test");
  const second = await toldOf("/hook", "test", 2);
  for (const one of [secret, fresh])
    new Webhook(one).verify(second.request.body, second.request.headers as Record<string, string>);

  interface Delivery {
    readonly id: string;
    readonly delivery: string;
    readonly type: string;
    readonly receiver: string;
    readonly state: string;
  }
  const log = async () =>
    ((await safeguard.api("GET", "/v1/webhooks/deliveries")).body as { items: readonly Delivery[] }).items;
  await expect.poll(async () => (await log()).every(({ state }) => state === "taken")).toBe(true);
  const told = (await log()).find(({ id }) => id === second.request.headers["webhook-id"]);
  expect(told).toMatchObject({ type: "alert.raised", receiver: "alert:ops" });
  const again = await safeguard.api("POST", `/v1/webhooks/deliveries/${told?.delivery}/replay`);
  expect(again.status).toBe(202);
  const third = await toldOf("/hook", "test", 3);
  expect(third.request.headers["webhook-id"]).toBe(told?.id);
  expect((await safeguard.api("POST", `/v1/webhooks/deliveries/${"0".repeat(32)}/replay`)).status).toBe(404);
}, 30_000);

it("what could not be told before a stop is told after it", async () => {
  answer = { status: 503, body: "" };
  await safeguard.api("POST", "/v1/alerts/test");
  await toldOf("/hook", "test", 4);
  await safeguard.stop();
  answer = { status: 200, body: "{}" };
  safeguard = await start();
  await toldOf("/hook", "test", 5);
  // … and the log has each try.
  const client = createClient({ baseUrl: safeguard.url, key: safeguard.liveKey.secret });
  const tried = async () =>
    (await client.webhooks.deliveries()).items
      .find(({ attempts }) => attempts > 1)
      ?.tries.map(({ status, error }) => [status, error === null]);
  await expect.poll(tried).toEqual([
    [503, false],
    [200, true],
  ]);
}, 60_000);

it("a paused server is told nothing until it is resumed; what it missed is told again on demand", async () => {
  const { store, services, now } = safeguard.safeguard;
  const actor = { type: "operator", name: "test" } as const;
  const paused = {
    type: "receiver_paused",
    at: now(),
    actor,
    account: safeguard.account.id,
    receiver: "alert:ops",
  } as const;
  await services.changes.commit([paused]);
  await safeguard.api("POST", "/v1/alerts/test");
  const failed = async () =>
    (await store.deliveries.list(safeguard.account.id, { state: "failed" }, 10)).items.map(({ error }) => error);
  await expect.poll(failed).toEqual(["receiver_paused"]);
  expect((await safeguard.api("GET", "/v1/webhooks")).body).toMatchObject({
    items: expect.arrayContaining([{ receiver: "alert:ops", pausedSince: expect.any(String) }]),
  });
  expect((await safeguard.api("POST", "/v1/webhooks/resume", { receiver: "alert:ops" })).status).toBe(200);
  const since = new Date(now() - 60_000).toISOString();
  const replayed = await safeguard.api("POST", "/v1/webhooks/replay", { since });
  expect(replayed).toMatchObject({ status: 202, body: { replayed: 1 } });
  await toldOf("/hook", "test", 6);
}, 30_000);

it("the typed client says the same", async () => {
  const client = createClient({ baseUrl: safeguard.url, key: safeguard.liveKey.secret });
  const settings = await client.alerts.settings();
  expect(settings.channels.map(({ id }) => id)).toEqual(["ops", "chat"]);
  const saved = await client.alerts.setSettings({
    channels: [
      { id: "ops", type: "webhook", url: `${receiver.url}/hook` },
      { id: "more", type: "webhook", url: `${receiver.url}/more`, urgentOnly: true },
    ],
  });
  expect(Object.keys(saved.secrets)).toEqual(["more"]);
  expect((await client.alerts.rollChannelSecret("more")).secrets["more"]).not.toBe(saved.secrets["more"]);
  expect(await client.alerts.test()).toEqual(["ops", "more"]);
  expect((await client.alerts.list()).items.map(({ code }) => code)).toContain("test");
  expect((await client.webhooks.receivers()).map((one) => one.receiver)).toContain("alert:more");
  await expect.poll(async () => (await client.webhooks.deliveries({ state: "waiting" })).items).toEqual([]);
  const [delivery] = (await client.webhooks.deliveries({ state: "taken", limit: 1 })).items;
  expect(await client.webhooks.replay(delivery?.delivery ?? "")).toMatchObject({ id: delivery?.id });
  expect(await client.webhooks.replayFailed(new Date().toISOString())).toBe(0);
  await expect(client.webhooks.resume("alert:more")).rejects.toMatchObject({ code: "not_found" });
}, 30_000);

it("a confirmation link that is not ours opens nothing", async () => {
  const page = await fetch(`${safeguard.url}/confirm/made-up`, { method: "POST" });
  expect(page.status).toBe(404);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
});
