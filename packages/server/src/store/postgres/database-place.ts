import type { WriterSession } from "./writer-session.ts";

/** What an error of a function that may not be called is called. */
const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Names the place that a database stands in: which server's files (a dump that was put back stands in another database or
 * server), and which timeline of them (a server that was put back to a point in time, or a standby that took over, begins a
 * new one). Where the role may not ask for the files, the database and timeline alone.
 */
export async function databasePlace({ sql }: WriterSession): Promise<string> {
  const [stands] = await sql.all<{ readonly database: string; readonly timeline: string }>(
    `SELECT oid::text AS database, substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) AS timeline
      FROM pg_database WHERE datname = current_database()`,
    [],
  );
  return `${await filesOf(sql)} ${stands?.database} ${stands?.timeline}`;
}

async function filesOf(sql: WriterSession["sql"]): Promise<string> {
  try {
    const [files] = await sql.all<{ readonly id: string }>(
      "SELECT system_identifier::text AS id FROM pg_control_system()",
      [],
    );
    return files?.id ?? "";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === INSUFFICIENT_PRIVILEGE) return "";
    throw error;
  }
}
