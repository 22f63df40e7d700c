import type { EpochMilliseconds } from "../brand.ts";
import type { Destination } from "../numbering/e164.ts";
import type { HabitsFound } from "./corroboration.ts";

/**
 * Where an attack is looked for. `block`: the numbers that begin with a prefix. `new_blocks`: those numbers of a
 * destination whose block (of 10,000 or 100,000 numbers) never had a completed verification.
 */
export type Scope =
  /** `prefix` with its plus sign; `size`: 100 to 100,000 numbers. */
  | { readonly type: "block"; readonly prefix: string; readonly size: number }
  | { readonly type: "new_blocks"; readonly destination: Destination; readonly size: number };

/** How the recent sessions of a scope ended. A session is one person's attempt: number × purpose × 10 minutes. */
export interface SessionCounts {
  /** All of them, also those that were stopped. */
  readonly sessions: number;
  /** At least one message was let through. */
  readonly sent: number;
  /** Completed their verification. */
  readonly converted: number;
  /** Sent, not completed, and too young to say. */
  readonly pending: number;
  /** Sent, not completed, and older than nearly all that complete. */
  readonly unanswered: number;
  readonly stopped: number;
}

/**
 * What speaks for an attack in a scope, as natural logarithms of factors (nats): they add up to `total`. All is counted
 * from `since`, the session from which on the evidence is strongest.
 */
export interface Evidence {
  readonly scope: Scope;
  readonly since: EpochMilliseconds;
  readonly counts: SessionCounts;
  /** Of so many new numbers of the destination (or account, for `new_blocks`) … */
  readonly trials: number;
  /** … so many fell into the scope; */
  readonly hits: number;
  /** which normally takes at most this share of them. */
  readonly expectedShare: number;
  /** How unusual that share is. */
  readonly share: number;
  /** Numbers follow each other more closely than chance has it. */
  readonly adjacency: number;
  /** Codes unanswered that should have been answered by now; negative where they were answered. 0 without feedback. */
  readonly unanswered: number;
  /** Completions that no person makes: too regular, too fast, before delivery. 0 without feedback. */
  readonly faked: number;
  /** What goes with them and is part of `faked`; absent where nothing is known of it, or it comes to nothing. */
  readonly habits?: HabitsFound;
  /** The share of new numbers that normally complete, as reckoned with (on the low side). */
  readonly expectedConversion: number;
  /** share + adjacency + the stronger of unanswered, faked and 0, less the cost of choosing. */
  readonly total: number;
  /** From this total on the scope is watched (the false-block budget's threshold). */
  readonly threshold: number;
  /** Messages that may still go out unanswered before new numbers wait. */
  readonly credit: number;
}
