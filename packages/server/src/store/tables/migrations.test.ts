import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { describe, expect, test } from "vitest";
import { SQLITE_WORDS } from "../sqlite/column-words.ts";
import { nodeSqliteDialect } from "../sqlite/kysely-dialect.ts";
import { type MigrationList, migrate, migrationsOf } from "./migrations.ts";

const LISTS: readonly (readonly [string, MigrationList])[] = [
  ["journal.db", migrationsOf("journal", SQLITE_WORDS)],
  ["tables.db", migrationsOf("tables", SQLITE_WORDS)],
];

async function schemaAfter(...lists: readonly MigrationList[]): Promise<readonly unknown[]> {
  const database = new DatabaseSync(":memory:");
  const db = new Kysely<never>({ dialect: nodeSqliteDialect(database) });
  for (const list of lists) await migrate(db, list);
  const schema = database
    .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'kysely%' ORDER BY name")
    .all();
  database.close();
  return schema.map(({ sql }) => sql);
}

describe.each(LISTS)("The schema of %s", (_name, migrations) => {
  test("is the same whether it was made at once or version by version", async () => {
    const names = Object.keys(migrations);
    const versions = names.map((_, index) => Object.fromEntries(Object.entries(migrations).slice(0, index + 1)));
    expect(await schemaAfter(...versions)).toEqual(await schemaAfter(migrations));
    expect(names).toEqual([...names].sort());
  });

  test("is the one that was published: a change to it is a further migration", async () => {
    expect(await schemaAfter(migrations)).toMatchSnapshot();
  });

  test("needs nothing on the second start", async () => {
    expect(await schemaAfter(migrations, migrations)).toEqual(await schemaAfter(migrations));
  });
});
