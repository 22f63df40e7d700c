import { sql } from "kysely";
import type { ColumnWords } from "../tables/migrations.ts";

export const POSTGRES_WORDS: ColumnWords = {
  integer: "bigint",
  bigint: "bigint",
  text: sql<string>`text COLLATE "C"`,
  blob: "bytea",
};
