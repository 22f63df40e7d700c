/** The little of SQL that both databases are spoken to with. `?` stands for each parameter. */

export type SqlValue = string | number | null | Uint8Array;

/** What a database in this thread has at once, and one elsewhere later. */
export type Awaitable<T> = T | Promise<T>;

/** Asks and changes, one statement at a time. */
export interface Sql {
  all<Row>(text: string, parameters: readonly SqlValue[]): Awaitable<readonly Row[]>;
  /** The number of rows that were changed. */
  run(text: string, parameters: readonly SqlValue[]): Awaitable<number>;
}

/** A column's type where the two databases have different words for it. */
type ColumnType = "bigint" | "text" | "bytea";

/** A row that is put into a table, or meets one with the same key there. Made once, and told apart by identity. */
export interface Insert {
  readonly table: string;
  /** In the order of the parameters. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: readonly string[];
  /** Follows ON CONFLICT: what becomes of the row that is there. */
  readonly conflict: string;
}

/** Any other change. Made once, and told apart by identity. */
export interface Change {
  readonly text: string;
}

/** One change of the tables. Those of a transaction are done in order; rows of one insert may be put in together. */
export interface TableWrite {
  readonly statement: Insert | Change;
  readonly parameters: readonly SqlValue[];
}

/** The statement for one row. */
export function insertText({ table, columns, key, conflict }: Insert): string {
  const names = Object.keys(columns);
  const values = names.map(() => "?").join(", ");
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${values}) ON CONFLICT (${key.join(", ")}) ${conflict}`;
}
