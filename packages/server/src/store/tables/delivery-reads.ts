import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { Delivery, DeliveryState } from "../store.ts";
import { readTries } from "./delivery-try.ts";
import { receiverHash } from "./delivery-writer.ts";
import type { DeliveryTable } from "./schema.ts";
import type { Sql } from "./sql.ts";

export interface DeliveryPage {
  readonly items: readonly Delivery[];
  /** Give it as `below` to get what follows; undefined: this was all. */
  readonly next: number | undefined;
}

/** Every question about what was told to customers' servers. */
export class DeliveryReads {
  readonly #sql: Sql;
  readonly #record: (sequence: number) => Promise<JournalRecord | undefined>;
  readonly #hash: KeyedHash;

  constructor(sql: Sql, record: (sequence: number) => Promise<JournalRecord | undefined>, hash: KeyedHash) {
    this.#sql = sql;
    this.#record = record;
    this.#hash = hash;
  }

  /** Newest first. */
  async page(
    account: AccountId,
    state: DeliveryState | undefined,
    limit: number,
    below = Number.MAX_SAFE_INTEGER,
  ): Promise<DeliveryPage> {
    const rows = await this.#sql.all<DeliveryTable>(
      `SELECT * FROM deliveries WHERE account = ? AND sequence < ?${state === undefined ? "" : " AND state = ?"}
        ORDER BY sequence DESC LIMIT ?`,
      [account, below, ...(state === undefined ? [] : [state]), limit + 1],
    );
    const page = rows.slice(0, limit);
    const items = await Promise.all(page.map((row) => this.#view(row)));
    return {
      items: items.filter((one) => one !== undefined),
      next: rows.length > limit ? page.at(-1)?.sequence : undefined,
    };
  }

  async find(account: AccountId, sequence: number): Promise<Delivery | undefined> {
    const text = "SELECT * FROM deliveries WHERE account = ? AND sequence = ?";
    const [row] = await this.#sql.all<DeliveryTable>(text, [account, sequence]);
    return row && this.#view(row);
  }

  /** Has this receiver taken anything since? */
  async takenSince(account: AccountId, receiver: string, since: EpochMilliseconds): Promise<boolean> {
    const rows = await this.#sql.all(
      `SELECT sequence FROM deliveries WHERE account = ? AND receiver_hash = ? AND state = 'taken' AND updated_at >= ? LIMIT 1`,
      [account, receiverHash(this.#hash, account, receiver), since],
    );
    return rows.length > 0;
  }

  async #view(row: DeliveryTable): Promise<Delivery | undefined> {
    const record = await this.#record(row.sequence);
    if (record?.type !== "notice_queued") return undefined;
    return {
      id: record.id,
      notice: record.notice,
      state: row.state,
      attempts: row.attempts,
      at: row.at as EpochMilliseconds,
      updatedAt: row.updated_at as EpochMilliseconds,
      nextAt: row.next_at === null ? undefined : (row.next_at as EpochMilliseconds),
      status: row.status ?? undefined,
      error: row.error ?? undefined,
      tries: readTries(row.tries),
    };
  }
}
