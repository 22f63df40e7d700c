export type { AccountId, Brand, EpochMilliseconds, Milliseconds } from "./brand.ts";
export { decide } from "./decide.ts";
export { DEFAULT_POLICY_NAME, Engine, type EngineEvent, type EngineSnapshot, SnapshotUnreadable } from "./engine.ts";
export { CHANNELS, type Channel, type Message, NUMBER_CHANNELS, PURPOSES, type Purpose } from "./message.ts";
export {
  CONTINENTS,
  type Continent,
  DESTINATION_GROUPS,
  DESTINATIONS,
  type Destination,
  type DestinationGroup,
  type DestinationInfo,
  destinationGroup,
  destinationInfo,
  type E164,
  type FormerReading,
  formerDestinations,
  formerReading,
  isDestination,
  mainDestinationOf,
  NUMBER_DIALECTS,
  NUMBER_REJECTIONS,
  NUMBER_TYPES,
  NUMBERING_TABLE,
  type NumberBlock,
  type NumberDialect,
  type NumberReading,
  type NumberRejection,
  type NumberType,
  numberBlocks,
  operatorOf,
  parseRecipient,
  parseRecipientBytes,
  type Recipient,
  type RecipientResult,
  type RejectedRecipient,
  readCanonicalBytes,
  type TableChange,
  TWINS,
  tableChanges,
} from "./numbering/index.ts";
export { type CompiledPolicy, compilePolicy } from "./policy/compiled-policy.ts";
export { DEFAULT_POLICY } from "./policy/default-policy.ts";
export type { PolicyProblem } from "./policy/document-check.ts";
export { evaluatePolicy, type PolicyOutcome } from "./policy/evaluate-policy.ts";
export { type DiffSetting, diffPolicies, loosens, type PolicyChange } from "./policy/policy-diff.ts";
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
export type { RevisionState } from "./policy/revision-history.ts";
export { type PolicyValidation, validatePolicyDocument } from "./policy/validate-policy-document.ts";
export { type ReplayEvent, type Replayed, recompute, replay } from "./replay.ts";
export { decidingFinding, explainVerdict, type VerdictNames } from "./verdict/explain-verdict.ts";
export { NUMBER_REJECTION_SENTENCES, REASONS, type ReasonCode, type ReasonFamily } from "./verdict/reason-code.ts";
export { sameVerdict } from "./verdict/same-verdict.ts";
export type { DegradedMark, Finding, PolicyFinding, PolicyStamp, Verdict, VerdictAction } from "./verdict/verdict.ts";
