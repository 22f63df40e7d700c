import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChildServer, callApi, spawnServer } from "./child-server.ts";

/** A disk of the test's own, in memory. Undefined: this machine lets nobody make one (and why). */
interface SmallDisk {
  readonly folder: string;
  resize(megabytes: number): void;
  readOnly(on: boolean): void;
  dispose(): void;
}

function makeDisk(megabytes: number): SmallDisk | string {
  const folder = mkdtempSync(join(tmpdir(), "safeguard-disk-"));
  const mount = (...words: string[]): void => {
    execFileSync("mount", words, { stdio: "pipe" });
  };
  try {
    mount("-t", "tmpfs", "-o", `size=${megabytes}m,mode=0700`, "tmpfs", folder);
  } catch (error) {
    rmSync(folder, { recursive: true });
    return error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
  }
  return {
    folder,
    resize: (size) => mount("-o", `remount,size=${size}m`, folder),
    readOnly: (on) => mount("-o", `remount,${on ? "ro" : "rw"}`, folder),
    dispose() {
      execFileSync("umount", [folder], { stdio: "pipe" });
      rmSync(folder, { recursive: true });
    },
  };
}

const made = makeDisk(8);
if (typeof made === "string") console.warn(`no disk to fill could be made, so these tests are left out: ${made}`);

describe.skipIf(typeof made === "string")("a disk that is full", { timeout: 180_000 }, () => {
  const disk = made as SmallDisk;
  let server: ChildServer;
  let url: string;
  let secret: string;
  /** By message, what its client was told. */
  const answered = new Map<string, string>();

  const start = async (): Promise<void> => {
    server = spawnServer(disk.folder);
    ({ url } = await server.ready);
  };
  const send = (index: number) =>
    callApi(url, secret, "POST", "/v1/messages", {
      to: `+3161${String(index).padStart(7, "0")}`,
      from: "Shop",
      text: "Your code is 12345",
      reference: "r".repeat(64),
    });

  beforeAll(async () => {
    await start();
    const { operatorToken } = await server.ready;
    const { body } = await callApi(url, operatorToken, "GET", "/v1/accounts");
    const named = { "safeguard-account": (body as { items: [{ id: string }] }).items[0].id };
    const off = { mode: "off", reason: "not what is tested" };
    await callApi(url, operatorToken, "POST", "/v1/policies/default/detection", off, named);
    const key = { name: "full", mode: "test", scopes: ["messages:send", "messages:read"] };
    const made = await callApi(url, operatorToken, "POST", "/v1/keys", key, named);
    ({ secret } = made.body as { secret: string });
  }, 60_000);
  afterAll(async () => {
    await server.kill();
    disk.dispose();
  });

  test("closes: nothing more is answered as taken, /readyz says why, reading goes on", async () => {
    const isReady = async () => (await callApi(url, secret, "GET", "/readyz")).status === 200;
    let refused: { readonly status: number; readonly body: unknown } | undefined;
    for (let index = 0; index < 200_000 && refused === undefined; index += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, offset) => send(index + offset)));
      for (const { status, body } of answers) {
        const { id, status: told } = body as { id: string; status: string };
        if (status === 201) answered.set(id, told);
      }
      const failed = answers.find(({ status }) => status === 503);
      // (and not because the machine is busy with other things)
      if (failed !== undefined && !(await isReady())) refused = failed;
    }
    expect(answered.size).toBeGreaterThan(50);
    expect(refused).toMatchObject({ status: 503, body: { code: "unavailable" } });
    for (let index = 900_000; index < 900_005; index++) expect([429, 503]).toContain((await send(index)).status);
    const ready = await callApi(url, secret, "GET", "/readyz");
    expect(ready).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining("the journal cannot be written") },
    });
    expect((await callApi(url, secret, "GET", "/v1/messages?limit=1")).status).toBe(200);
    // What the log says names the cause.
    expect(server.output()).toMatch(/full|disk I\/O error/);
  });

  test("is said at a start, which comes to nothing and breaks nothing", async () => {
    await server.kill();
    server = spawnServer(disk.folder);
    const end = await server.ready.then(
      () => "started",
      (error: unknown) => String(error),
    );
    // (as much as a start writes may still fit)
    if (end !== "started") expect(end).toMatch(/The data folder .* cannot be written/);
    await server.kill();
  });

  test("and has room again: a restart has everything that was answered, and takes messages", async () => {
    disk.resize(64);
    await start();
    for (const [id, told] of answered) {
      const { status, body } = await callApi(url, secret, "GET", `/v1/messages/${id}`);
      const is = (body as { status: string }).status;
      // What the sandbox took (or may have taken) it may have reported since; what it refused stays refused.
      const fits = told === "refused" ? is === told : !["refused", "blocked"].includes(is);
      expect([id, status, fits || `${told}, now ${is}`]).toEqual([id, 200, true]);
    }
    expect((await send(950_000)).status).toBe(201);
    expect((await callApi(url, secret, "GET", "/readyz")).status).toBe(200);
  });

  test("cannot be written at all: the start says so, and what to do", async () => {
    await server.kill();
    disk.readOnly(true);
    const second = spawnServer(disk.folder);
    await expect(second.ready).rejects.toThrow(/The data folder .* cannot be written: its file system is read-only/);
    expect(second.output()).not.toContain("This should not happen");
    disk.readOnly(false);
  });
});

describe("a journal that an I/O error hits", { timeout: 120_000 }, () => {
  test("closes the server, which says so; a restart without the error has everything that was answered", async () => {
    const folder = mkdtempSync(join(tmpdir(), "safeguard-limit-"));
    let server = spawnServer(folder);
    let { url, operatorToken } = await server.ready;
    const { body } = await callApi(url, operatorToken, "GET", "/v1/accounts");
    const named = { "safeguard-account": (body as { items: [{ id: string }] }).items[0].id };
    const scopes = ["decisions:write", "messages:read"];
    const made = await callApi(url, operatorToken, "POST", "/v1/keys", { name: "io", mode: "test", scopes }, named);
    const { secret } = made.body as { secret: string };
    // From now on no file of the process grows beyond what the log has by then: writes fail as on a failing disk.
    const limit = spawn("prlimit", ["--pid", String(server.process.pid), `--fsize=${300 * 1024}`]);
    const [code] = await new Promise<[number | null]>((resolve) => limit.once("close", (end) => resolve([end])));
    expect(code).toBe(0);
    const ids: string[] = [];
    let refused: { readonly status: number } | undefined;
    for (let index = 0; index < 20_000 && refused === undefined; index++) {
      const to = `+3161${String(index).padStart(7, "0")}`;
      const answer = await callApi(url, secret, "POST", "/v1/decisions", { to });
      if (answer.status === 201) ids.push((answer.body as { id: string }).id);
      else refused = answer;
    }
    expect(refused).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect((await callApi(url, secret, "GET", "/readyz")).status).toBe(503);
    await server.stop();
    server = spawnServer(folder);
    ({ url } = await server.ready);
    for (const id of ids)
      expect((await callApi(url, secret, "GET", `/v1/decisions/${id}/explanation`)).status).toBe(200);
    await server.kill();
    rmSync(folder, { recursive: true });
  });
});
