import {
  type AccountId,
  type CompiledPolicy,
  DESTINATIONS,
  type Destination,
  type DestinationAction,
  type EpochMilliseconds,
  evaluatePolicy,
  type PolicyFinding,
} from "@safeguard/core";
import { ordinaryRecipient } from "./ordinary-recipient.ts";

/** Whose words decide for a destination. `other`: what is said of all mobile numbers, or of the channel. */
export const STATE_GROUNDS = ["own_rule", "list_mode", "account_above", "other"] as const;

/** What holds for an ordinary mobile number of a destination, in no particular range. */
export interface DestinationState {
  readonly action: DestinationAction;
  readonly because: (typeof STATE_GROUNDS)[number];
}

/** What a policy does with an SMS to each destination. */
export function destinationStates(
  policy: CompiledPolicy,
  account: AccountId,
  at: EpochMilliseconds,
): ReadonlyMap<Destination, DestinationState> {
  return new Map(
    DESTINATIONS.map(({ code }) => {
      const recipient = ordinaryRecipient(code);
      const message = { account, recipient, originator: "", channel: "sms", purpose: "otp", at } as const;
      const { action, reason, findings } = evaluatePolicy(policy, message);
      const deciding = findings.find((finding) => finding.action === action && finding.reason === reason);
      return [code, { action, because: groundOf(deciding) }];
    }),
  );
}

function groundOf(finding: PolicyFinding | undefined): DestinationState["because"] {
  if (finding === undefined) return "other";
  if (finding.level > 0) return "account_above";
  if (finding.ground.type === "destination") return "own_rule";
  return finding.ground.type === "list_mode" ? "list_mode" : "other";
}
