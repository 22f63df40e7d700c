import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { clientOptions } from "./postgres/client-options.ts";
import type { DatabaseAddress } from "./postgres/database-address.ts";
import { nodeSqliteDialect } from "./sqlite/kysely-dialect.ts";

/** Connections for signing in: a few people, not the hot path. */
const CONNECTIONS = 3;

/** Where logins and sessions of people are kept, apart from the journal: nothing that is decided depends on it. */
export interface PeopleDatabase {
  readonly type: "sqlite" | "postgres";
  // biome-ignore lint/suspicious/noExplicitAny: the library that signs people in makes and names its own tables
  readonly kysely: Kysely<any>;
  close(): Promise<void>;
}

/** `people.db` in the data directory, or tables `login_…` beside the others in PostgreSQL. */
export function openPeopleDatabase(directory: string, address: DatabaseAddress | undefined): PeopleDatabase {
  if (address !== undefined) {
    const pool = new pg.Pool({ ...clientOptions(address), max: CONNECTIONS });
    const kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
    return { type: "postgres", kysely, close: () => kysely.destroy() };
  }
  const database = new DatabaseSync(join(directory, "people.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000");
  const kysely = new Kysely({ dialect: nodeSqliteDialect(database) });
  return {
    type: "sqlite",
    kysely,
    async close() {
      await kysely.destroy();
      database.close();
    },
  };
}
