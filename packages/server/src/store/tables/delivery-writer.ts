import { receiverOf } from "../../gateway/feedback/receiver.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { RecordIds } from "../record-ids.ts";
import { writeTry } from "./delivery-try.ts";
import { searchHash } from "./message-row.ts";
import type { Change, Insert, TableWrite } from "./sql.ts";

/** A record that says how a notice stands. */
export type DeliveryRecord = Extract<JournalRecord, { type: "notice_queued" | "notice_attempted" }>;

const INSERT: Insert = {
  table: "deliveries",
  columns: {
    sequence: "bigint",
    account: "text",
    at: "bigint",
    receiver_hash: "bigint",
    state: "text",
    attempts: "bigint",
    updated_at: "bigint",
  },
  key: ["sequence"],
  conflict: "DO NOTHING",
};
const ATTEMPTED: Change = {
  text: `UPDATE deliveries SET state = ?, attempts = ?, updated_at = ?, next_at = ?, status = ?, error = ?,
      tries = COALESCE(tries, '') || ?
    WHERE sequence = ? AND attempts < ? AND state = 'waiting'`,
};

/** Keeps the log of what was told to customers' servers. What a notice says stands in its record. */
export class DeliveryWriter {
  readonly #hash: KeyedHash;
  readonly #ids: RecordIds;

  constructor(hash: KeyedHash, ids: RecordIds) {
    this.#hash = hash;
    this.#ids = ids;
  }

  /** Undefined: it is of a notice that is none of this store's. */
  write(sequence: number, record: DeliveryRecord): TableWrite | undefined {
    if (record.type === "notice_queued") {
      const { account } = record.notice;
      const hash = receiverHash(this.#hash, account, receiverOf(record.notice));
      return { statement: INSERT, parameters: [sequence, account, record.at, hash, "waiting", 0, record.at] };
    }
    const { at, attempt, taken, nextAt, status, error } = record;
    const queued = this.#ids.sequenceOf(record.id);
    if (queued === undefined) return undefined;
    const state = taken ? "taken" : nextAt === undefined ? "failed" : "waiting";
    const answer = [nextAt ?? null, status ?? null, error ?? null, writeTry({ at, status, error })];
    return { statement: ATTEMPTED, parameters: [state, attempt, at, ...answer, queued, attempt] };
  }
}

export function receiverHash(hash: KeyedHash, account: string, receiver: string): number {
  return searchHash(hash, "receiver", account, receiver);
}
