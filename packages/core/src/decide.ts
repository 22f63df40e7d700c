import type { Message } from "./message.ts";
import type { CompiledPolicy } from "./policy/compiled-policy.ts";
import { evaluatePolicy } from "./policy/evaluate-policy.ts";
import type { Verdict } from "./verdict/verdict.ts";

/**
 * May this message go out? The flow from step 3 on; the client's network (1) was checked and the number (2) parsed before
 * there was a message. Pure: the same message and policy give the same verdict, live, in a backtest and when a recorded
 * one is computed again.
 */
export function decide(message: Message, policy: CompiledPolicy): Verdict {
  // An account of which nothing is known: never open.
  if (policy.levels.length === 0) return unknownAccount(policy);

  // 3 exceptions, 4 destination management
  const { action, reason, findings, degraded } = evaluatePolicy(policy, message);
  const common = { reason, findings, score: 0, policy: policy.stamp, degraded };
  return action === "block"
    ? { action: "block", ...common, detection: "filter" }
    : { action: "allow", ...common, detection: action };
}

function unknownAccount(policy: CompiledPolicy): Verdict {
  return {
    action: "block",
    reason: "policy_missing",
    findings: [],
    score: 0,
    policy: policy.stamp,
    degraded: ["policy_missing"],
    detection: "filter",
  };
}
