import type { AccountId, EpochMilliseconds, PolicyDocument } from "@safeguard/core";
import type { Actor } from "../accounts/principal.ts";

/** `draft`: holds nothing yet. `pending_approval`: waits for a second person. `in_force`: decides within its window. */
export const REVISION_STATES = ["draft", "pending_approval", "in_force"] as const;
export type RevisionState = (typeof REVISION_STATES)[number];

/** What became of a change that waits for a second person. One change can have several revisions, numbered from `first` on. */
export interface Proposal {
  readonly first: number;
  readonly expiresAt: EpochMilliseconds;
  /** Absent: nobody has decided yet. */
  readonly decision?: ProposalDecision;
}

export interface ProposalDecision {
  readonly outcome: "approved" | "rejected" | "withdrawn";
  readonly by: Actor;
  readonly at: EpochMilliseconds;
  readonly reason: string;
}

/**
 * One numbered, immutable saying of a policy. Of the revisions in force whose window holds the instant, the highest
 * number decides; so a revision with an end gives way again to the one before it.
 */
export interface PolicyRevision {
  readonly account: AccountId;
  /** Name of the policy; an account has several. */
  readonly policy: string;
  /** 1, 2, 3 … within account and policy. */
  readonly number: number;
  readonly document: PolicyDocument;
  readonly state: RevisionState;
  /** In force from here on (inclusive) … */
  readonly from: EpochMilliseconds;
  /** … until here (exclusive); absent: until a later one takes over. */
  readonly until?: EpochMilliseconds;
  readonly author: Actor;
  readonly reason: string;
  readonly createdAt: EpochMilliseconds;
  /** The number of the revision whose content was restored. */
  readonly restores?: number;
  /** The policy's content is kept in a file; the console then only shows it. */
  readonly managedBy?: string;
  /** `SHA-256` (hex) of the numbering table that it was written under; see `safeguard policy doctor`. */
  readonly numberingTable: string;
  /** Of one that waits, or waited, for approval; approved, its content is in force as a further revision. */
  readonly proposal?: Proposal;
  /** Who approved what `author` proposed. */
  readonly approvedBy?: Actor;
}
