import type { NumberRejection } from "../numbering/recipient.ts";

/** What a reason belongs to; each dialect answers by family (its table stands in the reference). */
export type ReasonFamily = "allowed" | "network" | "number" | "destination" | "limit" | "detection";

export type ReasonCode =
  | "destination_allowed"
  | "range_allowed"
  | "exception_trusted"
  | "channel_not_covered"
  | "exception_barred"
  | "destination_blocked"
  | "destination_not_listed"
  | "range_blocked"
  | "number_type_blocked"
  | "policy_missing"
  | "number_rejected";

/**
 * Every reason a verdict can have: stable, documented (docs/reference/reason-codes.md is generated from this table).
 * `sentence` is shown to the account; `{…}` are filled by `explainVerdict`.
 */
export const REASONS: Readonly<Record<ReasonCode, Reason>> = {
  destination_allowed: { family: "allowed", sentence: "{destination} is allowed." },
  range_allowed: { family: "allowed", sentence: "Numbers that begin with {prefix} are allowed." },
  exception_trusted: { family: "allowed", sentence: "{range} is trusted." },
  channel_not_covered: { family: "allowed", sentence: "The policy does not speak of the channel {channel}." },
  exception_barred: { family: "destination", sentence: "{range} is barred." },
  destination_blocked: { family: "destination", sentence: "{destination} is blocked." },
  destination_not_listed: { family: "destination", sentence: "{destination} is not on the allow list." },
  range_blocked: { family: "destination", sentence: "Numbers that begin with {prefix} are blocked." },
  number_type_blocked: { family: "destination", sentence: "{numberType} numbers are blocked." },
  policy_missing: { family: "destination", sentence: "No policy is known for this account, so nothing may go out." },
  number_rejected: { family: "number", sentence: "{number} is no recipient number: {rejection}." },
};

/** What the table says of one reason. */
export interface Reason {
  readonly family: ReasonFamily;
  readonly sentence: string;
}

/** The reasons for which a text is refused as a number, with what is right. */
export const NUMBER_REJECTION_SENTENCES: Readonly<Record<NumberRejection, string>> = {
  number_missing: "it is empty; give the number in international form, such as +31612345678",
  number_too_long: "it has more than 15 digits",
  number_too_short: "it has too few digits",
  number_character: "it has a character that no number has; use + and digits",
  number_extension: "it has an extension, and an SMS cannot reach one",
  number_not_international: "it is not in international form; begin with + and the country's calling code",
  number_calling_code: "no country or network has this calling code",
  number_impossible: "no number of its country has this length",
};
