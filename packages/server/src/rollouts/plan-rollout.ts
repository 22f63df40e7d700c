import { hash } from "node:crypto";
import type { AccountId } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import { reachableAccount } from "../accounts/reachable-account.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import { accountsBelow } from "../customers/accounts-below.ts";
import type { PolicyServiceDeps } from "../policies/policy-services.ts";
import { type BaselinePart, baselineOf } from "./baseline.ts";
import type { Rollout } from "./rollout.ts";

export interface BaselineChoice {
  readonly source: { readonly account?: string; readonly policy: string; readonly revision?: number };
  readonly policy: string;
  readonly parts: readonly BaselinePart[];
  /** Absent: all that are below. */
  readonly accounts?: readonly string[];
}

export type Baseline = Pick<Rollout, "source" | "baseline" | "policy" | "parts">;

/** The revision that is taken as the baseline: the one that is named, or what is in force. */
export function chosenBaseline(
  { book, directory }: Pick<PolicyServiceDeps, "book" | "directory">,
  { account, principal, at }: AccountContext,
  { source, policy, parts }: BaselineChoice,
): Baseline {
  const of = source.account === undefined ? account : reachableAccount(directory, principal, source.account);
  if (!directory.isWithin(of.id, account.id)) throw new ServiceError("not_found", "There is no such account.");
  const revision =
    source.revision === undefined
      ? book.inForce(of.id, source.policy, at)
      : book.revision(of.id, source.policy, source.revision);
  if (revision === undefined) {
    throw new ServiceError(
      "conflict",
      `${of.name} has no such revision of its policy ${source.policy}: nothing is in force.`,
      [{ field: "source", message: "must be a revision, or a policy that is in force" }],
    );
  }
  return {
    source: { account: of.id, policy: source.policy, revision: revision.number },
    baseline: baselineOf(revision.document, parts),
    policy,
    parts: [...new Set(parts)],
  };
}

/** The accounts that are to get it: never the one that it comes from. */
export function chosenTargets(
  { directory }: Pick<PolicyServiceDeps, "directory">,
  { account }: AccountContext,
  { source }: Pick<Baseline, "source">,
  named: readonly string[] | undefined,
): readonly Account[] {
  const below = accountsBelow(directory, account.id).filter(({ id }) => id !== source.account);
  if (named === undefined) return below;
  const wanted = new Set(named);
  const found = below.filter(({ id }) => wanted.has(id));
  const missing = named.filter((id) => !found.some((one) => one.id === id));
  if (missing.length === 0) return found;
  throw new ServiceError(
    "invalid_request",
    "Not all of the accounts can get it.",
    missing
      .slice(0, 20)
      .map((id) => ({ field: "accounts", message: `${id} is none of the accounts below, or the source` })),
  );
}

/**
 * The targets in the order in which they get it, and how many have it after each stage. Those that were picked come first;
 * the others as a hash has it, so that a stage is no choice of anybody's and the same when it is asked for again.
 */
export function plannedStages(
  rollout: string,
  targets: readonly Account[],
  picked: readonly string[],
  shares: readonly number[],
): { readonly order: readonly AccountId[]; readonly stages: readonly number[] } {
  const first = new Set(picked);
  const rank = (id: AccountId): string => `${first.has(id) ? 0 : 1}${hash("sha256", `${rollout} ${id}`, "hex")}`;
  const order = targets
    .map(({ id }) => ({ id, rank: rank(id) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ id }) => id);
  const pickedCount = targets.filter(({ id }) => first.has(id)).length;
  const counts = [pickedCount, ...shares.map((share) => Math.ceil((share * order.length) / 100)), order.length];
  const stages = [...new Set(counts)].filter((count) => count > 0).sort((one, other) => one - other);
  // A share that is less than what was picked is no stage of its own.
  return { order, stages: stages.filter((count) => count >= pickedCount) };
}
