import type { EpochMilliseconds, PolicyDocument } from "@safeguard/core";
import type { Actor } from "../accounts/principal.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import { editInForce } from "../policies/edit-in-force.ts";
import { holdsAt } from "../policies/policy-book.ts";
import type { PolicyRevision } from "../policies/policy-revision.ts";
import type { PolicyServiceDeps } from "../policies/policy-services.ts";
import { type PlannedRevision, saveRevisions } from "../policies/save-revisions.ts";
import { STAND_IN } from "../policies/timeline.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { withBaseline } from "./baseline.ts";
import type { Rollout, RolloutOutcome, RolloutStep, RolloutTarget } from "./rollout.ts";

/** Who says it, and when. */
interface Said {
  readonly by: Actor;
  readonly at: EpochMilliseconds;
}

/**
 * Gives one target the baseline. Its revisions and the step that says so are one append: after a crash either both are there
 * or neither, so it happens once. Where its policy is another than when the roll-out was made, only that is noted.
 */
export function applyBaseline(
  deps: PolicyServiceDeps,
  rollout: Rollout,
  target: RolloutTarget,
  said: Said,
): Promise<void> {
  const { baseline, parts, policy, reason } = rollout;
  const input = { reason: `${reason} (${rollout.id})`, baseRevision: target.basis };
  return withStep(deps, rollout, target, "applied", said, async (stepping, context) => {
    await editInForce(stepping, context, policy, input, (document) => withBaseline(document, baseline, parts));
  });
}

/** Gives one target back what decided before, in each window that the roll-out changed; not what was changed since. */
export function undoBaseline(
  deps: PolicyServiceDeps,
  rollout: Rollout,
  target: RolloutTarget,
  made: readonly number[],
  said: Said,
): Promise<void> {
  const { policy } = rollout;
  const first = Math.min(...made);
  const last = Math.max(...made);
  const input = { reason: `${rollout.undone?.reason ?? ""} (undoes ${rollout.id})`, baseRevision: last };
  return withStep(deps, rollout, target, "undone", said, async (stepping, context) => {
    await saveRevisions(stepping, context, policy, input, (earlier) =>
      earlier
        .filter(({ number }) => number >= first && number <= last)
        .flatMap((revision): PlannedRevision[] => {
          if (revision.state !== "in_force") {
            throw new ServiceError("conflict", `Revision ${revision.number} waits for approval: reject it there.`);
          }
          if (revision.until !== undefined && revision.until <= said.at) return [];
          return [
            {
              document: contentBefore(deps, target, policy, earlier, revision, first),
              state: "in_force",
              from: revision.from,
              ...(revision.until !== undefined && { until: revision.until }),
            },
          ];
        })
        // (the lowest first, as they were made: the same one decides where their windows meet)
        .reverse(),
    );
  });
}

function contentBefore(
  { book }: PolicyServiceDeps,
  { account }: RolloutTarget,
  policy: string,
  earlier: readonly PolicyRevision[],
  { from }: PolicyRevision,
  first: number,
): PolicyDocument {
  const before = earlier.find((one) => one.number < first && holdsAt(one, from));
  if (before !== undefined) return before.document;
  return policy === STAND_IN ? {} : (book.inForce(account, STAND_IN, from)?.document ?? {});
}

/** Runs a change of the target's policy so that its step becomes durable with it; what is refused is a step, too. */
async function withStep(
  deps: PolicyServiceDeps,
  rollout: Rollout,
  { account: id }: RolloutTarget,
  type: RolloutStep["type"],
  { by, at }: Said,
  change: (stepping: PolicyServiceDeps, context: AccountContext) => Promise<void>,
): Promise<void> {
  const account = deps.directory.account(id);
  if (account === undefined) throw new Error(`the roll-out ${rollout.id} names ${id}, which is not there`);
  const recordOf = (outcome: RolloutOutcome): JournalRecord => ({
    type: "rollout_step_done",
    at,
    step: { rollout: rollout.id, account: id, type, at, outcome },
  });
  let isDone = false;
  const stepping: PolicyServiceDeps = {
    ...deps,
    changes: {
      commit: async (records) => {
        const outcome = outcomeOf(records);
        await deps.changes.commit(outcome === undefined ? records : [...records, recordOf(outcome)]);
        isDone = true;
      },
    },
  };
  // (that he may do so was seen when he said it)
  const context: AccountContext = { principal: { type: "operator" }, actor: by, account, at };
  try {
    await change(stepping, context);
  } catch (refusal) {
    if (!(refusal instanceof ServiceError) || isDone) throw refusal;
    const isOther = refusal.problems.some(({ field }) => field === "baseRevision");
    const latest = deps.book.revisions(id, rollout.policy)[0]?.number ?? 0;
    const outcome: RolloutOutcome = isOther ? { how: "changed", latest } : { how: "refused", problem: refusal.message };
    await deps.changes.commit([recordOf(outcome)]);
    return;
  }
  if (!isDone) await deps.changes.commit([recordOf({ how: "unchanged" })]);
}

function outcomeOf(records: readonly JournalRecord[]): RolloutOutcome | undefined {
  const made = records.flatMap((record) => (record.type === "revision_saved" ? [record.revision] : []));
  if (made.length === 0) return undefined;
  const how = made.some(({ state }) => state === "pending_approval") ? "pending" : "in_force";
  return { how, revisions: made.map(({ number }) => number) };
}
