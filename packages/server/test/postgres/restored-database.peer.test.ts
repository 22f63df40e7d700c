import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChildServer, callApi, spawnServer } from "../promises/child-server.ts";
import { eventually, type QueueProvider, settingsFor, startQueueProvider } from "../sending-later/queue-scene.ts";
import { type Cluster, databaseUrl, startCluster } from "./cluster.ts";

let cluster: Cluster;
let provider: QueueProvider;
let root: string;
let server: ChildServer | undefined;
beforeAll(async () => {
  cluster = await startCluster();
  provider = await startQueueProvider();
  root = mkdtempSync(join(tmpdir(), "safeguard-restored-database-"));
}, 120_000);
afterAll(async () => {
  await server?.kill();
  await provider.close();
  await cluster.dispose();
  rmSync(root, { recursive: true });
});

test("a dump that was put into another database sends nothing that waited, until somebody says so", {
  timeout: 180_000,
}, async () => {
  const [first, second] = [await cluster.database(), await cluster.database()];
  const [data, copy] = [join(root, "data"), join(root, "copy")];
  server = spawnServer(data, { environment: { DATABASE_URL: databaseUrl(first) } });
  const { url, operatorToken } = await server.ready;
  const { body } = await callApi(url, operatorToken, "GET", "/v1/accounts");
  const named = { "safeguard-account": (body as { items: [{ id: string }] }).items[0].id };
  const operator = async (method: string, path: string, given: unknown): Promise<unknown> => {
    const answer = await callApi(url, operatorToken, method, path, given, named);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await operator("POST", "/v1/policies/default/detection", { mode: "off", reason: "not what is tested" });
  await operator("POST", "/v1/providers", { id: "p", kind: "http", settings: settingsFor(provider) });
  await operator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["p"] }] });
  const scopes = ["messages:send", "messages:read"];
  const { secret } = (await operator("POST", "/v1/keys", { name: "k", mode: "live", scopes })) as { secret: string };
  const send = async (at: string, fields: object): Promise<{ id: string; status: string }> => {
    const message = { from: "Shop", text: "Your code is 4711", mode: "async", ...fields };
    return (await callApi(at, secret, "POST", "/v1/messages", message)).body as { id: string; status: string };
  };
  const sendAt = new Date(Date.now() + 3_000).toISOString();
  const waited = await send(url, { to: "+31612345670", sendAt });
  expect(waited.status).toBe("scheduled");

  // As a nightly dump has it, put back elsewhere, while the first server goes on and sends.
  const where = ["-h", first.host, "-p", String(first.port), "-U", first.user];
  const programs = cluster.place.programs;
  const dump = execFileSync(join(programs, "pg_dump"), [...where, first.database], { maxBuffer: 1 << 28 });
  execFileSync(join(programs, "psql"), [...where, "-q", second.database], {
    input: dump,
    stdio: ["pipe", "ignore", "inherit"],
  });
  cpSync(data, copy, { recursive: true, filter: (file) => !file.endsWith("server.json") });
  await eventually(
    () => provider.taken.length,
    (taken) => taken === 1,
  );
  await server.kill();

  server = spawnServer(copy, { environment: { DATABASE_URL: databaseUrl(second) } });
  const again = await server.ready;
  expect((await callApi(again.url, again.operatorToken, "GET", "/v1/sending")).body).toMatchObject({ state: "held" });
  const anew = await send(again.url, { to: "+31612345671" });
  await eventually(
    () => provider.taken.map(({ id }) => `msg_${id}`),
    (ids) => ids.includes(anew.id),
  );
  // It is long due.
  expect(Date.now()).toBeGreaterThan(Date.parse(sendAt) + 1_000);
  expect(provider.taken.filter(({ id }) => `msg_${id}` === waited.id)).toHaveLength(1);
  const resumed = await callApi(again.url, again.operatorToken, "POST", "/v1/sending/resume", { reason: "a drill" });
  expect(resumed.status).toBeLessThan(300);
  await eventually(
    () => provider.taken.filter(({ id }) => `msg_${id}` === waited.id).length,
    (times) => times === 2,
  );
});
