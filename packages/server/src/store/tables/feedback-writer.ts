import { OUTCOME_KINDS, type OutcomeKind } from "../../gateway/feedback/outcome.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import type { JournalRecord, OutcomeReported } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { RecordIds } from "../record-ids.ts";
import type { Change, Insert, TableWrite } from "./sql.ts";
import { utcDay } from "./usage-tally.ts";

/** A record that says what became of a message, or of which numbers verifications are known. */
export type FeedbackRecord = Extract<
  JournalRecord,
  { type: "outcome_reported" | "verified_imported" | "past_numbers_verified" | "verified_removed" }
>;

const DAY = 86_400_000;

const ADD_OUTCOME: Insert = {
  table: "outcomes",
  columns: { sequence: "bigint", at: "bigint", kinds: "bigint" },
  key: ["sequence"],
  conflict: "DO UPDATE SET kinds = outcomes.kinds | excluded.kinds",
};
// (each kind of outcome is recorded once for each message)
const ADD_VERIFIED: Insert = {
  table: "verified_days",
  columns: { account: "text", day: "text", destination: "text", verified: "bigint" },
  key: ["account", "day", "destination"],
  conflict: "DO UPDATE SET verified = verified_days.verified + excluded.verified",
};
// (the smaller and the greater of two have different names in the two databases)
const SAVE_NUMBER: Insert = {
  table: "verified_numbers",
  columns: {
    account: "text",
    number_hash: "text",
    number: "bytea",
    destination: "text",
    first_day: "bigint",
    last_day: "bigint",
    banned: "bigint",
  },
  key: ["account", "number_hash"],
  conflict: `DO UPDATE SET
    first_day = CASE WHEN excluded.first_day < verified_numbers.first_day THEN excluded.first_day ELSE verified_numbers.first_day END,
    last_day = CASE WHEN excluded.last_day > verified_numbers.last_day THEN excluded.last_day ELSE verified_numbers.last_day END,
    banned = CASE WHEN excluded.banned > verified_numbers.banned THEN excluded.banned ELSE verified_numbers.banned END`,
};
const DELETE_NUMBER: Change = { text: "DELETE FROM verified_numbers WHERE account = ? AND number_hash = ?" };

/** Keeps which outcomes are known of each message and decision, and which numbers are verified. */
export class FeedbackWriter {
  readonly #cipher: BlobCipher;
  readonly #hash: KeyedHash;
  readonly #ids: RecordIds;

  constructor(cipher: BlobCipher, hash: KeyedHash, ids: RecordIds) {
    this.#cipher = cipher;
    this.#hash = hash;
    this.#ids = ids;
  }

  /** What a record changes; records come in the order of the journal. */
  *write(record: FeedbackRecord): Generator<TableWrite> {
    switch (record.type) {
      case "outcome_reported":
        yield* this.#outcome(record);
        return;
      case "verified_imported":
      case "past_numbers_verified":
        for (const { to, destination, firstDay, lastDay } of record.numbers) {
          yield this.#saveNumber(record.account, to, destination, firstDay, lastDay, 0);
        }
        return;
      case "verified_removed":
        yield {
          statement: DELETE_NUMBER,
          parameters: [record.account, verifiedHash(this.#hash, record.account, record.to)],
        };
        return;
    }
  }

  *#outcome({ message, kind, account, to, destination, sentAt, occurredAt }: OutcomeReported): Generator<TableWrite> {
    const sequence = this.#ids.sequenceOf(message);
    if (sequence !== undefined) yield { statement: ADD_OUTCOME, parameters: [sequence, sentAt, outcomeBit(kind)] };
    if (kind === "verified") yield { statement: ADD_VERIFIED, parameters: [account, utcDay(sentAt), destination, 1] };
    if (kind !== "verified" && kind !== "banned") return;
    const day = Math.floor(occurredAt / DAY);
    yield this.#saveNumber(account, to, destination, day, day, kind === "banned" ? 1 : 0);
  }

  #saveNumber(
    account: string,
    to: string,
    destination: string,
    firstDay: number,
    lastDay: number,
    banned: 0 | 1,
  ): TableWrite {
    const hash = verifiedHash(this.#hash, account, to);
    const number = this.#cipher.encrypt(to, verifiedContext(hash));
    return { statement: SAVE_NUMBER, parameters: [account, hash, number, destination, firstDay, lastDay, banned] };
  }
}

/** What a verified number is found by: 128 bits, keyed, and of one account. */
export function verifiedHash(hash: KeyedHash, account: string, to: string): string {
  return hash.hex(`verified\0${account}\0${to}`).slice(0, 32);
}

/** Binds a number to its row. */
export function verifiedContext(numberHash: string): string {
  return `verified number ${numberHash}`;
}

/** Kinds are kept as bits in this order: a further kind goes to the end. */
export function outcomeBit(kind: OutcomeKind): number {
  return 1 << OUTCOME_KINDS.indexOf(kind);
}
