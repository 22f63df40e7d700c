import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, type QueueProvider, settingsFor, startQueueProvider } from "../sending-later/queue-scene.ts";
import { type ChildServer, callApi, spawnServer } from "./child-server.ts";

/** The process is killed (SIGKILL) with messages queued, scheduled, to be tried again and under way. */

let dataDirectory: string;
let provider: QueueProvider;
let server: ChildServer;
let account: string;
let secret: string;

interface Message {
  readonly id: string;
  readonly status: string;
}

const TEXT = "canary text of a waiting message";
let number = 0;
const nextNumber = (prefix = "+3161"): string => `${prefix}${String(3_000_000 + ++number).padStart(7, "0")}`;

async function operator(method: string, path: string, body?: unknown): Promise<unknown> {
  const { url, operatorToken } = await server.ready;
  const named = account === undefined ? {} : { "safeguard-account": account };
  const { status, body: answer } = await callApi(url, operatorToken, method, path, body, named);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  return answer;
}

async function send(fields: Record<string, unknown>): Promise<Message> {
  const { url } = await server.ready;
  const message = { from: "Shop", text: TEXT, mode: "async", ...fields };
  const { status, body } = await callApi(url, secret, "POST", "/v1/messages", message);
  expect(status).toBe(201);
  return body as Message;
}

async function statusOf({ id }: Message): Promise<string> {
  const { url } = await server.ready;
  return ((await callApi(url, secret, "GET", `/v1/messages/${id}`)).body as Message).status;
}

const takenOf = ({ id }: Message): number => provider.taken.filter((one) => `msg_${one.id}` === id).length;

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-queue-"));
  provider = await startQueueProvider();
  server = spawnServer(dataDirectory);
  await server.ready;
  const { items } = (await operator("GET", "/v1/accounts")) as { items: { id: string }[] };
  account = items[0]?.id ?? "";
  secret = ((await operator("POST", "/v1/keys", { name: "test", mode: "live", scopes: SCOPES })) as { secret: string })
    .secret;
  await operator("POST", "/v1/policies/default/detection", { mode: "off", reason: "test" });
});
afterAll(async () => {
  await server.kill();
  await provider.close();
  rmSync(dataDirectory, { recursive: true });
});

const SCOPES = ["messages:send", "messages:read"] as const;

it("what waited goes on and is decided again, what was under way is in doubt, and nothing goes out twice", async () => {
  const slow = settingsFor(provider, { messagesPerSecond: 1 / 60 });
  await operator("POST", "/v1/providers", { id: "main", kind: "http", settings: settingsFor(provider) });
  await operator("POST", "/v1/providers", { id: "slow", kind: "http", settings: slow });
  const routes = [
    { destination: "LU", providers: ["slow"] },
    { destination: "*", providers: ["main"] },
  ];
  await operator("PUT", "/v1/routes", { routes });

  const soon = new Date(Date.now() + 4_000).toISOString();
  const scheduled = await Promise.all(Array.from({ length: 5 }, () => send({ to: nextNumber(), sendAt: soon })));
  const stopped = await send({ to: "+32470123456", sendAt: soon });
  const loosened = await send({ to: "+32470123457", sendAt: soon });
  // The first takes the only turn of a minute; the others are queued.
  const [first, ...queued] = [await send({ to: "+352628000001" }), await send({ to: "+352628000002" })];
  await eventually(
    () => takenOf(first),
    (taken) => taken === 1,
  );
  provider.answers = ["throttle"];
  const retried = await send({ to: nextNumber(), validityPeriod: 600 });
  await eventually(
    () => statusOf(retried),
    (status) => status === "queued" && provider.answers.length === 0,
  );
  const canceled = await send({ to: nextNumber(), sendAt: soon });
  await operator("POST", `/v1/messages/${canceled.id}/cancel`);
  provider.answers = ["hang"];
  const cutOff = await send({ to: nextNumber() });
  await eventually(
    () => takenOf(cutOff),
    (taken) => taken === 1,
  );

  await server.kill();
  provider.answers = [];
  // Texts lie in the files enciphered only.
  const kept = readdirSync(dataDirectory)
    .filter((name) => name.includes(".db"))
    .map((name) => readFileSync(join(dataDirectory, name)).includes(TEXT));
  expect([kept.length > 0, kept.includes(true)]).toEqual([true, false]);

  server = spawnServer(dataDirectory);
  await server.ready;
  await operator("POST", "/v1/policies/default/destinations", { block: ["BE"], reason: "after the kill" });
  expect(await statusOf(cutOff)).toBe("in_doubt");
  for (const message of scheduled) {
    await eventually(
      () => statusOf(message),
      (status) => status === "submitted",
    );
    expect(takenOf(message)).toBe(1);
  }
  await eventually(
    () => statusOf(retried),
    (status) => status === "submitted",
  );
  for (const message of [stopped, loosened]) {
    await eventually(
      () => statusOf(message),
      (status) => status === "blocked",
    );
  }
  // Loosening revives nothing.
  await operator("POST", "/v1/policies/default/destinations", { allow: ["BE"], reason: "again" });
  // A new start has a turn at the slow provider, too.
  for (const message of queued) {
    await eventually(
      () => statusOf(message),
      (status) => status === "submitted",
    );
  }
  await server.kill();
  server = spawnServer(dataDirectory);
  await server.ready;
  expect([await statusOf(stopped), await statusOf(loosened), await statusOf(canceled)]).toEqual([
    "blocked",
    "blocked",
    "canceled",
  ]);
  expect([await statusOf(cutOff), takenOf(cutOff)]).toEqual(["in_doubt", 1]);
  const counts = Map.groupBy(provider.taken, ({ id }) => id);
  expect([...counts.values()].filter((list) => list.length > 1)).toEqual([]);
  expect([takenOf(stopped), takenOf(loosened), takenOf(canceled)]).toEqual([0, 0, 0]);
}, 180_000);
