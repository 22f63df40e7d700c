import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { deserialize } from "node:v8";
import pg from "pg";
import { BlobCipher } from "../../src/store/blob-cipher.ts";
import { createSeal } from "../../src/store/create-seal.ts";
import { readLine } from "../../src/store/journal-line.ts";
import { deriveKey, loadMasterKey, type MasterKey } from "../../src/store/master-key.ts";
import { answerPurpose } from "../../src/store/number-trace.ts";
import { openRootKey } from "../../src/store/root-key.ts";
import { documentContext } from "../../src/store/tables/document-writer.ts";
import { databaseOf } from "../store-of-tests.ts";

type Row = Readonly<Record<string, unknown>>;

/** All that is kept, as whoever has the master key can read it: a text for each row and file, by where it is. */
export async function deciphered(directory: string): Promise<ReadonlyMap<string, string>> {
  const tables = await tablesOf(directory);
  const rootKey = rootKeyOf(directory, tables);
  const cipher = new BlobCipher(deriveKey(rootKey, "records"));
  const contents = new BlobCipher(deriveKey(rootKey, "waiting contents"));
  const seal = createSeal(rootKey);
  const texts = new Map<string, string>();
  const say = (where: string, row: Row, column: string, context: string, by = cipher): void => {
    const { [column]: sealed, ...rest } = row;
    const open = sealed === null ? "" : by.decrypt(sealed as Uint8Array, context);
    if (open === undefined) throw new Error(`${where} cannot be opened`);
    texts.set(where, `${JSON.stringify(rest)}\n${open}`);
  };
  for (const [table, rows] of tables) {
    for (const [index, row] of rows.entries()) {
      const where = `${table} ${index}`;
      const of = (name: string): string => String(row[name]);
      if (table === "journal") {
        say(where, row, "payload", `journal ${of("first_sequence")} ${of("last_sequence")}`);
        for (const line of (texts.get(where) ?? "").split("\n").slice(1)) {
          const record = line === "" ? undefined : readLine(line);
          if (record?.type !== "request_answered" || record.body === "") continue;
          const answer = seal.open(record.body, answerPurpose(record.account, record.idempotencyKey));
          texts.set(`${where}, answer under ${record.idempotencyKey}`, answer);
        }
      } else if (table === "documents") say(where, row, "document", documentContext(row["kind"] as "key", of("id")));
      else if (table === "messages") say(where, row, "faults", `faults ${of("sequence")}`);
      else if (table === "verified_numbers") say(where, row, "number", `verified number ${of("number_hash")}`);
      else if (table === "incidents") say(where, row, "document", `incident ${of("account")} ${of("number")}`);
      else if (table === "alerts") say(where, row, "document", `alert ${of("sequence")}`);
      else if (table === "audit") say(where, row, "document", `audit ${of("number")}`);
      else if (table === "waiting_contents") say(where, row, "content", `waiting ${of("sequence")}`, contents);
      else texts.set(where, JSON.stringify(row));
    }
  }
  for (const [name, purpose] of [
    ["detection.snapshot", "detection snapshot"],
    ["erasure.sealed", "pending erasure"],
    ["prices.sealed", "prices"],
  ] as const) {
    const path = join(directory, name);
    if (!existsSync(path)) continue;
    const content = new BlobCipher(deriveKey(rootKey, purpose)).open(readFileSync(path), purpose);
    if (content === undefined) throw new Error(`${name} cannot be opened`);
    texts.set(name, name === "detection.snapshot" ? JSON.stringify(deserialize(content), plain) : content.toString());
  }
  return texts;
}

/** From which all other keys of the store in this folder are derived. */
export async function rootKeyIn(directory: string): Promise<MasterKey> {
  return rootKeyOf(directory, await tablesOf(directory));
}

function rootKeyOf(directory: string, tables: ReadonlyMap<string, readonly Row[]>): MasterKey {
  const masterKey = loadMasterKey({ directory, configured: undefined, create: false });
  const [identity] = tables.get("identity") ?? [];
  const rootKey = openRootKey(String(identity?.["root_key"]), masterKey, String(identity?.["epoch"]));
  if (rootKey === undefined) throw new Error("the root key cannot be opened");
  return rootKey;
}

/** Numbers stand in typed arrays, too: as two halves of 64 bits in the tables of numbers and sessions. */
function plain(_name: string, value: unknown): unknown {
  if (!(value instanceof Uint32Array)) return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
  const whole = value.length % 2 === 0 ? [...new Float64Array(value.slice().buffer)] : [];
  return [...value, ...whole];
}

async function tablesOf(directory: string): Promise<ReadonlyMap<string, readonly Row[]>> {
  const address = databaseOf(directory);
  const tables = new Map<string, readonly Row[]>();
  if (address === undefined) {
    for (const file of ["journal.db", "tables.db"]) {
      const database = new DatabaseSync(join(directory, file), { readOnly: true });
      for (const { name } of database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        .all()) {
        if (!/migration/.test(String(name))) tables.set(String(name), database.prepare(`SELECT * FROM ${name}`).all());
      }
      database.close();
    }
    return tables;
  }
  const { host, port, user, database, password } = address;
  const client = new pg.Client({ host, port, user, database, password: password ?? "" });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  for (const { name } of rows) {
    if (!/migration/.test(name)) tables.set(name, (await client.query<Row>(`SELECT * FROM ${name}`)).rows);
  }
  await client.end();
  return tables;
}
