import { join } from "node:path";
import { openHere } from "../../src/store/backend-call.ts";
import { connectStore } from "../../src/store/connect-store.ts";
import type { MasterKey } from "../../src/store/master-key.ts";
import { createSealedFile } from "../../src/store/sealed-file.ts";
import { SqliteBackend } from "../../src/store/sqlite/backend.ts";
import type { Store } from "../../src/store/store.ts";
import { StoreMissing } from "../../src/store/store-errors.ts";
import { ACME } from "../../src/store/testing/sample-records.ts";

export const TEST_KEY = new Uint8Array(32).fill(7) as MasterKey;
export const SEALED_FILE = "detection.snapshot";

/** What a store's folder holds, in a form that can be compared. */
export interface StoreContent {
  /** JSON of each record; the first is number 1. */
  readonly records: readonly string[];
  /** Of the tables: messages decided, messages that may be charged, messages without an end. */
  readonly counts: readonly [number, number, number];
  /** Which sealed file it is; 0: none. */
  readonly file: number;
}

/** Opens the store as the server does (but in this thread), reads everything, and closes it. Undefined: there is none. */
export async function readStore(directory: string): Promise<StoreContent | undefined> {
  let backend: SqliteBackend;
  try {
    const options = { type: "sqlite", directory, masterKey: TEST_KEY, create: false } as const;
    backend = await SqliteBackend.open(options, () => {});
  } catch (failure) {
    if (failure instanceof StoreMissing) return undefined;
    throw failure;
  }
  const store = connectStore(openHere(backend), () => {});
  try {
    return await contentOf(store, directory);
  } finally {
    await store.close();
  }
}

async function contentOf(store: Store, directory: string): Promise<StoreContent> {
  const records: string[] = [];
  for await (const { sequence, record } of store.journal.read(1)) {
    if (sequence !== records.length + 1) throw new Error(`after record ${records.length} comes ${sequence}`);
    records.push(JSON.stringify(record));
  }
  if (store.journal.lastSequence !== records.length)
    throw new Error(`the journal says it ends at ${store.journal.lastSequence}, and has ${records.length} records`);
  const [usage] = await store.usage.days([ACME], "2026-11-22", "2026-11-22");
  const open = await store.messages.unresolved(100_000);
  const sealed = await createSealedFile(join(directory, SEALED_FILE), TEST_KEY, "test").read();
  return {
    records,
    counts: [usage?.decided ?? 0, usage?.billable ?? 0, open.length],
    file: sealed === undefined ? 0 : Number(sealed.toString().split(" ")[0]),
  };
}
