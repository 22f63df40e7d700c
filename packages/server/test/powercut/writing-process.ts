/**
 * The body of the process whose writes are recorded: opens the store in the data directory given, makes as many messages as it
 * is told from several hands at once, replaces a sealed file now and then, and says each time what is acknowledged: a line
 * `journal SEQUENCE` or `file NUMBER` on standard output, one write each. Then it ends without closing anything.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { createSealedFile } from "../../src/store/sealed-file.ts";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.ts";
import { accepted, messageDecided, submissionEnded } from "../../src/store/testing/sample-records.ts";
import { SEALED_FILE, TEST_KEY } from "./recorded-store.ts";

const [directory = "", messages = "0"] = process.argv.slice(2);
const HANDS = 6;
const FILE_EVERY = 40;

const say = (line: string): number => writeSync(1, `${line}\n`);
const store = await openSqliteStore({ directory, masterKey: TEST_KEY });
const file = createSealedFile(join(directory, SEALED_FILE), TEST_KEY, "test");
const { journal } = store;
let begun = 0;
let files = 0;

async function hand(): Promise<void> {
  while (begun < Number(messages)) {
    const message = begun++;
    const id = journal.upcomingId();
    const decided = journal.append([messageDecided(id, { originator: `Shop ${message}` })]);
    const first = journal.lastSequence;
    await decided;
    say(`journal ${first}`);
    const ended = journal.append([submissionEnded(id, accepted(`P${message}`))]);
    const second = journal.lastSequence;
    await ended;
    say(`journal ${second}`);
    // A read makes the tables catch up in the middle of everything.
    if (message % 29 === 0) await store.messages.findById(id);
    if (message % FILE_EVERY === 0) await replaceFile();
  }
}

/** One at a time, as the server writes its snapshots. */
let writing: Promise<void> = Promise.resolve();
function replaceFile(): Promise<void> {
  writing = writing.then(async () => {
    files++;
    await file.write(Buffer.from(`${files} ${"x".repeat(3000 * (files % 4))}`));
    say(`file ${files}`);
  });
  return writing;
}

await Promise.all(Array.from({ length: HANDS }, hand));
process.kill(process.pid, "SIGKILL");
