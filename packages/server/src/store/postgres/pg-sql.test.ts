import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Insert, TableWrite } from "../tables/sql.ts";
import { pgStatement, pgStatements } from "./pg-sql.ts";

const WORD: Insert = {
  table: "words",
  columns: { language: "text", id: "bigint", word: "text" },
  key: ["language", "id"],
  conflict: "DO NOTHING",
};
const NAME: Insert = { table: "names", columns: { id: "bigint" }, key: ["id"], conflict: "DO NOTHING" };
const FORGET: Change = { text: "DELETE FROM words WHERE id = ? AND language = ?" };

const word = (id: number, text = "w", language = "nl"): TableWrite => ({
  statement: WORD,
  parameters: [language, id, text],
});

describe("A statement for PostgreSQL", () => {
  test("has numbered parameters, and one name for one text", () => {
    const first = pgStatement(FORGET.text, [1, "nl"]);
    expect(first.text).toBe("DELETE FROM words WHERE id = $1 AND language = $2");
    expect(pgStatement(FORGET.text, [2, "nl"])).toEqual({ ...first, values: [2, "nl"] });
    expect(pgStatement("SELECT ?", [1]).name).not.toBe(first.name);
  });

  test("puts in many rows as one array for each column", () => {
    expect(pgStatements([word(1, "een"), word(2, "twee")])).toEqual([
      {
        name: expect.any(String),
        text: "INSERT INTO words (language, id, word) SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[]) ON CONFLICT (language, id) DO NOTHING",
        values: [
          ["nl", "nl"],
          [1, 2],
          ["een", "twee"],
        ],
      },
    ]);
  });

  test("has no NUL in its texts, which PostgreSQL refuses", () => {
    expect(pgStatement("SELECT ?", ["a\0b"]).values).toEqual(["a\u{fffd}b"]);
    expect(pgStatements([word(1, "a\0b")])[0]?.values[2]).toEqual(["a\u{fffd}b"]);
  });

  test("keeps the order of writes, and no statement meets a row twice", () => {
    const anyWrite = fc.oneof(
      fc
        .record({ id: fc.nat(3), language: fc.constantFrom("nl", "fr") })
        .map(({ id, language }) => word(id, "w", language)),
      fc.nat(3).map((id): TableWrite => ({ statement: NAME, parameters: [id] })),
      fc.nat(3).map((id): TableWrite => ({ statement: FORGET, parameters: [id, "nl"] })),
    );
    fc.assert(
      fc.property(fc.array(anyWrite, { maxLength: 12 }), (writes) => {
        const done = pgStatements(writes).flatMap(({ text, values }) => {
          if (text.startsWith("DELETE")) return [["DELETE", ...values]];
          const columns = values as readonly (readonly unknown[])[];
          const rows = (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]));
          const keys = rows.map((row) => JSON.stringify(row.slice(0, 2)));
          expect(new Set(keys).size).toBe(keys.length);
          return rows.map((row) => [text.startsWith("INSERT INTO words") ? "words" : "names", ...row]);
        });
        const asked = writes.map(({ statement, parameters }) => [
          "text" in statement ? "DELETE" : statement.table,
          ...parameters,
        ]);
        expect(done).toEqual(asked);
      }),
    );
  });
});
