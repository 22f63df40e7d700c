import type { JournalRecord } from "./store/journal-record.ts";

/** A view of the state in memory that follows the journal: directory, engine, provider table. */
export interface LiveView {
  /** Called in journal order, once for each durable record (and at start for everything kept). Ignores what it does not know. */
  apply(record: JournalRecord): void;
}

/** How the services change anything: durable first, then in force. */
export interface Changes {
  /** Appends the records, and when they are durable applies them to every live view. In force when it resolves. */
  commit(records: readonly JournalRecord[]): Promise<void>;
}
