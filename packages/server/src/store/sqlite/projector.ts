import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { MessageId } from "../../gateway/message-id.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import { readCounted, readLine } from "../journal-line.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { joinIntent, joinOutcome, joinReport, type MessageProgress } from "../message-progress.ts";
import type { RecordIds } from "../record-ids.ts";
import { NO_CONTRIBUTION, type UsageContribution, usageContribution } from "../usage-contribution.ts";
import { DocumentWriter } from "./document-writer.ts";
import type { JournalFile } from "./journal-file.ts";
import {
  messageFromRow,
  messageParameters,
  type ProjectedMessage,
  projectMessage,
  searchHash,
  UPSERT_MESSAGE,
} from "./message-row.ts";
import type { MessageTable } from "./schema.ts";
import { UsageTally } from "./usage-tally.ts";

/** The tables are brought up with the journal when so many records wait, or the first has waited so long. */
const LAG_RECORDS = 2000;
const LAG_MS = 250;
/** Records folded, or rows written, before a commit of the journal that waits is let through. */
const SLICE = 64;
/** The tables' write-ahead log is folded into the database after so many rows. */
const CHECKPOINT_ROWS = 10_000;

const REMEMBERED_ORIGINATORS = 1000;

interface DirtyMessage {
  readonly message: ProjectedMessage;
  /** What usage already has of it. */
  readonly counted: UsageContribution;
}

interface WaitingNotice {
  readonly at: number;
  attempts: number;
  /** Undefined: taken or given up. */
  nextAt: number | undefined;
}

/**
 * Makes the tables follow the journal. Records are folded in memory first, so that several of one message cost one row
 * write; then the rows are written; and the sequence number reached is part of the same transaction. So nothing is ever
 * counted twice, and what a crash takes is projected again from the journal: a commit here need not wait for the disk.
 */
export class Projector {
  readonly #database: DatabaseSync;
  readonly #journal: JournalFile;
  readonly #cipher: BlobCipher;
  readonly #hash: KeyedHash;
  readonly #ids: RecordIds;
  readonly #onFault: (error: unknown) => void;
  readonly #selectMessage: StatementSync;
  readonly #upsertMessage: StatementSync;
  readonly #selectNotice: StatementSync;
  readonly #upsertNotice: StatementSync;
  readonly #deleteNotice: StatementSync;
  readonly #insertRequest: StatementSync;
  readonly #setProjected: StatementSync;
  readonly #documents: DocumentWriter;
  readonly #usage: UsageTally;
  readonly #messages = new Map<MessageId, DirtyMessage>();
  readonly #notices = new Map<number, WaitingNotice>();
  readonly #originatorHashes = new Map<string, number>();
  /** The sequence numbers up to which records are folded in memory, in the tables, and committed there. */
  #folded: number;
  #written: number;
  #committed: number;
  #run: Generator<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #rowsSinceCheckpoint = 0;

  /** `onFault` hears of errors that no reader waits for; the next reader meets them again. */
  constructor(
    database: DatabaseSync,
    journal: JournalFile,
    cipher: BlobCipher,
    hash: KeyedHash,
    ids: RecordIds,
    onFault: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#journal = journal;
    this.#cipher = cipher;
    this.#hash = hash;
    this.#ids = ids;
    this.#onFault = onFault;
    this.#selectMessage = database.prepare("SELECT * FROM messages WHERE sequence = ?");
    this.#upsertMessage = database.prepare(UPSERT_MESSAGE);
    this.#selectNotice = database.prepare("SELECT at, attempts, next_at FROM notices WHERE sequence = ?");
    this.#upsertNotice = database.prepare(`
      INSERT INTO notices (sequence, at, attempts, next_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (sequence) DO UPDATE SET attempts = excluded.attempts, next_at = excluded.next_at`);
    this.#deleteNotice = database.prepare("DELETE FROM notices WHERE sequence = ?");
    this.#insertRequest = database.prepare(
      "INSERT INTO requests (key_hash, sequence, at) VALUES (?, ?, ?) ON CONFLICT (key_hash) DO NOTHING",
    );
    this.#setProjected = database.prepare("UPDATE projection SET projected_sequence = ?");
    this.#documents = new DocumentWriter(database, cipher);
    this.#usage = new UsageTally(database);
    this.#folded = this.#projected();
    this.#written = this.#folded;
    this.#committed = this.#folded;
  }

  /** Resolves when the tables are up with every record that is in the journal now. Commits are let through meanwhile. */
  async caughtUp(): Promise<void> {
    const target = this.#journal.lastSequence;
    while (this.#written < target && !this.#step()) await nextTurn();
    this.#scheduleCommit();
  }

  /** Brings the tables up with every record of the journal before it returns, and commits. */
  catchUpNow(): void {
    while (this.#written < this.#journal.lastSequence) this.#step();
    this.commit();
  }

  /** Says that records were appended (and answered): they are projected soon, a little at a time. */
  appended(): void {
    if (this.#immediate !== undefined) return;
    if (this.#journal.lastSequence - this.#folded >= LAG_RECORDS) this.#inBackground();
    else this.#scheduleCommit();
  }

  /** Ends the transaction; what was projected is then in the database file's log. */
  commit(): void {
    if (this.#database.isTransaction) this.#database.exec("COMMIT");
    this.#committed = this.#written;
    if (this.#rowsSinceCheckpoint >= CHECKPOINT_ROWS) this.checkpoint();
  }

  /** Puts what is committed on stable storage. */
  checkpoint(): void {
    this.#rowsSinceCheckpoint = 0;
    this.#database.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Stops work in the background, and finishes it. */
  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.catchUpNow();
  }

  #scheduleCommit(): void {
    if (
      this.#timer !== undefined ||
      (this.#written === this.#committed && this.#written === this.#journal.lastSequence)
    ) {
      return;
    }
    this.#timer = setTimeout(() => this.#inBackground(), LAG_MS);
    this.#timer.unref();
  }

  #inBackground(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#immediate = undefined;
    try {
      if (this.#step()) this.commit();
      else this.#immediate = setImmediate(() => this.#inBackground());
    } catch (error) {
      this.#onFault(error);
    }
  }

  /** Does one slice of what is to be done. True: the tables are up with the journal. */
  #step(): boolean {
    try {
      this.#run ??= this.#advance();
      if (this.#run.next().done !== true) return false;
      this.#run = undefined;
      return true;
    } catch (error) {
      this.#startAgain();
      throw error;
    }
  }

  /** After an error: back to what the database has. */
  #startAgain(): void {
    this.#run = undefined;
    this.#messages.clear();
    this.#notices.clear();
    this.#usage.clear();
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    this.#folded = this.#projected();
    this.#written = this.#folded;
  }

  #projected(): number {
    const row = this.#database.prepare("SELECT projected_sequence FROM projection").get();
    return (row as { projected_sequence: number } | undefined)?.projected_sequence ?? 0;
  }

  /** Folds and writes until the journal's end, with a pause after every slice. */
  *#advance(): Generator<void> {
    let sinceWrite = 0;
    while (this.#folded < this.#journal.lastSequence) {
      const group = this.#journal.groupFrom(this.#folded + 1);
      if (group === undefined) break;
      const { first, last, lines } = group;
      for (let index = Math.max(0, this.#folded + 1 - first); index < lines.length; index++) {
        const line = lines[index];
        if (line !== undefined && line !== "") this.#foldLine(first + index, line);
        this.#folded = first + index;
        if (++sinceWrite % SLICE === 0) yield;
      }
      this.#folded = last;
      if (sinceWrite >= LAG_RECORDS) {
        yield* this.#write();
        // Under load that never pauses there is no other end of a transaction.
        this.commit();
        sinceWrite = 0;
      }
    }
    yield* this.#write();
  }

  #foldLine(sequence: number, line: string): void {
    const counted = readCounted(line);
    if (counted === undefined) this.#fold(sequence, readLine(line));
    else this.#usage.addDecision(counted);
  }

  #fold(sequence: number, record: JournalRecord): void {
    switch (record.type) {
      case "message_decided": {
        const originatorHash = this.#originatorHash(record.account, record.originator);
        this.#messages.set(record.id, {
          message: projectMessage(sequence, record, this.#hash, originatorHash),
          counted: NO_CONTRIBUTION,
        });
        return;
      }
      case "submission_intended":
        this.#join(record.message, record.at, (progress) => joinIntent(progress, record.intent));
        return;
      case "submission_ended":
        this.#join(record.message, record.at, (progress) =>
          joinOutcome(progress, record.provider, record.attempt, record.outcome),
        );
        return;
      case "delivery_reported":
        this.#join(record.report.message, record.at, (progress) => joinReport(progress, record.report));
        return;
      case "notice_queued":
        this.#notices.set(sequence, { at: record.at, attempts: 0, nextAt: record.at });
        return;
      case "notice_attempted": {
        const notice = this.#notice(record.id);
        if (notice === undefined || record.attempt <= notice.attempts) return;
        notice.attempts = record.attempt;
        notice.nextAt = record.taken ? undefined : record.nextAt;
        return;
      }
      case "request_answered": {
        this.#begin();
        const keyHash = this.#hash.hex(`request\0${record.account}\0${record.idempotencyKey}`);
        this.#insertRequest.run(keyHash, sequence, record.at);
        return;
      }
      case "account_saved":
      case "key_saved":
      case "revision_saved":
      case "provider_saved":
      case "provider_removed":
      case "routes_saved":
        this.#begin();
        this.#documents.write(sequence, record);
        return;
      case "decision_made":
      case "message_rejected":
      case "verification_reported":
        // Counted by its line already, or read from the journal only.
        return;
    }
  }

  /** Senders are few, and the same ones come again. */
  #originatorHash(account: string, originator: string): number {
    const key = `${account} ${originator}`;
    const known = this.#originatorHashes.get(key);
    if (known !== undefined) return known;
    if (this.#originatorHashes.size >= REMEMBERED_ORIGINATORS) this.#originatorHashes.clear();
    const hash = searchHash(this.#hash, "originator", account, originator);
    this.#originatorHashes.set(key, hash);
    return hash;
  }

  #join(id: MessageId, at: number, join: (progress: MessageProgress) => MessageProgress): void {
    const dirty = this.#message(id);
    if (dirty === undefined) return;
    const { message } = dirty;
    message.progress = join(message.progress);
    if (at > message.updatedAt) message.updatedAt = at;
  }

  /** Undefined: not a message, or its retention has run out. */
  #message(id: MessageId): DirtyMessage | undefined {
    const dirty = this.#messages.get(id);
    if (dirty !== undefined) return dirty;
    const sequence = this.#ids.sequenceOf(id);
    if (sequence === undefined) return undefined;
    const row = this.#selectMessage.get(sequence) as MessageTable | undefined;
    if (row === undefined) return undefined;
    const message = messageFromRow(row, this.#cipher);
    const read = { message, counted: usageContribution(message.progress, message.segments, message.price) };
    this.#messages.set(id, read);
    return read;
  }

  #notice(id: MessageId): WaitingNotice | undefined {
    const sequence = this.#ids.sequenceOf(id);
    if (sequence === undefined) return undefined;
    const known = this.#notices.get(sequence);
    if (known !== undefined) return known;
    const row = this.#selectNotice.get(sequence) as { at: number; attempts: number; next_at: number } | undefined;
    if (row === undefined) return undefined;
    const notice = { at: row.at, attempts: row.attempts, nextAt: row.next_at };
    this.#notices.set(sequence, notice);
    return notice;
  }

  /** Leaves nothing folded behind: rows, usage and the sequence number are in the transaction. */
  *#write(): Generator<void> {
    this.#begin();
    let rows = 0;
    for (const { message, counted } of this.#messages.values()) {
      this.#upsertMessage.run(...messageParameters(message, this.#cipher));
      const counts = usageContribution(message.progress, message.segments, message.price);
      this.#usage.add(message.account, message.at, message.destination, counted, counts);
      if (++rows % SLICE === 0) yield;
    }
    this.#messages.clear();
    for (const [sequence, notice] of this.#notices) {
      if (notice.nextAt === undefined) this.#deleteNotice.run(sequence);
      else this.#upsertNotice.run(sequence, notice.at, notice.attempts, notice.nextAt);
      if (++rows % SLICE === 0) yield;
    }
    this.#notices.clear();
    this.#usage.write();
    this.#setProjected.run(this.#folded);
    this.#written = this.#folded;
    this.#rowsSinceCheckpoint += rows;
  }

  #begin(): void {
    if (!this.#database.isTransaction) this.#database.exec("BEGIN");
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
