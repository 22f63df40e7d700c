import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { MasterKey } from "../master-key.ts";
import { describeMasterKey, type LockedStore } from "../testing/master-key-contract.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

type Row = Awaited<ReturnType<LockedStore["identity"]>>;

function inDirectory(): LockedStore & { readonly directory: string } {
  const directory = mkdtempSync(join(tmpdir(), "safeguard-key-"));
  const journal = <T>(work: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(join(directory, "journal.db"));
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  return {
    directory,
    open: (masterKey) => openSqliteStore({ directory, masterKey }),
    identity: async () =>
      journal((database) => ({ ...database.prepare("SELECT epoch, root_key FROM identity").get() }) as unknown as Row),
    async change(values) {
      for (const [column, value] of Object.entries(values))
        journal((database) => database.prepare(`UPDATE identity SET ${column} = ?`).run(value));
    },
    dispose: () => rmSync(directory, { recursive: true }),
  };
}

describeMasterKey("SQLite in a directory", inDirectory);

test("What the master key before has sealed is in no file any more", async () => {
  const place = inDirectory();
  const store = await place.open(new Uint8Array(32).fill(1) as MasterKey);
  const { root_key: sealed } = await place.identity();
  await store.replaceMasterKey(new Uint8Array(32).fill(2) as MasterKey);
  const holds = (): readonly string[] =>
    readdirSync(place.directory).filter((file) => readFileSync(join(place.directory, file)).includes(sealed ?? "?"));
  expect(holds()).toEqual([]);
  await store.close();
  expect(holds()).toEqual([]);
  place.dispose();
});
