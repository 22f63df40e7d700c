import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { describe, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { nodeSqliteDialect } from "./kysely-dialect.ts";
import { JOURNAL_MIGRATIONS, type MigrationList, migrate, TABLE_MIGRATIONS } from "./migrations.ts";

const LISTS: readonly (readonly [string, MigrationList])[] = [
  ["journal.db", JOURNAL_MIGRATIONS],
  ["tables.db", TABLE_MIGRATIONS],
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

describe("A connection", () => {
  test.each([
    ["FULL", 2],
    ["NORMAL", 1],
  ] as const)("waits as long as it was told to: %s", (synchronous, value) => {
    const database = openDatabase(":memory:", { pageSize: 4096, synchronous, secureDelete: true });
    expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: value });
    expect(database.prepare("PRAGMA wal_autocheckpoint").get()).toEqual({ wal_autocheckpoint: 0 });
    database.close();
  });

  test("that a database gives to Kysely reads, writes and rolls back", async () => {
    interface Schema {
      word: { id: number; text: string };
    }
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
    await db.schema.createTable("word").addColumn("id", "integer").addColumn("text", "text").execute();
    const inserted = db.insertInto("word").values({ id: 1, text: "one" });
    expect(await inserted.returningAll().execute()).toEqual([{ id: 1, text: "one" }]);
    const failing = db.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction.updateTable("word").set({ text: "two" }).executeTakeFirstOrThrow();
      expect(numUpdatedRows).toBe(1n);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await db.selectFrom("word").select("text").execute()).toEqual([{ text: "one" }]);
  });
});
