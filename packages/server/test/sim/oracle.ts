import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { MessageId } from "../../src/gateway/message-id.ts";
import type { Submission } from "../../src/gateway/outbound/connector.ts";
import type { ScreeningResult } from "../../src/gateway/screening-port.ts";
import type { JournalRecord, MessageDecided } from "../../src/store/journal-record.ts";
import { messageStatus } from "../../src/store/message-progress.ts";
import type { MessageStatus } from "../../src/store/store.ts";
import { type Coverage, cellOf, type Fault } from "./coverage.ts";
import type { MessageTable } from "./message-table.ts";
import { type CeilingModel, PolicyModel } from "./policy-model.ts";
import { unresolvedIn } from "./simulated-store.ts";

/** A promise was broken. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** Where a message stands, as the records say it. */
interface Known {
  readonly account: AccountId;
  readonly to: string;
  readonly country: string;
  state: string;
  expiresAt: number | undefined;
  /** It had its last word: nothing goes out from then on. */
  isOver: boolean;
  /** What has gone wrong with it since it last changed. */
  readonly faults: Set<Fault>;
  /** Of all that had gone wrong everywhere, how much it has behind it. */
  seen: number;
}

const TERMINAL: ReadonlySet<MessageStatus> = new Set<MessageStatus>([
  "blocked",
  "challenged",
  "submitted",
  "refused",
  "in_doubt",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "read",
  "expired",
  "canceled",
]);
/** What may be said of a message that a person has. */
const OWNS_UP: ReadonlySet<MessageStatus> = new Set<MessageStatus>([
  "submitted",
  "in_doubt",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "read",
]);

/** Watches everything that happens, and throws a {@link Violation} where a promise is broken. */
export class Oracle {
  readonly coverage: Coverage = {};
  readonly policies = new PolicyModel();
  readonly #known = new Map<MessageId, Known>();
  readonly #calls = new Set<string>();
  readonly #taken = new Map<MessageId, number>();
  /** A provider said no and sent: what follows is its doing. */
  readonly #liedOf = new Set<MessageId>();
  /** Accounts that at any time wanted what is in doubt sent again. */
  readonly #resending = new Set<AccountId>();
  /** Told to be accepted. */
  readonly #promised = new Set<MessageId>();
  readonly #erased = new Set<string>();
  /** What held when the message was let through. */
  readonly #ceilings = new Map<MessageId, readonly CeilingModel[]>();
  readonly #faults: Fault[] = [];

  noteFault(fault: Fault, message?: MessageId): void {
    if (message === undefined) this.#faults.push(fault);
    else this.#known.get(message)?.faults.add(fault);
    if (fault === "lied" && message !== undefined) this.#liedOf.add(message);
  }

  erasing(to: string): void {
    this.#erased.add(to);
  }

  /** Another life begins, with what was on the disk. */
  begins(table: MessageTable): void {
    const before = new Map(this.#known);
    this.#known.clear();
    for (const record of table.records) this.#follow(record, undefined);
    for (const [id, known] of this.#known) {
      const earlier = before.get(id);
      for (const fault of earlier?.faults ?? []) known.faults.add(fault);
      known.seen = earlier?.seen ?? 0;
    }
  }

  /** Given to the journal: durable some time later, or never. */
  heard(record: JournalRecord): void {
    this.#checkIntent(record);
    this.#noteCeilings(record);
    this.#follow(record, this.coverage);
  }

  /** Durable, and in force. */
  applied(record: JournalRecord): void {
    this.policies.apply(record);
    if (record.type === "account_saved" && record.account.onInDoubt === "resend")
      this.#resending.add(record.account.id);
  }

  /** A start has done its work. */
  recovered(table: MessageTable): void {
    for (const { id } of unresolvedIn(table)) throw new Violation(`${id} is not resolved after a start`);
  }

  /** The first byte goes out. */
  goesOut(provider: string, { id, to }: Submission, table: MessageTable): void {
    const row = table.messages.get(id);
    const submission = row?.progress.submission;
    if (row === undefined || submission === undefined)
      throw new Violation(`${id} goes out before its intent is durable`);
    if (submission.state !== "submitting" || submission.provider !== provider)
      throw new Violation(
        `${id} goes out to ${provider} without an intent: it is ${submission.state} at ${submission.provider}`,
      );
    if (row.decided.to !== to) throw new Violation(`${id} goes out to a number that was not decided on`);
    const call = `${id} ${submission.attempt}`;
    if (this.#calls.has(call)) throw new Violation(`${id} goes out twice in one attempt`);
    this.#calls.add(call);
  }

  taken(id: MessageId): void {
    const times = (this.#taken.get(id) ?? 0) + 1;
    this.#taken.set(id, times);
    const known = this.#known.get(id);
    if (known === undefined) throw new Violation(`${id} reached a person and is not known`);
    if (times > 1 && !this.#liedOf.has(id) && !this.#resending.has(known.account))
      throw new Violation(`${id} reached a person twice`);
  }

  /** A client has its answer. */
  answered(results: readonly ScreeningResult[], table: MessageTable): void {
    for (const result of results) {
      if (result.type === "rejected") continue;
      const { id } = result;
      const row = table.messages.get(id);
      if (row === undefined) throw new Violation(`a client was told of ${id} before it is durable`);
      const { progress } = row;
      switch (result.type) {
        case "waits":
          if (!this.#known.has(id) || (progress.decision === "allowed" && progress.submission === undefined))
            throw new Violation(`a client was told that ${id} waits before that is durable`);
          this.#promised.add(id);
          break;
        case "submitted":
          if (progress.submission === undefined || progress.submission.state === "submitting")
            throw new Violation(`a client was told what became of ${id} before that is durable`);
          if (result.outcome.type !== "refused") this.#promised.add(id);
          break;
        case "stopped":
          if (progress.decision === "allowed")
            throw new Violation(`a client was told that ${id} is stopped, and it is not`);
          if (result.answer === "report") this.#promised.add(id);
      }
    }
  }

  /** Has every message had its last word? */
  isSettled(table: MessageTable): boolean {
    if (table.waiting.size > 0) return false;
    for (const id of table.messages.keys()) if (!this.#hasEnded(id, table)) return false;
    return true;
  }

  #hasEnded(id: MessageId, table: MessageTable): boolean {
    const row = table.messages.get(id);
    if (row === undefined) return false;
    const status = messageStatus(row.progress);
    // (whose wait was broken off stays held)
    return TERMINAL.has(status) || (status === "held" && this.#known.get(id)?.isOver === true);
  }

  /** Everything is over, or should be. */
  ends(table: MessageTable): void {
    const [waiting] = table.waiting.values();
    if (waiting !== undefined) throw new Violation(`${waiting.id} waits for ever`);
    const told = new Set<MessageId>();
    for (const record of table.records)
      if (record.type === "notice_queued" && record.notice.dialect !== "alert") told.add(record.notice.message);
    for (const [id, { decided, progress }] of table.messages) {
      const status = messageStatus(progress);
      if (!this.#hasEnded(id, table)) throw new Violation(`${id} is ${status} for ever`);
      if (this.#taken.has(id) && !OWNS_UP.has(status) && !this.#liedOf.has(id))
        throw new Violation(`${id} reached a person and is said to be ${status}`);
      const isQuiet = OWNS_UP.has(status) || this.#erased.has(decided.to) || status === "canceled";
      if (this.#promised.has(id) && !isQuiet && !told.has(id))
        throw new Violation(`${id} was accepted, is ${status}, and nobody was told`);
    }
    for (const id of this.#promised) if (!table.messages.has(id)) throw new Violation(`${id} was accepted and is lost`);
    for (const record of table.records)
      if (
        record.type === "wait_ended" &&
        record.how === "erased" &&
        !this.#erased.has(this.#known.get(record.message)?.to ?? "")
      )
        throw new Violation(`${record.message} was given up as erased, and nobody asked for that`);
    this.#checkCeilings(table);
  }

  /** At each admission: what was let through in the window, with what reached a person or may have, is within the ceiling. */
  #checkCeilings(table: MessageTable): void {
    const admitted: {
      readonly id: MessageId;
      readonly account: AccountId;
      readonly times: ReadonlyMap<AccountId, number>;
      readonly micros: number;
    }[] = [];
    const held = new Map<MessageId, MessageDecided>();
    /** Each ceiling has a clock that never goes back, which only its own messages move. */
    const latest = new Map<AccountId, number>();
    const admit = (id: MessageId, account: AccountId, at: EpochMilliseconds, micros: number | undefined): void => {
      for (const { owner } of this.#ceilings.get(id) ?? []) latest.set(owner, Math.max(latest.get(owner) ?? at, at));
      if (!this.#counts(id, table)) return;
      admitted.push({ id, account, times: new Map(latest), micros: micros ?? 0 });
      for (const { owner, windowMs, most, counts } of this.#ceilings.get(id) ?? []) {
        let sum = 0;
        for (const one of admitted) {
          const [time = 0, now = 0] = [one.times.get(owner), latest.get(owner)];
          if (time <= now - windowMs || !this.policies.isWithin(one.account, owner)) continue;
          sum += counts === "money" ? one.micros : 1;
        }
        if (sum > most) throw new Violation(`${id} is over the ceiling of ${owner}: ${sum} ${counts} of ${most}`);
      }
    };
    for (const record of table.records) {
      if (record.type === "message_decided") {
        if (record.verdict.action === "hold" && record.answer === undefined) held.set(record.id, record);
        if (record.verdict.action === "allow" && record.uncounted !== true)
          admit(record.id, record.account, record.at, record.price?.micros);
      } else if (record.type === "message_due") {
        const { message, verdict, account, at, price } = record;
        if (verdict.action === "allow") admit(message, account, at, price?.micros);
        const decided = table.messages.get(message)?.decided;
        if (verdict.action === "hold" && decided !== undefined)
          held.set(message, { ...decided, ...(price && { price }) });
      } else if (record.type === "submission_intended") {
        const waited = held.get(record.message);
        if (waited !== undefined) admit(record.message, waited.account, record.at, waited.price?.micros);
        held.delete(record.message);
      }
    }
  }

  #counts(id: MessageId, table: MessageTable): boolean {
    if (this.#liedOf.has(id)) return false;
    const row = table.messages.get(id);
    return this.#taken.has(id) || (row !== undefined && messageStatus(row.progress) === "in_doubt");
  }

  /** Nothing is about to go out that must not. */
  #checkIntent(record: JournalRecord): void {
    let id: MessageId;
    let facts: Pick<Known, "account" | "to" | "country">;
    if (record.type === "message_decided" && record.intent !== undefined) {
      id = record.id;
      facts = { account: record.account, to: record.to, country: record.candidates[0] ?? "" };
    } else if (record.type === "submission_intended") {
      id = record.message;
      const known = this.#known.get(id);
      if (known === undefined) throw new Violation(`${id} is not known, and is to go out`);
      facts = known;
      if (known.isOver) throw new Violation(`${id} is to go out again after it was ${known.state}`);
      if (known.expiresAt !== undefined && record.at >= known.expiresAt)
        throw new Violation(`${id} is to go out after its time`);
      if (this.policies.isSuspended(known.account)) throw new Violation(`${id} is to go out of a suspended account`);
    } else return;
    if (this.policies.isBlocked(facts.account, facts.to, facts.country))
      throw new Violation(`${id} is to go out, and is blocked`);
  }

  /** Notes what held when the message was let through. */
  #noteCeilings(record: JournalRecord): void {
    if (record.type === "message_decided") this.#ceilings.set(record.id, this.policies.ceilingsOf(record.account));
    else if (record.type === "message_due")
      this.#ceilings.set(record.message, this.policies.ceilingsOf(record.account));
    else if (record.type === "submission_intended") {
      const known = this.#known.get(record.message);
      if (known?.state === "held") this.#ceilings.set(record.message, this.policies.ceilingsOf(known.account));
    }
  }

  #follow(record: JournalRecord, coverage: Coverage | undefined): void {
    switch (record.type) {
      case "message_decided": {
        const { verdict, account, to, candidates } = record;
        const known: Known = {
          account,
          to,
          country: candidates[0] ?? "",
          state: "received",
          expiresAt: undefined,
          isOver: false,
          faults: new Set(),
          seen: this.#faults.length,
        };
        this.#known.set(record.id, known);
        const state =
          record.intent !== undefined ? "submitting" : verdict.action === "allow" ? "accepted" : stateOf(record);
        this.#go(known, state, coverage, state === "blocked" || state === "challenged");
        return;
      }
      case "message_waits": {
        const known = this.#known.get(record.message);
        if (known === undefined) return;
        known.expiresAt = record.expiresAt;
        this.#go(known, record.state, coverage, known.isOver);
        return;
      }
      case "submission_intended":
        this.#goOn(record.message, "submitting", coverage, false);
        return;
      case "submission_ended": {
        const { outcome, next } = record;
        const state =
          outcome.type === "accepted" ? "submitted" : outcome.type === "refused" && next ? "retrying" : outcome.type;
        this.#goOn(record.message, state, coverage, state === "submitted" || state === "refused");
        return;
      }
      case "message_stopped":
        this.#goOn(record.message, "blocked", coverage, true);
        return;
      case "wait_ended": {
        const isUnsent = record.how !== "submitted" && record.how !== "refused" && record.how !== "in_doubt";
        if (isUnsent && record.how !== "stopped") {
          this.#goOn(record.message, record.how, coverage, true);
          return;
        }
        const known = this.#known.get(record.message);
        if (known !== undefined) known.isOver = true;
        if (known?.state === "queued" && record.how === "in_doubt") this.#go(known, "in_doubt", coverage, true);
        return;
      }
      case "delivery_reported":
        this.#goOn(record.report.message, `reported ${record.report.status}`, coverage, undefined);
        return;
    }
  }

  #goOn(id: MessageId, state: string, coverage: Coverage | undefined, isOver: boolean | undefined): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.#go(known, state, coverage, isOver ?? known.isOver);
  }

  #go(known: Known, state: string, coverage: Coverage | undefined, isOver: boolean): void {
    if (coverage !== undefined) {
      const faults = new Set([...known.faults, ...this.#faults.slice(known.seen)]);
      const reasons = faults.size === 0 ? (["none"] as const) : faults;
      for (const fault of reasons) {
        const cell = cellOf(known.state, state, fault);
        coverage[cell] = (coverage[cell] ?? 0) + 1;
      }
      known.faults.clear();
      known.seen = this.#faults.length;
    }
    // (a report says nothing of where the next attempt stands)
    if (!state.startsWith("reported")) known.state = state;
    known.isOver ||= isOver;
  }
}

function stateOf({ verdict, answer }: MessageDecided): string {
  if (verdict.action === "hold") return answer === undefined ? "held" : "blocked";
  return verdict.action === "challenge" ? "challenged" : "blocked";
}
