import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { AccountId, E164, EpochMilliseconds, IncidentState } from "@safeguard/core";
import { Kysely } from "kysely";
import { BlobCipher } from "../blob-cipher.ts";
import type { JournalGroup } from "../group-journal.ts";
import type { DecisionRecord } from "../journal-record.ts";
import { KeyedHash } from "../keyed-hash.ts";
import { deriveKey, type MasterKey, MasterKeyError } from "../master-key.ts";
import { createRecordIds } from "../record-ids.ts";
import type { Removed, Retention } from "../retention.ts";
import type { MessageFilter, MessageView } from "../store.ts";
import { StoreInconsistent } from "../store-errors.ts";
import { openDatabase } from "./database.ts";
import { DecisionIndex } from "./decision-index.ts";
import { FeedbackReads, type SubjectQuestion } from "./feedback-reads.ts";
import { IncidentReads } from "./incident-reads.ts";
import { JournalFile } from "./journal-file.ts";
import { nodeSqliteDialect } from "./kysely-dialect.ts";
import { JOURNAL_MIGRATIONS, migrate, TABLE_MIGRATIONS } from "./migrations.ts";
import { Projection } from "./projection.ts";
import { Projector } from "./projector.ts";
import { type MessagePosition, TableReads } from "./reads.ts";
import { retainStep } from "./retain-step.ts";
import type { DocumentKind, JournalSchema, TableSchema } from "./schema.ts";

/** As much of the journal as one answer holds. */
const ANSWER_CHARACTERS = 1024 * 1024;
/** Measured, CPU for a commit of 600 bytes and of 40 kB: 92 and 130 µs with pages of 4 KiB, 76 and 131 with 8, 80 and 119 with 16. */
const JOURNAL_PAGE = 8192;
const TABLES_PAGE = 4096;

export interface BackendOptions {
  /** Exists, and this process holds its lock; or `:memory:`. */
  readonly directory: string;
  readonly masterKey: MasterKey;
}

/** What the journal's side of the store must know of an opened backend. */
export interface OpenedStore {
  readonly lastSequence: number;
  readonly epoch: bigint;
}

/**
 * The SQLite side of the store, synchronous within: `journal.db` holds the journal and waits for the disk with every
 * group; `tables.db` follows from it and does not. Runs in a worker thread, or in the caller's own for tests.
 */
export class SqliteBackend {
  readonly opened: OpenedStore;
  readonly #onFault: (error: unknown) => void;
  readonly #journal: JournalFile;
  readonly #tables: DatabaseSync;
  readonly #projector: Projector;
  readonly #reads: TableReads;
  readonly #decisionIndex: DecisionIndex;
  readonly #feedback: FeedbackReads;
  readonly #incidents: IncidentReads;

  /** `onFault` hears of errors in the background. Throws MasterKeyError, SchemaUnknown, StoreInconsistent, JournalDamaged. */
  static async open(options: BackendOptions, onFault: (error: unknown) => void): Promise<SqliteBackend> {
    const { directory, masterKey } = options;
    const path = (name: string): string => (directory === ":memory:" ? ":memory:" : join(directory, name));
    const opened: DatabaseSync[] = [];
    try {
      const journal = openDatabase(path("journal.db"), {
        pageSize: JOURNAL_PAGE,
        synchronous: "FULL",
        secureDelete: true,
      });
      opened.push(journal);
      const epoch = await openIdentity(journal, masterKey);
      const tables = openDatabase(path("tables.db"), {
        pageSize: TABLES_PAGE,
        synchronous: "NORMAL",
        secureDelete: false,
      });
      opened.push(tables);
      const db = new Kysely<TableSchema>({ dialect: nodeSqliteDialect(tables) });
      await migrate(db as unknown as Kysely<never>, TABLE_MIGRATIONS);
      const known = await db.selectFrom("projection").select("projected_sequence").executeTakeFirst();
      if (known === undefined) await db.insertInto("projection").values({ projected_sequence: 0 }).execute();
      const cipher = new BlobCipher(deriveKey(masterKey, "records"));
      const journalFile = new JournalFile(journal, cipher);
      if ((known?.projected_sequence ?? 0) > journalFile.lastSequence) {
        throw new StoreInconsistent(
          `tables.db follows record ${known?.projected_sequence}, but journal.db ends at ${journalFile.lastSequence}. Restore both files from the same backup.`,
        );
      }
      return new SqliteBackend(journalFile, tables, db, epoch, masterKey, cipher, onFault);
    } catch (error) {
      for (const database of opened) database.close();
      throw error;
    }
  }

  private constructor(
    journal: JournalFile,
    tables: DatabaseSync,
    db: Kysely<TableSchema>,
    epoch: bigint,
    masterKey: MasterKey,
    cipher: BlobCipher,
    onFault: (error: unknown) => void,
  ) {
    const hash = new KeyedHash(deriveKey(masterKey, "search hash"));
    const ids = createRecordIds(masterKey, epoch);
    this.opened = { lastSequence: journal.lastSequence, epoch };
    this.#onFault = onFault;
    this.#journal = journal;
    this.#tables = tables;
    this.#decisionIndex = new DecisionIndex(tables, journal, hash);
    const projection = new Projection(tables, cipher, hash, ids, this.#decisionIndex);
    this.#projector = new Projector(tables, journal, projection, onFault);
    const reads = new TableReads(db, tables, journal, cipher, hash);
    this.#reads = reads;
    this.#feedback = new FeedbackReads(tables, (sequence) => reads.decision(sequence), cipher, hash);
    this.#incidents = new IncidentReads(tables, cipher, ids);
    this.#projector.catchUpNow();
  }

  commit(group: JournalGroup): void {
    this.#journal.commit(group);
  }

  /** What follows a commit, and need not be waited for: to be called when its answer is on its way. Never throws. */
  afterCommit(): void {
    try {
      this.#projector.appended();
      this.#journal.checkpointIfLong();
    } catch (error) {
      this.#onFault(error);
    }
  }

  groupsFrom(sequence: number): readonly Pick<JournalGroup, "first" | "last" | "text">[] {
    const groups: Pick<JournalGroup, "first" | "last" | "text">[] = [];
    let characters = 0;
    for (let next = sequence; characters < ANSWER_CHARACTERS; ) {
      const group = this.#journal.groupFrom(next);
      if (group === undefined) break;
      const text = group.lines.join("\n");
      groups.push({ first: group.first, last: group.last, text });
      characters += text.length;
      next = group.last + 1;
    }
    return groups;
  }

  async decision(sequence: number): Promise<DecisionRecord | undefined> {
    const record = this.#reads.decision(sequence);
    return record?.type === "message_decided" ? (await this.#caughtUp()).decisionOfMessage(sequence) : record;
  }

  async documents(kind: DocumentKind): Promise<readonly unknown[]> {
    return (await this.#caughtUp()).documents(kind);
  }

  async message(sequence: number): Promise<MessageView | undefined> {
    return (await this.#caughtUp()).message(sequence);
  }

  async messageByProviderId(provider: string, providerId: string): Promise<MessageView | undefined> {
    return (await this.#caughtUp()).messageByProviderId(provider, providerId);
  }

  async messageByReference(account: AccountId, to: string, reference: string): Promise<MessageView | undefined> {
    return (await this.#caughtUp()).messageByReference(account, to, reference);
  }

  async messages(account: AccountId, filter: MessageFilter, limit: number, after: MessagePosition | undefined) {
    return (await this.#caughtUp()).messages(account, filter, limit, after);
  }

  async unresolved(limit: number) {
    return (await this.#caughtUp()).unresolved(limit);
  }

  async usageDays(accounts: readonly AccountId[], fromDay: string, untilDay: string) {
    return (await this.#caughtUp()).usageDays(accounts, fromDay, untilDay);
  }

  async noticesDue(now: EpochMilliseconds, limit: number) {
    return (await this.#caughtUp()).noticesDue(now, limit);
  }

  async nextNoticeAt(): Promise<EpochMilliseconds | undefined> {
    return (await this.#caughtUp()).nextNoticeAt();
  }

  async request(account: AccountId, idempotencyKey: string) {
    return (await this.#caughtUp()).request(account, idempotencyKey);
  }

  async outcomeSubjects(account: AccountId, questions: readonly SubjectQuestion[], now: EpochMilliseconds) {
    if (questions.some((question) => "to" in question)) await this.#decisionIndex.include(account, now);
    await this.#projector.caughtUp();
    return this.#feedback.subjects(account, questions);
  }

  async verifiedNumber(account: AccountId, to: E164) {
    await this.#projector.caughtUp();
    return this.#feedback.find(account, to);
  }

  async verifiedPage(account: AccountId, after: string, limit: number) {
    await this.#projector.caughtUp();
    return this.#feedback.page(account, after, limit);
  }

  async verifiedSummary(account: AccountId) {
    await this.#projector.caughtUp();
    return this.#feedback.summary(account);
  }

  async incident(account: AccountId, number: number) {
    await this.#projector.caughtUp();
    return this.#incidents.get(account, number);
  }

  async incidentPage(account: AccountId, states: readonly IncidentState[], limit: number, below: number | undefined) {
    await this.#projector.caughtUp();
    return this.#incidents.page(account, states, limit, below);
  }

  async alertPage(account: AccountId | undefined, openOnly: boolean, limit: number, below: number | undefined) {
    await this.#projector.caughtUp();
    return this.#incidents.alerts(account, openOnly, limit, below);
  }

  /** Removes some of what has expired. Call again until `more` is false. */
  retainStep(now: EpochMilliseconds, retention: Retention): { readonly removed: Removed; readonly more: boolean } {
    this.#projector.catchUpNow();
    // What the tables took from the journal must be on stable storage before the journal loses it.
    this.#projector.checkpoint();
    const step = retainStep(this.#tables, this.#journal, now, retention);
    if (!step.more) this.#journal.checkpoint();
    return step;
  }

  close(): void {
    try {
      this.#projector.close();
    } finally {
      this.#tables.close();
      this.#journal.close();
    }
  }

  async #caughtUp(): Promise<TableReads> {
    await this.#projector.caughtUp();
    return this.#reads;
  }
}

/** Checks the master key before anything is changed, brings the schema up to date, and gives the store's epoch. */
async function openIdentity(database: DatabaseSync, masterKey: MasterKey): Promise<bigint> {
  const keyCheck = new KeyedHash(deriveKey(masterKey, "check")).hex("master key");
  const written = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'identity'").get() !== undefined;
  const readIdentity = () =>
    database.prepare("SELECT key_check, epoch FROM identity").get() as JournalSchema["identity"] | undefined;
  const before = written ? readIdentity() : undefined;
  if (before !== undefined && before.key_check !== keyCheck) {
    throw new MasterKeyError(
      "master_key_mismatch",
      "This data directory was written under another master key. Configure that one: without it nothing here can be read.",
    );
  }
  const db = new Kysely<JournalSchema>({ dialect: nodeSqliteDialect(database) });
  await migrate(db as unknown as Kysely<never>, JOURNAL_MIGRATIONS);
  if (before !== undefined) return BigInt(`0x${before.epoch}`);
  const epoch = randomBytes(8).toString("hex");
  await db.insertInto("identity").values({ key_check: keyCheck, epoch, created_at: Date.now() }).execute();
  return BigInt(`0x${epoch}`);
}
