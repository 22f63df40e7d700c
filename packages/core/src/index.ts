export type { AccountId, Brand, EpochMilliseconds, Milliseconds } from "./brand.ts";
export { CHANNELS, type Channel, type Message, NUMBER_CHANNELS, PURPOSES, type Purpose } from "./message.ts";
export type { Destination, E164 } from "./numbering/e164.ts";
export {
  NUMBER_DIALECTS,
  NUMBER_REJECTIONS,
  NUMBER_TYPES,
  type NumberDialect,
  type NumberRejection,
  type NumberType,
  type Recipient,
  type RecipientResult,
  type RejectedRecipient,
} from "./numbering/recipient.ts";
export {
  DESTINATION_ACTIONS,
  type DestinationAction,
  type DestinationRule,
  LIST_MODES,
  type ListMode,
  POLICY_FIELDS,
  type PolicyDocument,
  type PolicyException,
  type PolicyField,
  type PolicyGround,
  type PolicyLevel,
  type RangeRule,
} from "./policy/policy-document.ts";
export { NUMBER_REJECTION_SENTENCES, REASONS, type ReasonCode, type ReasonFamily } from "./verdict/reason-code.ts";
export type { DegradedMark, Finding, PolicyFinding, PolicyStamp, Verdict, VerdictAction } from "./verdict/verdict.ts";
