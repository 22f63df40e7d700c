import type { BlobCipher } from "../blob-cipher.ts";
import type { GroupLines, JournalLines } from "../journal-lines.ts";
import { decipherGroup, RecentGroups, type StoredGroup } from "../recent-groups.ts";
import { type DatedGroup, firstSince, GROUP_BEFORE } from "../tables/first-since.ts";
import type { Sql } from "../tables/sql.ts";

/** Old groups kept deciphered: neighbours are often asked for together. */
const OLDER_GROUPS = 64;

const HOLDING =
  "SELECT first_sequence, last_sequence, payload FROM journal WHERE first_sequence <= ? ORDER BY first_sequence DESC LIMIT 1";
const FOLLOWING =
  "SELECT first_sequence, last_sequence, payload FROM journal WHERE first_sequence >= ? ORDER BY first_sequence LIMIT 1";

/** The journal's table in PostgreSQL, as it is read; the newest groups are at hand. */
export class JournalTable implements JournalLines {
  readonly #sql: Sql;
  readonly #cipher: BlobCipher;
  readonly #recent = new RecentGroups();
  readonly #older = new Map<number, GroupLines>();
  #lastSequence: number;

  constructor(sql: Sql, cipher: BlobCipher, lastSequence: number) {
    this.#sql = sql;
    this.#cipher = cipher;
    this.#lastSequence = lastSequence;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** A group has become durable. */
  committed(group: GroupLines, characters: number): void {
    this.#lastSequence = group.last;
    this.#recent.add(group, characters);
  }

  /** Records have been taken out. */
  forget(): void {
    this.#recent.clear();
    this.#older.clear();
  }

  async line(sequence: number): Promise<string | undefined> {
    const group = await this.#group(sequence);
    return group?.lines[sequence - group.first] || undefined;
  }

  async groupFrom(sequence: number): Promise<GroupLines | undefined> {
    const holding = await this.#group(sequence);
    if (holding !== undefined) return holding;
    const [stored] = await this.#sql.all<StoredGroup>(FOLLOWING, [sequence]);
    return stored === undefined ? undefined : decipherGroup(stored, this.#cipher);
  }

  firstSince(at: number): Promise<number> {
    return firstSince(at, this.#lastSequence, async (sequence) => {
      const [group] = await this.#sql.all<DatedGroup>(GROUP_BEFORE, [sequence]);
      return group;
    });
  }

  async #group(sequence: number): Promise<GroupLines | undefined> {
    const recent = this.#recent.find(sequence);
    if (recent !== undefined) return recent;
    for (const group of this.#older.values()) if (group.first <= sequence && sequence <= group.last) return group;
    const [stored] = await this.#sql.all<StoredGroup>(HOLDING, [sequence]);
    if (stored === undefined || stored.last_sequence < sequence) return undefined;
    const group = decipherGroup(stored, this.#cipher);
    this.#older.set(group.first, group);
    for (const [first] of this.#older) {
      if (this.#older.size <= OLDER_GROUPS) break;
      this.#older.delete(first);
    }
    return group;
  }
}
