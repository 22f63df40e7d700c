import type { EpochMilliseconds } from "@safeguard/core";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { BlobCipher } from "../blob-cipher.ts";
import { createSeal } from "../create-seal.ts";
import type { JournalGroup } from "../group-journal.ts";
import type { GroupLines } from "../journal-lines.ts";
import { KeyedHash } from "../keyed-hash.ts";
import { deriveKey, type MasterKey } from "../master-key.ts";
import type { FoundSubjects } from "../number-trace.ts";
import { groupContext } from "../recent-groups.ts";
import { createRecordIds } from "../record-ids.ts";
import type { SeenPlace } from "../restored.ts";
import type { Retention } from "../retention.ts";
import { type BackendParts, StoreBackend } from "../store-backend.ts";
import { DatabaseUnfit } from "../store-errors.ts";
import { DecisionIndex } from "../tables/decision-index.ts";
import { type ErasedStep, type ErasureQuestion, eraseStep } from "../tables/erase-journal.ts";
import { type ErasedRows, eraseFromTables } from "../tables/erase-tables.ts";
import { openIdentity } from "../tables/identity.ts";
import { migrate, migrationsOf, refuseLater } from "../tables/migrations.ts";
import { Projection, readFolded } from "../tables/projection.ts";
import { type RetainedStep, retainStep } from "../tables/retain-step.ts";
import type { JournalSchema, TableSchema } from "../tables/schema.ts";
import type { Change, Sql, TableWrite } from "../tables/sql.ts";
import { WaitingContents } from "../tables/waiting-contents.ts";
import { clientOptions } from "./client-options.ts";
import { POSTGRES_WORDS } from "./column-words.ts";
import { isTransient } from "./connection-loss.ts";
import { addressText, type DatabaseAddress } from "./database-address.ts";
import { databasePlace } from "./database-place.ts";
import { JournalTable } from "./journal-table.ts";
import { LoadedRows } from "./loaded-rows.ts";
import { pgSql, pgStatement, pgStatements } from "./pg-sql.ts";
import { again, type GroupWrite, journalEnd, Writer } from "./writer.ts";
import type { WriterSession } from "./writer-session.ts";

const NOTHING_SEEN: SeenPlace = { place: "", run: "", fromBackup: false, noted: undefined };
/** Connections for reading, besides the writer's. */
const READERS = 4;
/** A lost connection is tried for again for so long; a restart of the server takes a second or two. */
const PATIENCE_MS = 15_000;

const INSERT_GROUP = "INSERT INTO journal (first_sequence, last_sequence, at, swept, payload) VALUES (?, ?, ?, 0, ?)";
/** Fails where the tables do not follow from exactly what came before: two writers can never both go on. */
const FOLLOW: Change = {
  text: "UPDATE projection SET projected_sequence = CASE WHEN projected_sequence = ?::bigint THEN ?::bigint END",
};

/** Tables that an erasure changes. */
const ERASED_FROM = [
  "journal",
  "messages",
  "decisions",
  "notices",
  "deliveries",
  "audit",
  "verified_numbers",
  "documents",
  "incidents",
  "alerts",
] as const;

export interface PostgresOptions {
  readonly type: "postgres";
  readonly address: DatabaseAddress;
  readonly masterKey: MasterKey;
  /** Make a store where there is none. */
  readonly create: boolean;
  readonly allowUnsafe: boolean;
  /** Default: 15,000. */
  readonly patienceMs?: number;
  /** What the data directory says of the store; absent: there is none. Where the database stands it says itself. */
  readonly seen?: SeenPlace;
}

interface PostgresParts extends BackendParts {
  readonly journal: JournalTable;
  readonly pool: pg.Pool;
  readonly writer: Writer;
  readonly patienceMs: number;
}

/**
 * The PostgreSQL side of the store: a group and what follows from it in the tables are one transaction, on the one
 * connection that holds the writer's lock. Reads have connections of their own.
 */
export class PostgresBackend extends StoreBackend {
  readonly #parts: PostgresParts;
  readonly #rows: LoadedRows;
  readonly #projection: Projection;

  /**
   * `onFault` hears of errors in the background, `onLost` once that nothing can be written any more. Throws DatabaseLocked,
   * DatabaseUnfit, StoreMissing, MasterKeyError, SchemaUnknown, JournalDamaged.
   */
  static async open(
    options: PostgresOptions,
    onFault: (error: unknown) => void,
    onLost: (error: Error) => void,
  ): Promise<PostgresBackend> {
    const { address, masterKey, create, allowUnsafe, patienceMs = PATIENCE_MS } = options;
    const writer = await Writer.open({ address, allowUnsafe, patienceMs }, onLost).catch((error: unknown) => {
      throw unreachable(error, address);
    });
    const pool = new pg.Pool({ ...clientOptions(address), max: READERS });
    // A reader that breaks while it waits is replaced when it is needed.
    pool.on("error", onFault);
    try {
      const dialect = new PostgresDialect({ pool });
      const journalDb = new Kysely<JournalSchema>({ dialect });
      const place = `the database ${addressText(address)}`;
      const stands = await writer.work(databasePlace);
      const { epoch, laterEpochs, restored, rootKey } = await openIdentity({
        db: journalDb,
        masterKey,
        place,
        create,
        seen: { ...NOTHING_SEEN, ...options.seen, place: stands },
        async migrate() {
          const untyped = journalDb as unknown as Kysely<never>;
          const parts = (["journal", "tables"] as const).map((part) => ({
            migrations: migrationsOf(part, POSTGRES_WORDS),
            table: `safeguard_${part}_migration`,
          }));
          // Whatever is to be refused is refused before anything is changed.
          for (const { migrations, table } of parts) await refuseLater(untyped, migrations, place, table);
          for (const { migrations, table } of parts) await migrate(untyped, migrations, place, table);
        },
      });
      const db = new Kysely<TableSchema>({ dialect });
      const known = await db.selectFrom("projection").select("projected_sequence").executeTakeFirst();
      if (known === undefined) await db.insertInto("projection").values({ projected_sequence: 0 }).execute();
      const { last: lastSequence } = await writer.work(journalEnd);
      writer.begin(lastSequence);

      const sql = pgSql(pool as unknown as Parameters<typeof pgSql>[0]);
      const cipher = new BlobCipher(deriveKey(rootKey, "records"));
      const hash = new KeyedHash(deriveKey(rootKey, "search hash"));
      const journal = new JournalTable(sql, cipher, lastSequence);
      const indexed = await db.selectFrom("decision_accounts").select("account").execute();
      const decisionIndex = new DecisionIndex(
        indexed.map(({ account }) => account),
        journal,
        hash,
        (writes) => writer.work((session) => session.transaction(pgStatements(writes))),
      );
      const ids = createRecordIds(rootKey, epoch, laterEpochs);
      const opened = { lastSequence, epoch, laterEpochs, restored, rootKey };
      const contents = new WaitingContents(new BlobCipher(deriveKey(rootKey, "waiting contents")));
      const base = { journalDb, journal, db, sql, cipher, hash, ids, decisionIndex, contents, contentsSql: sql };
      const parts = { opened, ...base, seal: createSeal(rootKey), pool, writer, patienceMs };
      const backend = new PostgresBackend(parts);
      await backend.#catchUp(known?.projected_sequence ?? 0);
      return backend;
    } catch (error) {
      await Promise.allSettled([writer.close(), pool.end()]);
      throw error;
    }
  }

  private constructor(parts: PostgresParts) {
    super(parts);
    const { cipher, hash, ids, decisionIndex } = parts;
    this.#parts = parts;
    this.#rows = new LoadedRows(ids);
    this.#projection = new Projection(this.#rows, cipher, hash, ids, decisionIndex);
  }

  async commit({ first, last, at, text, contents: changes }: JournalGroup): Promise<void> {
    const { writer, journal, cipher, contents } = this.#parts;
    const lines = text.split("\n");
    const payload = cipher.encrypt(text, groupContext(first, last));
    const kept = changes === undefined ? [] : [...contents.write(changes)];
    await writer.commit(async ({ sql }): Promise<GroupWrite> => {
      const writes = await this.#project(sql, { first, last, lines }, first - 1);
      return {
        last,
        payload,
        statements: [pgStatement(INSERT_GROUP, [first, last, at, payload]), ...pgStatements([...kept, ...writes])],
      };
    });
    journal.committed({ first, last, lines }, text.length);
  }

  afterCommit(): void {}

  retainStep(now: EpochMilliseconds, retention: Retention): Promise<RetainedStep> {
    const { writer, journal, cipher } = this.#parts;
    return writer.work(async (session) => {
      const { lastSequence } = journal;
      const sweep = async (work: (sql: Sql) => Promise<number>): Promise<number> => {
        const groups = await session.inTransaction(work);
        if (groups > 0) journal.forget();
        return groups;
      };
      return retainStep({ tables: session.sql, cipher, lastSequence, sweep }, now, retention);
    });
  }

  eraseStep(question: ErasureQuestion, from: number, found: FoundSubjects): Promise<ErasedStep> {
    const { writer, journal, cipher, hash, seal } = this.#parts;
    return writer.work(async (session) => {
      const { lastSequence } = journal;
      const erased = await session.inTransaction((sql) =>
        eraseStep({ journal: sql, tables: sql, cipher, hash, seal, lastSequence }, question, from, found),
      );
      journal.forget();
      return erased;
    });
  }

  eraseFromTables(question: ErasureQuestion): Promise<ErasedRows> {
    const { writer, cipher, hash } = this.#parts;
    return writer.work((session) => session.inTransaction((sql) => eraseFromTables(sql, cipher, hash, question)));
  }

  /** What a row was before stays in the table until this. Not by the writer, whose statements must be short. */
  async settleErasure(): Promise<void> {
    for (const table of ERASED_FROM) await this.#parts.sql.run(`VACUUM ${table}`, []);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#parts.writer.close(), this.#parts.pool.end()]);
  }

  /** The database may go away for a moment; a question changes nothing, so it is asked again. */
  override steadily<T>(question: () => Promise<T>): Promise<T> {
    return again(question, isTransient, performance.now() + this.#parts.patienceMs);
  }

  /** The tables are never behind: they are written with the journal. */
  protected caughtUp(): Promise<void> {
    return Promise.resolve();
  }

  /** What a group changes in the tables; `after`: the record that they have reached. */
  async #project(sql: Sql, { first, last, lines }: GroupLines, after: number): Promise<readonly TableWrite[]> {
    // (what an attempt that failed has left)
    this.#projection.discard();
    const folded = lines.flatMap((line, index) => {
      const sequence = first + index;
      return line === "" || sequence <= after ? [] : [readFolded(sequence, line)];
    });
    await this.#rows.load(sql, folded);
    for (const line of folded) this.#projection.fold(line);
    return [{ statement: FOLLOW, parameters: [after, last] }, ...this.#projection.write()];
  }

  /** Tables that a new version made are filled from the journal. */
  async #catchUp(from: number): Promise<void> {
    const { writer, journal } = this.#parts;
    for (let projected = from; projected < journal.lastSequence; ) {
      const group = await journal.groupFrom(projected + 1);
      const after = projected;
      projected = group?.last ?? journal.lastSequence;
      const reached = group ?? { first: after + 1, last: projected, lines: [] };
      await writer.work(async (session: WriterSession) => {
        await session.transaction(pgStatements(await this.#project(session.sql, reached, after)));
      });
    }
  }
}

/** The network's error in words that name the database. */
function unreachable(error: unknown, address: DatabaseAddress): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnfit || error.name === "DatabaseLocked") return error;
  const code = "code" in error ? String(error.code) : error.name;
  const hint = /CERT|SIGNATURE|ALTNAME/.test(code)
    ? " Name the authority that signed its certificate with SAFEGUARD_DATABASE_CA."
    : "";
  return new DatabaseUnfit(`The database ${addressText(address)} cannot be used: ${error.message || code}.${hint}`, {
    cause: error,
  });
}
