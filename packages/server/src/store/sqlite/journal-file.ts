import type { DatabaseSync, StatementSync } from "node:sqlite";
import { failpoint } from "../../config/failpoint.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import type { ContentChanges, JournalGroup } from "../group-journal.ts";
import type { GroupLines, JournalLines } from "../journal-lines.ts";
import { decipherGroup, groupContext, RecentGroups, type StoredGroup } from "../recent-groups.ts";
import { type DatedGroup, firstSince, GROUP_BEFORE } from "../tables/first-since.ts";
import type { Sql, TableWrite } from "../tables/sql.ts";
import type { WaitingContents } from "../tables/waiting-contents.ts";
import { sqliteSql, sqliteWriter } from "./sqlite-sql.ts";

/**
 * When the write-ahead log has grown by about so much it is folded into the database, and then written from its start again:
 * a commit into a log that grows costs twice as much. Besides the group, a commit writes the last pages of table and index.
 */
const CHECKPOINT_BYTES = 2 * 1024 * 1024;
const COMMIT_BYTES = 24 * 1024;

/** The journal's table: groups of consecutive records, each one row, enciphered as a whole. */
export class JournalFile implements JournalLines {
  readonly #database: DatabaseSync;
  readonly #cipher: BlobCipher;
  readonly #contents: WaitingContents;
  readonly #write: (write: TableWrite) => void;
  readonly #insert: StatementSync;
  readonly #holding: StatementSync;
  readonly #following: StatementSync;
  readonly #recent = new RecentGroups();
  #sinceCheckpoint = 0;
  /** The last old group that was read: neighbours are often asked for together. */
  #older: GroupLines | undefined;
  #lastSequence: number;

  constructor(database: DatabaseSync, cipher: BlobCipher, contents: WaitingContents) {
    this.#database = database;
    this.#cipher = cipher;
    this.#contents = contents;
    this.#write = sqliteWriter(database);
    this.#insert = database.prepare(
      "INSERT INTO journal (first_sequence, last_sequence, at, swept, payload) VALUES (?, ?, ?, 0, ?)",
    );
    this.#holding = database.prepare(
      "SELECT first_sequence, last_sequence, payload FROM journal WHERE first_sequence <= ? ORDER BY first_sequence DESC LIMIT 1",
    );
    this.#following = database.prepare(
      "SELECT first_sequence, last_sequence, payload FROM journal WHERE first_sequence >= ? ORDER BY first_sequence LIMIT 1",
    );
    const last = database.prepare("SELECT last_sequence FROM journal ORDER BY first_sequence DESC LIMIT 1").get() as
      | { last_sequence: number }
      | undefined;
    this.#lastSequence = last?.last_sequence ?? 0;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Returns when the group is on stable storage. */
  commit({ first, last, at, text, contents }: JournalGroup): void {
    if (first !== this.#lastSequence + 1) {
      throw new Error(`The journal ends at ${this.#lastSequence}; a group that begins at ${first} does not follow.`);
    }
    failpoint("before-journal-commit");
    const payload = this.#cipher.encrypt(text, groupContext(first, last));
    if (contents === undefined) this.#insert.run(first, last, at, payload);
    else this.#insertWith(contents, [first, last, at, payload]);
    failpoint("after-journal-commit");
    this.#lastSequence = last;
    this.#sinceCheckpoint += COMMIT_BYTES + text.length;
    this.#recent.add({ first, last, lines: text.split("\n") }, text.length);
  }

  /** The group and the contents that came and went with it, in one transaction. */
  #insertWith(contents: ContentChanges, row: readonly [number, number, number, Uint8Array]): void {
    this.#database.exec("BEGIN");
    try {
      this.#insert.run(...row);
      for (const write of this.#contents.write(contents)) this.#write(write);
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Folds the write-ahead log into the database when it has grown enough. Call it when nobody waits for a commit. */
  checkpointIfLong(): void {
    if (this.#sinceCheckpoint >= CHECKPOINT_BYTES) this.checkpoint();
  }

  checkpoint(): void {
    this.#sinceCheckpoint = 0;
    failpoint("before-journal-checkpoint");
    this.#database.exec("PRAGMA wal_checkpoint(PASSIVE)");
    failpoint("after-journal-checkpoint");
  }

  /** Folds the write-ahead log into the database and empties it: nothing that was overwritten is left there. */
  truncateLog(): void {
    this.#sinceCheckpoint = 0;
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** The group that holds this record; undefined: none does (any more). */
  group(sequence: number): GroupLines | undefined {
    const recent = this.#recent.find(sequence);
    if (recent !== undefined) return recent;
    if (this.#older !== undefined && this.#older.first <= sequence && sequence <= this.#older.last) return this.#older;
    const stored = this.#holding.get(sequence) as StoredGroup | undefined;
    if (stored === undefined || stored.last_sequence < sequence) return undefined;
    this.#older = decipherGroup(stored, this.#cipher);
    return this.#older;
  }

  /** The group that holds this record or, where it was swept away, the next one; undefined: none. */
  groupFrom(sequence: number): GroupLines | undefined {
    const holding = this.group(sequence);
    if (holding !== undefined) return holding;
    const stored = this.#following.get(sequence) as StoredGroup | undefined;
    return stored === undefined ? undefined : decipherGroup(stored, this.#cipher);
  }

  firstSince(at: number): Promise<number> {
    const before = this.#database.prepare(GROUP_BEFORE);
    return firstSince(at, this.#lastSequence, (sequence) => before.get(sequence) as DatedGroup | undefined);
  }

  /** One record's JSON; undefined: it is not there (any more). */
  line(sequence: number): string | undefined {
    const group = this.group(sequence);
    return group?.lines[sequence - group.first] || undefined;
  }

  /** Runs a sweep in a transaction: each statement on its own would wait for the disk. Gives the groups it looked at. */
  async sweep(work: (journal: Sql) => Promise<number>): Promise<number> {
    // (nothing in it waits for another turn of the event loop, so no group is committed meanwhile)
    this.#database.exec("BEGIN");
    try {
      const groups = await work(sqliteSql(this.#database));
      if (groups > 0) failpoint("before-journal-sweep-commit");
      this.#database.exec("COMMIT");
      if (groups > 0) {
        this.#recent.clear();
        this.#older = undefined;
      }
      return groups;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}
