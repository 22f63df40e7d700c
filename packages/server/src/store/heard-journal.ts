import type { Journal } from "./journal.ts";
import type { JournalRecord } from "./journal-record.ts";

/**
 * The journal, with one who hears of every record in the order of the journal: at once when it is given to `append`, before
 * it is durable. Whatever follows from what was heard has a later record, and is durable only if this one is; when the
 * journal cannot be written, nothing further is taken.
 */
export function heardJournal(journal: Journal, hear: (record: JournalRecord) => void): Journal {
  return {
    upcomingId: (offset) => journal.upcomingId(offset),
    append(records) {
      const durable = journal.append(records);
      if (journal.writable) for (const record of records) hear(record);
      return durable;
    },
    get writable() {
      return journal.writable;
    },
    get lastSequence() {
      return journal.lastSequence;
    },
    settled: () => journal.settled(),
    read: (fromSequence) => journal.read(fromSequence),
    follow: (fromSequence, signal) => journal.follow(fromSequence, signal),
  };
}
