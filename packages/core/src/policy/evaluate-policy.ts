import type { Message } from "../message.ts";
import { formerReading } from "../numbering/former-tables.ts";
import type { ReasonCode } from "../verdict/reason-code.ts";
import type { DegradedMark, PolicyFinding } from "../verdict/verdict.ts";
import type { CompiledPolicy } from "./compiled-policy.ts";
import { evaluateLevel, type Statement } from "./evaluate-level.ts";
import type { DestinationAction } from "./policy-document.ts";
import { scaleNumber } from "./prefix-index.ts";
import { ACTION_OF, BLOCK, STRICTNESS } from "./strictness.ts";

/** What steps 3 and 4 come to. */
export interface PolicyOutcome {
  readonly action: DestinationAction;
  readonly reason: ReasonCode;
  readonly findings: readonly PolicyFinding[];
  readonly degraded: readonly DegradedMark[];
}

const NOTHING_MISSING: readonly DegradedMark[] = [];
const TABLE_UNKNOWN: readonly DegradedMark[] = ["numbering_table_unknown"];

/**
 * Steps 3 (exceptions) and 4 (destination management) for one message. The policy needs at least one level.
 *
 * A rule means the numbers that it meant when it was written: where a newer numbering table reads the number differently,
 * the stricter of both readings holds. A table that nobody knows any more cannot be asked. That is no reason to block
 * everything (one foreign revision would stop all traffic), but the decision is marked.
 */
export function evaluatePolicy(policy: CompiledPolicy, message: Message): PolicyOutcome {
  let outcome = evaluateReading(policy, message);
  for (const table of policy.formerTables) {
    const former = formerReading(message.recipient.e164, table);
    if (former === undefined) continue;
    if (former === "unknown_table") {
      outcome = { ...outcome, degraded: TABLE_UNKNOWN };
      continue;
    }
    const { candidates, type } = former;
    const before = evaluateReading(policy, { ...message, recipient: { ...message.recipient, candidates, type } });
    if (STRICTNESS[before.action] > STRICTNESS[outcome.action]) outcome = { ...before, degraded: outcome.degraded };
  }
  return outcome;
}

/** What the account's own effective policy comes to, then what those above it do not let it undo. */
function evaluateReading(policy: CompiledPolicy, message: Message): PolicyOutcome {
  const number = scaleNumber(message.recipient.e164);
  const own = evaluateLevel(policy, 0, number, message);
  const found = own.exception === undefined ? [own.destination] : [own.exception, own.destination];
  const findings = found.map((statement) => finding(statement, policy, 0));

  let deciding = own.deciding;
  for (let level = 1; level < policy.levels.length; level++) {
    const { binding } = evaluateLevel(policy, level, number, message);
    if (binding === undefined) continue;
    // What an account above allows or lets detection judge is news only where the account itself is less strict.
    if (binding.strictness !== BLOCK && binding.strictness <= own.deciding.strictness) continue;
    if (comesBefore(binding, deciding)) deciding = binding;
    if (found.some((statement) => isSame(statement, binding))) continue;
    found.push(binding);
    findings.push(finding(binding, policy, level));
  }
  if (findings.length > 2) findings.sort((a, b) => Number(b.step === "exception") - Number(a.step === "exception"));
  return { action: ACTION_OF[deciding.strictness], reason: deciding.reason, findings, degraded: NOTHING_MISSING };
}

/** The stricter one decides; of two blocks the one of the earlier step, then the one nearer to the account. */
function comesBefore(limit: Statement, deciding: Statement): boolean {
  if (limit.strictness !== deciding.strictness) return limit.strictness > deciding.strictness;
  return limit.ground.type === "exception" && deciding.ground.type !== "exception";
}

function isSame(a: Statement, b: Statement): boolean {
  if (a.from !== b.from || a.reason !== b.reason) return false;
  if ("destination" in a.ground && "destination" in b.ground) return a.ground.destination === b.ground.destination;
  // Range rules and exceptions keep their ground; number type and channel are the message's.
  return a.ground === b.ground || a.ground.type === "number_type" || a.ground.type === "channel";
}

/** `evaluated`: the level whose policy came to it. The default policy, which stands at no level, counts as that one's. */
function finding(statement: Statement, policy: CompiledPolicy, evaluated: number): PolicyFinding {
  return {
    type: "policy",
    step: statement.ground.type === "exception" ? "exception" : "destination",
    action: ACTION_OF[statement.strictness],
    reason: statement.reason,
    ground: statement.ground,
    level: statement.from < policy.levels.length ? statement.from : evaluated,
  };
}
