import type { BlobCipher } from "./blob-cipher.ts";
import type { GroupLines } from "./journal-lines.ts";
import { JournalDamaged } from "./store-errors.ts";

/** Groups held in memory, deciphered and divided into lines: the newest, which the projector and delivery reports want. */
const RECENT_GROUPS = 1024;
const RECENT_CHARACTERS = 4 * 1024 * 1024;

/** A group as it lies in the journal's table. */
export interface StoredGroup {
  readonly first_sequence: number;
  readonly last_sequence: number;
  readonly payload: Uint8Array;
}

/** The newest groups of the journal, without a gap up to the last. */
export class RecentGroups {
  #groups: GroupLines[] = [];
  #characters: number[] = [];
  #total = 0;

  /** The group that holds this record. */
  find(sequence: number): GroupLines | undefined {
    const groups = this.#groups;
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

  add(group: GroupLines, characters: number): void {
    this.#groups.push(group);
    this.#characters.push(characters);
    this.#total += characters;
    if (this.#total <= RECENT_CHARACTERS && this.#groups.length <= RECENT_GROUPS) return;
    // Half goes at once: shifting one at a time would move the rest each time.
    const half = this.#groups.length >>> 1;
    for (const gone of this.#characters.splice(0, half)) this.#total -= gone;
    this.#groups = this.#groups.slice(half);
  }

  clear(): void {
    this.#groups = [];
    this.#characters = [];
    this.#total = 0;
  }
}

/** Throws JournalDamaged. */
export function decipherGroup(
  { first_sequence: first, last_sequence: last, payload }: StoredGroup,
  cipher: BlobCipher,
): GroupLines {
  const text = cipher.decrypt(payload, groupContext(first, last));
  if (text === undefined) {
    throw new JournalDamaged(
      `Records ${first} to ${last} of the journal cannot be read: they were changed, or the disk is failing. Restore the store from a backup.`,
    );
  }
  return { first, last, lines: text.split("\n") };
}

/** Binds the payload to its row. */
export function groupContext(first: number, last: number): string {
  return `journal ${first} ${last}`;
}
