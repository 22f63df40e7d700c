import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MessageId } from "../../gateway/message-id.ts";
import { DirectoryLocked } from "../directory-lock.ts";
import { makeDirectory } from "../make-directory.ts";
import type { MasterKey } from "../master-key.ts";
import { openPeopleDatabase } from "../people-database.ts";
import { openSqliteStore } from "../sqlite/open-sqlite-store.ts";
import type { Store } from "../store.ts";
import { ACME, accepted, messageDecided, submissionEnded } from "../testing/sample-records.ts";
import { makeBackup } from "./make-backup.ts";
import { MANIFEST } from "./manifest.ts";
import { restoreBackup } from "./restore-backup.ts";

const masterKey = new Uint8Array(32).fill(5) as MasterKey;
const AT = "2027-01-31T12:00:00.000Z";
const quietly = (): void => {};

let root: string;
let data: string;
let copy: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "safeguard-backup-"));
  data = join(root, "data");
  copy = join(root, "copy");
});
afterEach(() => rmSync(root, { recursive: true }));

const open = (directory = data): Promise<Store> => openSqliteStore({ directory, masterKey });

/** Messages that were sent; their ids in order. */
async function send(store: Store, count: number): Promise<readonly MessageId[]> {
  const ids: MessageId[] = [];
  for (let index = 0; index < count; index++) {
    const id = store.journal.upcomingId();
    await store.journal.append([messageDecided(id)]);
    await store.journal.append([submissionEnded(id, accepted(`SM${id}`))]);
    ids.push(id);
  }
  return ids;
}

/** Opens, does it, and closes. */
async function inStore<T>(directory: string, work: (store: Store) => Promise<T> | T): Promise<T> {
  const store = await open(directory);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

describe("a backup", () => {
  test("of a store that is written to is whole up to its record, and everything before it is there when it is restored", async () => {
    const store = await open();
    const before = await send(store, 50);
    let stop = false;
    const writing = (async () => {
      while (!stop) await send(store, 1);
    })();
    const manifest = await makeBackup(data, join(root, "backup"), "1.2.3", quietly);
    stop = true;
    await writing;
    await store.close();
    expect(manifest).toMatchObject({ format: 1, version: "1.2.3" });
    expect(manifest.sequence).toBeGreaterThanOrEqual(100);
    expect(manifest.files.map(({ name }) => name)).toEqual(["tables.db", "journal.db"]);

    await restoreBackup(join(root, "backup"), copy, quietly);
    await inStore(copy, async (restored) => {
      expect(restored.journal.lastSequence).toBe(manifest.sequence);
      for (const id of before) expect(await restored.messages.find(ACME, id)).toMatchObject({ status: "submitted" });
      const { items } = await restored.messages.list(ACME, {}, 10_000);
      expect(items).toHaveLength(Math.ceil(manifest.sequence / 2));
    });
  });

  test("holds no number, no sender and no key in the clear", async () => {
    await inStore(data, (store) => send(store, 3));
    await makeBackup(data, join(root, "backup"), "1", quietly);
    const { to, originator } = messageDecided("0" as MessageId);
    for (const name of readdirSync(join(root, "backup"))) {
      const text = readFileSync(join(root, "backup", name)).toString("latin1");
      for (const secret of [to, to.slice(1), originator, Buffer.from(masterKey).toString("hex")])
        expect([name, text.includes(secret)]).toEqual([name, false]);
    }
  });

  test("holds the logins of people, and none of their sessions", async () => {
    await inStore(data, (store) => send(store, 1));
    const people = openPeopleDatabase(data, undefined);
    expect(statSync(join(data, "people.db")).mode & 0o777).toBe(0o600);
    const columns = "(id TEXT, token TEXT, createdAt TEXT)";
    for (const table of ["login_user", "login_session", "login_verification"]) {
      await sql`CREATE TABLE ${sql.table(table)} ${sql.raw(columns)}`.execute(people.kysely);
      await people.kysely
        .insertInto(table)
        .values({ id: table, token: `t0ken-of-${table}`, createdAt: AT })
        .execute();
    }
    await makeBackup(data, join(root, "backup"), "1", quietly);
    await people.close();
    const copied = readFileSync(join(root, "backup", "people.db")).toString("latin1");
    expect(copied).toContain("t0ken-of-login_user");
    expect(copied).not.toMatch(/t0ken-of-login_(session|verification)/);

    await restoreBackup(join(root, "backup"), copy, quietly);
    expect(statSync(join(copy, "people.db")).mode & 0o777).toBe(0o600);
  });

  test("is refused where it would mix with something else, and leaves nothing half done", async () => {
    await inStore(data, (store) => send(store, 1));
    const folder = join(root, "backup");
    await makeBackup(data, folder, "1", quietly);
    await expect(makeBackup(data, folder, "1", quietly)).rejects.toThrow("is not empty; name a folder for this backup");
    await expect(restoreBackup(folder, data, quietly)).rejects.toThrow(/has data already .* Name an empty folder/);

    const journal = join(folder, "journal.db");
    const bytes = readFileSync(journal);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    writeFileSync(journal, bytes);
    await expect(restoreBackup(folder, copy, quietly)).rejects.toThrow(/journal\.db is not as it was when it was made/);
    writeFileSync(journal, bytes.subarray(1));
    await expect(restoreBackup(folder, copy, quietly)).rejects.toThrow(/bytes; when it was made it had/);
    rmSync(join(folder, MANIFEST));
    await expect(restoreBackup(folder, copy, quietly)).rejects.toThrow("is no whole backup");
  });

  test("is not restored under a server", async () => {
    const store = await open();
    await makeBackup(data, join(root, "backup"), "1", quietly);
    await expect(restoreBackup(join(root, "backup"), data, quietly)).rejects.toThrow(DirectoryLocked);
    await store.close();
  });
});

describe("logins of people in a copied folder", () => {
  test("are kept; the sessions from before are ended, others are not", async () => {
    makeDirectory(data);
    const people = openPeopleDatabase(data, undefined);
    for (const table of ["login_session", "login_verification"]) {
      await sql`CREATE TABLE ${sql.table(table)} (id TEXT, createdAt TEXT)`.execute(people.kysely);
      for (const [id, at] of [
        ["before", AT],
        ["since", "2027-01-31T12:00:00.001Z"],
      ])
        await people.kysely.insertInto(table).values({ id, createdAt: at }).execute();
    }
    await people.endSessionsFromBefore(Date.parse("2027-01-31T12:00:00.001Z"));
    for (const table of ["login_session", "login_verification"])
      expect(await people.kysely.selectFrom(table).select("id").execute()).toEqual([{ id: "since" }]);
    await people.close();
  });
});

describe("a store that goes on from where it was left", () => {
  test("is no restored one, also after its folder was moved", async () => {
    const moved = join(root, "moved");
    await inStore(data, (store) => send(store, 2));
    await inStore(data, (store) => expect(store.restored).toBeUndefined());
    renameSync(data, moved);
    await inStore(moved, (store) => expect(store.restored).toBeUndefined());
  });

  test("is no restored one after starts that came to nothing", async () => {
    await inStore(data, (store) => send(store, 1));
    for (let failed = 0; failed < 3; failed++)
      await expect(openSqliteStore({ directory: data, masterKey: new Uint8Array(32) as MasterKey })).rejects.toThrow(
        "another master key",
      );
    await inStore(data, (store) => expect(store.restored).toBeUndefined());
  });
});

describe("a store that was put back or copied", () => {
  test("is known after safeguard restore, until somebody lets it send, whatever is restarted meanwhile", async () => {
    await inStore(data, (store) => send(store, 2));
    await makeBackup(data, join(root, "backup"), "1", quietly);
    await restoreBackup(join(root, "backup"), copy, quietly);
    await inStore(copy, async (store) => {
      expect(store.restored).toMatchObject({ by: "backup", upTo: 4 });
      await send(store, 1);
    });
    await inStore(copy, async (store) => {
      expect(store.restored).toMatchObject({ by: "backup", upTo: 4 });
      await store.forgetRestored();
    });
    await inStore(copy, (store) => expect(store.restored).toBeUndefined());
  });

  test("is known by its place: a copy of the whole folder, as cp and tar make it", async () => {
    await inStore(data, (store) => send(store, 2));
    cpSync(data, copy, { recursive: true, preserveTimestamps: true });
    await inStore(copy, (store) => expect(store.restored).toMatchObject({ by: "copied", upTo: 4 }));
    await inStore(data, (store) => expect(store.restored).toBeUndefined());
  });

  test("is known by what it has forgotten: older files in the same folder", async () => {
    await inStore(data, (store) => send(store, 2));
    await makeBackup(data, join(root, "backup"), "1", quietly);
    await inStore(data, (store) => send(store, 5));
    for (const name of ["journal.db", "tables.db"]) {
      for (const part of ["-wal", "-shm"]) rmSync(join(data, name + part), { force: true });
      cpSync(join(root, "backup", name), join(data, name));
    }
    await inStore(data, (store) => expect(store.restored).toMatchObject({ by: "older", upTo: 4 }));
  });

  test("gives out no id again that was given out before it was put back", async () => {
    const first = await inStore(data, (store) => send(store, 2));
    await makeBackup(data, join(root, "backup"), "1", quietly);
    const lost = await inStore(data, (store) => send(store, 3));
    await restoreBackup(join(root, "backup"), copy, quietly);
    await inStore(copy, async (store) => {
      const anew = await send(store, 3);
      expect(new Set([...first, ...lost, ...anew]).size).toBe(8);
      for (const id of [...first, ...anew]) expect(await store.messages.findById(id)).toMatchObject({ id });
      for (const id of lost) expect(await store.messages.findById(id)).toBeUndefined();
    });
    // A second time: each has its own span.
    await makeBackup(copy, join(root, "again"), "1", quietly);
    await restoreBackup(join(root, "again"), join(root, "third"), quietly);
    await inStore(join(root, "third"), async (store) => {
      const { items } = await store.messages.list(ACME, {}, 100);
      expect(items).toHaveLength(5);
      for (const { id } of items) expect(await store.messages.findById(id)).toMatchObject({ id });
      expect(store.restored).toMatchObject({ by: "backup", upTo: 10 });
    });
  });
});
