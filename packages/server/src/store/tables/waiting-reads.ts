import type { AccountId, Channel, E164, EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { RecordIds } from "../record-ids.ts";
import type { UnresolvedSubmission, WaitingLane, WaitingMessage } from "../store.ts";
import { searchHash } from "./message-row.ts";
import type { WaitingTable } from "./schema.ts";
import type { Sql } from "./sql.ts";

const LANES = `SELECT provider, account, count(*) AS count, min(due_at) AS due_at FROM waiting
  WHERE sequence > ? GROUP BY provider, account`;
const FIRST = `SELECT * FROM waiting WHERE provider = ? AND account = ? AND sequence > ?
  ORDER BY due_at, sequence LIMIT ?`;
const EXPIRED = `SELECT * FROM waiting WHERE expires_at <= ? AND sequence > ? ORDER BY expires_at, sequence LIMIT ?`;
const BY_SEQUENCE = "SELECT * FROM waiting WHERE sequence = ?";
const TO_NUMBER = `SELECT waiting.* FROM messages JOIN waiting ON waiting.sequence = messages.sequence
  WHERE messages.number_hash = ? AND waiting.account = ?`;
const UNRESOLVED = `SELECT sequence, provider, attempt FROM messages WHERE submission = 'submitting'
  ORDER BY sequence LIMIT ?`;

/** Every question about the messages that wait. */
export class WaitingReads {
  readonly #sql: Sql;
  readonly #record: (sequence: number) => Promise<JournalRecord | undefined>;
  readonly #hash: KeyedHash;
  readonly #ids: RecordIds;

  constructor(
    sql: Sql,
    record: (sequence: number) => Promise<JournalRecord | undefined>,
    hash: KeyedHash,
    ids: RecordIds,
  ) {
    this.#sql = sql;
    this.#record = record;
    this.#hash = hash;
    this.#ids = ids;
  }

  async lanes(above: number) {
    const rows = await this.#sql.all<{ provider: string; account: string; count: number; due_at: number }>(LANES, [
      above,
    ]);
    return rows.map(({ provider, account, count, due_at }) => ({
      provider,
      account: account as AccountId,
      count: Number(count),
      dueAt: due_at as EpochMilliseconds,
    }));
  }

  async first({ provider, account }: WaitingLane, above: number, limit: number): Promise<readonly WaitingMessage[]> {
    const rows = await this.#sql.all<WaitingTable>(FIRST, [provider, account, above, limit]);
    return rows.map((row) => this.#view(row));
  }

  async expired(now: number, above: number, limit: number): Promise<readonly WaitingMessage[]> {
    return (await this.#sql.all<WaitingTable>(EXPIRED, [now, above, limit])).map((row) => this.#view(row));
  }

  async find(sequence: number): Promise<WaitingMessage | undefined> {
    const [row] = await this.#sql.all<WaitingTable>(BY_SEQUENCE, [sequence]);
    return row && this.#view(row);
  }

  async toNumber(account: AccountId, to: E164): Promise<readonly WaitingMessage[]> {
    const rows = await this.#sql.all<WaitingTable>(TO_NUMBER, [searchHash(this.#hash, "number", account, to), account]);
    const found: WaitingMessage[] = [];
    for (const row of rows) {
      // A hash of 48 bits finds candidates; the record says which is meant.
      const record = await this.#record(row.sequence);
      if (record?.type === "message_decided" && record.to === to) found.push(this.#view(row));
    }
    return found;
  }

  async unresolved(limit: number): Promise<readonly UnresolvedSubmission[]> {
    const rows = await this.#sql.all<{ sequence: number; provider: string | null; attempt: number | null }>(
      UNRESOLVED,
      [limit],
    );
    const found: UnresolvedSubmission[] = [];
    for (const { sequence, provider, attempt } of rows) {
      if (provider === null || attempt === null) continue;
      found.push({ id: this.#ids.idOf(sequence), provider, attempt, waiting: await this.find(sequence) });
    }
    return found;
  }

  #view(row: WaitingTable): WaitingMessage {
    return {
      id: this.#ids.idOf(row.sequence),
      account: row.account as AccountId,
      provider: row.provider,
      state: row.state,
      dueAt: row.due_at as EpochMilliseconds,
      expiresAt: row.expires_at as EpochMilliseconds,
      sendAt: (row.send_at as EpochMilliseconds | null) ?? undefined,
      attempts: row.attempts,
      tries: row.tries,
      heldSince: (row.held_since as EpochMilliseconds | null) ?? undefined,
      uncounted: row.uncounted === 1,
      inDoubt: row.in_doubt === 1,
      removedChannels: row.removed_channels === null ? [] : (JSON.parse(row.removed_channels) as readonly Channel[]),
    };
  }
}
