import type { DatabaseSync } from "node:sqlite";
import { readLine } from "../journal-line.ts";
import { nothingRemoved, RETENTION_CLASSES, type Removed, type Retention, retentionClass } from "../retention.ts";
import type { JournalFile } from "./journal-file.ts";
import { utcDay } from "./usage-tally.ts";

const DAY_MS = 86_400_000;
/** Rows or groups that one step removes at most: a few milliseconds of work. */
const STEP_ROWS = 1000;
const STEP_GROUPS = 20;

/**
 * Removes a little of what has expired: first the rows that point to records, then the records. Messages are removed in
 * the order of the journal: the oldest stand first, and the first that is young enough ends the step.
 */
export function retainStep(
  tables: DatabaseSync,
  journal: JournalFile,
  now: number,
  retention: Retention,
): { readonly removed: Removed; readonly more: boolean } {
  const removed = nothingRemoved();
  if (removeRows(tables, now, retention)) return { removed, more: true };
  const verified = removeVerified(tables, now, retention);
  removed.verified = verified;
  if (verified >= STEP_ROWS) return { removed, more: true };
  const firstDay = utcDay(now - retention.usage);
  removed.usage = Number(tables.prepare("DELETE FROM usage_days WHERE day < ?").run(firstDay).changes);
  tables.prepare("DELETE FROM usage_spend WHERE day < ?").run(firstDay);
  // Ages from the shortest: each takes the classes that are kept for no longer.
  for (const age of new Set(RETENTION_CLASSES.map((name) => retention[name]).sort((a, b) => a - b))) {
    const isExpired = (line: string): boolean => {
      const kind = retentionClass(readLine(line).type);
      if (kind === undefined || retention[kind] > age) return false;
      removed[kind]++;
      return true;
    };
    if (journal.sweep(age, now - age, isExpired, STEP_GROUPS)) return { removed, more: true };
  }
  return { removed, more: false };
}

/** By day: a number that was last verified on the day of the limit goes with the next day. */
function removeVerified(tables: DatabaseSync, now: number, retention: Retention): number {
  const expired = tables.prepare(`
    DELETE FROM verified_numbers WHERE (account, number_hash) IN
      (SELECT account, number_hash FROM verified_numbers WHERE last_day < ? LIMIT ${STEP_ROWS})`);
  return Number(expired.run(Math.floor((now - retention.verified) / DAY_MS)).changes);
}

/** True: there are more. */
function removeRows(tables: DatabaseSync, now: number, retention: Retention): boolean {
  const oldest = (table: string, key: string, order: string): string =>
    `DELETE FROM ${table} WHERE at < ? AND ${key} IN (SELECT ${key} FROM ${table} ORDER BY ${order} LIMIT ${STEP_ROWS})`;
  const changes = [
    tables.prepare(oldest("messages", "sequence", "sequence")).run(now - retention.messages).changes,
    tables.prepare(oldest("notices", "sequence", "sequence")).run(now - retention.notices).changes,
    tables.prepare(oldest("requests", "key_hash", "at")).run(now - retention.requests).changes,
    tables.prepare(oldest("outcomes", "sequence", "sequence")).run(now - retention.messages).changes,
    tables.prepare(oldest("decisions", "sequence", "sequence")).run(now - retention.decisions).changes,
    tables.prepare(oldest("incidents", "rowid", "rowid")).run(now - retention.incidents).changes,
    tables.prepare(oldest("alerts", "sequence", "sequence")).run(now - retention.incidents).changes,
  ];
  return changes.some((count) => Number(count) >= STEP_ROWS);
}
