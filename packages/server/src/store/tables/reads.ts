import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Kysely } from "kysely";
import type { BlobCipher } from "../blob-cipher.ts";
import { readLine } from "../journal-line.ts";
import type { JournalLines } from "../journal-lines.ts";
import type { DecisionRecord, JournalRecord, MessageDecided } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { mayWait, messageFault, messageStatus } from "../message-progress.ts";
import type { RecordIds } from "../record-ids.ts";
import type { MessageFilter, MessageView, QueuedNotice, UsageDay, WaitingMessage, WaitingTimes } from "../store.ts";
import { documentContext } from "./document-writer.ts";
import { messageFromRow, requestHash, searchHash } from "./message-row.ts";
import type { DocumentKind, MessageTable, TableSchema } from "./schema.ts";
import type { Sql } from "./sql.ts";
import { UsageSums } from "./usage-sums.ts";
import { WaitingReads } from "./waiting-reads.ts";

export type TableDatabase = Kysely<TableSchema>;

/** A place in the list of messages: the last one that was given. */
export interface MessagePosition {
  readonly at: number;
  readonly sequence: number;
}

export interface MessageSlice {
  readonly items: readonly MessageView[];
  readonly next: MessagePosition | undefined;
}

/** Records that one answer looks through at most, and at a time, for what is no column. */
const MOST_LOOKED_AT = 5_000;
const LOOKED_AT_ONCE = 500;

export interface AnsweredRequest {
  readonly requestHash: string;
  readonly status: number;
  readonly body: string;
}

// The questions that each delivery report asks: without a query builder's work.
const BY_SEQUENCE = "SELECT * FROM messages WHERE sequence = ?";
const BY_PROVIDER_ID = "SELECT * FROM messages WHERE provider_id = ? AND provider = ? ORDER BY sequence DESC LIMIT 1";

/** Every question to the tables. The projector has caught up before each. */
export class TableReads {
  readonly #db: TableDatabase;
  readonly #sql: Sql;
  readonly #journal: JournalLines;
  readonly #cipher: BlobCipher;
  readonly #hash: KeyedHash;
  /** Every question about the messages that wait. */
  readonly waiting: WaitingReads;
  readonly usageSums: UsageSums;

  constructor(db: TableDatabase, sql: Sql, journal: JournalLines, cipher: BlobCipher, hash: KeyedHash, ids: RecordIds) {
    this.#db = db;
    this.#sql = sql;
    this.#journal = journal;
    this.#cipher = cipher;
    this.#hash = hash;
    this.usageSums = new UsageSums(db);
    this.waiting = new WaitingReads(sql, (sequence) => this.record(sequence), hash, ids);
  }

  /** Oldest first. */
  async documents(kind: DocumentKind): Promise<readonly unknown[]> {
    const rows = await this.#db
      .selectFrom("documents")
      .select(["id", "document"])
      .where("kind", "=", kind)
      .orderBy("sequence")
      .execute();
    return rows.map(({ id, document }) => {
      const text = this.#cipher.decrypt(document, documentContext(kind, id));
      if (text === undefined) throw new Error(`The ${kind} ${id} cannot be opened: its row was changed.`);
      return JSON.parse(text) as unknown;
    });
  }

  async message(sequence: number): Promise<MessageView | undefined> {
    return this.#view(await this.#row(sequence));
  }

  async messageByProviderId(provider: string, providerId: string): Promise<MessageView | undefined> {
    const [row] = await this.#sql.all<MessageTable>(BY_PROVIDER_ID, [providerId, provider]);
    return this.#view(row);
  }

  async messageByReference(account: AccountId, to: string, reference: string): Promise<MessageView | undefined> {
    const rows = await this.#db
      .selectFrom("messages")
      .selectAll()
      .where("number_hash", "=", searchHash(this.#hash, "number", account, to))
      .where("reference_hash", "=", searchHash(this.#hash, "reference", account, reference))
      .orderBy("sequence", "desc")
      .execute();
    for (const row of rows) {
      const view = await this.#view(row);
      // A hash of 48 bits finds candidates; the record says which is meant.
      if (view?.account === account && view.to === to && view.reference === reference) return view;
    }
    return undefined;
  }

  /**
   * What is no column is looked for in the records: at most {@link MOST_LOOKED_AT} of them for one answer, which then holds
   * fewer than `limit`, and says where to go on.
   */
  async messages(
    account: AccountId,
    filter: MessageFilter,
    limit: number,
    after: MessagePosition | undefined,
  ): Promise<MessageSlice> {
    const isInRecords = filter.prefix !== undefined || filter.purpose !== undefined || filter.reason !== undefined;
    const size = isInRecords ? Math.max(limit, LOOKED_AT_ONCE) : limit;
    const items: MessageView[] = [];
    let position = after;
    for (let lookedAt = 0; lookedAt === 0 || (isInRecords && lookedAt < MOST_LOOKED_AT); lookedAt += size) {
      const rows = await this.#messageRows(account, filter, size + 1, position);
      const page = rows.slice(0, size);
      const views = await Promise.all(page.map((row) => this.#view(row)));
      for (const [index, row] of page.entries()) {
        const view = views[index];
        position = { at: row.at, sequence: row.sequence };
        if (view === undefined || !isMeant(view, filter)) continue;
        items.push(view);
        if (items.length === limit) return { items, next: index + 1 < rows.length ? position : undefined };
      }
      if (rows.length <= size) return { items, next: undefined };
    }
    return { items, next: position };
  }

  async #messageRows(
    account: AccountId,
    filter: MessageFilter,
    limit: number,
    after: MessagePosition | undefined,
  ): Promise<readonly MessageTable[]> {
    const { to, originator, destination, status, from, until } = filter;
    let query = this.#db.selectFrom("messages").selectAll().where("account", "=", account);
    if (to !== undefined) query = query.where("number_hash", "=", searchHash(this.#hash, "number", account, to));
    if (originator !== undefined) {
      query = query.where("originator_hash", "=", searchHash(this.#hash, "originator", account, originator));
    }
    if (destination !== undefined) query = query.where("destination", "=", destination);
    if (status !== undefined) query = query.where("status", "=", status);
    if (from !== undefined) query = query.where("at", ">=", from);
    if (until !== undefined) query = query.where("at", "<", until);
    if (after !== undefined) {
      query = query
        .where("at", "<=", after.at)
        .where((on) => on.or([on("at", "<", after.at), on("sequence", "<", after.sequence)]));
    }
    return query.orderBy("at", "desc").orderBy("sequence", "desc").limit(limit).execute();
  }

  async usageDays(accounts: readonly AccountId[], fromDay: string, untilDay: string): Promise<readonly UsageDay[]> {
    if (accounts.length === 0) return [];
    const days = await this.#db
      .selectFrom("usage_days")
      .selectAll()
      .where("account", "in", accounts)
      .where("day", ">=", fromDay)
      .where("day", "<=", untilDay)
      .orderBy("account")
      .orderBy("day")
      .orderBy("destination")
      .execute();
    const spends = await this.#db
      .selectFrom("usage_spend")
      .selectAll()
      .where("account", "in", accounts)
      .where("day", ">=", fromDay)
      .where("day", "<=", untilDay)
      .where("micros", "!=", 0)
      .orderBy("currency")
      .execute();
    const verified = await this.#db
      .selectFrom("verified_days")
      .selectAll()
      .where("account", "in", accounts)
      .where("day", ">=", fromDay)
      .where("day", "<=", untilDay)
      .execute();
    const verifiedOf = new Map(
      verified.map((line) => [`${line.account} ${line.day} ${line.destination}`, line.verified]),
    );
    const spendOf = Map.groupBy(spends, ({ account, day, destination }) => `${account} ${day} ${destination}`);
    return days.map(({ account, day, destination, billable_segments, ...counts }) => ({
      account: account as AccountId,
      day,
      destination,
      ...counts,
      billableSegments: billable_segments,
      verified: verifiedOf.get(`${account} ${day} ${destination}`) ?? 0,
      spend: (spendOf.get(`${account} ${day} ${destination}`) ?? []).map(({ micros, currency }) => ({
        micros,
        currency,
      })),
    }));
  }

  /** `after`: only those that were queued after this record. */
  async noticesDue(now: number, limit: number, after: number): Promise<readonly QueuedNotice[]> {
    const rows = await this.#db
      .selectFrom("notices")
      .selectAll()
      .where("next_at", "<=", now)
      .$if(after > 0, (query) => query.where("sequence", ">", after))
      .orderBy("next_at")
      .orderBy("sequence")
      .limit(limit)
      .execute();
    const records = await Promise.all(rows.map(({ sequence }) => this.record(sequence)));
    return rows.flatMap(({ attempts, next_at }, index) => {
      const record = records[index];
      if (record?.type !== "notice_queued") return [];
      return [{ id: record.id, at: record.at, notice: record.notice, attempts, nextAt: next_at as EpochMilliseconds }];
    });
  }

  async nextNoticeAt(after: number): Promise<EpochMilliseconds | undefined> {
    const row = await this.#db
      .selectFrom("notices")
      .select("next_at")
      .$if(after > 0, (query) => query.where("sequence", ">", after))
      .orderBy("next_at")
      .limit(1)
      .executeTakeFirst();
    return row?.next_at as EpochMilliseconds | undefined;
  }

  /** How many wait that were queued up to this record. */
  async noticesUpTo(sequence: number): Promise<number> {
    const { count } = await this.#db
      .selectFrom("notices")
      .select((of) => of.fn.countAll().as("count"))
      .where("sequence", "<=", sequence)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async request(account: AccountId, idempotencyKey: string): Promise<AnsweredRequest | undefined> {
    const row = await this.#db
      .selectFrom("requests")
      .select("sequence")
      .where("key_hash", "=", requestHash(this.#hash, account, idempotencyKey))
      .executeTakeFirst();
    const record = row && (await this.record(row.sequence));
    if (record?.type !== "request_answered") return undefined;
    return { requestHash: record.requestHash, status: record.status, body: record.body };
  }

  /** Undefined: there is none with this number, or its retention has run out. */
  async record(sequence: number): Promise<JournalRecord | undefined> {
    const line = await this.#journal.line(sequence);
    return line === undefined ? undefined : readLine(line);
  }

  /** A decision as it was first recorded; a message's may have been decided again since. */
  async decision(sequence: number): Promise<DecisionRecord | undefined> {
    const record = await this.record(sequence);
    switch (record?.type) {
      case "decision_made":
      case "message_rejected":
      case "message_decided":
        return record;
      default:
        return undefined;
    }
  }

  /** The decision that stands: of a message that was decided again after a refusal or a wait, the last one. */
  async decisionOfMessage(sequence: number): Promise<DecisionRecord | undefined> {
    const record = await this.#decided(sequence);
    if (record === undefined) return undefined;
    const last = await this.#lastDecision(await this.#row(sequence));
    if (last === undefined) return record;
    const { at, verdict } = last;
    const channel = last.type === "message_stopped" ? last.channel : record.channel;
    const waited = record.verdict.action === "hold" ? { heldSince: record.at } : {};
    return { ...record, at, channel, verdict, ...waited };
  }

  async #row(sequence: number): Promise<MessageTable | undefined> {
    const [row] = await this.#sql.all<MessageTable>(BY_SEQUENCE, [sequence]);
    return row;
  }

  async #lastDecision(
    row: MessageTable | undefined,
  ): Promise<Extract<JournalRecord, { type: "message_stopped" | "submission_intended" }> | undefined> {
    if (row === undefined || row.stopped_sequence === null) return undefined;
    const record = await this.record(row.stopped_sequence);
    return record?.type === "message_stopped" || record?.type === "submission_intended" ? record : undefined;
  }

  async #decided(sequence: number): Promise<MessageDecided | undefined> {
    const record = await this.record(sequence);
    return record?.type === "message_decided" ? record : undefined;
  }

  /** The row says how far the message has come; its record says what it is. */
  async #view(row: MessageTable | undefined): Promise<MessageView | undefined> {
    const record = row && (await this.#decided(row.sequence));
    if (row === undefined || record === undefined) return undefined;
    const last = await this.#lastDecision(row);
    const { progress, updatedAt } = messageFromRow(row, this.#cipher);
    const fault = messageFault(progress);
    const waiting = mayWait(progress) ? await this.waiting.find(row.sequence) : undefined;
    return {
      id: record.id,
      account: record.account,
      key: record.key,
      at: record.at,
      updatedAt: updatedAt as EpochMilliseconds,
      dialect: record.dialect,
      to: record.to,
      candidates: record.candidates,
      numberType: record.numberType,
      originator: record.originator,
      channels: record.channels,
      removedChannels: record.removedChannels,
      purpose: record.purpose,
      reference: record.reference,
      callback: record.callback,
      status: messageStatus(progress),
      verdict: last?.verdict ?? record.verdict,
      segments: record.segments,
      price: record.price,
      provider: progress.submission?.provider,
      providerId: progress.submission?.providerId,
      ...(progress.submission !== undefined && { attempt: progress.submission.attempt }),
      errorCode: fault?.code,
      errorText: fault?.text,
      reportedAt: progress.reportedAt,
      ...(waiting !== undefined && { waiting: timesOf(waiting) }),
    };
  }
}

/** A hash of 48 bits finds candidates, and the rest is no column: the record says which are meant. */
function isMeant({ to, originator, purpose, verdict }: MessageView, filter: MessageFilter): boolean {
  return (
    (filter.to ?? to) === to &&
    (filter.originator ?? originator) === originator &&
    to.startsWith(filter.prefix ?? "") &&
    (filter.purpose ?? purpose) === purpose &&
    (filter.reason ?? verdict.reason) === verdict.reason
  );
}

function timesOf({ state, dueAt, expiresAt, sendAt }: WaitingMessage): WaitingTimes {
  return { state, dueAt, expiresAt, sendAt };
}
