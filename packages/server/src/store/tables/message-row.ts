import type { EpochMilliseconds, VerdictAction } from "@safeguard/core";
import type { BlobCipher } from "../blob-cipher.ts";
import type { MessageFront } from "../journal-line.ts";
import type { Money } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import {
  joinIntent,
  type MessageDecision,
  type MessageFault,
  type MessageProgress,
  messageStatus,
} from "../message-progress.ts";
import { usageDestination } from "../usage-contribution.ts";
import type { MessageTable } from "./schema.ts";
import type { Insert, SqlValue } from "./sql.ts";

/** A message as the projector holds it between reading and writing its row. */
export interface ProjectedMessage {
  readonly sequence: number;
  readonly account: string;
  readonly at: number;
  readonly destination: string;
  readonly numberHash: number;
  readonly originatorHash: number;
  readonly referenceHash: number | null;
  readonly segments: number;
  readonly price: Money | undefined;
  updatedAt: number;
  progress: MessageProgress;
  /** Of the record with its last decision, where it was decided again: stopped after a refusal, or let go or stopped after a wait. */
  stoppedSequence: number | null;
}

export const DECISIONS = {
  allow: "allowed",
  block: "blocked",
  hold: "held",
  challenge: "challenged",
} as const satisfies Record<VerdictAction, MessageDecision>;

/** What a number, a sender, a reference or a receiver is searched by: keyed, and of one account, so that two accounts' do not compare. */
export function searchHash(
  hash: KeyedHash,
  kind: "number" | "originator" | "reference" | "receiver",
  account: string,
  text: string,
): number {
  return hash.number(`${kind}\0${account}\0${text}`);
}

/** What an answered request is found by. */
export function requestHash(hash: KeyedHash, account: string, idempotencyKey: string): string {
  return hash.hex(`request\0${account}\0${idempotencyKey}`);
}

export function projectMessage(
  sequence: number,
  message: MessageFront,
  hash: KeyedHash,
  originatorHash: number,
): ProjectedMessage {
  const { account, at, reference, intent } = message;
  const decided: MessageProgress = {
    decision: DECISIONS[message.action],
    submission: undefined,
    report: undefined,
    reportedAt: undefined,
  };
  return {
    sequence,
    account,
    at,
    destination: usageDestination(message.candidates),
    numberHash: searchHash(hash, "number", account, message.to),
    originatorHash,
    referenceHash: reference === undefined ? null : searchHash(hash, "reference", account, reference),
    segments: message.segments,
    price: message.price,
    updatedAt: at,
    progress: intent === undefined ? decided : joinIntent(decided, intent),
    stoppedSequence: null,
  };
}

/** The parameters of {@link UPSERT_MESSAGE}, in order. */
export function messageParameters(message: ProjectedMessage, cipher: BlobCipher): readonly SqlValue[] {
  const { progress, price } = message;
  const { submission, report } = progress;
  return [
    message.sequence,
    message.account,
    message.at,
    message.updatedAt,
    message.destination,
    message.numberHash,
    message.originatorHash,
    message.referenceHash,
    message.segments,
    price?.micros ?? null,
    price?.currency ?? null,
    messageStatus(progress),
    progress.decision,
    submission?.state ?? null,
    submission?.attempt ?? null,
    submission?.provider ?? null,
    submission?.providerId ?? null,
    report?.status ?? null,
    report?.occurredAt ?? null,
    progress.reportedAt ?? null,
    sealFaults(message.sequence, progress, cipher),
    message.stoppedSequence,
  ];
}

export const UPSERT_MESSAGE: Insert = {
  table: "messages",
  columns: {
    sequence: "bigint",
    account: "text",
    at: "bigint",
    updated_at: "bigint",
    destination: "text",
    number_hash: "bigint",
    originator_hash: "bigint",
    reference_hash: "bigint",
    segments: "bigint",
    price_micros: "bigint",
    currency: "text",
    status: "text",
    decision: "text",
    submission: "text",
    attempt: "bigint",
    provider: "text",
    provider_id: "text",
    report: "text",
    report_at: "bigint",
    reported_at: "bigint",
    faults: "bytea",
    stopped_sequence: "bigint",
  },
  key: ["sequence"],
  conflict: `DO UPDATE SET updated_at = excluded.updated_at, status = excluded.status, decision = excluded.decision,
    stopped_sequence = excluded.stopped_sequence, submission = excluded.submission, attempt = excluded.attempt,
    provider = excluded.provider, provider_id = excluded.provider_id, report = excluded.report,
    report_at = excluded.report_at, reported_at = excluded.reported_at, faults = excluded.faults`,
};

export function messageFromRow(row: MessageTable, cipher: BlobCipher): ProjectedMessage {
  return {
    sequence: row.sequence,
    account: row.account,
    at: row.at,
    destination: row.destination,
    numberHash: row.number_hash,
    originatorHash: row.originator_hash,
    referenceHash: row.reference_hash,
    segments: row.segments,
    price:
      row.price_micros === null || row.currency === null
        ? undefined
        : { micros: row.price_micros, currency: row.currency },
    updatedAt: row.updated_at,
    progress: progressFromRow(row, cipher),
    stoppedSequence: row.stopped_sequence,
  };
}

function progressFromRow(row: MessageTable, cipher: BlobCipher): MessageProgress {
  const faults = row.faults === null ? {} : openFaults(row.sequence, row.faults, cipher);
  return {
    decision: row.decision,
    submission:
      row.submission === null
        ? undefined
        : {
            state: row.submission,
            attempt: row.attempt ?? 1,
            provider: row.provider ?? "",
            providerId: row.provider_id ?? undefined,
            fault: faults.submission,
          },
    report:
      row.report === null
        ? undefined
        : {
            status: row.report,
            occurredAt: (row.report_at ?? 0) as EpochMilliseconds,
            code: faults.report?.code,
            text: faults.report?.text,
          },
    reportedAt: row.reported_at === null ? undefined : (row.reported_at as EpochMilliseconds),
  };
}

interface Faults {
  readonly submission?: MessageFault | undefined;
  readonly report?: MessageFault | undefined;
}

/** A provider's text may name the number, so it is enciphered; and most messages have none. */
function sealFaults(sequence: number, { submission, report }: MessageProgress, cipher: BlobCipher): Uint8Array | null {
  const reported = report !== undefined && (report.code !== undefined || report.text !== undefined);
  if (submission?.fault === undefined && !reported) return null;
  const faults: Faults = {
    submission: submission?.fault,
    report: reported ? { code: report.code, text: report.text } : undefined,
  };
  return cipher.encrypt(JSON.stringify(faults), `faults ${sequence}`);
}

function openFaults(sequence: number, sealed: Uint8Array, cipher: BlobCipher): Faults {
  const text = cipher.decrypt(sealed, `faults ${sequence}`);
  if (text === undefined) throw new Error(`The faults of message ${sequence} cannot be opened.`);
  return JSON.parse(text) as Faults;
}
