import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { E164 } from "@safeguard/core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { environmentOf } from "../../src/config/environment.ts";
import { JournalUnwritable } from "../../src/store/journal.ts";
import { type MasterKey, MasterKeyError } from "../../src/store/master-key.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { DatabaseAddress } from "../../src/store/postgres/database-address.ts";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.ts";
import type { Store } from "../../src/store/store.ts";
import {
  DatabaseLocked,
  DatabaseUnfit,
  SchemaUnknown,
  StoreInconsistent,
  StoreMissing,
} from "../../src/store/store-errors.ts";
import { checkStore, killOverAndOver } from "../../src/store/testing/kill-contract.ts";
import {
  ACME,
  accepted,
  at,
  messageDecided,
  sampleAccount,
  submissionEnded,
} from "../../src/store/testing/sample-records.ts";
import { type Cluster, databaseUrl, serverOwner, startCluster } from "./cluster.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";

/** More of each: `SAFEGUARD_KILL_ROUNDS=1000 npm run test:peers`. */
const { SAFEGUARD_KILL_ROUNDS = "10" } = process.env;
const ROUNDS = Number(SAFEGUARD_KILL_ROUNDS);
const HANDS = 8;
const masterKey = new Uint8Array(32).fill(3) as MasterKey;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.dispose());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const terminateAll = (database: string) =>
  cluster.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`);

/** Appends messages and their ends from several hands until it is told to stop; gives the last number acknowledged. */
function load(store: Store) {
  let stopped = false;
  let acknowledged = 0;
  let count = 0;
  const failures: unknown[] = [];
  const hand = async (): Promise<void> => {
    while (!stopped) {
      const id = store.journal.upcomingId();
      for (const record of [messageDecided(id), submissionEnded(id, accepted(`P${id}`))]) {
        const appended = store.journal.append([record]);
        const sequence = store.journal.lastSequence;
        await appended;
        acknowledged = Math.max(acknowledged, sequence);
        count++;
      }
    }
  };
  const hands = Promise.all(
    Array.from({ length: HANDS }, () => hand().catch((failure: unknown) => failures.push(failure))),
  );
  return {
    get count() {
      return count;
    },
    failures,
    async stop(): Promise<number> {
      stopped = true;
      await hands;
      return acknowledged;
    },
  };
}

describe("A database", () => {
  test("is for one store at a time; the holder is named, and the next one may have it", async () => {
    const address = await cluster.database();
    const store = await openPostgresStore({ address, masterKey });
    const refused = openPostgresStore({ address, masterKey });
    await expect(refused).rejects.toThrow(DatabaseLocked);
    await expect(refused).rejects.toThrow(new RegExp(`in use by safeguard .*:${process.pid} \\(from 127.0.0.1\\)`));
    await store.close();
    await (await openPostgresStore({ address, masterKey })).close();
  });

  test("is not made a store of where that was not asked for", async () => {
    const address = await cluster.database();
    await expect(openPostgresStore({ address, masterKey, create: false })).rejects.toThrow(StoreMissing);
    expect(await cluster.query("SELECT relname FROM pg_stat_user_tables", address.database)).toEqual([]);
  });

  test("does not open under another master key, and is as it was", async () => {
    const address = await cluster.database();
    await (await openPostgresStore({ address, masterKey })).close();
    const other = new Uint8Array(32).fill(4) as MasterKey;
    await expect(openPostgresStore({ address, masterKey: other })).rejects.toThrow(MasterKeyError);
    await (await openPostgresStore({ address, masterKey })).close();
  });

  test("that a later version wrote is refused", async () => {
    const address = await cluster.database();
    await (await openPostgresStore({ address, masterKey })).close();
    const later = "INSERT INTO safeguard_tables_migration (name, timestamp) VALUES ('9999-later', '2030')";
    await cluster.query(later, address.database);
    await expect(openPostgresStore({ address, masterKey })).rejects.toThrow(SchemaUnknown);
  });

  test.each(["synchronous_commit", "full_page_writes"])(
    "with %s off is refused, unless that is asked for",
    async (name) => {
      const address = await cluster.database();
      const perDatabase = name === "synchronous_commit";
      if (perDatabase) await cluster.query(`ALTER DATABASE ${address.database} SET ${name} = off`);
      else {
        await cluster.query(`ALTER SYSTEM SET ${name} = off`);
        await cluster.query("SELECT pg_reload_conf()");
        await pause(200);
      }
      const refused = openPostgresStore({ address, masterKey });
      await expect(refused).rejects.toThrow(DatabaseUnfit);
      await expect(refused).rejects.toThrow(`has ${name}=off, so it may lose what it has acknowledged`);
      await (await openPostgresStore({ address, masterKey, allowUnsafe: true })).close();
      if (!perDatabase) {
        await cluster.query(`ALTER SYSTEM RESET ${name}`);
        await cluster.query("SELECT pg_reload_conf()");
      }
    },
  );

  test("of another encoding, a read-only one and one that is not there are refused, each with what to do", async () => {
    await cluster.query("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const address = await cluster.database();
    const open = (changes: Partial<DatabaseAddress>) =>
      openPostgresStore({ address: { ...address, ...changes }, masterKey });
    await expect(open({ database: "latin" })).rejects.toThrow(/encoding LATIN1; make it anew/);
    await cluster.query(`ALTER DATABASE ${address.database} SET default_transaction_read_only = on`);
    await expect(open({})).rejects.toThrow(/cannot be written: it is a standby, or read-only/);
    await expect(open({ database: "nowhere" })).rejects.toThrow(/"nowhere" does not exist/);
    await expect(open({ port: 1 })).rejects.toThrow(/cannot be used: .*ECONNREFUSED/);
    await expect(open({ tls: "verify" })).rejects.toThrow(/does not support SSL/);
  });

  test("holds no number, reference, address or URL in the clear", async () => {
    const address = await cluster.database();
    const store = await openPostgresStore({ address, masterKey });
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
    ]);
    const tables = await cluster.query("SELECT relname FROM pg_stat_user_tables", address.database);
    expect(tables.length).toBeGreaterThan(10);
    for (const { relname } of tables) {
      const rows = await cluster.query(`SELECT * FROM ${String(relname)}`, address.database);
      const text = JSON.stringify(rows, (_, value: unknown) =>
        Buffer.isBuffer(value) ? value.toString("latin1") : value,
      );
      for (const personal of ["31687654321", "customer reference", "31600000001", "secret-path", "203.0.113.99"])
        expect(text.includes(personal), `${personal} in ${String(relname)}`).toBe(false);
    }
    await store.close();
  });

  test("takes a provider's id with a NUL, which its texts cannot hold", async () => {
    const address = await cluster.database();
    const store = await openPostgresStore({ address, masterKey });
    const id = store.journal.upcomingId();
    await store.journal.append([messageDecided(id), submissionEnded(id, accepted("a\0b"))]);
    expect((await store.messages.findByProviderId("sandbox", "a\0b"))?.id).toBe(id);
    await store.close();
  });

  test("gets its tables back from the journal when they are lost", async () => {
    const address = await cluster.database();
    const store = await openPostgresStore({ address, masterKey });
    const id = store.journal.upcomingId();
    const account = sampleAccount(ACME, "Acme");
    await store.journal.append([
      messageDecided(id),
      submissionEnded(id, accepted("P1")),
      { type: "account_saved", at: at(0), actor: { type: "operator", name: "x" }, account },
    ]);
    for (let i = 0; i < 5; i++) await store.journal.append([messageDecided(store.journal.upcomingId())]);
    const look = async (from: Store) => [
      await from.messages.findById(id),
      await from.usage.days([ACME], "2026-01-01", "2027-01-01"),
      await from.accounts.all(),
    ];
    const before = await look(store);
    await store.close();
    // As a migration does that makes tables anew.
    await cluster.query(
      "TRUNCATE messages, usage_days, usage_spend, documents; UPDATE projection SET projected_sequence = 0",
      address.database,
    );
    const again = await openPostgresStore({ address, masterKey });
    expect(await look(again)).toEqual(before);
    await again.close();
  });
});

describe("A database over TLS", () => {
  test("must prove that it is the host, signed by an authority that is trusted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "safeguard-tls-"));
    const [cert, key] = [join(folder, "server.crt"), join(folder, "server.key")];
    const subject = ["-subj", "/CN=database", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject],
      {
        stdio: "ignore",
      },
    );
    const owner = serverOwner();
    if (owner !== undefined) for (const path of [folder, cert, key]) chownSync(path, owner.uid, owner.gid);
    const own = await startCluster({ ssl: "on", ssl_cert_file: cert, ssl_key_file: key });
    const address: DatabaseAddress = { ...(await own.database()), tls: "verify" };
    const authority = readFileSync(cert, "utf8");
    const store = await openPostgresStore({ address: { ...address, authority }, masterKey });
    await store.journal.append([messageDecided(store.journal.upcomingId())]);
    expect(
      await own.query(
        "SELECT count(*)::int AS clear FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE NOT ssl AND application_name LIKE 'safeguard%'",
      ),
    ).toEqual([{ clear: 0 }]);
    await store.close();
    await expect(openPostgresStore({ address, masterKey })).rejects.toThrow(
      /self-signed certificate.*SAFEGUARD_DATABASE_CA/,
    );
    const elsewhere = { ...address, host: "localhost", authority };
    await expect(openPostgresStore({ address: elsewhere, masterKey })).rejects.toThrow(/does not match certificate/);
    await own.dispose();
    rmSync(folder, { recursive: true });
  });

  test("may know who comes by a certificate instead of a password", async () => {
    const folder = mkdtempSync(join(tmpdir(), "safeguard-client-"));
    const files = Object.fromEntries(
      [
        ["server", "/CN=database", "IP:127.0.0.1"],
        ["client", "/CN=safeguard", "DNS:safeguard"],
        ["stranger", "/CN=safeguard", "DNS:safeguard"],
      ].map(([name = "", subject = "", alternative = ""]) => {
        const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
        const words = ["-subj", subject, "-addext", `subjectAltName=${alternative}`];
        const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert];
        execFileSync("openssl", [...made, ...words], { stdio: "ignore" });
        return [name, { cert, key }] as const;
      }),
    );
    const { server, client, stranger } = files;
    if (server === undefined || client === undefined || stranger === undefined) throw new Error("no certificates");
    // Whoever is in the test itself makes the databases; into these only a certificate lets in.
    const rules = join(folder, "rules");
    writeFileSync(rules, "host postgres all 127.0.0.1/32 trust\nhostssl all all 127.0.0.1/32 cert\n");
    const owner = serverOwner();
    if (owner !== undefined)
      for (const path of [folder, rules, server.cert, server.key, client.cert]) chownSync(path, owner.uid, owner.gid);
    const own = await startCluster({
      ssl: "on",
      ssl_cert_file: server.cert,
      ssl_key_file: server.key,
      ssl_ca_file: client.cert,
      hba_file: rules,
    });
    const settings = (who: { readonly cert: string; readonly key: string }, url: string) =>
      readConfig(
        "dev",
        environmentOf({
          DATABASE_URL: `${url}?sslmode=verify-full`,
          SAFEGUARD_DATABASE_CA: server.cert,
          SAFEGUARD_DATABASE_CERTIFICATE: who.cert,
          SAFEGUARD_DATABASE_KEY: who.key,
        }),
        {},
      ).database?.address;
    const plain = await own.database();
    const address = settings(client, databaseUrl(plain));
    if (address === undefined) throw new Error("no database");
    const store = await openPostgresStore({ address, masterKey });
    await store.journal.append([messageDecided(store.journal.upcomingId())]);
    await store.close();
    const { client: _client, ...nobody } = address;
    await expect(openPostgresStore({ address: nobody, masterKey })).rejects.toThrow(/valid client certificate/);
    const other = settings(stranger, databaseUrl(plain));
    if (other === undefined) throw new Error("no database");
    await expect(openPostgresStore({ address: other, masterKey })).rejects.toThrow();
    await own.dispose();
    rmSync(folder, { recursive: true });
  });
});

describe("A data folder", () => {
  test("whose store is in a database starts with that one only; one with an embedded store, only with it", async () => {
    const [address, other] = [await cluster.database(), await cluster.database()];
    const directory = mkdtempSync(join(tmpdir(), "safeguard-place-"));
    const open = (database: DatabaseAddress | undefined, folder = directory) =>
      openStore({
        directory: folder,
        database: database && { address: database, allowUnsafe: false },
        masterKey,
        create: true,
        onFault() {},
      });
    await (await open(address)).close();
    expect(statSync(join(directory, "store.json")).mode & 0o777).toBe(0o600);
    await expect(open(undefined)).rejects.toThrow(/belongs to a store in PostgreSQL .*DATABASE_URL is not set/);
    await expect(open(other)).rejects.toThrow(/belongs to another store/);
    await (await open(address)).close();
    const embedded = mkdtempSync(join(tmpdir(), "safeguard-place-"));
    await (await open(undefined, embedded)).close();
    await expect(open(address, embedded)).rejects.toThrow(StoreInconsistent);
    await expect(open(address, embedded)).rejects.toThrow(/holds an embedded store/);
    expect(readdirSync(directory)).not.toContain("journal.db");
    expect(readFileSync(join(directory, "store.json"), "utf8")).not.toContain(address.user);
    for (const folder of [directory, embedded]) rmSync(folder, { recursive: true });
  });
});

describe("A store in PostgreSQL", () => {
  test(`whose process is killed with SIGKILL has every acknowledged record, over ${ROUNDS} rounds`, {
    timeout: 30_000 + ROUNDS * 5000,
  }, async () => {
    await killOverAndOver({ address: await cluster.database() }, masterKey, ROUNDS);
  });

  test(`goes on when its connections are ended, over ${ROUNDS} times: nothing is lost, nothing is there twice`, {
    timeout: 30_000 + ROUNDS * 3000,
  }, async () => {
    const address = await cluster.database();
    const store = await openPostgresStore({ address, masterKey });
    const work = load(store);
    for (let round = 0; round < ROUNDS; round++) {
      const before = work.count;
      await terminateAll(address.database);
      await store.usage.days([ACME], "2026-11-22", "2026-11-22");
      await expect.poll(() => work.count, { timeout: 10_000 }).toBeGreaterThan(before + 50);
      await pause(Math.random() * 40);
    }
    const acknowledged = await work.stop();
    expect(work.failures).toEqual([]);
    expect(await checkStore(store, acknowledged)).toBe(store.journal.lastSequence);
    await store.close();
  });

  test("goes on when the server is killed and comes back", { timeout: 300_000 }, async () => {
    // (a server that was killed syncs every file before it comes back: this one has few, and a loaded machine is given time)
    const own = await startCluster();
    const address = await own.database();
    const patience = 60_000;
    const store = await openPostgresStore({ address, masterKey, patienceMs: patience });
    const work = load(store);
    for (const mode of ["immediate", "fast", "immediate"] as const) {
      await expect.poll(() => work.count, { timeout: patience }).toBeGreaterThan(100);
      const before = work.count;
      await own.stop(mode);
      await own.start();
      await expect.poll(() => work.count + work.failures.length, { timeout: patience }).toBeGreaterThan(before + 50);
    }
    const acknowledged = await work.stop();
    expect(work.failures).toEqual([]);
    expect(await checkStore(store, acknowledged)).toBe(store.journal.lastSequence);
    await store.close();
    const again = await openPostgresStore({ address, masterKey });
    await checkStore(again, acknowledged);
    await again.close();
    await own.dispose();
  });

  test(`finds out what became of a commit whose answer was lost, over ${2 * ROUNDS} times`, {
    timeout: 30_000 + ROUNDS * 6000,
  }, async () => {
    const address = await cluster.database();
    const proxy = await startCuttingProxy(address.port);
    const store = await openPostgresStore({ address: { ...address, port: proxy.port }, masterKey });
    const work = load(store);
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const before = work.count;
      await (round % 2 === 0 ? proxy.cutAnswers() : proxy.cutQuestions());
      await expect.poll(() => work.count, { timeout: 10_000 }).toBeGreaterThan(before + 20);
      await pause(Math.random() * 20);
    }
    const acknowledged = await work.stop();
    expect(work.failures).toEqual([]);
    // Each record once: as many messages as were begun, and every one with its end.
    expect(await checkStore(store, acknowledged)).toBe(store.journal.lastSequence);
    expect(store.journal.lastSequence).toBe(work.count);
    await store.close();
    await proxy.close();
  });

  test("is closed when the database stays away, says so, and is whole afterwards", async () => {
    const address = await cluster.database();
    const proxy = await startCuttingProxy(address.port);
    const faults: unknown[] = [];
    const store = await openPostgresStore({
      address: { ...address, port: proxy.port },
      masterKey,
      patienceMs: 500,
      onFault: (error) => faults.push(error),
    });
    const work = load(store);
    await expect.poll(() => work.count, { timeout: 10_000 }).toBeGreaterThan(100);
    proxy.open(false);
    await proxy.cutAnswers();
    const acknowledged = await work.stop();
    expect(work.failures).toHaveLength(HANDS);
    expect(work.failures[0]).toBeInstanceOf(JournalUnwritable);
    expect(store.journal.writable).toBe(false);
    expect(String(faults.at(-1))).toMatch(/the connection to the database was lost/);
    proxy.open(true);
    const late = store.journal.append([messageDecided(store.journal.upcomingId())]);
    await expect(late).rejects.toThrow(JournalUnwritable);
    await store.close();
    const again = await openPostgresStore({ address, masterKey });
    await checkStore(again, acknowledged);
    await again.close();
    await proxy.close();
  });

  test("never writes beside another that took the lock while its connection was gone", async () => {
    const address = await cluster.database();
    const store = await openPostgresStore({ address, masterKey, patienceMs: 500 });
    await store.journal.append([messageDecided(store.journal.upcomingId())]);
    const thief = new pg.Client({ ...address, ssl: false });
    await thief.connect();
    const taken = thief.query(`SELECT pg_advisory_lock(${0x53616665_67756172n})`);
    await pause(100);
    await cluster.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '${address.database}' AND application_name LIKE 'safeguard%'`,
    );
    await taken;
    // Nothing was asked of it: it has noticed by itself.
    await expect.poll(() => store.journal.writable, { timeout: 10_000 }).toBe(false);
    await expect(store.journal.append([messageDecided(store.journal.upcomingId())])).rejects.toThrow(/in use by/);
    await thief.end();
    await store.close();
  });

  test("never goes on behind records that something else wrote", async () => {
    const address = await cluster.database();
    const store = await openPostgresStore({ address, masterKey, patienceMs: 500 });
    await store.journal.append([messageDecided(store.journal.upcomingId())]);
    await cluster.query(
      "INSERT INTO journal (first_sequence, last_sequence, at, swept, payload) VALUES (2, 2, 0, 0, 'x'); UPDATE projection SET projected_sequence = 2",
      address.database,
    );
    // Its own record 2 is refused by the database, whoever holds the lock.
    await expect(store.journal.append([messageDecided(store.journal.upcomingId())])).rejects.toThrow(
      /ends at record 2, not at 1: something else wrote to it/,
    );
    expect(store.journal.writable).toBe(false);
    await store.close();
  });
});
