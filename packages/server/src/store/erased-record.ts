import { type E164, lineOf, shownNumber } from "@safeguard/core";
import { erased } from "../audit/audit-row.ts";
import type { DecidedMessage, JournalRecord, MessageDecided } from "./journal-record.ts";
import { wholeNumber } from "./number-trace.ts";

/** Of what is erased: the number, and what stands for it from then on. */
export interface Erasure {
  readonly to: E164;
  readonly standIn: E164;
}

/**
 * A record of the number (see NumberTrace) as it is after its erasure; undefined: nothing of it stays. What was counted,
 * spent and decided stays, of what stands for the number; what tells who it was goes: references, addresses, devices, the
 * client's keys, texts, providers' ids. Rules that an account wrote itself stay: they are its own words, and hold.
 */
export function erasedRecord(record: JournalRecord, erasure: Erasure): JournalRecord | undefined {
  const { to, standIn } = erasure;
  const line = lineOf(to);
  const renamed = <T extends { readonly to: E164 }>(one: T): T => (one.to === to ? { ...one, to: standIn } : one);
  switch (record.type) {
    case "decision_made":
      return withoutNumber(
        record.to === to || record.to === standIn ? erasedDecision(record, standIn) : record,
        erasure,
      );
    case "message_decided":
      return withoutNumber(
        record.to === to || record.to === standIn ? erasedMessage(record, standIn) : record,
        erasure,
      );
    case "message_due":
      return withoutNumber(erasedDecision(record, standIn), erasure);
    case "submission_ended":
      return { ...record, outcome: erasedOutcome(record.outcome) };
    case "delivery_reported": {
      const { report, about } = record;
      return {
        ...record,
        report: { ...withoutNumber(report, erasure), text: undefined },
        ...(about !== undefined && { about: renamed(about) }),
      };
    }
    case "outcome_reported":
    case "verified_removed":
      return renamed(record);
    case "verified_imported":
    case "past_numbers_verified":
      return { ...record, numbers: record.numbers.map(renamed) };
    case "past_traffic_learned":
      return {
        ...record,
        steps: record.steps.map((row) => {
          const [gap, number, place, rest] = row;
          if (number !== line) return row;
          const other = lineOf(standIn);
          // (of an outcome it is how long ago the message was sent; of a message, the person's device)
          return place < 0 && rest !== undefined ? [gap, other, place as -1 | -2, rest] : [gap, other, place];
        }),
      };
    // The key stays used: whoever sends the request again must not have it done again.
    case "request_answered":
      return { ...withoutNumber(record, erasure), requestHash: "erased", body: "" };
    case "message_rejected":
    case "notice_attempted":
      return undefined;
    case "notice_queued":
      return record.notice.dialect === "alert" ? withoutNumber(record, erasure) : undefined;
    case "audited":
      return { ...record, row: erased(record.row) };
    case "revision_saved": {
      const { document, ...rest } = record.revision;
      return { ...record, revision: { ...withoutNumber(rest, erasure), document } };
    }
    default:
      return withoutNumber(record, erasure);
  }
}

/** The same where every text names the number's range of 100 in its place. */
export function withoutNumber<T>(value: T, { to, standIn }: Erasure): T {
  return masked(value, wholeNumber(to, "g"), shownNumber(standIn).slice(1)) as T;
}

function masked(value: unknown, number: RegExp, shown: string): unknown {
  if (typeof value === "string") return value.replaceAll(number, shown);
  if (Array.isArray(value)) return value.map((one) => masked(one, number, shown));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name.replaceAll(number, shown), masked(field, number, shown)]),
  );
}

function erasedDecision<T extends DecidedMessage>(record: T, standIn: E164): T {
  const { endUserAddress: _address, device: _device, content: _content, keys: _keys, ...rest } = record;
  return { ...rest, to: standIn } as unknown as T;
}

function erasedMessage(record: MessageDecided, standIn: E164): MessageDecided {
  const { reference: _reference, callback: _callback, ...rest } = erasedDecision(record, standIn);
  return rest;
}

type Outcome = Extract<JournalRecord, { type: "submission_ended" }>["outcome"];

/** How it ended stays, the provider's id and words go. */
function erasedOutcome(outcome: Outcome): Outcome {
  if (outcome.type === "accepted") return { ...outcome, providerId: undefined };
  return outcome.type === "refused" ? { ...outcome, code: codeOnly(outcome.code), text: "" } : { ...outcome, text: "" };
}

/** A provider's code is short; what is as long as a number may be one. */
function codeOnly(code: string): string {
  return /\d{7}/.test(code) ? "" : code;
}
