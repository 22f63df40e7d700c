import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Account } from "../../src/accounts/account.ts";
import type { ApiKey } from "../../src/accounts/api-key.ts";
import type { MessageId } from "../../src/gateway/message-id.ts";
import type { PolicyRevision } from "../../src/policies/policy-revision.ts";
import type { JournalGroup } from "../../src/store/group-journal.ts";
import { readLine } from "../../src/store/journal-line.ts";
import type { JournalRecord, MessageDecided } from "../../src/store/journal-record.ts";
import {
  joinIntent,
  joinOutcome,
  joinReport,
  joinStop,
  joinWait,
  joinWaitEnd,
  type MessageProgress,
  messageFault,
  messageStatus,
} from "../../src/store/message-progress.ts";
import type { RecordIds } from "../../src/store/record-ids.ts";
import type { MessageView, WaitingMessage } from "../../src/store/store.ts";

const DECISIONS = { allow: "allowed", block: "blocked", hold: "held", challenge: "challenged" } as const;

export interface MessageRow {
  readonly decided: MessageDecided;
  progress: MessageProgress;
  verdict: MessageDecided["verdict"];
  updatedAt: EpochMilliseconds;
}

/** What the store's tables say after each group that is on stable storage, without SQL: folded by the store's own joins. */
export class MessageTable {
  readonly messages = new Map<MessageId, MessageRow>();
  readonly waiting = new Map<MessageId, WaitingMessage & { readonly sequence: number }>();
  readonly contents = new Map<MessageId, string>();
  readonly accounts = new Map<AccountId, Account>();
  readonly keys = new Map<string, ApiKey>();
  readonly revisions: PolicyRevision[] = [];
  /** Every record, in order. */
  readonly records: JournalRecord[] = [];
  readonly #ids: RecordIds;

  constructor(ids: RecordIds) {
    this.#ids = ids;
  }

  fold({ text, contents }: JournalGroup): void {
    for (const { sequence, content } of contents?.kept ?? []) this.contents.set(this.#ids.idOf(sequence), content);
    for (const sequence of contents?.dropped ?? []) this.contents.delete(this.#ids.idOf(sequence));
    for (const line of text.split("\n")) this.#foldRecord(readLine(line));
  }

  view(id: MessageId): MessageView | undefined {
    const row = this.messages.get(id);
    if (row === undefined) return undefined;
    const { decided, progress, verdict, updatedAt } = row;
    const fault = messageFault(progress);
    return {
      id,
      account: decided.account,
      key: decided.key,
      at: decided.at,
      updatedAt,
      dialect: decided.dialect,
      to: decided.to,
      candidates: decided.candidates,
      numberType: decided.numberType,
      originator: decided.originator,
      channels: decided.channels,
      removedChannels: decided.removedChannels,
      purpose: decided.purpose,
      reference: decided.reference,
      callback: decided.callback,
      status: messageStatus(progress),
      verdict,
      segments: decided.segments,
      price: decided.price,
      provider: progress.submission?.provider,
      providerId: progress.submission?.providerId,
      ...(progress.submission !== undefined && { attempt: progress.submission.attempt }),
      errorCode: fault?.code,
      errorText: fault?.text,
      reportedAt: progress.reportedAt,
    };
  }

  #foldRecord(record: JournalRecord): void {
    this.records.push(record);
    switch (record.type) {
      case "account_saved":
        this.accounts.set(record.account.id, record.account);
        return;
      case "key_saved":
        this.keys.set(record.key.id, record.key);
        return;
      case "revision_saved":
        this.revisions.push(record.revision);
        return;
      case "message_decided": {
        const progress: MessageProgress = {
          decision: DECISIONS[record.verdict.action],
          submission: undefined,
          report: undefined,
          reportedAt: undefined,
        };
        this.messages.set(record.id, {
          decided: record,
          progress: record.intent === undefined ? progress : joinIntent(progress, record.intent),
          verdict: record.verdict,
          updatedAt: record.at,
        });
        return;
      }
      case "submission_intended": {
        const row = this.messages.get(record.message);
        if (row !== undefined && row.progress.decision !== "allowed") row.verdict = record.verdict;
        this.#join(record.message, record.at, (progress) => joinIntent(progress, record.intent));
        return;
      }
      case "message_stopped": {
        const row = this.messages.get(record.message);
        if (row !== undefined) row.verdict = record.verdict;
        this.#join(record.message, record.at, (progress) => joinStop(progress, DECISIONS[record.verdict.action]));
        return;
      }
      case "submission_ended":
        this.#join(record.message, record.at, (progress) =>
          joinOutcome(progress, record.provider, record.attempt, record.outcome),
        );
        return;
      case "message_waits": {
        const { message, account, state, dueAt, expiresAt, provider, attempts, tries } = record;
        this.waiting.set(message, {
          sequence: this.#ids.sequenceOf(message) ?? 0,
          id: message,
          account,
          state,
          dueAt,
          expiresAt,
          provider,
          attempts,
          tries,
          sendAt: record.sendAt,
          heldSince: record.heldSince,
          uncounted: record.uncounted === true,
          inDoubt: record.inDoubt === true,
          removedChannels: record.removedChannels ?? [],
        });
        this.#join(message, record.at, (progress) => joinWait(progress, state));
        return;
      }
      case "wait_ended":
        this.waiting.delete(record.message);
        this.#join(record.message, record.at, (progress) => joinWaitEnd(progress, record.how));
        return;
      case "delivery_reported":
        this.#join(record.report.message, record.at, (progress) => joinReport(progress, record.report));
        return;
    }
  }

  #join(id: MessageId, at: EpochMilliseconds, join: (progress: MessageProgress) => MessageProgress): void {
    const row = this.messages.get(id);
    if (row === undefined) return;
    row.progress = join(row.progress);
    if (at > row.updatedAt) row.updatedAt = at;
  }
}
