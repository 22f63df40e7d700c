import type { AuditRow } from "../../audit/audit-row.ts";
import type { MessageId } from "../../gateway/message-id.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import {
  type DecisionFront,
  type MessageFront,
  readDecisionFront,
  readLine,
  readMessageFront,
} from "../journal-line.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import {
  joinIntent,
  joinOutcome,
  joinReport,
  joinStop,
  joinWait,
  joinWaitEnd,
  type MessageProgress,
  settledOutcome,
} from "../message-progress.ts";
import type { RecordIds } from "../record-ids.ts";
import { NO_CONTRIBUTION, type UsageContribution, usageContribution } from "../usage-contribution.ts";
import { auditWrite } from "./audit-writer.ts";
import type { DecisionIndex } from "./decision-index.ts";
import { type DeliveryRecord, DeliveryWriter } from "./delivery-writer.ts";
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
import type { MessageTable, NoticeTable } from "./schema.ts";
import type { Change, Insert, TableWrite } from "./sql.ts";
import { UsageTally } from "./usage-tally.ts";
import { WaitingWriter } from "./waiting-writer.ts";

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

const UPSERT_NOTICE: Insert = {
  table: "notices",
  columns: { sequence: "bigint", at: "bigint", attempts: "bigint", next_at: "bigint" },
  key: ["sequence"],
  conflict: "DO UPDATE SET attempts = excluded.attempts, next_at = excluded.next_at",
};
const DELETE_NOTICE: Change = { text: "DELETE FROM notices WHERE sequence = ?" };
const INSERT_REQUEST: Insert = {
  table: "requests",
  columns: { key_hash: "text", sequence: "bigint", at: "bigint" },
  key: ["key_hash"],
  conflict: "DO NOTHING",
};

/** The rows that the tables have, by sequence number. */
export interface ProjectedRows {
  message(sequence: number): MessageTable | undefined;
  notice(sequence: number): NoticeTable | undefined;
}

/** A line of the journal, read as far as the tables want it. */
export type FoldedLine =
  | { readonly type: "decision"; readonly sequence: number; readonly front: DecisionFront; readonly line: string }
  | { readonly type: "message"; readonly sequence: number; readonly front: MessageFront }
  | { readonly type: "other"; readonly sequence: number; readonly record: JournalRecord };

export function readFolded(sequence: number, line: string): FoldedLine {
  const decision = readDecisionFront(line);
  if (decision !== undefined) return { type: "decision", sequence, front: decision, line };
  const message = readMessageFront(line);
  if (message !== undefined) return { type: "message", sequence, front: message };
  return { type: "other", sequence, record: readLine(line) };
}

/** Whose row a record changes that an earlier record made, by id: what {@link Projection.fold} will ask for. */
export function changedRow(
  record: JournalRecord,
): { readonly message: MessageId } | { readonly notice: MessageId } | undefined {
  switch (record.type) {
    case "submission_intended":
    case "message_stopped":
    case "message_waits":
    case "wait_ended":
    case "submission_settled":
    case "submission_ended":
      return { message: record.message };
    case "delivery_reported":
      return { message: record.report.message };
    case "notice_attempted":
      return { notice: record.id };
    default:
      return undefined;
  }
}

/**
 * What a batch of records makes of the tables: folded in memory first, so that several records of one message cost one row
 * write, and then written. It knows nothing of transactions, and forgets everything when it has written.
 */
export class Projection {
  readonly #cipher: BlobCipher;
  readonly #hash: KeyedHash;
  readonly #ids: RecordIds;
  readonly #rows: ProjectedRows;
  readonly #documentWriter: DocumentWriter;
  readonly #feedbackWriter: FeedbackWriter;
  readonly #incidentWriter: IncidentWriter;
  readonly #deliveryWriter: DeliveryWriter;
  readonly #waitingWriter: WaitingWriter;
  readonly #decisionIndex: DecisionIndex;
  readonly #usage = new UsageTally();
  readonly #originatorHashes = new Map<string, number>();
  readonly #messages = new Map<MessageId, DirtyMessage>();
  readonly #notices = new Map<number, WaitingNotice>();
  #documents: { readonly sequence: number; readonly record: DocumentRecord }[] = [];
  #feedback: FeedbackRecord[] = [];
  #incidents: { readonly sequence: number; readonly record: IncidentRecord }[] = [];
  #deliveries: { readonly sequence: number; readonly record: DeliveryRecord }[] = [];
  #audit: { readonly sequence: number; readonly row: AuditRow }[] = [];
  #requests: { readonly keyHash: string; readonly sequence: number; readonly at: number }[] = [];

  constructor(rows: ProjectedRows, cipher: BlobCipher, hash: KeyedHash, ids: RecordIds, decisionIndex: DecisionIndex) {
    this.#rows = rows;
    this.#cipher = cipher;
    this.#hash = hash;
    this.#ids = ids;
    this.#documentWriter = new DocumentWriter(cipher);
    this.#feedbackWriter = new FeedbackWriter(cipher, hash, ids);
    this.#incidentWriter = new IncidentWriter(cipher, ids);
    this.#deliveryWriter = new DeliveryWriter(hash, ids);
    this.#waitingWriter = new WaitingWriter(ids);
    this.#decisionIndex = decisionIndex;
  }

  /** Takes in one line of the journal. Lines come in order, each once. */
  fold(folded: FoldedLine): void {
    switch (folded.type) {
      case "decision":
        this.#usage.addDecision(folded.front);
        this.#decisionIndex.fold(folded.sequence, folded.front, folded.line);
        return;
      case "message":
        this.#decided(folded.sequence, folded.front);
        return;
      case "other":
        this.#fold(folded.sequence, folded.record);
    }
  }

  /** What all that was folded changes in the tables, in order; it is forgotten when all of it was taken. */
  *write(): Generator<TableWrite> {
    for (const { sequence, record } of this.#documents) yield this.#documentWriter.write(sequence, record);
    for (const { keyHash, sequence, at } of this.#requests) {
      yield { statement: INSERT_REQUEST, parameters: [keyHash, sequence, at] };
    }
    for (const { message, counted } of this.#messages.values()) {
      yield { statement: UPSERT_MESSAGE, parameters: messageParameters(message, this.#cipher) };
      const counts = usageContribution(message.progress, message.segments, message.price);
      this.#usage.add(message.account, message.at, message.destination, counted, counts);
    }
    for (const [sequence, { at, attempts, nextAt }] of this.#notices) {
      yield nextAt === undefined
        ? { statement: DELETE_NOTICE, parameters: [sequence] }
        : { statement: UPSERT_NOTICE, parameters: [sequence, at, attempts, nextAt] };
    }
    for (const record of this.#feedback) yield* this.#feedbackWriter.write(record);
    for (const { sequence, record } of this.#incidents) {
      const write = this.#incidentWriter.write(sequence, record);
      if (write !== undefined) yield write;
    }
    for (const { sequence, record } of this.#deliveries) {
      const write = this.#deliveryWriter.write(sequence, record);
      if (write !== undefined) yield write;
    }
    for (const { sequence, row } of this.#audit) yield auditWrite(this.#cipher, sequence, row);
    yield* this.#waitingWriter.write();
    yield* this.#decisionIndex.write();
    yield* this.#usage.write();
    this.discard();
  }

  /** Forgets what was folded and not written. */
  discard(): void {
    this.#documents = [];
    this.#requests = [];
    this.#feedback = [];
    this.#incidents = [];
    this.#audit = [];
    this.#deliveries = [];
    this.#waitingWriter.discard();
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
        if (dirty !== undefined && dirty.message.progress.decision !== "allowed")
          dirty.message.stoppedSequence = sequence;
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
      case "submission_settled":
        this.#join(record.message, record.at, (progress) =>
          joinOutcome(progress, record.provider, record.attempt, settledOutcome(record.outcome)),
        );
        return;
      case "message_waits":
        this.#waitingWriter.fold(record);
        this.#join(record.message, record.at, (progress) => joinWait(progress, record.state));
        return;
      case "wait_ended":
        this.#waitingWriter.fold(record);
        this.#join(record.message, record.at, (progress) => joinWaitEnd(progress, record.how));
        return;
      case "delivery_reported":
        this.#join(record.report.message, record.at, (progress) => joinReport(progress, record.report));
        return;
      case "notice_queued":
        this.#notices.set(sequence, { at: record.at, attempts: 0, nextAt: record.dueAt ?? record.at });
        this.#deliveries.push({ sequence, record });
        return;
      case "notice_attempted": {
        const notice = this.#notice(record.id);
        if (notice === undefined || record.attempt <= notice.attempts) return;
        this.#deliveries.push({ sequence, record });
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
      case "past_numbers_verified":
      case "verified_removed":
        this.#feedback.push(record);
        return;
      case "audited":
        this.#audit.push({ sequence, row: record.row });
        return;
      case "incident_saved":
      case "detection_alert":
      case "alert_resolved":
        this.#incidents.push({ sequence, record });
        return;
      case "account_saved":
      case "key_saved":
      case "member_saved":
      case "revision_saved":
      case "provider_saved":
      case "provider_removed":
      case "routes_saved":
      case "lockdown_set":
      case "bypass_set":
      case "alert_settings_saved":
      case "act_proposal_saved":
      case "brand_saved":
      case "rollout_saved":
      case "rollout_step_done":
      case "receiver_paused":
      case "receiver_resumed":
        this.#documents.push({ sequence, record });
        return;
      case "decision_made":
      case "message_decided":
      case "message_rejected":
      case "message_due":
      case "verification_reported":
      case "incident_judged":
      case "range_contained":
      case "evidence_revealed":
      case "number_revealed":
      case "backtest_run":
      case "backtest_decisions_taken":
      case "backtest_deleted":
      case "number_erased":
      case "number_exported":
      case "audit_exported":
      case "sending_resumed":
      case "prices_replaced":
      case "past_traffic_learned":
      case "past_learning_ended":
      case "detection_begun_anew":
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
    const row = this.#rows.message(sequence);
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
    const row = this.#rows.notice(sequence);
    if (row === undefined) return undefined;
    const notice = { at: row.at, attempts: row.attempts, nextAt: row.next_at };
    this.#notices.set(sequence, notice);
    return notice;
  }
}
