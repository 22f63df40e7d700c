import type { AccountId, EpochMilliseconds } from "../brand.ts";
import type { Evidence, Scope } from "../detectors/evidence.ts";
import type { Destination } from "../numbering/e164.ts";

/** `open`: seen; `contained`: a containment is in force; `closed`: over; `false_alarm`: a person said that it was none. */
export const INCIDENT_STATES = ["open", "acknowledged", "contained", "closed", "false_alarm"] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** What kind of attack the evidence names first. */
export type IncidentPattern = "number_block" | "unanswered" | "faked_completion" | "many_blocks" | "large_cluster";

/** One attack on one account: what was found, what was done, what it cost. Identified by account and number (1, 2 …). */
export interface Incident {
  readonly account: AccountId;
  readonly number: number;
  readonly state: IncidentState;
  readonly pattern: IncidentPattern;
  readonly openedAt: EpochMilliseconds;
  /**
   * From here on it is counted: the first message to its ranges before which they were quiet, a day before `openedAt` at
   * most; messages of verified numbers from `openedAt` on. Absent in those that were recorded before this was known.
   */
  readonly countedFrom?: EpochMilliseconds;
  /** The last attempt that belongs to it. */
  readonly lastSeenAt: EpochMilliseconds;
  readonly closedAt: EpochMilliseconds | undefined;
  readonly destinations: readonly Destination[];
  /** The smallest ranges that explain it, in the order in which they were found. */
  readonly ranges: readonly IncidentRange[];
  /** So many more were found, and are not named. Absent: none. */
  readonly furtherRanges?: number;
  /** The strongest evidence so far. */
  readonly evidence: Evidence;
  readonly counts: IncidentCounts;
  /** Oldest first; bounded: the middle is left out of a long one. */
  readonly timeline: readonly IncidentEntry[];
}

export interface IncidentRange {
  readonly scope: Scope;
  readonly foundAt: EpochMilliseconds;
  readonly containment: Containment | undefined;
}

export interface IncidentCounts {
  /** Messages asked for in its ranges since `countedFrom`, whoever asked. */
  readonly attempts: number;
  /** Let through and never completed: what the attack got. */
  readonly leaked: number;
  /** Let through and completed. */
  readonly converted: number;
  readonly held: number;
  readonly challenged: number;
  readonly blocked: number;
  /** In monitor: would have been stopped. */
  readonly wouldStop: number;
  /** Messages of verified numbers in the range, which passed. */
  readonly verified: number;
  readonly money: IncidentMoney;
}

/** In millionths of the currency's unit. A message without a price counts as nothing and is counted in `unpriced`. */
export interface IncidentMoney {
  readonly currency: string | undefined;
  /** Price of what leaked. */
  readonly lostMicros: number;
  /** Price of what was stopped: attempts stopped × their price. */
  readonly savedMicros: number;
  readonly unpriced: number;
}

/** What happened, in the order of time. */
export interface IncidentEntry {
  readonly at: EpochMilliseconds;
  readonly type:
    | "opened"
    | "range_found"
    | "contained"
    | "renewed"
    | "probed"
    | "reopened"
    | "expired"
    | "acknowledged"
    | "released"
    | "false_alarm"
    | "closed";
  readonly scope: Scope | undefined;
}

/** The new numbers of a range are stopped, by detection or an operator, until it expires. Verified numbers pass. */
export interface Containment {
  readonly scope: Scope;
  readonly by: "detection" | "operator";
  /** `challenge`: new numbers prove themselves first, or wait; `block`: they are stopped. */
  readonly action: "challenge" | "block";
  readonly from: EpochMilliseconds;
  /** Moves on while the attack does. */
  readonly until: EpochMilliseconds;
}
