import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DirectoryLocked, lockDirectory, lockHolder } from "./directory-lock.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "safeguard-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Another process that takes the lock and keeps it until it is killed. */
async function lockElsewhere(): Promise<{ readonly pid: number | undefined; kill(): Promise<void> }> {
  const module = new URL("./directory-lock.ts", import.meta.url).href;
  const code = `import { lockDirectory } from ${JSON.stringify(module)};
    globalThis.lock = lockDirectory(${JSON.stringify(directory)}); console.log("locked"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    pid: child.pid,
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

describe("A data directory", () => {
  test("that nobody holds is free, and looking leaves nothing behind", () => {
    expect(lockHolder(directory)).toBeUndefined();
    expect(lockHolder(join(directory, "missing"))).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("held by another process is refused, naming the holder; kill -9 frees it", async () => {
    const other = await lockElsewhere();
    expect(lockHolder(directory)).toEqual({ pid: other.pid, host: hostname() });
    expect(() => lockDirectory(directory)).toThrow(DirectoryLocked);
    expect(() => lockDirectory(directory)).toThrow(`is in use by process ${other.pid} on ${hostname()}`);
    await other.kill();
    expect(lockHolder(directory)).toBeUndefined();
    lockDirectory(directory).release();
  });

  test("is refused twice in one process, and looking does not lose the lock", () => {
    const lock = lockDirectory(directory);
    expect(lockHolder(directory)?.pid).toBe(process.pid);
    expect(() => lockDirectory(directory)).toThrow(DirectoryLocked);
    expect(lockHolder(directory)?.pid).toBe(process.pid);
    lock.release();
    expect(lockHolder(directory)).toBeUndefined();
  });

  test("is refused also where the holder's word is missing or garbled", () => {
    const lock = lockDirectory(directory);
    writeFileSync(join(directory, "lock.json"), "{");
    expect(() => lockDirectory(directory)).toThrow(/is in use by another process/);
    lock.release();
  });
});
