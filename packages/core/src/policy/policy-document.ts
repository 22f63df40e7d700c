import type { EpochMilliseconds } from "../brand.ts";
import type { DetectionSettings } from "../detection/detection-settings.ts";
import type { LimitSettings } from "../limits/limit-settings.ts";
import type { Channel } from "../message.ts";
import type { Destination } from "../numbering/e164.ts";
import type { NumberType } from "../numbering/recipient.ts";

/** What is done with a destination or range. `filter`: detection may act; `monitor`: it only records; `allow`: no detection. */
export const DESTINATION_ACTIONS = ["allow", "monitor", "filter", "block"] as const;
export type DestinationAction = (typeof DESTINATION_ACTIONS)[number];

/**
 * What holds for a destination without a rule of its own: `allow_list` blocks it, the other two let it pass as `filter`.
 * `allow_all` has no blocked destination at all: a document that says both is refused.
 */
export const LIST_MODES = ["allow_all", "block_list", "allow_list"] as const;
export type ListMode = (typeof LIST_MODES)[number];

export interface DestinationRule {
  readonly action: DestinationAction;
  /** Default: the document's `channels`. */
  readonly channels?: readonly Channel[];
}

/** Numbers that begin with `prefix`. The longest prefix wins; at equal length block wins. Beats the destination's rule. */
export interface RangeRule {
  /** `+` and 1 to 15 digits. */
  readonly prefix: string;
  readonly action: DestinationAction;
  readonly channels?: readonly Channel[];
  /** The rule does not exist from this instant on. */
  readonly until?: EpochMilliseconds;
  readonly note?: string;
}

/** A trusted or barred number, or a range of them: `+31612345678`, `+316123456xx` (each `x` one digit). */
export interface PolicyException {
  /** `+` and digits, then up to 5 `x` (3 for `trusted`: at most 1,000 numbers). */
  readonly range: string;
  readonly kind: "trusted" | "barred";
  /** From this instant on the exception does not exist. Required for a trusted range of more than one number. */
  readonly until?: EpochMilliseconds;
  /** Only for `trusted`: skip step 4 (destinations, ranges, number types) too. Never a parent's block. */
  readonly evenIfDestinationBlocked?: boolean;
  readonly channels?: readonly Channel[];
  readonly note?: string;
}

/** The parts of a policy that a parent can lock; a child may then only tighten them. */
export const POLICY_FIELDS = [
  "listMode",
  "destinations",
  "numberTypes",
  "ranges",
  "exceptions",
  "channels",
  "detection",
] as const;
export type PolicyField = (typeof POLICY_FIELDS)[number];

/**
 * What one account says in one policy. An absent field is taken from the parent's policy (or, for an account without a
 * parent, from {@link DEFAULT_POLICY}). Maps and lists are merged entry by entry: the child's entry for the same key wins.
 */
export interface PolicyDocument {
  readonly listMode?: ListMode;
  readonly destinations?: Readonly<Record<string, DestinationRule>>;
  /** Kinds of line that are blocked wherever they are, unless a range rule or exception says otherwise. */
  readonly numberTypes?: Readonly<Partial<Record<NumberType, "block" | "allow">>>;
  readonly ranges?: readonly RangeRule[];
  readonly exceptions?: readonly PolicyException[];
  /** The channels that rules without their own speak of; other channels pass. Default sms, mms, voice. */
  readonly channels?: readonly Channel[];
  /** What detection may do with messages that steps 3 and 4 let pass. */
  readonly detection?: DetectionSettings;
  /** The most that may go out. Those of the accounts above hold besides, so these can only tighten. */
  readonly limits?: LimitSettings;
  /** Fields that accounts below may only tighten. */
  readonly locked?: readonly PolicyField[];
}

/** One level of the chain that decides: the account's own document, then its parent's, and so on to the root. */
export interface PolicyLevel {
  /** Account that said it; shown to that account and those above it, never below. */
  readonly account: string;
  readonly policy: string;
  /** 0: the account has said nothing in this policy. */
  readonly revision: number;
  readonly document: PolicyDocument;
  /** Hash of the numbering table it was written under. Where a later table moved a number, the stricter of both holds. */
  readonly numberingTable: string;
}

/** A rule that was found to hold, with where it stands. */
export type PolicyGround =
  | { readonly type: "list_mode"; readonly listMode: ListMode; readonly destination: Destination }
  | { readonly type: "destination"; readonly destination: Destination; readonly action: DestinationAction }
  | { readonly type: "number_type"; readonly numberType: NumberType }
  | { readonly type: "range"; readonly prefix: string; readonly action: DestinationAction }
  | { readonly type: "exception"; readonly kind: "trusted" | "barred"; readonly range: string }
  | { readonly type: "channel"; readonly channel: Channel };
