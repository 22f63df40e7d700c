import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { MessageId } from "../../gateway/message-id.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import { type MessageFront, readDecisionFront, readLine, readMessageFront } from "../journal-line.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { joinIntent, joinOutcome, joinReport, joinStop, type MessageProgress } from "../message-progress.ts";
import type { RecordIds } from "../record-ids.ts";
import { NO_CONTRIBUTION, type UsageContribution, usageContribution } from "../usage-contribution.ts";
import type { DecisionIndex } from "./decision-index.ts";
import { type DocumentRecord, DocumentWriter } from "./document-writer.ts";
import { type FeedbackRecord, FeedbackWriter } from "./feedback-writer.ts";
import { type IncidentRecord, IncidentWriter } from "./incident-writer.ts";
import {
  DECISIONS,
  messageFromRow,
  messageParameters,
  type ProjectedMessage,
  projectMessage,
  requestHash,
  searchHash,
  UPSERT_MESSAGE,
} from "./message-row.ts";
import type { MessageTable } from "./schema.ts";
import { UsageTally } from "./usage-tally.ts";

const REMEMBERED_ORIGINATORS = 1000;

interface DirtyMessage {
  readonly message: ProjectedMessage;
  /** What usage already has of it. */
  readonly counted: UsageContribution;
}

interface WaitingNotice {
  readonly at: number;
  attempts: number;
  /** Undefined: taken or given up. */
  nextAt: number | undefined;
}

/**
 * What a batch of records makes of the tables: folded in memory first, so that several records of one message cost one row
 * write, and then written. It knows nothing of transactions, and forgets everything when it has written.
 */
export class Projection {
  readonly #cipher: BlobCipher;
  readonly #hash: KeyedHash;
  readonly #ids: RecordIds;
  readonly #selectMessage: StatementSync;
  readonly #upsertMessage: StatementSync;
  readonly #selectNotice: StatementSync;
  readonly #upsertNotice: StatementSync;
  readonly #deleteNotice: StatementSync;
  readonly #insertRequest: StatementSync;
  readonly #documentWriter: DocumentWriter;
  readonly #feedbackWriter: FeedbackWriter;
  readonly #incidentWriter: IncidentWriter;
  readonly #decisionIndex: DecisionIndex;
  readonly #usage: UsageTally;
  readonly #originatorHashes = new Map<string, number>();
  readonly #messages = new Map<MessageId, DirtyMessage>();
  readonly #notices = new Map<number, WaitingNotice>();
  #documents: { readonly sequence: number; readonly record: DocumentRecord }[] = [];
  #feedback: FeedbackRecord[] = [];
  #incidents: { readonly sequence: number; readonly record: IncidentRecord }[] = [];
  #requests: { readonly keyHash: string; readonly sequence: number; readonly at: number }[] = [];

  constructor(
    database: DatabaseSync,
    cipher: BlobCipher,
    hash: KeyedHash,
    ids: RecordIds,
    decisionIndex: DecisionIndex,
  ) {
    this.#cipher = cipher;
    this.#hash = hash;
    this.#ids = ids;
    this.#selectMessage = database.prepare("SELECT * FROM messages WHERE sequence = ?");
    this.#upsertMessage = database.prepare(UPSERT_MESSAGE);
    this.#selectNotice = database.prepare("SELECT at, attempts, next_at FROM notices WHERE sequence = ?");
    this.#upsertNotice = database.prepare(`
      INSERT INTO notices (sequence, at, attempts, next_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (sequence) DO UPDATE SET attempts = excluded.attempts, next_at = excluded.next_at`);
    this.#deleteNotice = database.prepare("DELETE FROM notices WHERE sequence = ?");
    this.#insertRequest = database.prepare(
      "INSERT INTO requests (key_hash, sequence, at) VALUES (?, ?, ?) ON CONFLICT (key_hash) DO NOTHING",
    );
    this.#documentWriter = new DocumentWriter(database, cipher);
    this.#feedbackWriter = new FeedbackWriter(database, cipher, hash, ids);
    this.#incidentWriter = new IncidentWriter(database, cipher, ids);
    this.#decisionIndex = decisionIndex;
    this.#usage = new UsageTally(database);
  }

  /** Takes in one line of the journal. Lines come in order, each once. */
  foldLine(sequence: number, line: string): void {
    const decision = readDecisionFront(line);
    if (decision !== undefined) {
      this.#usage.addDecision(decision);
      this.#decisionIndex.fold(sequence, decision, line);
      return;
    }
    const message = readMessageFront(line);
    if (message === undefined) this.#fold(sequence, readLine(line));
    else this.#decided(sequence, message);
  }

  /** Writes all that was folded, row by row, with a pause after each; the caller's transaction is open. */
  *write(): Generator<void> {
    for (const { sequence, record } of this.#documents) this.#documentWriter.write(sequence, record);
    for (const { keyHash, sequence, at } of this.#requests) {
      this.#insertRequest.run(keyHash, sequence, at);
      yield;
    }
    for (const { message, counted } of this.#messages.values()) {
      this.#upsertMessage.run(...messageParameters(message, this.#cipher));
      const counts = usageContribution(message.progress, message.segments, message.price);
      this.#usage.add(message.account, message.at, message.destination, counted, counts);
      yield;
    }
    for (const [sequence, notice] of this.#notices) {
      if (notice.nextAt === undefined) this.#deleteNotice.run(sequence);
      else this.#upsertNotice.run(sequence, notice.at, notice.attempts, notice.nextAt);
      yield;
    }
    for (const record of this.#feedback) yield* this.#feedbackWriter.write(record);
    for (const { sequence, record } of this.#incidents) {
      this.#incidentWriter.write(sequence, record);
      yield;
    }
    yield* this.#decisionIndex.write();
    this.#usage.write();
    this.discard();
  }

  /** Forgets what was folded and not written. */
  discard(): void {
    this.#documents = [];
    this.#requests = [];
    this.#feedback = [];
    this.#incidents = [];
    this.#decisionIndex.discard();
    this.#messages.clear();
    this.#notices.clear();
    this.#usage.clear();
  }

  #decided(sequence: number, decided: MessageFront): void {
    const originatorHash = this.#originatorHash(decided.account, decided.originator);
    this.#messages.set(decided.id, {
      message: projectMessage(sequence, decided, this.#hash, originatorHash),
      counted: NO_CONTRIBUTION,
    });
  }

  #fold(sequence: number, record: JournalRecord): void {
    switch (record.type) {
      case "submission_intended": {
        const dirty = this.#message(record.message);
        if (dirty?.message.progress.decision === "held") dirty.message.stoppedSequence = sequence;
        this.#join(record.message, record.at, (progress) => joinIntent(progress, record.intent));
        return;
      }
      case "message_stopped": {
        this.#join(record.message, record.at, (progress) => joinStop(progress, DECISIONS[record.verdict.action]));
        const stopped = this.#message(record.message)?.message;
        if (stopped !== undefined) stopped.stoppedSequence = sequence;
        return;
      }
      case "submission_ended":
        this.#join(record.message, record.at, (progress) =>
          joinOutcome(progress, record.provider, record.attempt, record.outcome),
        );
        return;
      case "delivery_reported":
        this.#join(record.report.message, record.at, (progress) => joinReport(progress, record.report));
        return;
      case "notice_queued":
        this.#notices.set(sequence, { at: record.at, attempts: 0, nextAt: record.at });
        return;
      case "notice_attempted": {
        const notice = this.#notice(record.id);
        if (notice === undefined || record.attempt <= notice.attempts) return;
        notice.attempts = record.attempt;
        notice.nextAt = record.taken ? undefined : record.nextAt;
        return;
      }
      case "request_answered":
        this.#requests.push({
          keyHash: requestHash(this.#hash, record.account, record.idempotencyKey),
          sequence,
          at: record.at,
        });
        return;
      case "outcome_reported":
      case "verified_imported":
      case "verified_removed":
        this.#feedback.push(record);
        return;
      case "incident_saved":
      case "detection_alert":
      case "alert_resolved":
        this.#incidents.push({ sequence, record });
        return;
      case "account_saved":
      case "key_saved":
      case "revision_saved":
      case "provider_saved":
      case "provider_removed":
      case "routes_saved":
      case "lockdown_set":
      case "bypass_set":
        this.#documents.push({ sequence, record });
        return;
      case "decision_made":
      case "message_decided":
      case "message_rejected":
      case "verification_reported":
      case "incident_judged":
      case "range_contained":
      case "evidence_revealed":
        // Known from the front of its line, or read from the journal only.
        return;
    }
  }

  /** Senders are few, and the same ones come again. */
  #originatorHash(account: string, originator: string): number {
    const key = `${account} ${originator}`;
    const known = this.#originatorHashes.get(key);
    if (known !== undefined) return known;
    if (this.#originatorHashes.size >= REMEMBERED_ORIGINATORS) this.#originatorHashes.clear();
    const hash = searchHash(this.#hash, "originator", account, originator);
    this.#originatorHashes.set(key, hash);
    return hash;
  }

  #join(id: MessageId, at: number, join: (progress: MessageProgress) => MessageProgress): void {
    const dirty = this.#message(id);
    if (dirty === undefined) return;
    const { message } = dirty;
    message.progress = join(message.progress);
    if (at > message.updatedAt) message.updatedAt = at;
  }

  /** Undefined: not a message, or its retention has run out. */
  #message(id: MessageId): DirtyMessage | undefined {
    const dirty = this.#messages.get(id);
    if (dirty !== undefined) return dirty;
    const sequence = this.#ids.sequenceOf(id);
    if (sequence === undefined) return undefined;
    const row = this.#selectMessage.get(sequence) as MessageTable | undefined;
    if (row === undefined) return undefined;
    const message = messageFromRow(row, this.#cipher);
    const read = { message, counted: usageContribution(message.progress, message.segments, message.price) };
    this.#messages.set(id, read);
    return read;
  }

  #notice(id: MessageId): WaitingNotice | undefined {
    const sequence = this.#ids.sequenceOf(id);
    if (sequence === undefined) return undefined;
    const known = this.#notices.get(sequence);
    if (known !== undefined) return known;
    const row = this.#selectNotice.get(sequence) as { at: number; attempts: number; next_at: number } | undefined;
    if (row === undefined) return undefined;
    const notice = { at: row.at, attempts: row.attempts, nextAt: row.next_at };
    this.#notices.set(sequence, notice);
    return notice;
  }
}
