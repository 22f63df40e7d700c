import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { BlobCipher } from "../blob-cipher.ts";
import type { JournalGroup } from "../group-journal.ts";
import { JournalDamaged } from "../store-errors.ts";

/** Groups held in memory, deciphered and divided into lines: the newest, which the projector and delivery reports want. */
const RECENT_GROUPS = 1024;
const RECENT_CHARACTERS = 4 * 1024 * 1024;
/**
 * When the write-ahead log has grown by about so much it is folded into the database, and then written from its start again:
 * a commit into a log that grows costs twice as much. Besides the group, a commit writes the last pages of table and index.
 */
const CHECKPOINT_BYTES = 2 * 1024 * 1024;
const COMMIT_BYTES = 24 * 1024;

/** A group as it is read. */
export interface GroupLines {
  readonly first: number;
  readonly last: number;
  readonly lines: readonly string[];
}

interface StoredGroup {
  first_sequence: number;
  last_sequence: number;
  payload: Uint8Array;
}

/** The journal's table: groups of consecutive records, each one row, enciphered as a whole. */
export class JournalFile {
  readonly #database: DatabaseSync;
  readonly #cipher: BlobCipher;
  readonly #insert: StatementSync;
  readonly #holding: StatementSync;
  readonly #following: StatementSync;
  /** Without a gap up to the last group. */
  #recent: GroupLines[] = [];
  #recentCharacters: number[] = [];
  #recentTotal = 0;
  #sinceCheckpoint = 0;
  /** The last old group that was read: neighbours are often asked for together. */
  #older: GroupLines | undefined;
  #lastSequence: number;

  constructor(database: DatabaseSync, cipher: BlobCipher) {
    this.#database = database;
    this.#cipher = cipher;
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
  commit({ first, last, at, text }: JournalGroup): void {
    if (first !== this.#lastSequence + 1) {
      throw new Error(`The journal ends at ${this.#lastSequence}; a group that begins at ${first} does not follow.`);
    }
    this.#insert.run(first, last, at, this.#cipher.encrypt(text, groupContext(first, last)));
    this.#lastSequence = last;
    this.#sinceCheckpoint += COMMIT_BYTES + text.length;
    this.#remember({ first, last, lines: text.split("\n") }, text.length);
  }

  /** Folds the write-ahead log into the database when it has grown enough. Call it when nobody waits for a commit. */
  checkpointIfLong(): void {
    if (this.#sinceCheckpoint >= CHECKPOINT_BYTES) this.checkpoint();
  }

  checkpoint(): void {
    this.#sinceCheckpoint = 0;
    this.#database.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** The group that holds this record; undefined: none does (any more). */
  group(sequence: number): GroupLines | undefined {
    const recent = this.#recentGroup(sequence);
    if (recent !== undefined) return recent;
    if (this.#older !== undefined && this.#older.first <= sequence && sequence <= this.#older.last) return this.#older;
    const stored = this.#holding.get(sequence) as StoredGroup | undefined;
    if (stored === undefined || stored.last_sequence < sequence) return undefined;
    this.#older = this.#decipher(stored);
    return this.#older;
  }

  /** The group that holds this record or, where it was swept away, the next one; undefined: none. */
  groupFrom(sequence: number): GroupLines | undefined {
    const holding = this.group(sequence);
    if (holding !== undefined) return holding;
    const stored = this.#following.get(sequence) as StoredGroup | undefined;
    return stored === undefined ? undefined : this.#decipher(stored);
  }

  /** The first sequence number of a group whose latest record is from then or later; past the end: none is. */
  firstSince(at: number): number {
    const holding = this.#database.prepare(
      "SELECT first_sequence, last_sequence, at FROM journal WHERE first_sequence <= ? ORDER BY first_sequence DESC LIMIT 1",
    );
    // Times hardly ever go back: halving finds the place.
    let low = 1;
    let high = this.#lastSequence + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const group = holding.get(middle) as { first_sequence: number; last_sequence: number; at: number } | undefined;
      if (group === undefined || group.at < at) low = Math.max(middle, group?.last_sequence ?? 0) + 1;
      else high = Math.max(low, group.first_sequence);
    }
    return low;
  }

  /** One record's JSON; undefined: it is not there (any more). */
  line(sequence: number): string | undefined {
    const group = this.group(sequence);
    return group?.lines[sequence - group.first] || undefined;
  }

  /**
   * Takes expired records out of up to `limit` groups that are older than `cutoff` and were swept for a shorter `age`
   * only. `isExpired` is asked once for each record. True: there may be more.
   */
  sweep(age: number, cutoff: number, isExpired: (line: string) => boolean, limit: number): boolean {
    const due = this.#database.prepare(
      "SELECT first_sequence, last_sequence, payload FROM journal WHERE swept = ? AND at < ? ORDER BY at LIMIT ?",
    );
    const remove = this.#database.prepare("DELETE FROM journal WHERE first_sequence = ?");
    const rewrite = this.#database.prepare("UPDATE journal SET swept = ?, payload = ? WHERE first_sequence = ?");
    let groups = 0;
    // A transaction for all: each statement on its own would wait for the disk.
    this.#database.exec("BEGIN");
    try {
      for (const swept of this.#sweptAgesBelow(age)) {
        for (const stored of due.all(swept, cutoff, limit - groups) as unknown as StoredGroup[]) {
          const { first, last, lines } = this.#decipher(stored);
          const kept = lines.map((line) => (line !== "" && isExpired(line) ? "" : line));
          groups++;
          // The last group stays, if empty: it holds the sequence number that the next one follows.
          if (kept.every((line) => line === "") && last !== this.#lastSequence) remove.run(first);
          else rewrite.run(age, this.#cipher.encrypt(kept.join("\n"), groupContext(first, last)), first);
        }
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
    if (groups > 0) this.#forget();
    return groups >= limit;
  }

  close(): void {
    this.#database.close();
  }

  #sweptAgesBelow(age: number): readonly number[] {
    const next = this.#database.prepare("SELECT min(swept) AS swept FROM journal WHERE swept > ?");
    const ages: number[] = [];
    for (let swept = -1; ; ) {
      const found = (next.get(swept) as { swept: number | null }).swept;
      if (found === null || found >= age) return ages;
      ages.push(found);
      swept = found;
    }
  }

  #decipher({ first_sequence: first, last_sequence: last, payload }: StoredGroup): GroupLines {
    const text = this.#cipher.decrypt(payload, groupContext(first, last));
    if (text === undefined) {
      throw new JournalDamaged(
        `Records ${first} to ${last} of the journal cannot be read: they were changed, or the disk is failing. Restore the data directory from a backup.`,
      );
    }
    return { first, last, lines: text.split("\n") };
  }

  #recentGroup(sequence: number): GroupLines | undefined {
    const groups = this.#recent;
    let low = 0;
    let high = groups.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const group = groups[middle];
      if (group === undefined) return undefined;
      if (sequence < group.first) high = middle - 1;
      else if (sequence > group.last) low = middle + 1;
      else return group;
    }
    return undefined;
  }

  #remember(group: GroupLines, characters: number): void {
    this.#recent.push(group);
    this.#recentCharacters.push(characters);
    this.#recentTotal += characters;
    if (this.#recentTotal <= RECENT_CHARACTERS && this.#recent.length <= RECENT_GROUPS) return;
    // Half goes at once: shifting one at a time would move the rest each time.
    const half = this.#recent.length >>> 1;
    for (const gone of this.#recentCharacters.splice(0, half)) this.#recentTotal -= gone;
    this.#recent = this.#recent.slice(half);
  }

  #forget(): void {
    this.#recent = [];
    this.#recentCharacters = [];
    this.#recentTotal = 0;
    this.#older = undefined;
  }
}

/** Binds the payload to its row. */
function groupContext(first: number, last: number): string {
  return `journal ${first} ${last}`;
}
