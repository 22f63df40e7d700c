import type { DatabaseSync, StatementSync } from "node:sqlite";
import { insertText, type Sql, type TableWrite } from "../tables/sql.ts";

/** SQL over a connection of node:sqlite: everything is done when the call returns. Statements are prepared once. */
export function sqliteSql(database: DatabaseSync) {
  const statements = new Map<string, StatementSync>();
  const prepared = (text: string): StatementSync => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  return {
    all: <Row>(text: string, parameters: Parameters<Sql["all"]>[1]) =>
      prepared(text).all(...parameters) as unknown as readonly Row[],
    run: (text, parameters) => Number(prepared(text).run(...parameters).changes),
  } satisfies Sql;
}

/** Runs writes of the tables on a connection, inside whatever transaction is open. */
export function sqliteWriter(database: DatabaseSync): (write: TableWrite) => void {
  // By identity: a statement's text is made once.
  const statements = new Map<TableWrite["statement"], StatementSync>();
  return ({ statement, parameters }) => {
    let prepared = statements.get(statement);
    if (prepared === undefined) {
      prepared = database.prepare("text" in statement ? statement.text : insertText(statement));
      statements.set(statement, prepared);
    }
    prepared.run(...parameters);
  };
}
