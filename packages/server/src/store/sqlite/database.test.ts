import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { describe, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { nodeSqliteDialect } from "./kysely-dialect.ts";

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
