import type { DatabaseSync, StatementSync } from "node:sqlite";
import { OUTCOME_KINDS, type OutcomeKind } from "../../gateway/feedback/outcome.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import type { JournalRecord, OutcomeReported } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { RecordIds } from "../record-ids.ts";

/** A record that says what became of a message, or of which numbers verifications are known. */
export type FeedbackRecord = Extract<
  JournalRecord,
  { type: "outcome_reported" | "verified_imported" | "verified_removed" }
>;

const DAY = 86_400_000;

/** Keeps which outcomes are known of each message and decision, and which numbers are verified. */
export class FeedbackWriter {
  readonly #cipher: BlobCipher;
  readonly #hash: KeyedHash;
  readonly #ids: RecordIds;
  readonly #addOutcome: StatementSync;
  readonly #updateNumber: StatementSync;
  readonly #insertNumber: StatementSync;
  readonly #deleteNumber: StatementSync;

  constructor(database: DatabaseSync, cipher: BlobCipher, hash: KeyedHash, ids: RecordIds) {
    this.#cipher = cipher;
    this.#hash = hash;
    this.#ids = ids;
    this.#addOutcome = database.prepare(`
      INSERT INTO outcomes (sequence, at, kinds) VALUES (?, ?, ?)
      ON CONFLICT (sequence) DO UPDATE SET kinds = outcomes.kinds | excluded.kinds`);
    this.#updateNumber = database.prepare(`
      UPDATE verified_numbers SET first_day = min(first_day, ?), last_day = max(last_day, ?), banned = max(banned, ?)
      WHERE account = ? AND number_hash = ?`);
    this.#insertNumber = database.prepare(`
      INSERT INTO verified_numbers (account, number_hash, number, destination, first_day, last_day, banned)
      VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.#deleteNumber = database.prepare("DELETE FROM verified_numbers WHERE account = ? AND number_hash = ?");
  }

  /** Writes what a record says, with a pause after each row; records come in the order of the journal. */
  *write(record: FeedbackRecord): Generator<void> {
    switch (record.type) {
      case "outcome_reported":
        this.#outcome(record);
        yield;
        return;
      case "verified_imported":
        for (const { to, destination, firstDay, lastDay } of record.numbers) {
          this.#saveNumber(record.account, to, destination, firstDay, lastDay, 0);
          yield;
        }
        return;
      case "verified_removed":
        this.#deleteNumber.run(record.account, verifiedHash(this.#hash, record.account, record.to));
        yield;
        return;
    }
  }

  #outcome({ message, kind, account, to, destination, sentAt, occurredAt }: OutcomeReported): void {
    const sequence = this.#ids.sequenceOf(message);
    if (sequence !== undefined) this.#addOutcome.run(sequence, sentAt, outcomeBit(kind));
    if (kind !== "verified" && kind !== "banned") return;
    const day = Math.floor(occurredAt / DAY);
    this.#saveNumber(account, to, destination, day, day, kind === "banned" ? 1 : 0);
  }

  #saveNumber(
    account: string,
    to: string,
    destination: string,
    firstDay: number,
    lastDay: number,
    banned: 0 | 1,
  ): void {
    const hash = verifiedHash(this.#hash, account, to);
    if (this.#updateNumber.run(firstDay, lastDay, banned, account, hash).changes > 0) return;
    const number = this.#cipher.encrypt(to, verifiedContext(hash));
    this.#insertNumber.run(account, hash, number, destination, firstDay, lastDay, banned);
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
