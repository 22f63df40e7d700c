import type { Message } from "./message.ts";
import type { CompiledPolicy, VerdictPlace } from "./policy/compiled-policy.ts";
import { evaluatePolicy, type PolicyOutcome } from "./policy/evaluate-policy.ts";
import type { PolicyGround } from "./policy/policy-document.ts";
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
  return remembered(policy, evaluatePolicy(policy, message));
}

/**
 * The same rules come to the same verdict for every message, and it is one object: whoever makes something of a verdict (a
 * text for the record, an answer) can make it once and find it by the object.
 */
function remembered(policy: CompiledPolicy, outcome: PolicyOutcome): Verdict {
  let place = policy.verdicts;
  for (const { ground } of outcome.findings) place = placeAfter(place, ground);
  if (place.verdict === undefined || !comesToTheSame(place.verdict, outcome)) {
    place.verdict = verdictOf(policy, outcome);
  }
  return place.verdict;
}

function placeAfter(place: VerdictPlace, ground: PolicyGround): VerdictPlace {
  const known = place.after.get(ground);
  if (known !== undefined) return known;
  const next: VerdictPlace = { verdict: undefined, after: new WeakMap() };
  place.after.set(ground, next);
  return next;
}

/** Of two outcomes on the same grounds. */
function comesToTheSame(verdict: Verdict, { reason, findings, degraded }: PolicyOutcome): boolean {
  return (
    verdict.reason === reason &&
    verdict.degraded === degraded &&
    verdict.findings.every(({ action, level }, index) => {
      const other = findings[index];
      return other !== undefined && action === other.action && level === other.level;
    })
  );
}

function verdictOf(policy: CompiledPolicy, { action, reason, findings, degraded }: PolicyOutcome): Verdict {
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
