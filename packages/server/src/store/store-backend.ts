import type { AccountId, E164, EpochMilliseconds, IncidentState } from "@safeguard/core";
import type { BlobCipher } from "./blob-cipher.ts";
import type { JournalGroup } from "./group-journal.ts";
import type { JournalLines } from "./journal-lines.ts";
import type { DecisionRecord } from "./journal-record.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import type { RecordIds } from "./record-ids.ts";
import type { Retention } from "./retention.ts";
import type { AuditFilter, DeliveryState, MessageFilter, MessageView } from "./store.ts";
import { AuditReads } from "./tables/audit-reads.ts";
import type { DecisionIndex } from "./tables/decision-index.ts";
import { DeliveryReads } from "./tables/delivery-reads.ts";
import { FeedbackReads, type SubjectQuestion } from "./tables/feedback-reads.ts";
import { IncidentReads } from "./tables/incident-reads.ts";
import { type MessagePosition, type TableDatabase, TableReads } from "./tables/reads.ts";
import type { RetainedStep } from "./tables/retain-step.ts";
import type { DocumentKind } from "./tables/schema.ts";
import type { Awaitable, Sql } from "./tables/sql.ts";

/** As much of the journal as one answer holds. */
const ANSWER_CHARACTERS = 1024 * 1024;

/** What the journal's side of the store must know of an opened backend. */
export interface OpenedStore {
  readonly lastSequence: number;
  readonly epoch: bigint;
}

/** What every backend has made when it is open. */
export interface BackendParts {
  readonly opened: OpenedStore;
  readonly journal: JournalLines;
  readonly db: TableDatabase;
  readonly sql: Sql;
  readonly cipher: BlobCipher;
  readonly hash: KeyedHash;
  readonly ids: RecordIds;
  readonly decisionIndex: DecisionIndex;
}

type GroupText = Pick<JournalGroup, "first" | "last" | "text">;

/** The side of a store that holds a database. Runs in a worker thread, or in the caller's own for tests. */
export abstract class StoreBackend {
  readonly opened: OpenedStore;
  readonly #journal: JournalLines;
  readonly #reads: TableReads;
  readonly #feedback: FeedbackReads;
  readonly #incidents: IncidentReads;
  readonly #audit: AuditReads;
  readonly #deliveries: DeliveryReads;
  readonly #decisionIndex: DecisionIndex;

  constructor({ opened, journal, db, sql, cipher, hash, ids, decisionIndex }: BackendParts) {
    this.opened = opened;
    this.#journal = journal;
    const reads = new TableReads(db, sql, journal, cipher, hash);
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
    return this.#reads.unresolved(limit);
  }

  async usageDays(accounts: readonly AccountId[], fromDay: string, untilDay: string) {
    await this.caughtUp();
    return this.#reads.usageDays(accounts, fromDay, untilDay);
  }

  async noticesDue(now: EpochMilliseconds, limit: number) {
    await this.caughtUp();
    return this.#reads.noticesDue(now, limit);
  }

  async nextNoticeAt(): Promise<EpochMilliseconds | undefined> {
    await this.caughtUp();
    return this.#reads.nextNoticeAt();
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
