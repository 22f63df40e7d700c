import { type AuditHead, type AuditRow, commitmentOf, EMPTY_CHAIN, hashOfRow } from "./audit-row.ts";

/** A row as it was found; `row` absent: what is there cannot be read. */
export interface FoundRow {
  readonly number: number;
  readonly row?: AuditRow;
}

export type ChainVerification =
  | {
      readonly ok: true;
      readonly rows: number;
      /** Rows whose content is erased or was left out: only their commitment was checked. */
      readonly withoutContent: number;
      readonly head: AuditHead;
    }
  | { readonly ok: false; readonly brokenAt: number; readonly problem: string };

/**
 * Checks rows in the order of their numbers and names the first that is not as it was written. `expected`: heads that
 * somebody noted before; without one, rows that are missing at the end cannot be told.
 */
export async function verifyChain(
  found: AsyncIterable<FoundRow> | Iterable<FoundRow>,
  expected: readonly AuditHead[] = [],
): Promise<ChainVerification> {
  let head = EMPTY_CHAIN;
  let withoutContent = 0;
  const noted = new Map(expected.map((one) => [one.number, one.hash]));
  for await (const { number, row } of found) {
    const problem = problemOf(head, number, row, noted.get(number));
    // A row that is missing is the first that is broken, not the one after it.
    if (problem !== undefined) return { ok: false, brokenAt: Math.min(number, head.number + 1), problem };
    if (row === undefined) continue;
    if (row.content === undefined) withoutContent++;
    head = { number, hash: row.hash };
  }
  const missing = [...noted.keys()].filter((number) => number > head.number).sort((one, other) => one - other);
  if (missing.length > 0) {
    const problem = `the trail ends at row ${head.number}, and row ${missing.at(-1)} was there once`;
    return { ok: false, brokenAt: head.number + 1, problem };
  }
  return { ok: true, rows: head.number, withoutContent, head };
}

function problemOf(
  head: AuditHead,
  number: number,
  row: AuditRow | undefined,
  noted: string | undefined,
): string | undefined {
  const next = head.number + 1;
  if (number > next) return `row ${next} is missing`;
  if (number < next) return `row ${number} stands there twice, or out of order`;
  if (row === undefined) return "the row cannot be read: it was changed";
  if (row.number !== number) return `the row says that it is number ${row.number}`;
  if (row.previous !== head.hash) return "the row does not follow the one before it";
  if (row.hash !== hashOfRow(row)) return "the row is not what its hash says: it was changed";
  if (row.content !== undefined && commitmentOf(row.content) !== row.commitment) {
    return "the content is not what the row committed to: it was changed";
  }
  if (noted !== undefined && noted !== row.hash)
    return "the row has another hash than was noted: the trail was written anew";
  return undefined;
}
