import type { BlobCipher } from "../blob-cipher.ts";
import { type Erasure, erasedRecord, withoutNumber } from "../erased-record.ts";
import { readLine, writeLine } from "../journal-line.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { type FoundSubjects, type NumberQuestion, NumberTrace } from "../number-trace.ts";
import { decipherGroup, groupContext, type StoredGroup } from "../recent-groups.ts";
import type { Seal } from "../seal.ts";
import { auditContext } from "./audit-writer.ts";
import { searchHash } from "./message-row.ts";
import type { Sql } from "./sql.ts";

/** Groups that one step looks at: some milliseconds of work. */
const STEP_GROUPS = 20;

const GROUPS_FROM =
  "SELECT first_sequence, last_sequence, payload FROM journal WHERE first_sequence >= ? ORDER BY first_sequence LIMIT ?";

/** A number that is to be erased. */
export type ErasureQuestion = NumberQuestion & Erasure;

/** What a step needs of a store. */
export interface ErasedStore {
  readonly journal: Sql;
  readonly tables: Sql;
  readonly cipher: BlobCipher;
  readonly hash: KeyedHash;
  readonly seal: Pick<Seal, "open">;
  /** Of the journal's end: that group stays, if empty. */
  readonly lastSequence: number;
}

export interface ErasedStep {
  /** Where to go on; undefined: this was the end. */
  readonly next: number | undefined;
  readonly found: FoundSubjects;
  /** How many records were changed or taken out, by type. */
  readonly records: Readonly<Record<string, number>>;
  /** Revisions of policies that name the number and were left as they are: `account policy/number`. */
  readonly kept: readonly string[];
}

/**
 * Erases the number from the groups from there on, and from the rows that point to their records. Rows first: where a crash
 * comes between, the same is done again.
 */
export async function eraseStep(
  store: ErasedStore,
  question: ErasureQuestion,
  from: number,
  found: FoundSubjects,
): Promise<ErasedStep> {
  const { journal, cipher, seal, lastSequence } = store;
  const trace = new NumberTrace(question, seal, found);
  const records: Record<string, number> = {};
  const kept: string[] = [];
  const groups = await journal.all<StoredGroup>(GROUPS_FROM, [from, STEP_GROUPS]);
  for (const stored of groups) {
    const { first, last, lines } = decipherGroup(stored, cipher);
    let isChanged = false;
    const after: string[] = [];
    for (const [index, line] of lines.entries()) {
      if (line === "" || trace.mayBePassed(line)) {
        after.push(line);
        continue;
      }
      const record = readLine(line);
      if (!trace.concerns(record)) {
        after.push(line);
        continue;
      }
      const changed = erasedRecord(record, question);
      await eraseRows(store, question, first + index, record);
      if (changed?.type === "revision_saved" && namesStill(changed, question)) {
        const { account, policy, number } = changed.revision;
        kept.push(`${account} ${policy}/${number}`);
      }
      const text = changed === undefined ? "" : writeLine(changed);
      after.push(text);
      if (text === line) continue;
      isChanged = true;
      records[record.type] = (records[record.type] ?? 0) + 1;
    }
    if (!isChanged) continue;
    if (after.every((line) => line === "") && last !== lastSequence) {
      await journal.run("DELETE FROM journal WHERE first_sequence = ?", [first]);
    } else {
      const payload = cipher.encrypt(after.join("\n"), groupContext(first, last));
      await journal.run("UPDATE journal SET payload = ? WHERE first_sequence = ?", [payload, first]);
    }
  }
  return { next: nextOf(groups), found: trace.found, records, kept };
}

function nextOf(groups: readonly StoredGroup[]): number | undefined {
  const last = groups.at(-1);
  return last === undefined || groups.length < STEP_GROUPS ? undefined : last.last_sequence + 1;
}

function namesStill(record: JournalRecord, erasure: Erasure): boolean {
  return JSON.stringify(withoutNumber(record, erasure)) !== JSON.stringify(record);
}

/** What the tables keep of a record of the number. */
async function eraseRows(
  { tables, cipher, hash }: ErasedStore,
  { to, standIn }: Erasure,
  sequence: number,
  record: JournalRecord,
): Promise<void> {
  switch (record.type) {
    case "message_decided":
      if (record.to !== to && record.to !== standIn) return;
      await tables.run(
        "UPDATE messages SET number_hash = ?, reference_hash = NULL, provider_id = NULL, faults = NULL WHERE sequence = ?",
        [searchHash(hash, "number", record.account, standIn), sequence],
      );
      return;
    case "decision_made":
      if (record.to !== to && record.to !== standIn) return;
      await tables.run("UPDATE decisions SET number_hash = ? WHERE sequence = ?", [
        searchHash(hash, "number", record.account, standIn),
        sequence,
      ]);
      return;
    case "notice_queued":
      if (record.notice.dialect === "alert") return;
      await tables.run("DELETE FROM notices WHERE sequence = ?", [sequence]);
      await tables.run("DELETE FROM deliveries WHERE sequence = ?", [sequence]);
      return;
    case "audited": {
      const changed = erasedRecord(record, { to, standIn });
      if (changed?.type !== "audited") return;
      const document = cipher.encrypt(JSON.stringify(changed.row), auditContext(record.row.number));
      await tables.run("UPDATE audit SET document = ? WHERE number = ?", [document, record.row.number]);
      return;
    }
    default:
      return;
  }
}
