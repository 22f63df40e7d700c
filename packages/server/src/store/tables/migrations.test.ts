import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { describe, expect, test } from "vitest";
import { SQLITE_WORDS } from "../sqlite/column-words.ts";
import { nodeSqliteDialect } from "../sqlite/kysely-dialect.ts";
import { type MigrationList, migrate, migrationsOf, refuseLater } from "./migrations.ts";

const LISTS: readonly (readonly [string, MigrationList])[] = [
  ["journal.db", migrationsOf("journal", SQLITE_WORDS)],
  ["tables.db", migrationsOf("tables", SQLITE_WORDS)],
];

async function schemaAfter(...lists: readonly MigrationList[]): Promise<readonly unknown[]> {
  const database = new DatabaseSync(":memory:");
  const db = new Kysely<never>({ dialect: nodeSqliteDialect(database) });
  for (const list of lists) await migrate(db, list, "a test");
  const schema = schemaOf(database);
  database.close();
  return schema;
}

function schemaOf(database: DatabaseSync): readonly unknown[] {
  return database
    .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'kysely%' ORDER BY name")
    .all()
    .map(({ sql }) => sql);
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

  test("that a later version wrote is refused with what to do, and left as it is", async () => {
    const database = new DatabaseSync(":memory:");
    const db = new Kysely<never>({ dialect: nodeSqliteDialect(database) });
    const later = { async up() {} };
    await refuseLater(db, migrations, "the data folder /data");
    await migrate(db, { ...migrations, "9999-of-later": later }, "the data folder /data");
    const before = database.prepare("SELECT count(*) AS changes FROM kysely_migration").get();
    await expect(refuseLater(db, migrations, "the data folder /data")).rejects.toThrow(
      /^What is in the data folder \/data was written by a later version of Safeguard: .* 9999-of-later\. Run that version/,
    );
    expect(database.prepare("SELECT count(*) AS changes FROM kysely_migration").get()).toEqual(before);
  });

  test("is whole or as it was, wherever bringing it up breaks off", async () => {
    const names = Object.keys(migrations);
    const whole = await schemaAfter(migrations);
    for (const [index, name] of names.entries()) {
      const database = new DatabaseSync(":memory:");
      const db = new Kysely<never>({ dialect: nodeSqliteDialect(database) });
      const up = migrations[name]?.up;
      const breaking = {
        async up(of: Kysely<never>) {
          await up?.(of);
          throw new Error("cut off");
        },
      };
      await migrate(db, Object.fromEntries(Object.entries(migrations).slice(0, 1)), "a test");
      const before = schemaOf(database);
      if (index > 0) {
        await expect(migrate(db, { ...migrations, [name]: breaking }, "a test")).rejects.toThrow(
          /cut off.*Nothing was/,
        );
        expect(schemaOf(database)).toEqual(before);
      }
      await migrate(db, migrations, "a test");
      expect(schemaOf(database)).toEqual(whole);
      database.close();
    }
  });
});
