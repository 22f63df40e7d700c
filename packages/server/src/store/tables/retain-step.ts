import type { BlobCipher } from "../blob-cipher.ts";
import { readLine } from "../journal-line.ts";
import { nothingRemoved, RETENTION_CLASSES, type Removed, type Retention, retentionClass } from "../retention.ts";
import type { Sql } from "./sql.ts";
import { sweepJournal } from "./sweep-journal.ts";
import { utcDay } from "./usage-tally.ts";

const DAY_MS = 86_400_000;
/** Rows or groups that one step removes at most: a few milliseconds of work. */
const STEP_ROWS = 1000;
const STEP_GROUPS = 20;

/** Where a store keeps what expires. */
export interface RetainedStore {
  readonly tables: Sql;
  readonly cipher: BlobCipher;
  readonly lastSequence: number;
  /** Runs a sweep of the journal in a transaction of its own. */
  sweep(work: (journal: Sql) => Promise<number>): Promise<number>;
}

/** What one step removed; `more`: call again. */
export interface RetainedStep {
  readonly removed: Removed;
  readonly more: boolean;
}

/**
 * Removes a little of what has expired: first the rows that point to records, then the records. Messages are removed in
 * the order of the journal: the oldest stand first, and the first that is young enough ends the step.
 */
export async function retainStep(store: RetainedStore, now: number, retention: Retention): Promise<RetainedStep> {
  const { tables, cipher, lastSequence } = store;
  const removed = nothingRemoved();
  if (await removeRows(tables, now, retention)) return { removed, more: true };
  removed.verified = await removeVerified(tables, now, retention);
  if (removed.verified >= STEP_ROWS) return { removed, more: true };
  const firstDay = utcDay(now - retention.usage);
  removed.usage = await tables.run("DELETE FROM usage_days WHERE day < ?", [firstDay]);
  await tables.run("DELETE FROM usage_spend WHERE day < ?", [firstDay]);
  await tables.run("DELETE FROM verified_days WHERE day < ?", [firstDay]);
  // Ages from the shortest: each takes the classes that are kept for no longer.
  for (const age of new Set(RETENTION_CLASSES.map((name) => retention[name]).sort((a, b) => a - b))) {
    const isExpired = (line: string): boolean => {
      const kind = retentionClass(readLine(line).type);
      if (kind === undefined || retention[kind] > age) return false;
      removed[kind]++;
      return true;
    };
    const sweep = { age, cutoff: now - age, isExpired, limit: STEP_GROUPS, lastSequence };
    const groups = await store.sweep((journal) => sweepJournal(journal, cipher, sweep));
    if (groups >= STEP_GROUPS) return { removed, more: true };
  }
  return { removed, more: false };
}

/** By day: a number that was last verified on the day of the limit goes with the next day. */
async function removeVerified(tables: Sql, now: number, retention: Retention): Promise<number> {
  return tables.run(
    `DELETE FROM verified_numbers WHERE (account, number_hash) IN
      (SELECT account, number_hash FROM verified_numbers WHERE last_day < ? LIMIT ${STEP_ROWS})`,
    [Math.floor((now - retention.verified) / DAY_MS)],
  );
}

/** True: there are more. */
async function removeRows(tables: Sql, now: number, retention: Retention): Promise<boolean> {
  const oldest = (table: string, key: string, order: string, age: number): Promise<number> | number =>
    tables.run(
      `DELETE FROM ${table} WHERE at < ? AND (${key}) IN (SELECT ${key} FROM ${table} ORDER BY ${order} LIMIT ${STEP_ROWS})`,
      [now - age],
    );
  const changes = [
    await oldest("messages", "sequence", "sequence", retention.messages),
    await oldest("notices", "sequence", "sequence", retention.notices),
    await oldest("deliveries", "sequence", "sequence", retention.notices),
    await oldest("requests", "key_hash", "at", retention.requests),
    await oldest("outcomes", "sequence", "sequence", retention.messages),
    await oldest("decisions", "sequence", "sequence", retention.decisions),
    await oldest("incidents", "account, number", "opened_at, account, number", retention.incidents),
    await oldest("alerts", "sequence", "sequence", retention.incidents),
  ];
  return changes.some((count) => count >= STEP_ROWS);
}
