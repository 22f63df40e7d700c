import {
  type AccountId,
  type Channel,
  compilePolicy,
  type DetectionMode,
  decide,
  type EpochMilliseconds,
  modeFor,
  type NumberRejection,
  type NumberType,
  type PolicyLevel,
  type Purpose,
  parseRecipient,
  type ReasonCode,
  type Verdict,
  type VerdictAction,
} from "@safeguard/core";

/** One decided number, as `safeguard check` writes it. */
export interface NumberCheck {
  readonly input: string;
  /** The canonical number; null: the text is no number. */
  readonly to: string | null;
  /** Where it belongs; null: nowhere, or `candidates` says where it could. */
  readonly destination: string | null;
  readonly type: NumberType | null;
  /** Could be a number by its calling code and length. What is not possible is never sent. */
  readonly possible: boolean;
  readonly action: VerdictAction;
  readonly reason: ReasonCode;
  /** 0: the account has no revision of this policy, and what stands above it decided. */
  readonly policyRevision: number;
  /** Valid nowhere, and the strictest rule of these held. */
  readonly candidates?: readonly string[];
  /** The territory that the number is of, where it follows `destination`. */
  readonly twin?: string;
  /** Why the text is no number. */
  readonly rejection?: NumberRejection;
}

export interface CheckSetting {
  /** The account's own level first. */
  readonly levels: readonly PolicyLevel[];
  readonly account: AccountId;
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly at: EpochMilliseconds;
}

export interface CheckedNumber {
  readonly check: NumberCheck;
  /** Undefined: the text is no number. */
  readonly verdict: Verdict | undefined;
  /** What detection may do with such a message, if the rules let it pass. */
  readonly detection: DetectionMode;
}

/** Decides numbers as the server would, in this process: the levels are made ready once. */
export function numberChecker(setting: CheckSetting): (text: string) => CheckedNumber {
  const { account, channel, purpose, at } = setting;
  const policy = compilePolicy(setting.levels);
  const policyRevision = policy.stamp.revisions[0] ?? 0;
  return (text) => {
    const result = parseRecipient(text, "native");
    if (!result.ok) {
      const check: NumberCheck = {
        input: text,
        to: null,
        destination: null,
        type: null,
        possible: false,
        action: "block",
        reason: "number_rejected",
        policyRevision,
        rejection: result.code,
      };
      return { check, verdict: undefined, detection: "off" };
    }
    const { recipient } = result;
    const verdict = decide({ account, recipient, originator: "", channel, purpose, at }, policy);
    const { candidates, twin } = recipient;
    const check: NumberCheck = {
      input: text,
      to: recipient.e164,
      destination: candidates.length === 1 ? candidates[0] : null,
      type: recipient.type,
      possible: true,
      action: verdict.action,
      reason: verdict.reason,
      policyRevision,
      ...(candidates.length > 1 && { candidates }),
      ...(twin !== undefined && { twin }),
    };
    return { check, verdict, detection: modeFor(policy.detection, purpose, verdict.detection) };
  };
}
