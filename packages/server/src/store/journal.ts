import type { MessageId } from "../gateway/message-id.ts";
import type { JournalRecord } from "./journal-record.ts";

export interface JournalEntry {
  /** 1, 2, 3 … without gaps. */
  readonly sequence: number;
  readonly record: JournalRecord;
}

/**
 * The ordered record of everything (design §5). The order of `append` calls is the order of the journal, and of the
 * engine. Records are grouped: the next group is committed as soon as the previous one is on disk.
 */
export interface Journal {
  /** The id of the `offset`-th record of the next `append`: the ids of one tick's records are known before they are written. */
  upcomingId(offset?: number): MessageId;
  /** Resolves when all records are on stable storage; rejects with JournalUnwritable, and then nothing more is taken. */
  append(records: readonly JournalRecord[]): Promise<void>;
  /** Resolves when all that was given to `append` until now is on stable storage. */
  settled(): Promise<void>;
  /** False from the first append that failed on; then nothing is taken until a restart. */
  readonly writable: boolean;
  /** Sequence number of the last record given to `append`. */
  readonly lastSequence: number;
  /** Every entry from there on that is durable now, in order. Entries whose retention has run out are left out. */
  read(fromSequence: number): AsyncIterable<JournalEntry>;
  /** As `read`, and then waits for more, until `signal` is aborted or the journal is closed. */
  follow(fromSequence: number, signal: AbortSignal): AsyncIterable<JournalEntry>;
}

/** The journal cannot be written: nothing may be answered or sent (design §4.3). */
export class JournalUnwritable extends Error {
  override readonly name = "JournalUnwritable";
  readonly code = "journal_unwritable";
}
