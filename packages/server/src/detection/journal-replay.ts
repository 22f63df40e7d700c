import {
  type AccountId,
  type Channel,
  type CompiledPolicy,
  compilePolicy,
  detectionFinding,
  type Engine,
  type EpochMilliseconds,
  type Message,
  type PolicyStamp,
  sameVerdict,
  type Verdict,
} from "@safeguard/core";
import type { HeldDecisions } from "../decisions/held-decisions.ts";
import { messageOfRecord } from "../decisions/message-of-record.ts";
import type { MessageId } from "../gateway/message-id.ts";
import { settleLimits } from "../limits/settle-limits.ts";
import type { DecidedMessage, JournalRecord, MessageDecided } from "../store/journal-record.ts";
import { engineEventsOf } from "./engine-events.ts";
import type { OpenHolds } from "./open-holds.ts";

export interface JournalReplayParts {
  readonly engine: Engine;
  readonly holds: OpenHolds;
  readonly heldDecisions: HeldDecisions;
  /** The policy that a verdict names; undefined: it is not kept. */
  policyOf(account: AccountId, stamp: PolicyStamp, at: EpochMilliseconds): CompiledPolicy | undefined;
}

/**
 * Brings detection to where it was by living through the journal once more: what was decided is counted again, under the
 * revisions that decided then. The recorded verdicts stand; where one comes out differently now it is only counted.
 */
export class JournalReplay {
  readonly #parts: JournalReplayParts;
  #decisions = 0;
  #differing = 0;

  constructor(parts: JournalReplayParts) {
    this.#parts = parts;
  }

  get decisions(): number {
    return this.#decisions;
  }

  /** How many decisions came out differently from their records. */
  get differing(): number {
    return this.#differing;
  }

  apply(record: JournalRecord): void {
    const { engine, holds, heldDecisions } = this.#parts;
    settleLimits(engine, record);
    switch (record.type) {
      case "decision_made":
        this.#decide(record, record, record.channel, record.verdict);
        if (record.uncounted === true) return;
        heldDecisions.decided(
          { account: record.account, recipient: { e164: record.to }, at: record.at, ...heldSince(record) },
          record.verdict,
        );
        return;
      case "message_decided":
        this.#decide(record, record, record.counted ?? record.channel, record.verdict);
        holds.apply(record);
        return;
      case "message_due":
        this.#decide({ ...record, id: record.message }, record, record.counted ?? record.channel, record.verdict);
        holds.apply(record);
        return;
      case "wait_ended":
        holds.apply(record);
        return;
      case "message_held":
      case "submission_intended":
      case "message_stopped":
        this.#decideHeld(record.message, record.at, record.verdict, record.type === "message_held");
        holds.apply(record);
        return;
      default:
        for (const event of engineEventsOf(record)) engine.apply(event);
    }
  }

  #decideHeld(message: MessageDecided["id"], at: EpochMilliseconds, verdict: Verdict, isHeldOn: boolean): void {
    const held = this.#parts.holds.find(message);
    // A wait that was broken off ended without a question.
    if (held === undefined || (verdict.action === "hold" && !isHeldOn)) return;
    this.#decide({ ...held, heldSince: held.at }, { at }, held.counted ?? held.channel, verdict);
  }

  #decide(
    record: DecidedMessage & { readonly id: MessageId },
    { at }: Pick<Message, "at">,
    channel: Channel,
    recorded: Verdict,
  ): void {
    if (record.uncounted === true) return;
    const isByRules = record.riskCheck === "disable";
    // Stopped by the rules or limits on every channel: detection was not asked.
    const isStopped = channel === record.channel && detectionFinding(recorded) === undefined;
    if (recorded.action === "block" ? isByRules || isStopped : isByRules && recorded.action !== "allow") return;
    const { engine, policyOf } = this.#parts;
    this.#decisions++;
    const message: Message = {
      ...messageOfRecord(record, at, channel),
      ...(isSent(record) && { id: record.id }),
    };
    const policy = policyOf(record.account, recorded.policy, at);
    // What was allowed is spent, whatever would be said of it now.
    const hasChannel = !isSent(record) || record.channels.includes(channel);
    if (recorded.action === "allow" && hasChannel) engine.spend(message, policy ?? recorded.policy.policy);
    if (isByRules) return;
    if (policy === undefined) {
      engine.decideUnder(message, compilePolicy(engine.levelsFor(record.account, recorded.policy.policy, at)));
      this.#differing++;
      return;
    }
    const verdict = engine.decideUnder(message, policy);
    if (channel === record.channel && !sameVerdict(recorded, verdict)) this.#differing++;
  }
}

/** The decision API sends nothing that could be refused: what it allowed is spent at once. */
function isSent(record: DecidedMessage): record is MessageDecided {
  return "dialect" in record;
}

function heldSince({ heldSince: since }: DecidedMessage): Pick<Message, "heldSince"> {
  return since === undefined ? {} : { heldSince: since };
}
