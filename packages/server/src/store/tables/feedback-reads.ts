import type { AccountId, E164, EpochMilliseconds } from "@safeguard/core";
import { OUTCOME_KINDS, OUTCOMES } from "../../gateway/feedback/outcome.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import type { DecisionRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { ReportedSubject, VerifiedNumber, VerifiedSummary } from "../store.ts";
import { usageDestination } from "../usage-contribution.ts";
import { outcomeBit, verifiedContext, verifiedHash } from "./feedback-writer.ts";
import { searchHash } from "./message-row.ts";
import type { MessageTable, OutcomeTable, VerifiedNumberTable } from "./schema.ts";
import type { Sql } from "./sql.ts";

/** As OutcomeReference, where ids are sequence numbers (undefined: no id of this store). */
export type SubjectQuestion =
  | { readonly sequence: number | undefined }
  | { readonly to: E164; readonly from: EpochMilliseconds; readonly until: EpochMilliseconds };

interface Known {
  readonly kinds: OutcomeTable["kinds"] | null;
  readonly report: MessageTable["report"];
}

/** After so long others are let through. */
const SLICE_MS = 0.5;

// (a truth value is a number in one of the two databases only)
const BY_NUMBER = `
  SELECT sequence, at, CASE WHEN decision = 'allowed' THEN 1 ELSE 0 END AS allowed
    FROM messages WHERE number_hash = ? AND at >= ? AND at <= ?
  UNION ALL SELECT sequence, at, allowed FROM decisions WHERE number_hash = ? AND at >= ? AND at <= ?
  ORDER BY 3 DESC, 2 DESC, 1 DESC LIMIT 8`;
const KNOWN = `
  SELECT (SELECT kinds FROM outcomes WHERE sequence = ?) AS kinds, (SELECT report FROM messages WHERE sequence = ?) AS report`;
const VERIFIED = "SELECT * FROM verified_numbers WHERE account = ? AND number_hash = ?";
const VERIFIED_PAGE =
  "SELECT * FROM verified_numbers WHERE account = ? AND number_hash > ? ORDER BY number_hash LIMIT ?";
const VERIFIED_TOTALS = `
  SELECT banned, count(*) AS count, min(first_day) AS first_day, max(last_day) AS last_day
  FROM verified_numbers WHERE account = ? GROUP BY banned`;
const VERIFIED_DESTINATIONS = `
  SELECT destination, count(*) AS count FROM verified_numbers WHERE account = ? AND banned = 0
  GROUP BY destination ORDER BY count(*) DESC, destination`;

/** Every question about outcomes and verified numbers. The projector has caught up before each. */
export class FeedbackReads {
  readonly #recordOf: (sequence: number) => Promise<DecisionRecord | undefined>;
  readonly #sql: Sql;
  readonly #cipher: BlobCipher;
  readonly #hash: KeyedHash;

  /** `recordOf`: a decision as it was first recorded. */
  constructor(
    sql: Sql,
    recordOf: (sequence: number) => Promise<DecisionRecord | undefined>,
    cipher: BlobCipher,
    hash: KeyedHash,
  ) {
    this.#sql = sql;
    this.#recordOf = recordOf;
    this.#cipher = cipher;
    this.#hash = hash;
  }

  /** Answers in order; undefined: the account has no such message or decision. */
  async subjects(
    account: AccountId,
    questions: readonly SubjectQuestion[],
  ): Promise<readonly (ReportedSubject | undefined)[]> {
    const answers: (ReportedSubject | undefined)[] = questions.map(() => undefined);
    const asked: { index: number; question: SubjectQuestion; sequences: readonly number[] }[] = [];
    for (const [index, question] of questions.entries()) {
      asked.push({ index, question, sequences: await this.#candidates(account, question) });
    }
    // In the order of the journal, so that no group of it is deciphered twice.
    asked.sort((a, b) => (a.sequences[0] ?? 0) - (b.sequences[0] ?? 0));
    let sliceEnd = performance.now() + SLICE_MS;
    for (const { index, question, sequences } of asked) {
      for (const sequence of sequences) {
        answers[index] = await this.#subject(account, sequence, "to" in question ? question.to : undefined);
        if (answers[index] !== undefined) break;
      }
      if (performance.now() < sliceEnd) continue;
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    return answers;
  }

  async find(account: AccountId, to: E164): Promise<VerifiedNumber | undefined> {
    const [row] = await this.#sql.all<VerifiedNumberTable>(VERIFIED, [account, verifiedHash(this.#hash, account, to)]);
    return row && this.#number(row);
  }

  /** `next`: give it as `after` to get what follows; undefined: this was all. */
  async page(account: AccountId, after: string, limit: number) {
    const rows = await this.#sql.all<VerifiedNumberTable>(VERIFIED_PAGE, [account, after, limit]);
    const next = rows.length < limit ? undefined : rows.at(-1)?.number_hash;
    return { numbers: rows.map((row) => this.#number(row)), next };
  }

  async summary(account: AccountId): Promise<VerifiedSummary> {
    const totals = await this.#sql.all<{
      readonly banned: number;
      readonly count: number;
      readonly first_day: number;
      readonly last_day: number;
    }>(VERIFIED_TOTALS, [account]);
    const destinations = await this.#sql.all<VerifiedSummary["destinations"][number]>(VERIFIED_DESTINATIONS, [account]);
    const good = totals.find(({ banned }) => banned === 0);
    return {
      count: good?.count ?? 0,
      banned: totals.find(({ banned }) => banned === 1)?.count ?? 0,
      firstDay: good?.first_day,
      lastDay: good?.last_day,
      destinations: destinations.map(({ destination, count }) => ({ destination, count })),
    };
  }

  /** Sequence numbers of what may be meant, the best first. */
  async #candidates(account: AccountId, question: SubjectQuestion): Promise<readonly number[]> {
    if ("sequence" in question) return question.sequence === undefined ? [] : [question.sequence];
    const { to, from, until } = question;
    const hash = searchHash(this.#hash, "number", account, to);
    const rows = await this.#sql.all<{ sequence: number }>(BY_NUMBER, [hash, from, until, hash, from, until]);
    return rows.map(({ sequence }) => sequence);
  }

  /** `to`: a hash of 48 bits finds candidates; the record says which is meant. */
  async #subject(account: AccountId, sequence: number, to: E164 | undefined): Promise<ReportedSubject | undefined> {
    const record = await this.#recordOf(sequence);
    if (record?.account !== account || record.type === "message_rejected") return undefined;
    if (to !== undefined && record.to !== to) return undefined;
    return {
      id: record.id,
      of: record.type === "message_decided" ? "message" : "decision",
      account,
      to: record.to,
      purpose: record.purpose,
      sentAt: record.at,
      destination: usageDestination(record.candidates),
      known: await this.#known(sequence),
    };
  }

  /** What was reported, and what a provider's delivery report has said. */
  async #known(sequence: number): Promise<ReportedSubject["known"]> {
    const [row] = await this.#sql.all<Known>(KNOWN, [sequence, sequence]);
    const kinds = row?.kinds ?? 0;
    const report = row?.report ?? null;
    const delivery = report === null ? undefined : OUTCOMES[report];
    return OUTCOME_KINDS.filter((kind) => (kinds & outcomeBit(kind)) !== 0 || kind === delivery);
  }

  #number(row: VerifiedNumberTable): VerifiedNumber {
    const to = this.#cipher.decrypt(row.number, verifiedContext(row.number_hash));
    if (to === undefined) throw new Error("A verified number cannot be opened: its row was changed.");
    return { to: to as E164, firstDay: row.first_day, lastDay: row.last_day, banned: row.banned !== 0 };
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
