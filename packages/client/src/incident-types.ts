import type { Action, DetectionEvidence, MessageStatus, Money } from "./types.ts";

export type IncidentState = "open" | "acknowledged" | "contained" | "closed" | "false_alarm";

/** A block of numbers, or the blocks of a destination that never had a completed verification. */
export interface SuspectedRange {
  readonly type: "block" | "new_blocks";
  /** In words, such as `+992 001 23x xxx`. */
  readonly range: string;
  readonly prefix: string | null;
  readonly size: number;
  readonly destination: string | null;
}

export interface IncidentRange extends SuspectedRange {
  readonly foundAt: string;
  readonly containment: {
    readonly by: "detection" | "operator";
    readonly action: "challenge" | "block";
    readonly from: string;
    readonly until: string;
  } | null;
}

/** An attack that detection found. */
export interface Incident {
  /** 1, 2 … within the account. */
  readonly number: number;
  readonly account: string;
  readonly state: IncidentState;
  readonly pattern: "number_block" | "unanswered" | "faked_completion" | "many_blocks" | "large_cluster";
  /** The strongest evidence, in plain words. */
  readonly sentence: string;
  /** The same as data. */
  readonly evidence: DetectionEvidence;
  readonly openedAt: string;
  /** Its first message that is counted: before it the ranges were quiet. */
  readonly countedFrom: string;
  readonly lastSeenAt: string;
  readonly closedAt: string | null;
  /** A person released it, and nothing was found or contained since. */
  readonly releasedAt: string | null;
  readonly destinations: readonly string[];
  readonly ranges: readonly IncidentRange[];
  /** How many blocks it is in, each within no other. Two or more: attacks that joined. */
  readonly attackedRanges: number;
  /** So many more were found, and are not named. */
  readonly furtherRanges: number;
  readonly counts: {
    readonly attempts: number;
    readonly leaked: number;
    readonly converted: number;
    readonly held: number;
    readonly challenged: number;
    readonly blocked: number;
    readonly wouldStop: number;
    readonly verified: number;
  };
  /** Amounts are null where no price is known. */
  readonly money: {
    readonly lost: Money | null;
    readonly saved: Money | null;
    readonly wouldSave: Money | null;
    readonly atRiskPerHour: Money | null;
    readonly formula: string;
    readonly unpriced: number;
  };
  /** Attempts over its time; null: they are no longer remembered. */
  readonly pace: { readonly bucketMs: number; readonly counts: readonly number[] } | null;
}

/** A message of an incident. */
export interface IncidentMessage {
  readonly id: string;
  readonly at: string;
  /** Masked, unless it was asked for whole. */
  readonly to: string;
  readonly from: string;
  readonly status: MessageStatus;
  readonly action: Action;
  readonly sentence: string;
  readonly price: Money | null;
}

export interface IncidentMessages {
  readonly masked: boolean;
  /** Newest first. */
  readonly items: readonly IncidentMessage[];
  /** There are more than are listed. */
  readonly more: boolean;
}

/** Something that happened to an incident. */
export interface IncidentEntry {
  readonly at: string;
  readonly type: string;
  readonly range: string | null;
  /** Who did it, and why. Null: Safeguard itself; or longer ago than the audit trail was read. */
  readonly act: {
    /** Null: erased. */
    readonly who: { readonly type: "key" | "operator"; readonly name: string; readonly person: string | null } | null;
    /** Null: erased. */
    readonly reason: string | null;
    /** Until when he contained it. */
    readonly until: string | null;
  } | null;
}

export interface IncidentDetail extends Incident {
  readonly collateral: {
    readonly verifiedNumbers: number;
    readonly since: string | null;
    readonly newNumbers: number;
    readonly completed: number;
  };
  readonly timeline: readonly IncidentEntry[];
  /** What containing it would do. */
  readonly containing: {
    readonly ranges: readonly string[];
    readonly sentence: string;
    readonly command: string;
  } | null;
  readonly lesson: { readonly ranges: readonly string[]; readonly until: string } | null;
}

export interface IncidentContained {
  /** False: it was a dry run. */
  readonly contained: boolean;
  readonly until: string;
  readonly sentence: string;
  readonly ranges: readonly string[];
  readonly incident: IncidentDetail;
}

export interface RangeContained {
  /** False: it was a dry run, or it has ended. */
  readonly contained: boolean;
  readonly range: string;
  readonly until: string | null;
  readonly sentence: string;
  readonly collateral: IncidentDetail["collateral"] | null;
}

/** Data for pictures: number line, number × time, funnel, latency histogram, rate against baseline. */
export interface IncidentEvidence {
  /** Numbers stand to within ten. */
  readonly masked: boolean;
  readonly line: {
    readonly prefix: string;
    readonly size: number;
    readonly ticks: readonly {
      readonly offset: number;
      readonly at: string;
      readonly mark: "leaked" | "converted" | "stopped" | "verified";
    }[];
  };
  /** Sessions in the blocks on both sides of the line: offsets below 0, or from its size on. */
  readonly neighbours: readonly { readonly offset: number; readonly at: string }[];
  readonly ticksLeftOut: number;
  readonly funnel: {
    readonly requested: number;
    readonly sent: number;
    readonly delivered: number;
    readonly converted: number;
    readonly baseline: { readonly delivered: number | null; readonly converted: number | null };
  };
  readonly latency: readonly {
    readonly fromMs: number;
    /** Exclusive; null: and more. */
    readonly toMs: number | null;
    readonly count: number;
    readonly baselineShare: number;
  }[];
  readonly rate: {
    readonly bucketMs: number;
    readonly buckets: readonly { readonly at: string; readonly count: number }[];
    readonly usualPerBucket: number;
  };
}

/** Why, and until when: an end, or seconds from now; neither: the usual time. */
export interface ForAWhile {
  readonly reason: string;
  readonly until?: string;
  readonly forSeconds?: number;
}

export interface DetectionAlert {
  readonly id: string;
  readonly account: string;
  readonly code:
    | "outcomes_missing"
    | "incident_opened"
    | "incident_contained"
    | "lockdown"
    | "bypass"
    | "stepped_down"
    | "ceiling_near"
    | "ceiling_reached"
    | "ceiling_crowded"
    | "connector_failing"
    | "degraded"
    | "policy_changed"
    | "first_block"
    | "webhook_paused"
    | "daily_digest"
    | "test";
  readonly sentence: string;
  readonly incident: number | null;
  readonly raisedAt: string;
  /** Null: it still is so. */
  readonly resolvedAt: string | null;
}

export interface DetectionStatus {
  readonly account: string;
  readonly settings: {
    readonly mode: "off" | "monitor" | "enforce";
    readonly purposes: Readonly<Record<"otp" | "notification" | "marketing", "off" | "monitor" | "enforce">>;
    readonly falseBlockBudget: number;
    readonly scoreThreshold: number;
    readonly holdSeconds: number;
    readonly audit: { readonly share: number; readonly maximumPerDay: number } | null;
    readonly shareEvidence: boolean;
    readonly whenFailed: "rules_only" | "closed";
    readonly whenOutcomesMissing: "open_said" | "challenge_new";
  };
  readonly feedback: {
    readonly state: "unknown" | "reported" | "missing";
    readonly since: string | null;
    readonly lastVerifiedAt: string | null;
  };
  readonly lockdown: DetectionSwitched | null;
  readonly bypass: DetectionSwitched | null;
  readonly contained: readonly (SuspectedRange & {
    readonly incident: number | null;
    readonly by: "detection" | "operator";
    readonly action: "challenge" | "block";
    /** Null: as long as the attack goes on, and 2 hours. */
    readonly until: string | null;
  })[];
  readonly watched: readonly (SuspectedRange & {
    readonly incident: number | null;
    readonly since: string;
    readonly sentence: string;
  })[];
  readonly notListed: number;
  readonly lessons: readonly (SuspectedRange & { readonly incident: number; readonly until: string })[];
  readonly alerts: readonly DetectionAlert[];
}

export interface DetectionSwitched {
  readonly until: string;
  readonly since: string | null;
  readonly reason: string | null;
  readonly by: string | null;
}
