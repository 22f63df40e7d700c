import type { LimitSettings } from "./limit-types.ts";
import type { Channel, Money } from "./types.ts";

/** `filter`: sent, and detection may act; `monitor`: detection only records; `allow`: no detection. */
export type DestinationAction = "allow" | "monitor" | "filter" | "block";

export interface PolicyException {
  /** A number, or a range with `x` for any digit: `+316123456xx`. */
  readonly range: string;
  readonly kind: "trusted" | "barred";
  readonly until?: string;
  readonly evenIfDestinationBlocked?: boolean;
  readonly channels?: readonly Channel[];
  readonly note?: string;
}

/** The most that detection may do: nothing, record what it would do, or act. */
export type DetectionMode = "off" | "monitor" | "enforce";

/** What one account says of detection. */
export interface DetectionSettings {
  readonly mode?: DetectionMode;
  readonly purposes?: { readonly [purpose in "otp" | "notification" | "marketing"]?: DetectionMode };
  /** A false-block budget by name. */
  readonly preset?: "careful" | "balanced" | "strict";
  /** Share of legitimate messages that may be stopped by mistake. Not beside `preset`. */
  readonly falseBlockBudget?: number;
  readonly scoreThreshold?: number;
  readonly holdSeconds?: number;
  readonly audit?: { readonly share: number; readonly maximumPerDay: number };
  readonly shareEvidence?: boolean;
  readonly whenFailed?: "rules_only" | "closed";
  readonly whenOutcomesMissing?: "open_said" | "challenge_new";
}

/** What detection may do in the end, with the accounts above and the defaults. */
export interface EffectiveDetection {
  readonly mode: DetectionMode;
  readonly purposes: { readonly [purpose in "otp" | "notification" | "marketing"]: DetectionMode };
  readonly falseBlockBudget: number;
  readonly scoreThreshold: number;
  readonly holdSeconds: number;
  readonly audit: { readonly share: number; readonly maximumPerDay: number } | null;
  readonly shareEvidence: boolean;
  readonly whenFailed: "rules_only" | "closed";
  readonly whenOutcomesMissing: "open_said" | "challenge_new";
}

/** What one account says in one policy. What it leaves out comes from the account above. */
export interface PolicyDocument {
  readonly listMode?: "allow_all" | "block_list" | "allow_list";
  /** By destination: `NL`, or `870`. */
  readonly destinations?: Readonly<
    Record<string, { readonly action: DestinationAction; readonly channels?: readonly Channel[] }>
  >;
  readonly numberTypes?: Readonly<Record<string, "block" | "allow">>;
  readonly ranges?: readonly {
    readonly prefix: string;
    readonly action: DestinationAction;
    readonly channels?: readonly Channel[];
    readonly until?: string;
    readonly note?: string;
  }[];
  readonly exceptions?: readonly PolicyException[];
  readonly channels?: readonly Channel[];
  readonly detection?: DetectionSettings;
  readonly limits?: LimitSettings;
  readonly locked?: readonly string[];
}

/** Who changed or approved something: a key's id or who operates, and whose key or session it is. */
export interface PolicyAuthor {
  readonly type: "key" | "operator";
  readonly name: string;
  readonly person: string | null;
}

export interface PolicyRevision {
  readonly policy: string;
  readonly number: number;
  readonly state: "draft" | "pending_approval" | "in_force";
  readonly from: string;
  readonly until: string | null;
  /** It is the one that decides now. */
  readonly decides: boolean;
  readonly author: PolicyAuthor;
  readonly reason: string;
  readonly createdAt: string;
  readonly restores: number | null;
  readonly managedBy: string | null;
  /** Of a revision that waits, or waited, for a second person. */
  readonly proposal: {
    readonly state: "open" | "approved" | "rejected" | "withdrawn" | "expired";
    /** The first of the revisions that one change made; they are approved together. */
    readonly first: number;
    readonly expiresAt: string;
    readonly decidedBy: PolicyAuthor | null;
    readonly decidedBecause: string | null;
  } | null;
  readonly approvedBy: PolicyAuthor | null;
}

export type PolicyRevisionWithDocument = PolicyRevision & { readonly document: PolicyDocument };

export interface Policy {
  readonly policy: string;
  readonly account: string;
  /** What the account itself says now. */
  readonly document: PolicyDocument;
  /** The revision that decides now; null: the account has said nothing. */
  readonly revision: PolicyRevision | null;
  /** Send it as `baseRevision` with a change, so that nobody's change is lost. */
  readonly latestRevision: number;
  readonly managedBy: string | null;
  readonly detection: EffectiveDetection;
  /** What the accounts above say, the nearest first. */
  readonly above: readonly {
    readonly account: string | null;
    readonly policy: string;
    readonly revision: number;
    readonly document: PolicyDocument;
  }[];
}

export interface PolicyChange {
  /** Why. Shown in the history. */
  readonly reason: string;
  /** `latestRevision` as it was read; if it is another now, the change is refused as a conflict. */
  readonly baseRevision?: number;
}

export interface PutPolicy extends PolicyChange {
  readonly document: PolicyDocument;
  /** Default in_force. A draft holds nothing until it is activated. */
  readonly state?: "draft" | "in_force";
  readonly from?: string;
  readonly until?: string;
}

/** Destinations (`NG`, `870`) or groups (`africa`). */
export interface ChangeDestinations extends PolicyChange {
  readonly block?: readonly string[];
  readonly allow?: readonly string[];
  readonly monitor?: readonly string[];
  /** Back to what the list mode, or the account above, says. */
  readonly reset?: readonly string[];
}

export interface ChangeExceptions extends PolicyChange {
  readonly add?: readonly PolicyException[];
  /** Ranges whose exceptions are taken away. */
  readonly remove?: readonly string[];
}

/** What is left out stays; `null`: as the account above says, or the default. Purposes are changed one by one. */
export type ChangeDetection = PolicyChange & {
  readonly [Field in keyof DetectionSettings]?: DetectionSettings[Field] | null;
};

export interface PolicyImpactRequest {
  /** What would be saved; without: nothing is compared. */
  readonly document?: PolicyDocument;
  /** How far back the account's own traffic is counted. Default 30. */
  readonly days?: 7 | 30 | 90;
}

/** What holds for an ordinary mobile number of a destination. */
export interface DestinationState {
  readonly action: DestinationAction;
  readonly because: "own_rule" | "list_mode" | "account_above" | "other";
}

export interface DestinationTraffic {
  readonly decided: number;
  readonly blocked: number;
  readonly billable: number;
  readonly delivered: number;
  /** Verified later: probably real users. */
  readonly verified: number;
  readonly spend: readonly Money[];
}

/** What a policy does to each destination, and what another would do to the traffic there was. */
export interface PolicyImpact {
  readonly policy: string;
  /** The first day that is counted, and the last: today. */
  readonly from: string;
  readonly until: string;
  readonly days: number;
  readonly destinations: readonly {
    readonly code: string;
    readonly now: DestinationState;
    readonly after: DestinationState;
    /** null: the key may not read usage. */
    readonly traffic: DestinationTraffic | null;
    /** Opened in the span; null: the key may not read incidents. */
    readonly incidents: number | null;
  }[];
  /** Passes now, and would be blocked. */
  readonly stopped: PolicyImpactSide;
  /** Is blocked now, and would pass. */
  readonly opened: PolicyImpactSide;
}

export interface PolicyImpactSide {
  readonly destinations: readonly string[];
  /** Of those that passed, or were blocked, in the span. */
  readonly messages: number;
  readonly verified: number;
  readonly spend: readonly Money[];
  readonly incidents: number;
}
