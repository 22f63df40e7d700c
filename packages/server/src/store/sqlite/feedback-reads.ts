import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AccountId, E164, EpochMilliseconds } from "@safeguard/core";
import { OUTCOME_KINDS, OUTCOMES } from "../../gateway/feedback/outcome.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import type { DecisionRecord } from "../journal-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { ReportedSubject, VerifiedNumber, VerifiedSummary } from "../store.ts";
import { usageDestination } from "../usage-contribution.ts";
import { outcomeBit, verifiedContext, verifiedHash } from "./feedback-writer.ts";
import { searchHash } from "./message-row.ts";
import type { MessageTable, VerifiedNumberTable } from "./schema.ts";

/** As OutcomeReference, where ids are sequence numbers (undefined: no id of this store). */
export type SubjectQuestion =
  | { readonly sequence: number | undefined }
  | { readonly to: E164; readonly from: EpochMilliseconds; readonly until: EpochMilliseconds };

/** After so long others are let through. */
const SLICE_MS = 0.5;

/** Every question about outcomes and verified numbers. The projector has caught up before each. */
export class FeedbackReads {
  readonly #recordOf: (sequence: number) => DecisionRecord | undefined;
  readonly #cipher: BlobCipher;
  readonly #hash: KeyedHash;
  readonly #byNumber: StatementSync;
  readonly #kinds: StatementSync;
  readonly #report: StatementSync;
  readonly #verified: StatementSync;
  readonly #verifiedPage: StatementSync;
  readonly #verifiedTotals: StatementSync;
  readonly #verifiedDestinations: StatementSync;

  /** `recordOf`: a decision as it was first recorded. */
  constructor(
    database: DatabaseSync,
    recordOf: (sequence: number) => DecisionRecord | undefined,
    cipher: BlobCipher,
    hash: KeyedHash,
  ) {
    this.#recordOf = recordOf;
    this.#cipher = cipher;
    this.#hash = hash;
    this.#byNumber = database.prepare(`
      SELECT sequence, at, decision = 'allowed' AS allowed FROM messages WHERE number_hash = ? AND at >= ? AND at <= ?
      UNION ALL SELECT sequence, at, allowed FROM decisions WHERE number_hash = ? AND at >= ? AND at <= ?
      ORDER BY 3 DESC, 2 DESC, 1 DESC LIMIT 8`);
    this.#kinds = database.prepare("SELECT kinds FROM outcomes WHERE sequence = ?");
    this.#report = database.prepare("SELECT report FROM messages WHERE sequence = ?");
    this.#verified = database.prepare("SELECT * FROM verified_numbers WHERE account = ? AND number_hash = ?");
    this.#verifiedPage = database.prepare(
      "SELECT * FROM verified_numbers WHERE account = ? AND number_hash > ? ORDER BY number_hash LIMIT ?",
    );
    this.#verifiedTotals = database.prepare(`
      SELECT banned, count(*) AS count, min(first_day) AS first_day, max(last_day) AS last_day
      FROM verified_numbers WHERE account = ? GROUP BY banned`);
    this.#verifiedDestinations = database.prepare(`
      SELECT destination, count(*) AS count FROM verified_numbers WHERE account = ? AND banned = 0
      GROUP BY destination ORDER BY count DESC, destination`);
  }

  /** Answers in order; undefined: the account has no such message or decision. */
  async subjects(
    account: AccountId,
    questions: readonly SubjectQuestion[],
  ): Promise<readonly (ReportedSubject | undefined)[]> {
    const answers: (ReportedSubject | undefined)[] = questions.map(() => undefined);
    const asked = questions.map((question, index) => ({
      index,
      question,
      sequences: this.#candidates(account, question),
    }));
    // In the order of the journal, so that no group of it is deciphered twice.
    asked.sort((a, b) => (a.sequences[0] ?? 0) - (b.sequences[0] ?? 0));
    let sliceEnd = performance.now() + SLICE_MS;
    for (const { index, question, sequences } of asked) {
      for (const sequence of sequences) {
        answers[index] = this.#subject(account, sequence, "to" in question ? question.to : undefined);
        if (answers[index] !== undefined) break;
      }
      if (performance.now() < sliceEnd) continue;
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    return answers;
  }

  find(account: AccountId, to: E164): VerifiedNumber | undefined {
    const row = this.#verified.get(account, verifiedHash(this.#hash, account, to));
    return row && this.#number(row as unknown as VerifiedNumberTable);
  }

  /** `next`: give it as `after` to get what follows; undefined: this was all. */
  page(account: AccountId, after: string, limit: number) {
    const rows = this.#verifiedPage.all(account, after, limit) as unknown as VerifiedNumberTable[];
    const next = rows.length < limit ? undefined : rows.at(-1)?.number_hash;
    return { numbers: rows.map((row) => this.#number(row)), next };
  }

  summary(account: AccountId): VerifiedSummary {
    const totals = this.#verifiedTotals.all(account) as unknown as {
      readonly banned: number;
      readonly count: number;
      readonly first_day: number;
      readonly last_day: number;
    }[];
    const good = totals.find(({ banned }) => banned === 0);
    return {
      count: good?.count ?? 0,
      banned: totals.find(({ banned }) => banned === 1)?.count ?? 0,
      firstDay: good?.first_day,
      lastDay: good?.last_day,
      destinations: (this.#verifiedDestinations.all(account) as unknown as VerifiedSummary["destinations"]).map(
        ({ destination, count }) => ({ destination, count }),
      ),
    };
  }

  /** Sequence numbers of what may be meant, the best first. */
  #candidates(account: AccountId, question: SubjectQuestion): readonly number[] {
    if ("sequence" in question) return question.sequence === undefined ? [] : [question.sequence];
    const { to, from, until } = question;
    const hash = searchHash(this.#hash, "number", account, to);
    return this.#byNumber.all(hash, from, until, hash, from, until).map(({ sequence }) => Number(sequence));
  }

  /** `to`: a hash of 48 bits finds candidates; the record says which is meant. */
  #subject(account: AccountId, sequence: number, to: E164 | undefined): ReportedSubject | undefined {
    const record = this.#recordOf(sequence);
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
      known: this.#known(sequence),
    };
  }

  /** What was reported, and what a provider's delivery report has said. */
  #known(sequence: number): ReportedSubject["known"] {
    const kinds = Number(this.#kinds.get(sequence)?.["kinds"] ?? 0);
    const { report } = (this.#report.get(sequence) as Pick<MessageTable, "report"> | undefined) ?? { report: null };
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
