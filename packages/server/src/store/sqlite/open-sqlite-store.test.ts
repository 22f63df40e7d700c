import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { E164 } from "@safeguard/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DirectoryLocked, lockHolder } from "../directory-lock.ts";
import { type MasterKey, MasterKeyError } from "../master-key.ts";
import { JournalDamaged, SchemaUnknown, StoreInconsistent } from "../store-errors.ts";
import { describeFeedbackStore } from "../testing/feedback-contract.ts";
import { describeIncidentStore } from "../testing/incident-contract.ts";
import { openMemoryStore } from "../testing/memory-store.ts";
import {
  ACME,
  accepted,
  at,
  decisionMade,
  messageDecided,
  sampleAccount,
  submissionEnded,
} from "../testing/sample-records.ts";
import { describeStore } from "../testing/store-contract.ts";
import { describeWaitingStore } from "../testing/waiting-contract.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const masterKey = new Uint8Array(32).fill(3) as MasterKey;
const makeDirectory = (): string => mkdtempSync(join(tmpdir(), "safeguard-store-"));

const inDirectory = () => {
  const directory = makeDirectory();
  return {
    open: () => openSqliteStore({ directory, masterKey }),
    reopens: true,
    dispose: () => rmSync(directory, { recursive: true }),
  };
};
const inMemory = () => ({ open: () => openMemoryStore(masterKey), reopens: false, dispose() {} });
for (const describeIt of [describeStore, describeFeedbackStore, describeIncidentStore, describeWaitingStore]) {
  describeIt("SQLite in a directory", inDirectory);
  describeIt("SQLite in memory", inMemory);
}

describe("A data directory", () => {
  let directory: string;
  beforeEach(() => {
    directory = makeDirectory();
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const open = (key = masterKey) => openSqliteStore({ directory, masterKey: key });

  test("lets a commit through before hundreds of questions that came earlier", async () => {
    const store = await open();
    const id = store.journal.upcomingId();
    await store.journal.append([messageDecided(id)]);
    await store.messages.findById(id);
    let answered = 0;
    const questions = Array.from({ length: 2000 }, () => store.messages.findById(id).then(() => (answered += 1)));
    await store.journal.append([messageDecided(store.journal.upcomingId())]);
    const before = answered;
    await Promise.all(questions);
    expect(answered).toBe(2000);
    expect(before).toBeLessThan(1000);
    await store.close();
  });

  test("answers questions also while one commit follows the other", async () => {
    const store = await open();
    const id = store.journal.upcomingId();
    await store.journal.append([messageDecided(id)]);
    let answered = 0;
    const questions = Array.from({ length: 2000 }, () => store.messages.findById(id).then(() => (answered += 1)));
    let commits = 0;
    for (; answered < 2000; commits++) await store.journal.append([messageDecided(store.journal.upcomingId())]);
    await Promise.all(questions);
    // One for each commit would be 2,000 commits.
    expect(commits).toBeLessThan(1000);
    await store.close();
  });

  /** Opens, sends one message of this text-like content, and closes. */
  async function writeOne(): Promise<void> {
    const store = await open();
    const id = store.journal.upcomingId();
    await store.journal.append([
      messageDecided(id, {
        to: "+31687654321" as E164,
        reference: "customer reference",
        originator: "+31600000001",
        callback: { dialect: "native", url: "https://customer.example/secret-path" },
        endUserAddress: "203.0.113.99",
      }),
      submissionEnded(id, {
        type: "refused",
        kind: "other",
        code: "9",
        text: "+31687654321 barred",
        answer: undefined,
      }),
      {
        type: "revision_saved",
        at: at(0),
        actor: { type: "operator", name: "somebody" },
        revision: {
          account: ACME,
          policy: "default",
          number: 1,
          document: { exceptions: [{ range: "+31687654399", kind: "barred" }] },
          state: "in_force",
          from: at(0),
          author: { type: "operator", name: "somebody" },
          reason: "r",
          createdAt: at(0),
          numberingTable: "",
        },
      },
    ]);
    await store.messages.findById(id);
    await store.close();
  }

  test("holds no number, reference, address or URL in the clear", async () => {
    await writeOne();
    const files = readdirSync(directory);
    expect(files).toEqual(expect.arrayContaining(["journal.db", "tables.db", "lock.db"]));
    const personal = ["31687654321", "customer reference", "31600000001", "secret-path", "203.0.113.99", "31687654399"];
    for (const file of files) {
      const bytes = readFileSync(join(directory, file));
      for (const text of personal) expect(bytes.includes(text), `${text} in ${file}`).toBe(false);
    }
  });

  test("is its owner's alone", async () => {
    rmSync(directory, { recursive: true });
    const store = await open();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await store.close();
  });

  test("does not open under another master key, and is as it was", async () => {
    await writeOne();
    const before = readFileSync(join(directory, "journal.db"));
    const refused = open(new Uint8Array(32).fill(4) as MasterKey);
    await expect(refused).rejects.toThrow(MasterKeyError);
    await expect(refused).rejects.toMatchObject({ code: "master_key_mismatch" });
    expect(readFileSync(join(directory, "journal.db")).equals(before)).toBe(true);
    expect(lockHolder(directory)).toBeUndefined();
    await (await open()).close();
  });

  test("is for one store at a time", async () => {
    const store = await open();
    await expect(open()).rejects.toThrow(DirectoryLocked);
    await store.close();
    await (await open()).close();
  });

  test("has its tables follow the journal without being asked", async () => {
    const store = await open();
    for (let i = 0; i < 30; i++) {
      const ids = Array.from({ length: 100 }, (_, offset) => store.journal.upcomingId(offset));
      await store.journal.append(ids.map((id) => messageDecided(id)));
    }
    const tables = new DatabaseSync(join(directory, "tables.db"), { readOnly: true });
    const projected = tables.prepare("SELECT projected_sequence FROM projection");
    await expect.poll(() => projected.get(), { timeout: 5000 }).toEqual({ projected_sequence: 3000 });
    tables.close();
    await store.close();
  });

  test("goes on keeping records while its tables are locked by something else, and says so", async () => {
    const faults: unknown[] = [];
    const store = await openSqliteStore({ directory, masterKey, onFault: (error) => faults.push(error) });
    const other = new DatabaseSync(join(directory, "tables.db"));
    other.exec("BEGIN IMMEDIATE");
    const id = store.journal.upcomingId();
    await store.journal.append([messageDecided(id)]);
    await expect(store.messages.findById(id)).rejects.toThrow(/database is locked/);
    // A message's decision may have been replaced by a later one, so it is not given from the journal alone; others are.
    await expect(store.decisions.find(ACME, id)).rejects.toThrow(/database is locked/);
    const asked = store.journal.upcomingId();
    await store.journal.append([decisionMade(asked)]);
    expect(await store.decisions.find(ACME, asked)).toBeDefined();
    await store.journal.append([submissionEnded(id, accepted("P1"))]);
    await expect.poll(() => faults.length, { timeout: 5000 }).toBeGreaterThan(0);
    other.exec("ROLLBACK");
    other.close();
    expect((await store.messages.findById(id))?.status).toBe("submitted");
    const [usage] = await store.usage.days([ACME], "2026-11-22", "2026-11-22");
    expect([usage?.decided, usage?.billable]).toEqual([2, 1]);
    await store.close();
  });

  test("gets its tables back from the journal when they are lost", async () => {
    const store = await open();
    const id = store.journal.upcomingId();
    const account = sampleAccount(ACME, "Acme");
    await store.journal.append([
      messageDecided(id),
      submissionEnded(id, accepted("P1")),
      { type: "account_saved", at: at(0), actor: { type: "operator", name: "x" }, account },
    ]);
    const [view, usage] = [
      await store.messages.findById(id),
      await store.usage.days([ACME], "2026-01-01", "2027-01-01"),
    ];
    await store.close();
    for (const file of readdirSync(directory).filter((name) => name.startsWith("tables.db"))) {
      rmSync(join(directory, file));
    }
    const again = await open();
    expect(await again.messages.findById(id)).toEqual(view);
    expect(await again.usage.days([ACME], "2026-01-01", "2027-01-01")).toEqual(usage);
    expect(await again.accounts.all()).toEqual([account]);
    await again.close();
  });

  test("is refused when its tables are newer than its journal", async () => {
    await writeOne();
    for (const file of readdirSync(directory).filter((name) => name.startsWith("journal.db"))) {
      rmSync(join(directory, file));
    }
    await expect(open()).rejects.toThrow(StoreInconsistent);
    await expect(open()).rejects.toThrow(/Restore both files from the same backup/);
  });

  test("is refused when a later version wrote it", async () => {
    await writeOne();
    const database = new DatabaseSync(join(directory, "journal.db"));
    database.exec("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030-01-01')");
    database.close();
    await expect(open()).rejects.toThrow(SchemaUnknown);
    await expect(open()).rejects.toThrow(/later version of Safeguard/);
  });

  test("says so when a group of the journal was changed", async () => {
    await writeOne();
    const database = new DatabaseSync(join(directory, "journal.db"));
    database.exec("UPDATE journal SET payload = zeroblob(length(payload))");
    database.close();
    const store = await open();
    const reading = (async () => {
      for await (const entry of store.journal.read(1)) void entry;
    })();
    await expect(reading).rejects.toThrow(/Records 1 to 3 of the journal cannot be read/);
    await store.close();
    rmSync(join(directory, "tables.db"));
    await expect(open()).rejects.toThrow(JournalDamaged);
  });
});
