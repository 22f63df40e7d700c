import type { AccountId, E164, EpochMilliseconds, IncidentState } from "@safeguard/core";
import type { Kysely } from "kysely";
import type { BlobCipher } from "./blob-cipher.ts";
import type { JournalGroup } from "./group-journal.ts";
import type { JournalLines } from "./journal-lines.ts";
import type { DecisionRecord } from "./journal-record.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import type { MasterKey } from "./master-key.ts";
import type { FoundSubjects, NumberQuestion } from "./number-trace.ts";
import type { LaterEpoch, RecordIds } from "./record-ids.ts";
import type { Restored } from "./restored.ts";
import type { Retention } from "./retention.ts";
import type { Seal } from "./seal.ts";
import type { AuditFilter, DeliveryState, MessageFilter, MessageView, WaitingLane } from "./store.ts";
import { AuditReads } from "./tables/audit-reads.ts";
import type { DecisionIndex } from "./tables/decision-index.ts";
import { DeliveryReads } from "./tables/delivery-reads.ts";
import type { ErasedStep, ErasureQuestion } from "./tables/erase-journal.ts";
import type { ErasedRows } from "./tables/erase-tables.ts";
import { FeedbackReads, type SubjectQuestion } from "./tables/feedback-reads.ts";
import { forgetRestored, replaceMasterKey } from "./tables/identity.ts";
import { IncidentReads } from "./tables/incident-reads.ts";
import { type MessagePosition, type TableDatabase, TableReads } from "./tables/reads.ts";
import type { RetainedStep } from "./tables/retain-step.ts";
import type { DocumentKind, JournalSchema } from "./tables/schema.ts";
import type { Awaitable, Sql } from "./tables/sql.ts";
import type { WaitingContents } from "./tables/waiting-contents.ts";
import { type TracedStep, traceStep } from "./trace-step.ts";

/** As much of the journal as one answer holds. */
const ANSWER_CHARACTERS = 1024 * 1024;

/** What the journal's side of the store must know of an opened backend. */
export interface OpenedStore {
  readonly lastSequence: number;
  readonly epoch: bigint;
  readonly laterEpochs: readonly LaterEpoch[];
  /** Undefined: what waits may be sent. */
  readonly restored: Restored | undefined;
  /** From which every other key is derived. */
  readonly rootKey: MasterKey;
}

/** What every backend has made when it is open. */
export interface BackendParts {
  readonly opened: OpenedStore;
  readonly journalDb: Kysely<JournalSchema>;
  readonly journal: JournalLines;
  readonly db: TableDatabase;
  readonly sql: Sql;
  readonly cipher: BlobCipher;
  readonly hash: KeyedHash;
  readonly ids: RecordIds;
  readonly decisionIndex: DecisionIndex;
  readonly contents: WaitingContents;
  /** Of the database that has the journal. */
  readonly contentsSql: Sql;
  /** Opens the answers that are kept under idempotency keys. */
  readonly seal: Seal;
}

type GroupText = Pick<JournalGroup, "first" | "last" | "text">;

/** The side of a store that holds a database. Runs in a worker thread, or in the caller's own for tests. */
export abstract class StoreBackend {
  readonly opened: OpenedStore;
  readonly #journalDb: Kysely<JournalSchema>;
  readonly #journal: JournalLines;
  readonly #reads: TableReads;
  readonly #feedback: FeedbackReads;
  readonly #incidents: IncidentReads;
  readonly #audit: AuditReads;
  readonly #deliveries: DeliveryReads;
  readonly #decisionIndex: DecisionIndex;
  readonly #seal: Seal;
  readonly #contents: WaitingContents;
  readonly #contentsSql: Sql;

  constructor(parts: BackendParts) {
    const { opened, journalDb, journal, db, sql, cipher, hash, ids, decisionIndex } = parts;
    this.#contents = parts.contents;
    this.#contentsSql = parts.contentsSql;
    this.#seal = parts.seal;
    this.opened = opened;
    this.#journalDb = journalDb;
    this.#journal = journal;
    const reads = new TableReads(db, sql, journal, cipher, hash, ids);
    this.#reads = reads;
    this.#feedback = new FeedbackReads(sql, (sequence) => reads.decision(sequence), cipher, hash);
    this.#incidents = new IncidentReads(sql, cipher, ids);
    this.#audit = new AuditReads(sql, cipher);
    this.#deliveries = new DeliveryReads(sql, (sequence) => reads.record(sequence), hash);
    this.#decisionIndex = decisionIndex;
  }

  /** The group is on stable storage when this has returned, or what it returned has resolved. */
  abstract commit(group: JournalGroup): Awaitable<void>;
  /** What follows a commit, and need not be waited for: to be called when its answer is on its way. Never throws. */
  abstract afterCommit(): void;
  /** Removes some of what has expired. Call again until `more` is false. */
  abstract retainStep(now: EpochMilliseconds, retention: Retention): Promise<RetainedStep>;
  /** Erases some of a number from the journal and what points to it. Call again with what it gave, until `next` is undefined. */
  abstract eraseStep(question: ErasureQuestion, from: number, found: FoundSubjects): Promise<ErasedStep>;
  /** Erases a number from what else the tables have. */
  abstract eraseFromTables(question: ErasureQuestion): Promise<ErasedRows>;
  /** What was erased or has expired is overwritten where it lay, as far as the database does that. */
  abstract settleErasure(): Awaitable<void>;
  abstract close(): Awaitable<void>;
  /** Asks a question; where the database can go away for a moment, again when it is back. */
  steadily<T>(question: () => Promise<T>): Promise<T> {
    return question();
  }

  /** Resolves when the tables are up with every record that is in the journal now. */
  protected abstract caughtUp(): Promise<void>;

  async groupsFrom(sequence: number): Promise<readonly GroupText[]> {
    const groups: GroupText[] = [];
    let characters = 0;
    for (let next = sequence; characters < ANSWER_CHARACTERS; ) {
      const group = await this.#journal.groupFrom(next);
      if (group === undefined) break;
      const text = group.lines.join("\n");
      groups.push({ first: group.first, last: group.last, text });
      characters += text.length;
      next = group.last + 1;
    }
    return groups;
  }

  /** What waited when the store was put back may be sent from now on. */
  forgetRestored(): Promise<void> {
    return forgetRestored(this.#journalDb);
  }

  async replaceMasterKey(next: MasterKey): Promise<void> {
    await replaceMasterKey(this.#journalDb, this.opened.rootKey, next);
    // What the one before has sealed is overwritten where it lay.
    await this.settleErasure();
  }

  traceStep(question: NumberQuestion, from: number, found: FoundSubjects): Promise<TracedStep> {
    return traceStep(this.#journal, this.#seal, question, from, found);
  }

  async decision(sequence: number): Promise<DecisionRecord | undefined> {
    const record = await this.#reads.decision(sequence);
    if (record?.type !== "message_decided") return record;
    await this.caughtUp();
    return this.#reads.decisionOfMessage(sequence);
  }

  async documents(kind: DocumentKind): Promise<readonly unknown[]> {
    await this.caughtUp();
    return this.#reads.documents(kind);
  }

  async message(sequence: number): Promise<MessageView | undefined> {
    await this.caughtUp();
    return this.#reads.message(sequence);
  }

  async messageByProviderId(provider: string, providerId: string): Promise<MessageView | undefined> {
    await this.caughtUp();
    return this.#reads.messageByProviderId(provider, providerId);
  }

  async messageByReference(account: AccountId, to: string, reference: string): Promise<MessageView | undefined> {
    await this.caughtUp();
    return this.#reads.messageByReference(account, to, reference);
  }

  async messages(account: AccountId, filter: MessageFilter, limit: number, after: MessagePosition | undefined) {
    await this.caughtUp();
    return this.#reads.messages(account, filter, limit, after);
  }

  async unresolved(limit: number) {
    await this.caughtUp();
    return this.#reads.waiting.unresolved(limit);
  }

  async waitingLanes(above: number) {
    await this.caughtUp();
    return this.#reads.waiting.lanes(above);
  }

  async waitingFirst(lane: WaitingLane, above: number, limit: number) {
    await this.caughtUp();
    return this.#reads.waiting.first(lane, above, limit);
  }

  async waitingExpired(now: EpochMilliseconds, above: number, limit: number) {
    await this.caughtUp();
    return this.#reads.waiting.expired(now, above, limit);
  }

  async waitingMessage(sequence: number) {
    await this.caughtUp();
    return this.#reads.waiting.find(sequence);
  }

  async waitingToNumber(account: AccountId, to: E164) {
    await this.caughtUp();
    return this.#reads.waiting.toNumber(account, to);
  }

  waitingContents(sequences: readonly number[]): Promise<readonly (string | undefined)[]> {
    return this.#contents.read(this.#contentsSql, sequences);
  }

  async usageDays(accounts: readonly AccountId[], fromDay: string, untilDay: string) {
    await this.caughtUp();
    return this.#reads.usageDays(accounts, fromDay, untilDay);
  }

  async usageTotals(accounts: readonly AccountId[], fromDay: string, untilDay: string) {
    await this.caughtUp();
    return this.#reads.usageSums.totals(accounts, fromDay, untilDay);
  }

  async usageByDestination(accounts: readonly AccountId[], fromDay: string, untilDay: string) {
    await this.caughtUp();
    return this.#reads.usageSums.byDestination(accounts, fromDay, untilDay);
  }

  async noticesDue(now: EpochMilliseconds, limit: number, after: number) {
    await this.caughtUp();
    return this.#reads.noticesDue(now, limit, after);
  }

  async nextNoticeAt(after: number): Promise<EpochMilliseconds | undefined> {
    await this.caughtUp();
    return this.#reads.nextNoticeAt(after);
  }

  async noticesUpTo(sequence: number): Promise<number> {
    await this.caughtUp();
    return this.#reads.noticesUpTo(sequence);
  }

  async request(account: AccountId, idempotencyKey: string) {
    await this.caughtUp();
    return this.#reads.request(account, idempotencyKey);
  }

  async outcomeSubjects(account: AccountId, questions: readonly SubjectQuestion[], now: EpochMilliseconds) {
    if (questions.some((question) => "to" in question)) await this.#decisionIndex.include(account, now);
    await this.caughtUp();
    return this.#feedback.subjects(account, questions);
  }

  async verifiedNumber(account: AccountId, to: E164) {
    await this.caughtUp();
    return this.#feedback.find(account, to);
  }

  async verifiedPage(account: AccountId, after: string, limit: number) {
    await this.caughtUp();
    return this.#feedback.page(account, after, limit);
  }

  async verifiedSummary(account: AccountId) {
    await this.caughtUp();
    return this.#feedback.summary(account);
  }

  async delivery(account: AccountId, sequence: number) {
    await this.caughtUp();
    return this.#deliveries.find(account, sequence);
  }

  async deliveryPage(account: AccountId, state: DeliveryState | undefined, limit: number, below: number | undefined) {
    await this.caughtUp();
    return this.#deliveries.page(account, state, limit, below);
  }

  async receiverTookSince(account: AccountId, receiver: string, since: EpochMilliseconds) {
    await this.caughtUp();
    return this.#deliveries.takenSince(account, receiver, since);
  }

  async auditPage(
    accounts: readonly AccountId[] | undefined,
    filter: AuditFilter,
    limit: number,
    below: number | undefined,
  ) {
    await this.caughtUp();
    return this.#audit.page(accounts, filter, limit, below);
  }

  async auditRows(after: number, limit: number) {
    await this.caughtUp();
    return this.#audit.rows(after, limit);
  }

  async auditHead() {
    await this.caughtUp();
    return this.#audit.head();
  }

  async incident(account: AccountId, number: number) {
    await this.caughtUp();
    return this.#incidents.get(account, number);
  }

  async incidentPage(account: AccountId, states: readonly IncidentState[], limit: number, below: number | undefined) {
    await this.caughtUp();
    return this.#incidents.page(account, states, limit, below);
  }

  async alertPage(account: AccountId | undefined, openOnly: boolean, limit: number, below: number | undefined) {
    await this.caughtUp();
    return this.#incidents.alerts(account, openOnly, limit, below);
  }
}
