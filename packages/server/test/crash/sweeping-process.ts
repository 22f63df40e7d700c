/**
 * The body of a process that ends in the middle of a sweep: opens the store in the data directory given, makes 40 old and 20
 * new messages where it is empty, says how many messages the journal has, lets retention run, and says how many are left.
 */
import type { EpochMilliseconds } from "@safeguard/core";
import type { MasterKey } from "../../src/store/master-key.ts";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.ts";
import { messageDecided, NOON } from "../../src/store/testing/sample-records.ts";

const [directory = ""] = process.argv.slice(2);
const YEAR_MS = 365 * 86_400_000;
const store = await openSqliteStore({ directory, masterKey: new Uint8Array(32).fill(3) as MasterKey });
const { journal } = store;

async function countMessages(): Promise<number> {
  let count = 0;
  for await (const { record } of journal.read(1)) if (record.type === "message_decided") count++;
  return count;
}

if (journal.lastSequence === 0) {
  for (let message = 0; message < 60; message++) {
    const at = (message < 40 ? NOON - 3 * YEAR_MS : NOON) as EpochMilliseconds;
    await journal.append([messageDecided(journal.upcomingId(), { at })]);
  }
}
process.stdout.write(`found ${await countMessages()}\n`);
await store.retain(NOON);
process.stdout.write(`kept ${await countMessages()}\n`);
await store.close();
