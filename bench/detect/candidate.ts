import type { Recipient, Verdict, VerdictAction } from "@safeguard/core";
import type { TrafficRow } from "../traffic/traffic-row.ts";

/** A row as a candidate gets it: nothing of it says whether it is an attack. Outcomes in it lie in the future. */
export interface Attempt {
  readonly row: TrafficRow;
  readonly recipient: Recipient;
}

/** What became of an attempt in the end: after any waiting. `hold`: it waited in vain, and was not sent. */
export interface LastWord<A extends Attempt> {
  readonly attempt: A;
  readonly action: VerdictAction;
  /** When it was said, epoch milliseconds. */
  readonly at: number;
  /** Of candidates that give their reasons. */
  readonly verdict: Verdict | undefined;
  /** The incident that the attempt was counted into, by account and number. */
  readonly incident: string | undefined;
}

/** Something that decides on messages: ours in one of its presets, or a baseline. */
export interface Candidate<A extends Attempt> {
  /** In the order of time. The last word on it is heard before this returns, or within a minute of a later one. */
  add(attempt: A): void;
  /** No more attempts: what waits has its last word. */
  finish(): void;
  /** Do outcomes of this account arrive, as far as it can tell? Only of candidates that look. */
  outcomes?(account: string): "unknown" | "reported" | "missing";
}

export type Hear<A extends Attempt> = (word: LastWord<A>) => void;

/** What whoever sets a candidate up knows of the customer. */
export interface Setting {
  /** The countries that an account would name as its own. */
  usualDestinations(account: string): ReadonlySet<string>;
}

/** A candidate before it has seen anything. */
export interface CandidatePlan {
  readonly name: string;
  /** What it is, in a line. */
  readonly intent: string;
  begin<A extends Attempt>(hear: Hear<A>, setting: Setting): Candidate<A>;
}
