import type { Journal } from "../store/journal.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { type AuditHead, type AuditRow, nextRow } from "./audit-row.ts";
import { type AuditedState, describeChange } from "./audited-change.ts";

/**
 * The journal, in which every change that somebody makes has its row of the audit trail: both are in one append, and an
 * append becomes durable whole or not at all. There is no other way to the journal, so there is no change without its row.
 * `head`: where the chain stands in the store. `state`: as it is before what is appended.
 */
export function auditedJournal(journal: Journal, head: AuditHead, state: AuditedState): Journal {
  let last = head;
  return {
    upcomingId: (offset) => journal.upcomingId(offset),
    append(records) {
      const rows = rowsFor(records, last, state);
      if (rows.length === 0) return journal.append(records);
      // (after the others: ids are given by place)
      const durable = journal.append([
        ...records,
        ...rows.map((row) => ({ type: "audited", at: row.at, row }) as const),
      ]);
      // An append that throws has taken nothing; one that is refused is the last.
      last = rows.at(-1) ?? last;
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

function rowsFor(records: readonly JournalRecord[], head: AuditHead, state: AuditedState): readonly AuditRow[] {
  let rows: AuditRow[] | undefined;
  for (const record of records) {
    // Nearly all records are of messages, which nobody changes.
    if (!("actor" in record)) continue;
    const described = describeChange(record, state);
    if (described === undefined) continue;
    const { account, change } = described;
    const facts = { at: record.at, action: record.type, ...(account !== undefined && { account }) };
    rows ??= [];
    rows.push(nextRow(rows.at(-1) ?? head, facts, JSON.stringify(change)));
  }
  return rows ?? [];
}
