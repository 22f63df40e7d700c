import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { E164, EpochMilliseconds } from "@safeguard/core";
import { afterEach, expect, test } from "vitest";
import type { MasterKey } from "../master-key.ts";
import { ACME, at, messageDecided } from "../testing/sample-records.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const masterKey = new Uint8Array(32).fill(3) as MasterKey;
const directory = mkdtempSync(join(tmpdir(), "safeguard-left-"));
afterEach(() => rmSync(directory, { recursive: true }));

/** Every enciphered value as it lies on the disk. */
function blobs(): readonly Buffer[] {
  const found: Buffer[] = [];
  for (const [file, table, column] of [
    ["journal.db", "journal", "payload"],
    ["tables.db", "verified_numbers", "number"],
  ] as const) {
    const database = new DatabaseSync(join(directory, file), { readOnly: true });
    for (const row of database.prepare(`SELECT ${column} AS blob FROM ${table}`).all())
      found.push(Buffer.from(row["blob"] as Uint8Array));
    database.close();
  }
  return found;
}

/** How many of them are found in any file; long ones by their beginning, which no page's end cuts. */
function left(values: readonly Buffer[]): number {
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)));
  return values.filter((value) => files.some((content) => content.includes(value.subarray(0, 200)))).length;
}

test("of what a purge took, no file has a byte left: not in free pages, not in a write-ahead log", async () => {
  const store = await openSqliteStore({ directory, masterKey });
  for (let round = 0; round < 30; round++) {
    await store.journal.append([
      messageDecided(store.journal.upcomingId(), { at: at(round) }),
      {
        type: "verified_imported",
        at: at(round),
        actor: { type: "operator", name: "test" },
        account: ACME,
        numbers: [{ to: `+3161234500${round}` as E164, destination: "NL", firstDay: 20_000, lastDay: 20_000 }],
      },
    ]);
  }
  expect((await store.verified.summary(ACME)).count).toBe(30);
  // (the tables follow the journal soon after it)
  await expect.poll(() => blobs().length, { timeout: 10_000 }).toBe(60);
  const before = blobs();
  expect(left(before)).toBe(before.length);

  const later = (at(0) + 1000 * 86_400_000) as EpochMilliseconds;
  await store.retain(later);
  const after = blobs();
  // (the journal's last group stays, emptied)
  expect(after.length).toBe(1);
  expect(left(before)).toBe(0);
  await store.close();
  expect(left(before)).toBe(0);
});
