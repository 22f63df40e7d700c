import type { AccountId, EpochMilliseconds, PolicyDocument } from "@safeguard/core";
import type { Actor } from "../accounts/principal.ts";
import type { BaselinePart } from "./baseline.ts";

/** A baseline policy on its way into the accounts below one, stage by stage. */
export interface Rollout {
  /** `rol_` and 20 lower-case letters and digits. */
  readonly id: string;
  /** Whose it is; its targets are below it. */
  readonly account: AccountId;
  /** Name of the policy that it changes in each target. */
  readonly policy: string;
  /** The revision whose content it takes. */
  readonly source: { readonly account: AccountId; readonly policy: string; readonly revision: number };
  readonly parts: readonly BaselinePart[];
  /** What the source says in these parts. */
  readonly baseline: PolicyDocument;
  readonly reason: string;
  readonly author: Actor;
  readonly createdAt: EpochMilliseconds;
  /** In the order in which they get it. */
  readonly targets: readonly RolloutTarget[];
  /** So many of the targets have it after each stage: rising, the last is all of them. */
  readonly stages: readonly number[];
  /** Of each stage that was begun. What is begun is done to its end, also after a crash. */
  readonly begun: readonly RolloutWord[];
  /** No further target gets it. */
  readonly stopped?: RolloutWord & { readonly reason: string };
  /** Those that have it get back what they had. */
  readonly undone?: RolloutWord & { readonly reason: string };
}

export interface RolloutWord {
  readonly at: EpochMilliseconds;
  readonly by: Actor;
}

export interface RolloutTarget {
  readonly account: AccountId;
  /** The latest revision of the policy when the roll-out was made: another one is not overwritten. 0: none. */
  readonly basis: number;
}

/** What became of one target; in the same append as its revisions. */
export interface RolloutStep {
  readonly rollout: string;
  readonly account: AccountId;
  readonly type: "applied" | "undone";
  readonly at: EpochMilliseconds;
  readonly outcome: RolloutOutcome;
}

export type RolloutOutcome =
  /** Its revisions; `pending`: they wait for a second person. */
  | { readonly how: "in_force" | "pending"; readonly revisions: readonly number[] }
  /** It says so already. */
  | { readonly how: "unchanged" }
  /** Somebody changed its policy in between: it was left as it is. */
  | { readonly how: "changed"; readonly latest: number }
  | { readonly how: "refused"; readonly problem: string };

export const ROLLOUT_OUTCOMES = [
  "in_force",
  "pending",
  "unchanged",
  "changed",
  "refused",
] as const satisfies readonly RolloutOutcome["how"][];

/** Both steps of one target. */
export interface RolloutSteps {
  readonly applied?: RolloutStep;
  readonly undone?: RolloutStep;
}

export const ROLLOUT_STATES = ["prepared", "running", "waiting", "finished", "stopped", "undoing", "undone"] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/** `waiting`: a stage is done, and the next can be begun. */
export function stateOfRollout(rollout: Rollout, steps: ReadonlyMap<AccountId, RolloutSteps>): RolloutState {
  const work = nextWork(rollout, steps);
  if (rollout.undone !== undefined) return work === undefined ? "undone" : "undoing";
  if (work !== undefined) return "running";
  if (rollout.begun.length === rollout.stages.length) return "finished";
  if (rollout.stopped !== undefined) return "stopped";
  return rollout.begun.length === 0 ? "prepared" : "waiting";
}

/** What is to be done next of what was begun; undefined: nothing. It follows from what is recorded alone. */
export function nextWork(
  { targets, stages, begun, stopped, undone }: Rollout,
  steps: ReadonlyMap<AccountId, RolloutSteps>,
): { readonly type: RolloutStep["type"]; readonly target: RolloutTarget; readonly word: RolloutWord } | undefined {
  if (undone !== undefined) {
    const target = targets.find(({ account }) => {
      const { applied, undone: done } = steps.get(account) ?? {};
      return applied !== undefined && "revisions" in applied.outcome && done === undefined;
    });
    return target && { type: "undone", target, word: undone };
  }
  const word = begun.at(-1);
  if (word === undefined || stopped !== undefined) return undefined;
  const reached = stages[begun.length - 1] ?? 0;
  const place = targets.findIndex(({ account }) => steps.get(account)?.applied === undefined);
  const target = place < 0 || place >= reached ? undefined : targets[place];
  return target && { type: "applied", target, word };
}
