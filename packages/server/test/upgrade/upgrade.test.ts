import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseMasterKey } from "../../src/store/master-key.ts";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.ts";
import { type ChildServer, callApi, spawnServer } from "../promises/child-server.ts";
import { ledgerOf, OLD_MASTER_KEY } from "./ledger.ts";

/** Written by the first Safeguard that had a store (schema `0001`), and left as `kill -9` leaves it; see write-old-data.ts. */
const OLD = new URL("./first-whole/", import.meta.url);
const { secret, ledger } = JSON.parse(readFileSync(new URL("ledger.json", OLD), "utf8")) as {
  readonly secret: string;
  readonly ledger: Readonly<Record<string, unknown>>;
};
const CUT_OFF = "+31612340009";
/** The day after it was written: later its oldest messages would be too old to keep, and the month another one. */
const THEN = "2026-11-23 00:00:00";
const [library] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1");
const absent = library === undefined ? "libfaketime is not installed (apt-get install faketime)" : undefined;
const masterKey = parseMasterKey(OLD_MASTER_KEY, "the test's key");

let directory: string;
let server: ChildServer | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "safeguard-upgrade-"));
  for (const name of ["journal.db", "journal.db-wal", "tables.db", "tables.db-wal"])
    writeFileSync(join(directory, name), gunzipSync(readFileSync(new URL(`${name}.gz`, OLD))));
});
afterEach(async () => {
  await server?.kill();
  server = undefined;
  rmSync(directory, { recursive: true });
});

const start = (failpoint?: string): ChildServer =>
  spawnServer(directory, {
    environment: {
      SAFEGUARD_MASTER_KEY: OLD_MASTER_KEY,
      LD_PRELOAD: library ?? "",
      FAKETIME: `@${THEN}`,
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      ...(failpoint !== undefined && { SAFEGUARD_FAILPOINT: failpoint }),
    },
  });

test("data of the first schema opens here with everything that it told then", { timeout: 120_000 }, async ({
  skip,
}) => {
  skip(absent !== undefined, absent);
  server = start();
  const { url, operatorToken } = await server.ready;
  const accounts = [...new Set(Object.keys(ledger).map((path) => path.split(" ")[0] ?? ""))];
  expect(accounts).toHaveLength(2);
  const now = await ledgerOf(url, operatorToken, accounts);
  // Later versions tell more; what was told then, they tell the same, but of the message that was under way.
  for (const [path, then] of Object.entries(ledger)) expect([path, now[path]]).toMatchObject([path, settled(then)]);
  // A key from then still opens, a request that was answered then is answered so again, and what was decided is explained.
  const order = { to: "+31612345671", from: "Shop", text: "Your code is 12345", reference: "order-1" };
  const again = await callApi(url, secret, "POST", "/v1/messages", order, { "idempotency-key": "order-1" });
  expect(again).toMatchObject({ status: 201, body: { reference: "order-1", status: "submitted" } });
  const { body } = await callApi(url, secret, "GET", "/v1/messages?limit=1000");
  for (const { id, to, status } of (body as { items: { id: string; to: string; status: string }[] }).items) {
    if (to === CUT_OFF) expect(status).toBe("in_doubt");
    const explained = await callApi(url, secret, "GET", `/v1/decisions/${id}/explanation`);
    expect([to, explained]).toMatchObject([to, { status: 200 }]);
  }
});

test("an upgrade that is killed at any of its steps is made by the next start", { timeout: 240_000 }, async ({
  skip,
}) => {
  skip(absent !== undefined, absent);
  for (const failpoint of ["after-migration", "after-migration:2", "after-migration:5", "after-journal-replay"]) {
    server = start(failpoint);
    await expect(server.ready).rejects.toThrow(`failpoint ${failpoint.split(":")[0]}`);
  }
  server = start();
  const { url, operatorToken } = await server.ready;
  const [account = ""] = Object.keys(ledger).map((path) => path.split(" ")[0] ?? "");
  const now = await ledgerOf(url, operatorToken, [account]);
  for (const [path, shown] of Object.entries(now)) expect([path, shown]).toMatchObject([path, settled(ledger[path])]);
});

test("data of a later version is refused with what to do, and not touched", async () => {
  await (await openSqliteStore({ directory, masterKey })).close();
  const tables = new DatabaseSync(join(directory, "tables.db"));
  tables.exec("INSERT INTO kysely_migration VALUES ('9999-of-later', '2030-01-01T00:00:00Z')");
  tables.close();
  const before = readFileSync(join(directory, "journal.db"));
  await expect(openSqliteStore({ directory, masterKey })).rejects.toThrow(
    /written by a later version of Safeguard: this one does not know 9999-of-later\. Run that version .* Nothing was changed\./,
  );
  expect(readFileSync(join(directory, "journal.db")).equals(before)).toBe(true);
});

/** The same, with the message that had no answer yet as a start finds it. */
function settled(told: unknown): unknown {
  if (Array.isArray(told)) return told.map(settled);
  if (typeof told !== "object" || told === null) return told;
  // (it counts as spent when it is in doubt, and had not counted before)
  if ("billable" in told) {
    const { decided, blocked } = told as unknown as { decided: number; blocked: number };
    return { decided, blocked };
  }
  // (of which days goes by the day on which it is asked)
  if ("days" in told && "total" in told) return { total: settled(told.total), days: settled(told.days) };
  if ("to" in told && told.to === CUT_OFF) {
    const { id, to } = told as unknown as { id: string; to: string };
    return { id, to, status: "in_doubt" };
  }
  // (sentences are for people, and are worded better with time)
  return Object.fromEntries(
    Object.entries(told).flatMap(([name, value]) => (name === "sentence" ? [] : [[name, settled(value)]])),
  );
}
