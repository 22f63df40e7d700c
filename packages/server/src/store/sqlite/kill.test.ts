import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MasterKey } from "../master-key.ts";
import type { Store } from "../store.ts";
import { ACME, messageDecided } from "../testing/sample-records.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

/** More rounds: `SAFEGUARD_KILL_ROUNDS=1000 npx vitest run packages/server/src/store/sqlite/kill.test.ts`. */
const { SAFEGUARD_KILL_ROUNDS = "20" } = process.env;
const ROUNDS = Number(SAFEGUARD_KILL_ROUNDS);
const masterKey = new Uint8Array(32).fill(9) as MasterKey;
const program = fileURLToPath(new URL("../testing/appending-process.ts", import.meta.url));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "safeguard-kill-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs the appending process to its end, and gives what it wrote. `whenOpen` is called when its store is open. */
async function run(command: readonly [string, ...string[]], whenOpen: (kill: () => void) => void): Promise<string[]> {
  const [file, ...before] = command;
  const key = Buffer.from(masterKey).toString("hex");
  const child = spawn(file, [...before, program, directory, key], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "open") whenOpen(() => child.kill("SIGKILL"));
    else lines.push(line);
  }
  await ended;
  return lines;
}

/** The record is without gaps, has all that was acknowledged, and the tables agree with it. Gives its length. */
async function checkStore(store: Store, acknowledged: number): Promise<number> {
  let length = 0;
  let decided = 0;
  let ended = 0;
  for await (const { sequence, record } of store.journal.read(1)) {
    expect(sequence).toBe(++length);
    if (record.type === "message_decided") decided++;
    else ended++;
  }
  expect(length).toBe(store.journal.lastSequence);
  expect(length).toBeGreaterThanOrEqual(acknowledged);
  const [usage] = await store.usage.days([ACME], "2026-11-22", "2026-11-22");
  expect([usage?.decided ?? 0, usage?.billable ?? 0]).toEqual([decided, ended]);
  expect(await store.messages.unresolved(10_000)).toHaveLength(decided - ended);
  return length;
}

describe("A store whose process is killed with SIGKILL", () => {
  test(`has every acknowledged record, over ${ROUNDS} rounds`, { timeout: 30_000 + ROUNDS * 5000 }, async () => {
    let busy = 0;
    let length = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // The first rounds are killed at once, in opening and catching up; the later ones under way.
      const delay = round < 3 ? round * 2 : Math.random() * 150;
      const lines = await run([process.execPath], (kill) => setTimeout(kill, delay));
      const acknowledged = lines.map(Number);
      const store = await openSqliteStore({ directory, masterKey });
      const before = length;
      length = await checkStore(store, Math.max(before, ...acknowledged));
      await store.close();
      if (acknowledged.length >= 20) busy++;
    }
    // A run in which hardly anything was appended would prove nothing.
    expect(busy).toBeGreaterThanOrEqual(ROUNDS / 2);
  });
});

describe("A store whose disk is full", () => {
  test("refuses what it cannot keep and all that follows, and is whole after a restart", async () => {
    // A limit on the size of files (in units of 512 bytes) fails writes as a full disk does.
    const lines = await run(["/bin/sh", "-c", 'ulimit -f 8000; exec "$0" "$@"', process.execPath], () => {});
    expect(lines.slice(-2)).toEqual(["journal_unwritable", "refused again"]);
    const acknowledged = lines.slice(0, -2).map(Number);
    expect(acknowledged.length).toBeGreaterThan(100);
    const store = await openSqliteStore({ directory, masterKey });
    const length = await checkStore(store, Math.max(...acknowledged));
    await store.journal.append([messageDecided(store.journal.upcomingId())]);
    expect(store.journal.lastSequence).toBe(length + 1);
    await store.close();
  });
});
