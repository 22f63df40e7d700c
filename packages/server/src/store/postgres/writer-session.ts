import pg from "pg";
import { DatabaseLocked, DatabaseUnfit } from "../store-errors.ts";
import type { Sql } from "../tables/sql.ts";
import { clientOptions } from "./client-options.ts";
import { addressText, type DatabaseAddress } from "./database-address.ts";
import { type PgStatement, pgSql } from "./pg-sql.ts";

/** "Safeguar" as a number: the advisory lock that a database's one writer holds. */
const LOCK = 0x53616665_67756172n;
/** A statement of the writer that takes longer is as good as lost, and its connection with it. */
const STATEMENT_MS = 10_000;
const OLDEST_VERSION = 14;

export interface SessionOptions {
  readonly address: DatabaseAddress;
  /** Use a database that may lose what it has acknowledged. */
  readonly allowUnsafe: boolean;
}

/**
 * A connection that holds the writer's lock and does all writing. The lock dies with the connection, after whatever it was
 * doing is committed or undone: who holds the lock next sees the last word.
 */
export class WriterSession {
  readonly #client: pg.Client;
  readonly sql: Sql;
  /** Resolves when the connection is gone, however that came. */
  readonly ended: Promise<void>;
  #isOpen = true;

  /**
   * Connects, checks that the database keeps what it acknowledges, and takes the lock. `left`: the server process of an
   * earlier connection of ours, which may hold it still. Throws DatabaseLocked, DatabaseUnfit, and what the driver throws.
   */
  static async open({ address, allowUnsafe }: SessionOptions, left?: number): Promise<WriterSession> {
    const client = new pg.Client({ ...clientOptions(address), pipeline: true, query_timeout: STATEMENT_MS });
    const session = new WriterSession(client);
    try {
      await client.connect();
      await session.#checkServer(address, allowUnsafe);
      // A limit of the server's would end a connection that has nothing to do; it must notice when we are gone; and what
      // was looked at must hold for as long as the connection does.
      await client.query(`SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
        SET idle_session_timeout = 0; SET default_transaction_isolation = 'read committed';
        SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
        SELECT set_config('synchronous_commit', current_setting('synchronous_commit'), false)`);
      await session.#lock(address, left);
      return session;
    } catch (error) {
      session.end();
      throw error;
    }
  }

  private constructor(client: pg.Client) {
    this.#client = client;
    this.sql = pgSql(client);
    this.ended = new Promise((resolve) => {
      client.once("end", () => {
        this.#isOpen = false;
        resolve();
      });
    });
    // What breaks is told by `ended` and by the statement that was under way.
    client.on("error", () => this.end());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The server's process that serves this connection. */
  get serverProcess(): number | undefined {
    return (this.#client as { readonly processID?: number }).processID;
  }

  /** One transaction in one flight. When it throws, it is not known whether it was committed. */
  async transaction(statements: readonly PgStatement[]): Promise<void> {
    const flight = [
      this.#client.query("BEGIN"),
      ...statements.map((statement) => this.#client.query(statement as pg.QueryConfig)),
      this.#client.query("COMMIT"),
    ];
    const landed = await Promise.allSettled(flight);
    // The first is the cause; those after it fail because of it.
    for (const one of landed) if (one.status === "rejected") throw one.reason;
    const end = landed.at(-1);
    // A server that has undone the transaction answers COMMIT with ROLLBACK.
    const tag = end?.status === "fulfilled" ? end.value.command : undefined;
    if (tag !== "COMMIT") throw new Error(`the database answered COMMIT with ${tag}`);
  }

  /** One transaction, statement by statement. */
  async inTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    await this.#client.query("BEGIN");
    try {
      const value = await work(this.sql);
      await this.#client.query("COMMIT");
      return value;
    } catch (error) {
      await this.#client.query("ROLLBACK").catch(() => this.end());
      throw error;
    }
  }

  end(): void {
    this.#isOpen = false;
    this.#client.end().catch(() => {});
  }

  async #checkServer(address: DatabaseAddress, allowUnsafe: boolean): Promise<void> {
    const [server] = await this.sql.all<{
      readonly version: number;
      readonly encoding: string;
      readonly standby: boolean;
      readonly read_only: string;
      readonly synchronous_commit: string;
      readonly fsync: string;
      readonly full_page_writes: string;
    }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version, current_setting('server_encoding') AS encoding,
        pg_is_in_recovery() AS standby, current_setting('transaction_read_only') AS read_only,
        current_setting('synchronous_commit') AS synchronous_commit, current_setting('fsync') AS fsync,
        current_setting('full_page_writes') AS full_page_writes`,
      [],
    );
    const unfit = (reason: string): DatabaseUnfit =>
      new DatabaseUnfit(`The database ${addressText(address)} ${reason}`);
    if (server === undefined) throw unfit("says nothing of its settings.");
    if (server.version < OLDEST_VERSION) {
      throw unfit(`is PostgreSQL ${server.version}; it must be ${OLDEST_VERSION} or later.`);
    }
    if (server.encoding !== "UTF8") {
      throw unfit(`has the encoding ${server.encoding}; make it anew with ENCODING 'UTF8' TEMPLATE template0.`);
    }
    if (server.standby || server.read_only === "on") {
      throw unfit("cannot be written: it is a standby, or read-only. Let DATABASE_URL name the primary.");
    }
    if (allowUnsafe) return;
    const off = (["synchronous_commit", "fsync", "full_page_writes"] as const).filter((name) => server[name] === "off");
    if (off.length > 0) {
      throw unfit(
        `has ${off.map((name) => `${name}=off`).join(" and ")}, so it may lose what it has acknowledged. Turn it on, or, where losing messages is no harm, set SAFEGUARD_DATABASE_UNSAFE=true.`,
      );
    }
  }

  async #lock(address: DatabaseAddress, left: number | undefined): Promise<void> {
    const [{ locked } = { locked: false }] = await this.sql.all<{ readonly locked: boolean }>(
      `SELECT pg_try_advisory_lock(${LOCK}) AS locked`,
      [],
    );
    if (locked) return;
    const [holder] = await this.sql.all<{
      readonly pid: number;
      readonly name: string;
      readonly address: string | null;
    }>(
      `SELECT a.pid, a.application_name AS name, host(a.client_addr) AS address
        FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = ${LOCK >> 32n} AND l.objid = ${LOCK & 0xffff_ffffn}
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [],
    );
    // Our own earlier connection, which the server has not seen to be gone.
    if (left !== undefined && holder?.pid === left) await this.sql.all("SELECT pg_terminate_backend(?)", [left]);
    const who = holder === undefined ? "another process" : `${holder.name} (from ${holder.address ?? "its own host"})`;
    throw new DatabaseLocked(
      `The database ${addressText(address)} is in use by ${who}. Stop it first, or talk to it through its API.`,
    );
  }
}
