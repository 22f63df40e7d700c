import type { BlobCipher } from "../blob-cipher.ts";
import { decipherGroup, groupContext, type StoredGroup } from "../recent-groups.ts";
import type { Sql } from "./sql.ts";

/** What a sweep takes out: classes that are kept for no longer than `age`, in groups that are older than `cutoff`. */
export interface JournalSweep {
  readonly age: number;
  readonly cutoff: number;
  /** Is asked once for each record. */
  isExpired(line: string): boolean;
  /** Groups at most. */
  readonly limit: number;
  /** Of the journal's end. */
  readonly lastSequence: number;
}

/** Takes expired records out of groups that were swept for a shorter age only; gives how many groups it looked at. */
export async function sweepJournal(sql: Sql, cipher: BlobCipher, sweep: JournalSweep): Promise<number> {
  const { age, cutoff, isExpired, limit, lastSequence } = sweep;
  let groups = 0;
  for (const swept of await sweptAgesBelow(sql, age)) {
    const due = await sql.all<StoredGroup>(
      "SELECT first_sequence, last_sequence, payload FROM journal WHERE swept = ? AND at < ? ORDER BY at LIMIT ?",
      [swept, cutoff, limit - groups],
    );
    for (const stored of due) {
      const { first, last, lines } = decipherGroup(stored, cipher);
      const kept = lines.map((line) => (line !== "" && isExpired(line) ? "" : line));
      groups++;
      // The last group stays, if empty: it holds the sequence number that the next one follows.
      if (kept.every((line) => line === "") && last !== lastSequence) {
        await sql.run("DELETE FROM journal WHERE first_sequence = ?", [first]);
      } else {
        const payload = cipher.encrypt(kept.join("\n"), groupContext(first, last));
        await sql.run("UPDATE journal SET swept = ?, payload = ? WHERE first_sequence = ?", [age, payload, first]);
      }
    }
  }
  return groups;
}

async function sweptAgesBelow(sql: Sql, age: number): Promise<readonly number[]> {
  const ages: number[] = [];
  for (let swept = -1; ; ) {
    const [found] = await sql.all<{ swept: number | null }>("SELECT min(swept) AS swept FROM journal WHERE swept > ?", [
      swept,
    ]);
    const next = found?.swept ?? null;
    if (next === null || next >= age) return ages;
    ages.push(next);
    swept = next;
  }
}
