import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openBrowser } from "../browser-session.ts";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { OLD_MASTER_KEY } from "./ledger.ts";

/** Logins as Safeguard kept them until 2026-11-22: recovery codes enciphered. What its person then knew stands beside. */
const OLD = new URL("./recovery-codes/", import.meta.url);
const person = JSON.parse(readFileSync(new URL("person.json", OLD), "utf8")) as {
  readonly email: string;
  readonly password: string;
  readonly backupCodes: readonly string[];
};

let dataDirectory: string;
let server: TestSafeguard;
let addresses = 0;
beforeEach(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-old-people-"));
  // (the master key itself is the root key of a store that is as old, and with another root nothing of it could be read)
  const store = new URL("./first-whole/", import.meta.url);
  for (const file of readdirSync(store).filter((name) => name.endsWith(".gz")))
    writeFileSync(join(dataDirectory, file.replace(/\.gz$/, "")), gunzipSync(readFileSync(new URL(file, store))));
  writeFileSync(join(dataDirectory, "people.db"), gunzipSync(readFileSync(new URL("people.db.gz", OLD))));
  await start();
});
afterEach(async () => {
  await server.stop();
  rmSync(dataDirectory, { recursive: true });
});

async function start(): Promise<void> {
  server = await startSafeguard({ dataDirectory, config: { database: undefined, masterKey: OLD_MASTER_KEY } });
}

function kept(): string {
  const people = new DatabaseSync(join(dataDirectory, "people.db"));
  try {
    return String(people.prepare("SELECT backupCodes FROM login_two_factor").get()?.["backupCodes"]);
  } finally {
    people.close();
  }
}

async function comeInWith(code: string | undefined): Promise<number> {
  const { email, password } = person;
  const one = openBrowser(server.url, `192.0.2.${++addresses}`);
  await one.send("POST", "/sign-in-api/sign-in/email", { email, password });
  await one.send("POST", "/sign-in-api/two-factor/verify-backup-code", { code });
  return (await one.send("GET", "/v1/session")).status;
}

const areHashed = () => vi.waitFor(() => expect(kept()).toMatch(/^\["\$argon2id\$/), { timeout: 30_000, interval: 50 });

test("recovery codes that were kept enciphered are hashed by the first start, and let in as before", async () => {
  const [first, second] = person.backupCodes;
  await areHashed();
  expect(JSON.parse(kept())).toHaveLength(10);
  expect([await comeInWith(first), await comeInWith(first), await comeInWith("aaaaa-aaaaa")]).toEqual([200, 401, 401]);
  await server.stop();
  await start();
  expect([await comeInWith(first), await comeInWith(second)]).toEqual([401, 200]);
  expect(JSON.parse(kept())).toHaveLength(8);
});

test("one that is used while they are being hashed is used up", async () => {
  const [code] = person.backupCodes;
  expect(await comeInWith(code)).toBe(200);
  await areHashed();
  expect(JSON.parse(kept())).toHaveLength(9);
  expect(await comeInWith(code)).toBe(401);
});
