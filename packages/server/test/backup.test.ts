import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BackupManifest } from "../src/store/backup/manifest.ts";
import { type ChildServer, callApi, spawnServer } from "./promises/child-server.ts";
import { type RecordingServer, startRecordingServer } from "./stand-in/recording-server.ts";

const PROGRAM = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const run = promisify(execFile);

let root: string;
let data: string;
let server: ChildServer | undefined;
let customer: RecordingServer;
/** Until then the customer's server answers nothing: what it is told stays due. */
let isOpen: boolean;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "safeguard-backups-"));
  data = join(root, "data");
  isOpen = false;
  customer = await startRecordingServer(() =>
    isOpen ? { status: 204, body: "" } : new Promise<{ status: number; body: string }>(() => undefined),
  );
});
afterEach(async () => {
  await server?.kill();
  await customer.close();
  rmSync(root, { recursive: true });
});

async function cli(directory: string, ...words: string[]): Promise<string> {
  return (await run(process.execPath, [PROGRAM, ...words, "--data", directory], { cwd: root })).stdout;
}

async function start(directory: string): Promise<{ readonly url: string; readonly operatorToken: string }> {
  server = spawnServer(directory);
  return server.ready;
}

/** An account with a key, a message that the sandbox has delivered, and its webhook, which waits. */
async function fill(): Promise<{ readonly secret: string; readonly messages: number }> {
  const { url, operatorToken } = await start(data);
  const { body } = await callApi(url, operatorToken, "GET", "/v1/accounts");
  const [{ id }] = (body as { items: [{ id: string }] }).items;
  const named = { "safeguard-account": id };
  const reports = { webhookUrl: `${customer.url}/webhook` };
  await callApi(url, operatorToken, "PATCH", `/v1/accounts/${id}`, { reports }, named);
  const scopes = ["messages:send", "messages:read"];
  const key = await callApi(url, operatorToken, "POST", "/v1/keys", { name: "k", mode: "test", scopes }, named);
  const { secret } = key.body as { secret: string };
  await send(url, secret, "+31612345670");
  await customer.request(1);
  return { secret, messages: 1 };
}

const send = (url: string, secret: string, to: string) =>
  callApi(url, secret, "POST", "/v1/messages", { to, from: "Shop", text: "Your code is 12345" });

test("a backup of the running server, restored: nothing that waited is sent until somebody says so; what is new is", {
  timeout: 180_000,
}, async () => {
  const { secret } = await fill();
  const made = JSON.parse(await cli(data, "backup", join(root, "backup"), "--json")) as BackupManifest;
  expect(made.files.map(({ name }) => name)).toEqual(expect.arrayContaining(["journal.db", "tables.db"]));
  await server?.kill();
  // (where a developer's master key stands; a production one is configured)
  const copy = join(root, "copy");
  cpSync(join(data, "master.key"), join(copy, "master.key"));
  expect(await cli(copy, "restore", join(root, "backup"))).toContain("is not sent, since it may");
  const told = customer.received.length;
  isOpen = true;

  const { url, operatorToken } = await start(copy);
  expect(server?.output()).toContain("What waited in this store is not sent, because it was restored from a backup");
  expect(await callApi(url, operatorToken, "GET", "/readyz")).toMatchObject({
    status: 200,
    body: { status: "ready", notes: [expect.stringContaining("safeguard sending resume")] },
  });
  expect(await cli(copy, "sending")).toMatch(
    /HELD since .* restored from a backup:\n {2}0 messages and [1-9]\d* notices wait/,
  );
  await expect
    .poll(async () => JSON.stringify((await callApi(url, operatorToken, "GET", "/v1/alerts")).body), {
      timeout: 90_000,
    })
    .toContain("restored");

  // What comes in anew is sent, and told.
  expect(await send(url, secret, "+31612345671")).toMatchObject({ status: 201 });
  await customer.request(told + 1);
  for (const { body } of customer.received.slice(told)) expect(body).not.toContain("+31612345670");

  await cli(copy, "sending", "resume", "--reason", "the old machine is gone");
  await expect
    .poll(() => customer.received.slice(told).some(({ body }) => body.includes("+31612345670")), { timeout: 30_000 })
    .toBe(true);
  expect(await cli(copy, "sending")).toContain("Everything that waits is sent");
  expect(await cli(copy, "audit", "list")).toMatch(/sending resumed +sending +the old machine is gone/);
  await server?.stop();
  await start(copy);
  expect(server?.output()).not.toContain("is not sent");
});

test("a copied data folder is known for one, and --resume-sending lets it go at the start", {
  timeout: 120_000,
}, async () => {
  await fill();
  await server?.kill();
  const copy = join(root, "copy");
  cpSync(data, copy, { recursive: true });
  expect(await cli(copy, "sending", "--json")).toContain('"by": "copied"');
  server = spawnServer(copy, { words: ["--resume-sending"] });
  const { url, operatorToken } = await server.ready;
  expect((await callApi(url, operatorToken, "GET", "/v1/sending")).body).toEqual({ state: "sending", restored: null });
});
