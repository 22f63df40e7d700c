import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { EpochMilliseconds } from "@safeguard/core";
import { Kysely } from "kysely";
import { BlobCipher } from "../blob-cipher.ts";
import { createSeal } from "../create-seal.ts";
import type { JournalGroup } from "../group-journal.ts";
import { KeyedHash } from "../keyed-hash.ts";
import { deriveKey, type MasterKey } from "../master-key.ts";
import type { FoundSubjects } from "../number-trace.ts";
import { createRecordIds } from "../record-ids.ts";
import type { SeenPlace } from "../restored.ts";
import type { Retention } from "../retention.ts";
import { type BackendParts, StoreBackend } from "../store-backend.ts";
import { StoreInconsistent } from "../store-errors.ts";
import { DecisionIndex } from "../tables/decision-index.ts";
import { type ErasedStep, type ErasureQuestion, eraseStep } from "../tables/erase-journal.ts";
import { type ErasedRows, eraseFromTables } from "../tables/erase-tables.ts";
import { openIdentity } from "../tables/identity.ts";
import { migrate, migrationsOf, refuseLater } from "../tables/migrations.ts";
import { type ProjectedRows, Projection } from "../tables/projection.ts";
import { type RetainedStep, retainStep } from "../tables/retain-step.ts";
import type { JournalSchema, MessageTable, NoticeTable, TableSchema } from "../tables/schema.ts";
import type { TableWrite } from "../tables/sql.ts";
import { WaitingContents } from "../tables/waiting-contents.ts";
import { unwritable } from "../unwritable.ts";
import { SQLITE_WORDS } from "./column-words.ts";
import { openDatabase } from "./database.ts";
import { JournalFile } from "./journal-file.ts";
import { nodeSqliteDialect } from "./kysely-dialect.ts";
import { Projector } from "./projector.ts";
import { sqliteSql, sqliteWriter } from "./sqlite-sql.ts";

/** Measured, CPU for a commit of 600 bytes and of 40 kB: 92 and 130 µs with pages of 4 KiB, 76 and 131 with 8, 80 and 119 with 16. */
const JOURNAL_PAGE = 8192;
const TABLES_PAGE = 4096;

export interface SqliteOptions {
  readonly type: "sqlite";
  /** Exists, and this process holds its lock; or `:memory:`. */
  readonly directory: string;
  readonly masterKey: MasterKey;
  /** Make a store where there is none. */
  readonly create: boolean;
  /** See {@link SeenPlace}; absent: of a store in memory. */
  readonly seen?: SeenPlace;
}

interface SqliteParts extends BackendParts {
  readonly journal: JournalFile;
  readonly tables: DatabaseSync;
}

/**
 * The SQLite side of the store, synchronous within: `journal.db` holds the journal and waits for the disk with every
 * group; `tables.db` follows from it and does not.
 */
export class SqliteBackend extends StoreBackend {
  readonly #onFault: (error: unknown) => void;
  readonly #journal: JournalFile;
  readonly #tables: DatabaseSync;
  readonly #parts: SqliteParts;
  readonly #projector: Projector;
  /** Since the logs were emptied for the last time. */
  #removedAny = false;

  /**
   * `onFault` hears of errors in the background.
   * Throws StoreMissing, MasterKeyError, SchemaUnknown, StoreInconsistent, JournalDamaged.
   */
  static async open(options: SqliteOptions, onFault: (error: unknown) => void): Promise<SqliteBackend> {
    const { directory, masterKey, create } = options;
    const path = (name: string): string => (directory === ":memory:" ? ":memory:" : join(directory, name));
    const opened: DatabaseSync[] = [];
    try {
      const journalDatabase = openDatabase(path("journal.db"), {
        pageSize: JOURNAL_PAGE,
        synchronous: "FULL",
        secureDelete: true,
      });
      opened.push(journalDatabase);
      const journalDb = new Kysely<JournalSchema>({ dialect: nodeSqliteDialect(journalDatabase) });
      const tables = openDatabase(path("tables.db"), {
        pageSize: TABLES_PAGE,
        synchronous: "NORMAL",
        secureDelete: true,
      });
      opened.push(tables);
      const db = new Kysely<TableSchema>({ dialect: nodeSqliteDialect(tables) });
      const parts = [
        { db: journalDb as unknown as Kysely<never>, migrations: migrationsOf("journal", SQLITE_WORDS) },
        { db: db as unknown as Kysely<never>, migrations: migrationsOf("tables", SQLITE_WORDS) },
      ];
      const place = `the data folder ${directory}`;
      const { epoch, laterEpochs, restored, rootKey } = await openIdentity({
        db: journalDb,
        masterKey,
        place,
        create,
        seen: options.seen,
        async migrate() {
          // Whatever is to be refused is refused before anything is changed.
          for (const part of parts) await refuseLater(part.db, part.migrations, place);
          for (const part of parts) await migrate(part.db, part.migrations, place);
        },
      });
      const known = await db.selectFrom("projection").select("projected_sequence").executeTakeFirst();
      if (known === undefined) await db.insertInto("projection").values({ projected_sequence: 0 }).execute();
      const cipher = new BlobCipher(deriveKey(rootKey, "records"));
      const contents = new WaitingContents(new BlobCipher(deriveKey(rootKey, "waiting contents")));
      const journal = new JournalFile(journalDatabase, cipher, contents);
      if ((known?.projected_sequence ?? 0) > journal.lastSequence) {
        throw new StoreInconsistent(
          `tables.db follows record ${known?.projected_sequence}, but journal.db ends at ${journal.lastSequence}. Restore both files from the same backup.`,
        );
      }
      const sql = sqliteSql(tables);
      const hash = new KeyedHash(deriveKey(rootKey, "search hash"));
      const indexed = sql.all<{ account: string }>("SELECT account FROM decision_accounts", []);
      const write = sqliteWriter(tables);
      const decisionIndex = new DecisionIndex(
        indexed.map(({ account }) => account),
        journal,
        hash,
        (writes) => writeAll(tables, write, writes),
      );
      const ids = createRecordIds(rootKey, epoch, laterEpochs);
      const openedStore = { lastSequence: journal.lastSequence, epoch, laterEpochs, restored, rootKey };
      const contentsSql = sqliteSql(journalDatabase);
      const base = { journalDb, journal, tables, db, sql, cipher, hash, ids, decisionIndex, contents, contentsSql };
      const made = { opened: openedStore, ...base, seal: createSeal(rootKey) };
      return new SqliteBackend(made, write, onFault);
    } catch (error) {
      for (const database of opened) database.close();
      // Here, where the error still has its code.
      throw unwritable(error, directory);
    }
  }

  private constructor(parts: SqliteParts, write: (write: TableWrite) => void, onFault: (error: unknown) => void) {
    super(parts);
    const { journal, tables, cipher, hash, ids, decisionIndex } = parts;
    this.#onFault = onFault;
    this.#journal = journal;
    this.#tables = tables;
    this.#parts = parts;
    const projection = new Projection(rowsOf(tables), cipher, hash, ids, decisionIndex);
    this.#projector = new Projector(tables, journal, projection, write, onFault);
    this.#projector.catchUpNow();
  }

  commit(group: JournalGroup): void {
    this.#journal.commit(group);
  }

  afterCommit(): void {
    try {
      this.#projector.appended();
      this.#journal.checkpointIfLong();
    } catch (error) {
      this.#onFault(error);
    }
  }

  async retainStep(now: EpochMilliseconds, retention: Retention): Promise<RetainedStep> {
    this.#projector.catchUpNow();
    // What the tables took from the journal must be on stable storage before the journal loses it.
    this.#projector.checkpoint();
    const { sql, cipher } = this.#parts;
    const journal = this.#journal;
    const { lastSequence } = journal;
    const store = { tables: sql, cipher, lastSequence, sweep: journal.sweep.bind(journal) };
    const step = await retainStep(store, now, retention);
    if (Object.values(step.removed).some((count) => count > 0)) this.#removedAny = true;
    if (!step.more && this.#removedAny) this.settleErasure();
    else if (!step.more) journal.checkpoint();
    return step;
  }

  async eraseStep(question: ErasureQuestion, from: number, found: FoundSubjects): Promise<ErasedStep> {
    this.#projector.catchUpNow();
    const { sql: tables, cipher, hash, seal } = this.#parts;
    let erased: ErasedStep | undefined;
    await this.#journal.sweep(async (journal) => {
      const { lastSequence } = this.#journal;
      const store = { journal, tables, cipher, hash, seal, lastSequence };
      erased = await this.#inTables(() => eraseStep(store, question, from, found));
      return Object.keys(erased.records).length;
    });
    if (erased === undefined) throw new Error("The journal was not looked at.");
    return erased;
  }

  async eraseFromTables(question: ErasureQuestion): Promise<ErasedRows> {
    this.#projector.catchUpNow();
    const { sql, cipher, hash } = this.#parts;
    return this.#inTables(() => eraseFromTables(sql, cipher, hash, question));
  }

  /** Pages of a write-ahead log stay as they were until others take their place: it is emptied. */
  settleErasure(): void {
    this.#removedAny = false;
    this.#projector.catchUpNow();
    this.#tables.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#journal.truncateLog();
  }

  close(): void {
    try {
      this.#projector.close();
    } finally {
      this.#tables.close();
      this.#journal.close();
    }
  }

  protected caughtUp(): Promise<void> {
    return this.#projector.caughtUp();
  }

  /** One transaction of the tables. (Nothing in the work waits for another turn of the event loop.) */
  async #inTables<T>(work: () => Promise<T>): Promise<T> {
    this.#tables.exec("BEGIN");
    try {
      const done = await work();
      this.#tables.exec("COMMIT");
      return done;
    } catch (error) {
      this.#tables.exec("ROLLBACK");
      throw error;
    }
  }
}

/** The rows as they stand, read when the projection asks. */
function rowsOf(tables: DatabaseSync): ProjectedRows {
  const message = tables.prepare("SELECT * FROM messages WHERE sequence = ?");
  const notice = tables.prepare("SELECT * FROM notices WHERE sequence = ?");
  return {
    message: (sequence) => message.get(sequence) as MessageTable | undefined,
    notice: (sequence) => notice.get(sequence) as NoticeTable | undefined,
  };
}

/** Joins a transaction that the projector has open, or makes its own. */
function writeAll(database: DatabaseSync, write: (write: TableWrite) => void, writes: readonly TableWrite[]): void {
  const own = !database.isTransaction;
  if (own) database.exec("BEGIN");
  for (const one of writes) write(one);
  if (own) database.exec("COMMIT");
}
