import type { ColumnWords } from "../tables/migrations.ts";

export const SQLITE_WORDS: ColumnWords = { integer: "integer", bigint: "bigint", text: "text", blob: "blob" };
