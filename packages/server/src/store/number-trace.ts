import { type AccountId, type E164, lineOf } from "@safeguard/core";
import type { MessageId } from "../gateway/message-id.ts";
import type { JournalRecord } from "./journal-record.ts";
import type { Seal } from "./seal.ts";

/** Which number, and where. */
export interface NumberQuestion {
  readonly to: E164;
  /** Undefined: in every account, and in what is of the deployment. */
  readonly account: AccountId | undefined;
  /** What stands for it where it is erased already; undefined: nothing does. */
  readonly standIn?: E164;
}

/** What later records refer to, found so far; plain, so that it can go from one thread to another. */
export interface FoundSubjects {
  /** Ids of decisions and messages to the number. */
  readonly messages: readonly MessageId[];
  /** Ids of what customers' servers were told of them. */
  readonly notices: readonly MessageId[];
  /** Hashes of requests whose answers name it. */
  readonly requests: readonly string[];
}

export const NO_SUBJECTS: FoundSubjects = { messages: [], notices: [], requests: [] };

/** The shortest number without its country code that is looked for where the code is missing. */
const LEAST_NATIONAL_DIGITS = 7;

/**
 * Finds the records of one number: those that name it, and those about what these are about. Records come in the order of
 * the journal; only a request's beginning is recorded before it is known whom its answer names, so who wants that, too,
 * goes through twice.
 */
export class NumberTrace {
  readonly #question: NumberQuestion;
  readonly #digits: string;
  readonly #line: number;
  readonly #whole: RegExp;
  readonly #seal: Pick<Seal, "open">;
  readonly #messages: Set<MessageId>;
  readonly #notices: Set<MessageId>;
  readonly #requests: Set<string>;

  /** `seal`: opens the answers that are kept under idempotency keys. */
  constructor(question: NumberQuestion, seal: Pick<Seal, "open">, found: FoundSubjects = NO_SUBJECTS) {
    this.#question = question;
    this.#digits = question.to.slice(1);
    this.#line = lineOf(question.to);
    this.#whole = wholeNumber(question.to);
    this.#seal = seal;
    this.#messages = new Set(found.messages);
    this.#notices = new Set(found.notices);
    this.#requests = new Set(found.requests);
  }

  get found(): FoundSubjects {
    return { messages: [...this.#messages], notices: [...this.#notices], requests: [...this.#requests] };
  }

  /** Can this line be passed over without being read? Most are decisions on other numbers. */
  mayBePassed(line: string): boolean {
    if (!line.startsWith("=") && !line.startsWith(">")) return false;
    return (
      !line.includes(this.#digits) && (this.#question.standIn === undefined || !line.includes(this.#question.standIn))
    );
  }

  /** Is this record of the number? */
  concerns(record: JournalRecord): boolean {
    const { account } = this.#question;
    switch (record.type) {
      case "decision_made":
      case "message_decided":
        if (!this.#isOf(record.account)) return false;
        if (this.#isNumber(record.to)) this.#messages.add(record.id);
        // (a client's own words may name it, too)
        return this.#messages.has(record.id) || this.#names(record);
      case "message_due":
        return this.#messages.has(record.message);
      case "message_rejected":
        return this.#isOf(record.account) && this.#isSpelledIn(record.text);
      case "message_held":
      case "message_waits":
      case "wait_ended":
      case "submission_settled":
      case "submission_intended":
      case "message_stopped":
      case "submission_ended":
        return this.#messages.has(record.message) || (account === undefined && this.#names(record));
      case "delivery_reported":
        return this.#messages.has(record.report.message) || (account === undefined && this.#names(record));
      case "verification_reported":
        return this.#messages.has(record.message);
      case "outcome_reported":
      case "verified_removed":
        return this.#isOf(record.account) && this.#isNumber(record.to);
      case "verified_imported":
      case "past_numbers_verified":
        return this.#isOf(record.account) && record.numbers.some(({ to }) => this.#isNumber(to));
      case "past_traffic_learned":
        return this.#isOf(record.account) && record.steps.some(([, line]) => line === this.#line);
      case "notice_queued": {
        const { notice } = record;
        if (!this.#isOf(notice.account)) return false;
        if (notice.dialect === "alert") return this.#names(record);
        if (!this.#messages.has(notice.message) && !this.#names(record)) return false;
        this.#notices.add(record.id);
        return true;
      }
      case "notice_attempted":
        return this.#notices.has(record.id);
      case "request_answered": {
        if (!this.#isOf(record.account)) return false;
        if (this.#requests.has(record.requestHash)) return true;
        if (!this.#isAnswered(record) && !this.#names(record)) return false;
        this.#requests.add(record.requestHash);
        return true;
      }
      default:
        return this.#isOf(accountOf(record)) && this.#names(record);
    }
  }

  #isOf(account: AccountId | undefined): boolean {
    return this.#question.account === undefined || this.#question.account === account;
  }

  #isNumber(to: string): boolean {
    return to === this.#question.to || to === this.#question.standIn;
  }

  #names(record: JournalRecord): boolean {
    return this.#whole.test(JSON.stringify(record));
  }

  /** In what was no number: however it was written, with or without its country code. */
  #isSpelledIn(text: string): boolean {
    const digits = text.replaceAll(/\D/g, "");
    if (digits.includes(this.#digits)) return true;
    // (country codes have one to three digits)
    return [1, 2, 3].some((code) => {
      const national = this.#digits.slice(code);
      return national.length >= LEAST_NATIONAL_DIGITS && digits.replace(/^0+/, "") === national;
    });
  }

  #isAnswered({ account, idempotencyKey, body }: Extract<JournalRecord, { type: "request_answered" }>): boolean {
    if (body === "") return false;
    const text = this.#seal.open(body, answerPurpose(account, idempotencyKey));
    if (this.#whole.test(text)) return true;
    for (const message of this.#messages) if (text.includes(message)) return true;
    return false;
  }
}

/** What the sealed answer under an idempotency key is bound to. */
export function answerPurpose(account: AccountId, idempotencyKey: string): string {
  return `answer:${account}:${idempotencyKey}`;
}

/** The number's digits where no others stand before or behind them. */
export function wholeNumber(to: E164, flags = ""): RegExp {
  return new RegExp(`(?<!\\d)${to.slice(1)}(?!\\d)`, flags);
}

/** Whose record it is; undefined: the deployment's. */
function accountOf(record: JournalRecord): AccountId | undefined {
  switch (record.type) {
    case "account_saved":
      return record.account.id;
    case "key_saved":
      return record.key.account;
    case "member_saved":
      return record.member.account;
    case "audited":
      return record.row.account;
    case "revision_saved":
      return record.revision.account;
    case "provider_saved":
      return record.provider.account;
    case "routes_saved":
      return record.routes.account;
    case "incident_saved":
      return record.incident.account;
    case "alert_settings_saved":
      return record.settings.account;
    case "brand_saved":
      return record.brand.account;
    case "rollout_saved":
      return record.rollout.account;
    case "rollout_step_done":
      return record.step.account;
    case "act_proposal_saved":
      return record.proposal.account;
    default:
      return "account" in record ? record.account : undefined;
  }
}
