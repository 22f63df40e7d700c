import type { AccountId, E164, EpochMilliseconds } from "@safeguard/core";
import type { MessageId } from "../message-id.ts";
import type { OutcomeKind } from "./outcome.ts";

/** Who says what became of messages, and when we hear it. */
export interface OutcomeReporter {
  readonly account: AccountId;
  /** A key's id, or `operator`. */
  readonly key: string;
  readonly at: EpochMilliseconds;
  /**
   * What is done with a claimed time that cannot be: refused, or moved to the nearest that can (where the dialect has no
   * words to refuse it in).
   */
  readonly impossibleTimes: "refuse" | "move";
}

export interface OutcomeClaim {
  readonly kind: OutcomeKind;
  /** A message or decision; or the latest one to this number within the 24 hours before `occurredAt`. */
  readonly about: { readonly id: MessageId } | { readonly to: E164 };
  /** Undefined: now. */
  readonly occurredAt: EpochMilliseconds | undefined;
  /** Of `verified`: codes entered until one was right, from 1. Absent: not known. */
  readonly attempts?: number;
}

export type OutcomeAnswer =
  /** `known`: the same kind was said of it before; nothing is recorded a second time. */
  | { readonly type: "recorded" | "known"; readonly message: MessageId; readonly of: "message" | "decision" }
  /** The account has no such message or decision; another account's is none. */
  | { readonly type: "unknown" }
  /** `limit`: the time that it would have to be before or after. */
  | {
      readonly type: "refused";
      readonly reason: "in_future" | "before_message" | "too_late";
      readonly limit: EpochMilliseconds;
    };

/** One way in for what accounts say of their messages, whatever the dialect. */
export interface Outcomes {
  /** Answers in order, when everything that it says is recorded is durable. Throws JournalUnwritable. */
  report(reporter: OutcomeReporter, claims: readonly OutcomeClaim[]): Promise<readonly OutcomeAnswer[]>;
}
