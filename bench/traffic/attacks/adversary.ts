import type { NumberValue } from "../numbers/number-plan.ts";
import type { AttackPhase } from "../traffic-row.ts";

/** One message that an attacker makes an account send. */
export interface AttackAttempt {
  readonly time: number;
  readonly account: string;
  readonly destination: string;
  readonly number: NumberValue;
  readonly ip: string | undefined;
  readonly device: string | undefined;
  /** What a delivery report will say, and when the attacker completes the verification, were the message sent. */
  readonly deliveredAt: number | undefined;
  readonly convertedAt: number | undefined;
  /** Codes that it enters until one is right. Default 1: a script does not mistype. */
  readonly attempts?: number;
  readonly phase: AttackPhase;
}

/** What became of an attempt, as the attacker finds out: `hold` means that it was never sent. */
export type SeenAction = "allow" | "hold" | "challenge" | "block";

/** Somebody who makes an account send messages that nobody asked for, and may learn from what gets through. */
export interface Adversary {
  /** The next attempt, at `at` or later; undefined: it gives up, or has what it wanted. Called after the last one was decided. */
  next(at: number): AttackAttempt | undefined;
  saw(attempt: AttackAttempt, action: SeenAction): void;
}

/** An attacker that follows a script and does not look back. */
export function scripted(attempts: Iterator<AttackAttempt>): Adversary {
  return {
    next() {
      const step = attempts.next();
      return step.done ? undefined : step.value;
    },
    saw() {},
  };
}
