import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MasterKey } from "../master-key.ts";
import { checkStore, killOverAndOver, runAppending } from "../testing/kill-contract.ts";
import { messageDecided } from "../testing/sample-records.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

/** More rounds: `SAFEGUARD_KILL_ROUNDS=1000 npx vitest run packages/server/src/store/sqlite/kill.test.ts`. */
const { SAFEGUARD_KILL_ROUNDS = "20" } = process.env;
const ROUNDS = Number(SAFEGUARD_KILL_ROUNDS);
const masterKey = new Uint8Array(32).fill(9) as MasterKey;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "safeguard-kill-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("A store whose process is killed with SIGKILL", () => {
  test(`has every acknowledged record, over ${ROUNDS} rounds`, { timeout: 30_000 + ROUNDS * 5000 }, async () => {
    await killOverAndOver({ directory }, masterKey, ROUNDS);
  });
});

describe("A store whose disk is full", () => {
  test("refuses what it cannot keep and all that follows, and is whole after a restart", async () => {
    // A limit on the size of files (in units of 512 bytes) fails writes as a full disk does.
    const limited = ["/bin/sh", "-c", 'ulimit -f 8000; exec "$0" "$@"', process.execPath] as const;
    const lines = await runAppending({ directory }, masterKey, () => {}, limited);
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
