import { chmodSync, closeSync, openSync } from "node:fs";
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
  /** Ends the sessions that were begun before (epoch milliseconds), and whatever somebody was about to sign in with. */
  endSessionsFromBefore(at: number): Promise<void>;
  close(): Promise<void>;
}

export const PEOPLE_FILE = "people.db";

/** `people.db` in the data directory, or tables `login_…` beside the others in PostgreSQL. */
export function openPeopleDatabase(directory: string, address: DatabaseAddress | undefined): PeopleDatabase {
  if (address !== undefined) {
    const pool = new pg.Pool({ ...clientOptions(address), max: CONNECTIONS });
    const kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
    return {
      type: "postgres",
      kysely,
      endSessionsFromBefore: (at) => endSessions(kysely, new Date(at)),
      close: () => kysely.destroy(),
    };
  }
  const file = join(directory, PEOPLE_FILE);
  // Made here, so that it is nobody else's from its first byte; the files beside it (-wal, -shm) get the same mode.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000");
  const kysely = new Kysely({ dialect: nodeSqliteDialect(database) });
  return {
    type: "sqlite",
    kysely,
    // (as the library writes times into SQLite)
    endSessionsFromBefore: (at) => endSessions(kysely, new Date(at).toISOString()),
    async close() {
      await kysely.destroy();
      database.close();
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function endSessions(kysely: Kysely<any>, before: Date | string): Promise<void> {
  await kysely.deleteFrom("login_session").where("createdAt", "<", before).execute();
  await kysely.deleteFrom("login_verification").where("createdAt", "<", before).execute();
}
