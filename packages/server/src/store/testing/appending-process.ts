/**
 * The body of a process that is killed: opens the store in the place given (a PlaceOfStore as JSON), appends messages and their ends from
 * several hands at once, and writes the sequence number of what was acknowledged to standard output, a line each. When the
 * journal cannot be written it says so, tries once more, and ends.
 */
import { writeSync } from "node:fs";
import { JournalUnwritable } from "../journal.ts";
import type { MasterKey } from "../master-key.ts";
import { openPlace, type PlaceOfStore } from "./place-of-store.ts";
import { accepted, messageDecided, submissionEnded } from "./sample-records.ts";

const [place = "", keyHex = ""] = process.argv.slice(2);
const HANDS = 8;

/** A pipe takes so short a line whole or not at all. */
function say(line: string | number): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      // The reader is behind, and the pipe is full.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

const masterKey = new Uint8Array(Buffer.from(keyHex, "hex")) as MasterKey;
const store = await openPlace(JSON.parse(place) as PlaceOfStore, masterKey);
const { journal } = store;
say("open");

async function appendForEver(): Promise<never> {
  for (;;) {
    const id = journal.upcomingId();
    const decided = journal.append([messageDecided(id)]);
    const first = journal.lastSequence;
    await decided;
    say(first);
    const ended = journal.append([submissionEnded(id, accepted(`P${first}`))]);
    const second = journal.lastSequence;
    await ended;
    say(second);
    // A read makes the tables catch up in the middle of everything.
    if (first % 7 === 0) await store.messages.findById(id);
  }
}

try {
  await Promise.all(Array.from({ length: HANDS }, appendForEver));
} catch (error) {
  if (!(error instanceof JournalUnwritable)) throw error;
  say(error.code);
  const again = await journal.append([messageDecided(journal.upcomingId())]).catch((refusal: unknown) => refusal);
  say(again instanceof JournalUnwritable ? "refused again" : "taken");
  process.exit(0);
}
