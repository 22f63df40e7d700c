import type { Destination, E164 } from "./e164.ts";

/** What kind of line a number is, by its numbering plan. `unknown`: possible, but in no range of the plan. */
export const NUMBER_TYPES = [
  "mobile",
  "fixed",
  "fixed_or_mobile",
  "toll_free",
  "premium",
  "shared_cost",
  "voip",
  "personal",
  "pager",
  "uan",
  "global_service",
  "unknown",
] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

/** A recipient number, parsed once: this canonical form is what is decided on, recorded and sent. */
export interface Recipient {
  readonly e164: E164;
  /**
   * Where the number belongs. One entry when the plan knows it; several when it is possible but valid nowhere:
   * every main destination that shares the calling code, in alphabetical order. Never empty.
   */
  readonly candidates: readonly [Destination, ...Destination[]];
  /** The twin that the plan names (`SJ`), when the number follows its main destination (`NO`). */
  readonly twin: string | undefined;
  readonly type: NumberType;
  /** In a range that the numbering plan assigns. False: only its length is possible. */
  readonly valid: boolean;
}

/** Why a text is no recipient number. Each has a sentence in the reference. */
export const NUMBER_REJECTIONS = [
  "number_missing",
  "number_too_long",
  "number_too_short",
  "number_character",
  "number_extension",
  "number_not_international",
  "number_calling_code",
  "number_impossible",
] as const;
export type NumberRejection = (typeof NUMBER_REJECTIONS)[number];

export interface RejectedRecipient {
  readonly ok: false;
  readonly code: NumberRejection;
  /** Offset (UTF-16 units) of the first offending character, where one is to blame. */
  readonly position: number | undefined;
}

export type RecipientResult = { readonly ok: true; readonly recipient: Recipient } | RejectedRecipient;

/**
 * The way in that a number came by; each writes numbers its own way.
 * `native`, `csv`: `+…` (or `00…`). `twilio`: `+…`, digits alone as international. `cm`: `00…`, `+…`, or digits alone
 * as international. `smpp`: digits alone are international.
 */
export const NUMBER_DIALECTS = ["native", "twilio", "cm", "smpp", "csv"] as const;
export type NumberDialect = (typeof NUMBER_DIALECTS)[number];
