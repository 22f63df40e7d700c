import type { LimitReason } from "../limits/limit-finding.ts";
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
  | "number_rejected"
  | LimitReason
  | DetectionReason;

/** Reasons of steps 6 and 7. */
export type DetectionReason =
  | "verified_number"
  | "probe"
  | "range_watched"
  | "audit_release"
  | "stepped_down"
  | "range_surge"
  | "new_blocks_surge"
  | "large_cluster"
  | "range_unanswered"
  | "range_faked"
  | "range_contained"
  | "lockdown"
  | "number_unanswered"
  | "outcomes_missing"
  | "detection_failed";

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
  ceiling_messages: { family: "limit", sentence: "The ceiling {limit} is reached: {use}." },
  ceiling_money: { family: "limit", sentence: "The ceiling {limit} is reached: {use}." },
  ceiling_unproven: {
    family: "limit",
    sentence: "The budget {limit} for numbers that are not verified is spent: {use}.",
  },
  limit_duplicate: { family: "limit", sentence: "The same text went to this number before: {use}." },
  limit_price: { family: "limit", sentence: "The message costs more than one message may: {use}." },
  limit_price_unknown: {
    family: "limit",
    sentence: "{limit} counts money, and the price of this message is not known in {currency}.",
  },
  verified_number: { family: "allowed", sentence: "The number was verified before, so detection does not judge it." },
  probe: { family: "allowed", sentence: "One message is let through to learn whether the attack on {range} goes on." },
  range_watched: { family: "allowed", sentence: "{range} is watched, and still has credit: {evidence}." },
  audit_release: {
    family: "allowed",
    sentence:
      "Detection would have stopped it, and it was drawn to be let through, to measure false blocks: {evidence}.",
  },
  stepped_down: {
    family: "allowed",
    sentence:
      "Detection would have stopped it, but audit releases show that it stops too many legitimate messages, so it only tells: {evidence}.",
  },
  range_surge: { family: "detection", sentence: "Too many new numbers in {range}: {evidence}." },
  new_blocks_surge: { family: "detection", sentence: "Too many unanswered codes in {range}: {evidence}." },
  large_cluster: {
    family: "detection",
    sentence: "More new numbers in {range} than detection lets pass before people prove themselves: {evidence}.",
  },
  range_unanswered: { family: "detection", sentence: "An attack on {range}, whose codes nobody answers: {evidence}." },
  range_faked: { family: "detection", sentence: "An attack on {range}, whose codes no person answers: {evidence}." },
  range_contained: { family: "detection", sentence: "{range} is contained: {evidence}." },
  lockdown: {
    family: "detection",
    sentence: "The account is locked down until {until}: only verified numbers get messages.",
  },
  number_unanswered: {
    family: "limit",
    sentence: "The number has {count} unanswered codes within the {window}, and the limit is {limit}.",
  },
  outcomes_missing: {
    family: "detection",
    sentence: "No outcomes are reported, and the policy has new numbers prove themselves then.",
  },
  detection_failed: {
    family: "detection",
    sentence: "Detection failed on this message, and the policy lets nothing pass that it has not looked at.",
  },
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
