export type { AccountId, Brand, EpochMilliseconds, Milliseconds } from "./brand.ts";
export { decide, type Limit } from "./decide.ts";
export { AccountDetection, type AccountDetectionSnapshot } from "./detection/account-detection.ts";
export { agreesWithEvidence } from "./detection/agrees-with-evidence.ts";
export { type DetectionEvent, OUTCOME_KINDS, type OutcomeKind } from "./detection/detection-event.ts";
export type { DetectionOpinion, DetectionResult, UnansweredLimit } from "./detection/detection-finding.ts";
export { lineOf } from "./detection/detection-query.ts";
export {
  DEFAULT_DETECTION,
  DETECTION_FIELDS,
  DETECTION_MODES,
  DETECTION_PRESETS,
  DETECTION_RANGES,
  type DetectionAudit,
  type DetectionMode,
  type DetectionPreset,
  type DetectionRange,
  type DetectionSettings,
  type EffectiveDetection,
  effectiveDetection,
  PRESETS,
  WHEN_FAILED,
  WHEN_OUTCOMES_MISSING,
} from "./detection/detection-settings.ts";
export { modeFor } from "./detection/mode-for.ts";
export type { PastStep } from "./detection/past-step.ts";
export type { Evidence, Scope, SessionCounts } from "./detectors/evidence.ts";
export {
  explainEvidence,
  explainScope,
  factorText,
  rangeDestination,
  rangeText,
} from "./detectors/explain-evidence.ts";
export { type Thresholds, thresholdsFor } from "./detectors/thresholds.ts";
export {
  DEFAULT_POLICY_NAME,
  Engine,
  type EngineEvent,
  type EngineOptions,
  type EngineSnapshot,
  type KnownOfNumber,
  SnapshotUnreadable,
} from "./engine.ts";
export { type Collateral, collateralOf } from "./incidents/collateral-of.ts";
export {
  type Containment,
  INCIDENT_STATES,
  type Incident,
  type IncidentCounts,
  type IncidentEntry,
  type IncidentMoney,
  type IncidentPattern,
  type IncidentRange,
  type IncidentState,
} from "./incidents/incident.ts";
export type { AttemptMark, IncidentPictures, NumberTick } from "./incidents/incident-pictures.ts";
export { type Neighbour, neighboursOf } from "./incidents/neighbours-of.ts";
export { picturesOf } from "./incidents/pictures-of.ts";
export { agreesWithLimits } from "./limits/agrees-with-limits.ts";
export type { LimitNeeds } from "./limits/compiled-limits.ts";
export { amountText } from "./limits/explain-limit.ts";
export type { LimitFinding, LimitReason } from "./limits/limit-finding.ts";
export {
  type Amount,
  CEILING_FIELDS,
  CEILING_NAME,
  CEILING_SUBJECTS,
  type Ceiling,
  type CeilingSubject,
  CURRENCY,
  KEY_NAME,
  LIMIT_FIELDS,
  LIMIT_RANGES,
  type LimitSettings,
  MOST_CEILINGS,
  type UnansweredSettings,
  WHEN_PRICE_UNKNOWN,
  windowMs,
} from "./limits/limit-settings.ts";
export type { LimitUse } from "./limits/limit-use.ts";
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
  isStandIn,
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
  shownNumber,
  standInFor,
  type TableChange,
  TWINS,
  tableChanges,
} from "./numbering/index.ts";
export { type CompiledDocument, compileDocument } from "./policy/compiled-document.ts";
export { type CompiledPolicy, compilePolicy } from "./policy/compiled-policy.ts";
export { DEFAULT_POLICY } from "./policy/default-policy.ts";
export type { PolicyProblem } from "./policy/document-check.ts";
export { evaluatePolicy, type PolicyOutcome } from "./policy/evaluate-policy.ts";
export type { PolicyChange } from "./policy/policy-change.ts";
export { type DiffSetting, diffPolicies, loosens } from "./policy/policy-diff.ts";
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
export { type RecordedMessage, type ReplayedMessage, TrafficReplay } from "./replay-traffic.ts";
export { hashAddress } from "./signals/hash-address.ts";
export { hashText } from "./signals/hash-key.ts";
export type { KnownNumber } from "./signals/number-table.ts";
export { SESSION } from "./signals/session-log.ts";
export {
  decidingFinding,
  decidingLimit,
  detectionFinding,
  explainVerdict,
  limitRetryAt,
  type VerdictNames,
} from "./verdict/explain-verdict.ts";
export { NUMBER_REJECTION_SENTENCES, REASONS, type ReasonCode, type ReasonFamily } from "./verdict/reason-code.ts";
export { sameVerdict } from "./verdict/same-verdict.ts";
export {
  DEGRADED_MARKS,
  type DegradedMark,
  type DetectionFinding,
  type Finding,
  type PolicyFinding,
  type PolicyStamp,
  type Verdict,
  type VerdictAction,
} from "./verdict/verdict.ts";
