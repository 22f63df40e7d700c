import type { Insert, Sql, SqlValue, TableWrite } from "../tables/sql.ts";

/** A statement as the driver takes it: prepared once for each connection, under its name. */
export interface PgStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

interface PgClient {
  query(statement: PgStatement): Promise<{ readonly rows: readonly unknown[]; readonly rowCount: number | null }>;
}

/** SQL over a client or a pool. */
export function pgSql(client: PgClient): Sql {
  return {
    all: async <Row>(text: string, parameters: readonly SqlValue[]) =>
      (await client.query(pgStatement(text, parameters))).rows as readonly Row[],
    run: async (text, parameters) => (await client.query(pgStatement(text, parameters))).rowCount ?? 0,
  };
}

const TEXTS = new Map<string, { readonly name: string; readonly text: string }>();

/** `?` becomes $1, $2 …: none of our statements has a question mark of another kind. */
export function pgStatement(text: string, parameters: readonly SqlValue[]): PgStatement {
  let known = TEXTS.get(text);
  if (known === undefined) {
    let count = 0;
    known = { name: `s${TEXTS.size}`, text: text.replaceAll("?", () => `$${++count}`) };
    TEXTS.set(text, known);
  }
  return { ...known, values: parameters.map(storable) };
}

/** Writes in order, where rows of one insert that follow each other, each with another key, go in one statement. */
export function pgStatements(writes: Iterable<TableWrite>): readonly PgStatement[] {
  const statements: PgStatement[] = [];
  let insert: Insert | undefined;
  let rows: (readonly SqlValue[])[] = [];
  let keys = new Set<string>();
  const flush = (): void => {
    if (insert !== undefined && rows.length > 0) statements.push(insertRows(insert, rows));
    insert = undefined;
    rows = [];
    keys = new Set();
  };
  for (const { statement, parameters } of writes) {
    if ("text" in statement) {
      flush();
      statements.push(pgStatement(statement.text, parameters));
      continue;
    }
    const key = keyOf(statement, parameters);
    // PostgreSQL refuses to meet the same row twice in one statement.
    if (statement !== insert || keys.has(key)) flush();
    insert = statement;
    rows.push(parameters);
    keys.add(key);
  }
  flush();
  return statements;
}

const ROWS_TEXTS = new Map<Insert, string>();

/** One array for each column: the text is the same however many rows there are. */
function insertRows(insert: Insert, rows: readonly (readonly SqlValue[])[]): PgStatement {
  let text = ROWS_TEXTS.get(insert);
  if (text === undefined) {
    const { table, columns, key, conflict } = insert;
    const names = Object.keys(columns).join(", ");
    const arrays = Object.values(columns).map((type) => `?::${type}[]`);
    text = `INSERT INTO ${table} (${names}) SELECT * FROM unnest(${arrays.join(", ")}) ON CONFLICT (${key.join(", ")}) ${conflict}`;
    ROWS_TEXTS.set(insert, text);
  }
  const { name, text: numbered } = pgStatement(text, []);
  const values = Object.keys(insert.columns).map((_, column) => rows.map((row) => storable(row[column] ?? null)));
  return { name, text: numbered, values };
}

function keyOf({ columns, key }: Insert, parameters: readonly SqlValue[]): string {
  const names = Object.keys(columns);
  return JSON.stringify(key.map((name) => parameters[names.indexOf(name)]));
}

/** A text of PostgreSQL's holds any character but NUL, which a provider's id might have. */
function storable(value: SqlValue): SqlValue {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\u{fffd}") : value;
}
