import type { PolicyAuthor, PolicyRevision } from "@safeguard/client";
import type { Comparison } from "../safeguard/history/change-list.tsx";

/** Revisions of a policy that one change made, and that wait together. */
export interface PolicyProposal {
  readonly policy: string;
  readonly number: number;
  readonly revisions: readonly PolicyRevision[];
  readonly comparison: Comparison;
  /** Whoever looks may be who proposed it. */
  readonly mine: boolean;
}

export const ACT_STATES = ["open", "approved", "rejected", "withdrawn", "expired"] as const;

/** What loosens besides policies, as `/v1/approvals/acts` shows it. */
export type LooseningAct =
  | { readonly type: "judge_incident"; readonly incident: number; readonly word: "release" | "close" | "false_alarm" }
  | { readonly type: "release_range"; readonly range: string }
  | { readonly type: "end_lockdown" }
  | { readonly type: "bypass"; readonly until?: number; readonly forSeconds?: number }
  | { readonly type: "add_member"; readonly member: { readonly email: string; readonly role: string } }
  | { readonly type: "change_member"; readonly patch: { readonly role?: string } }
  | { readonly type: "widen_key"; readonly patch: Readonly<Record<string, unknown>> };

export interface ActProposal {
  readonly id: string;
  /** In the server's words. */
  readonly what: string;
  readonly act: LooseningAct;
  readonly reason: string | null;
  /** Name of the member or the key that it is about. */
  readonly subject: string | null;
  readonly proposedBy: PolicyAuthor;
  readonly mine: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly state: (typeof ACT_STATES)[number];
  readonly decision: { readonly by: PolicyAuthor; readonly at: string; readonly reason: string } | null;
}
