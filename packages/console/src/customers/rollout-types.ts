import type { Money, PolicyDocument } from "@safeguard/client";

export const BASELINE_PARTS = ["destinations", "number_types", "detection"] as const;
export type BaselinePart = (typeof BASELINE_PARTS)[number];
export const OUTCOMES = ["in_force", "pending", "unchanged", "changed", "refused"] as const;
type Counts = Readonly<Record<(typeof OUTCOMES)[number], number>>;

/** A baseline on its way into the accounts below, as `GET /v1/rollouts` says it. */
export interface Rollout {
  readonly id: string;
  readonly policy: string;
  readonly source: { readonly account: string; readonly policy: string; readonly revision: number };
  readonly parts: readonly BaselinePart[];
  readonly baseline: PolicyDocument;
  readonly reason: string;
  readonly createdAt: string;
  readonly state: "prepared" | "running" | "waiting" | "finished" | "stopped" | "undoing" | "undone";
  readonly targets: number;
  readonly stages: readonly { readonly targets: number; readonly begunAt: string | null; readonly done: number }[];
  readonly applied: Counts;
  readonly undone: Counts;
  readonly stopped: { readonly at: string; readonly reason: string } | null;
  readonly undo: { readonly at: string; readonly reason: string } | null;
}

interface Step {
  readonly at: string;
  readonly outcome: (typeof OUTCOMES)[number];
  readonly revisions: readonly number[];
  readonly proposal: "open" | "approved" | "rejected" | "withdrawn" | "expired" | null;
  readonly problem: string | null;
}

export interface RolloutTarget {
  readonly account: string;
  readonly name: string;
  readonly stage: number;
  readonly basis: number;
  readonly applied: Step | null;
  readonly undone: Step | null;
}

interface Side {
  readonly destinations: readonly string[];
  readonly messages: number;
  readonly verified: number;
  readonly spend: readonly Money[];
}

/** What a baseline would do in one account. */
export interface RolloutPreview {
  readonly account: string;
  readonly name: string;
  readonly latestRevision: number;
  readonly changes: readonly {
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
    readonly loosens: boolean;
  }[];
  readonly changed: number;
  readonly loosens: boolean;
  readonly waits: boolean;
  readonly keptIn: string | null;
  readonly stopped: Side | null;
  readonly opened: Side | null;
}
