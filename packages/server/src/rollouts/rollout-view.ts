import type { EpochMilliseconds } from "@safeguard/core";
import { z } from "zod";
import type { Directory } from "../accounts/directory.ts";
import { moneyView, viewOfMoney } from "../api/money.ts";
import { iso } from "../incidents/incident-view.ts";
import { comparisonView } from "../policies/compare-revisions.ts";
import { policyDocumentView, viewOfDocument } from "../policies/policy-body.ts";
import type { PolicyBook } from "../policies/policy-book.ts";
import { PROPOSAL_STATES, stateOfProposal } from "../policies/proposals.ts";
import { BASELINE_PARTS } from "./baseline.ts";
import type { PreviewedSide, TargetPreview } from "./preview-target.ts";
import {
  ROLLOUT_OUTCOMES,
  ROLLOUT_STATES,
  type Rollout,
  type RolloutOutcome,
  type RolloutStep,
  type RolloutSteps,
  stateOfRollout,
} from "./rollout.ts";
import type { Rollouts } from "./rollouts.ts";

/** Of a target's changes so many are named. */
const MOST_CHANGES = 50;

const countsView = z.object(
  Object.fromEntries(ROLLOUT_OUTCOMES.map((how) => [how, z.int()])) as Record<
    (typeof ROLLOUT_OUTCOMES)[number],
    z.ZodInt
  >,
);
const wordView = z.object({ at: z.string(), reason: z.string() }).nullable();

export const rolloutView = z
  .object({
    id: z.string(),
    policy: z.string().describe("Which policy it changes in each account."),
    source: z.object({ account: z.string(), policy: z.string(), revision: z.int() }),
    parts: z.array(z.enum(BASELINE_PARTS)),
    baseline: policyDocumentView,
    reason: z.string(),
    createdAt: z.string(),
    state: z
      .enum(ROLLOUT_STATES)
      .describe("`prepared`: nobody has it yet; `waiting`: a stage is done, and the next can be begun."),
    targets: z.int(),
    stages: z.array(
      z.object({
        targets: z.int().describe("So many have it after this stage."),
        begunAt: z.string().nullable(),
        done: z.int().describe("Of those, the ones that it has reached."),
      }),
    ),
    applied: countsView.describe("What became of those that it has reached."),
    undone: countsView.describe("What became of giving back what they had."),
    stopped: wordView,
    undo: wordView,
  })
  .meta({ id: "Rollout" });

const stepView = z
  .object({
    at: z.string(),
    outcome: z
      .enum(ROLLOUT_OUTCOMES)
      .describe(
        "`pending`: waits for a second person; `unchanged`: it said so already; `changed`: somebody changed its policy since, so it was left as it is; `refused`: see `problem`.",
      ),
    revisions: z.array(z.int()),
    proposal: z.enum(PROPOSAL_STATES).nullable().describe("What became of one that waits."),
    problem: z.string().nullable(),
  })
  .nullable()
  .describe("null: not yet.");

export const rolloutTargetView = z
  .object({
    account: z.string(),
    name: z.string(),
    stage: z.int().describe("In which stage it gets it: 1, 2 …"),
    basis: z.int().describe("Its latest revision when the roll-out was made."),
    applied: stepView,
    undone: stepView,
  })
  .meta({ id: "RolloutTarget" });

const sideView = z
  .object({
    destinations: z.array(z.string()),
    messages: z.int(),
    verified: z.int().describe("Verified later: probably real users."),
    spend: z.array(moneyView),
  })
  .nullable()
  .describe("null: without the permission usage:read.");

export const targetPreviewView = z
  .object({
    account: z.string(),
    name: z.string(),
    latestRevision: z.int(),
    changes: comparisonView.shape.changes.describe("The first 50."),
    changed: z.int().describe("How many there are; 0: it says so already."),
    loosens: z.boolean(),
    waits: z.boolean().describe("It would wait for a second person of the account."),
    keptIn: z.string().nullable().describe("The file that keeps its policy: it would be refused."),
    stopped: sideView.describe("Passes now, and would be blocked; with the account's own traffic of these days."),
    opened: sideView.describe("Is blocked now, and would pass."),
  })
  .meta({ id: "RolloutPreview" });

export function viewOfRollout(rollouts: Pick<Rollouts, "stepsOf">, rollout: Rollout): z.input<typeof rolloutView> {
  const steps = rollouts.stepsOf(rollout.id);
  const all = [...steps.values()];
  const { id, policy, source, parts, baseline, reason, createdAt, targets, stages, begun, stopped, undone } = rollout;
  return {
    ...{ id, policy, source, parts: [...parts], reason, baseline: viewOfDocument(baseline) },
    createdAt: iso(createdAt),
    state: stateOfRollout(rollout, steps),
    targets: targets.length,
    stages: stages.map((count, place) => {
      const word = begun[place];
      const done = targets.slice(0, count).filter(({ account }) => steps.get(account)?.applied !== undefined).length;
      return { targets: count, begunAt: word === undefined ? null : iso(word.at), done };
    }),
    applied: countsOf(all.map(({ applied }) => applied?.outcome)),
    undone: countsOf(all.map((one) => one.undone?.outcome)),
    stopped: stopped === undefined ? null : { at: iso(stopped.at), reason: stopped.reason },
    undo: undone === undefined ? null : { at: iso(undone.at), reason: undone.reason },
  };
}

function countsOf(outcomes: readonly (RolloutOutcome | undefined)[]): z.infer<typeof countsView> {
  const counts = { in_force: 0, pending: 0, unchanged: 0, changed: 0, refused: 0 };
  for (const outcome of outcomes) if (outcome !== undefined) counts[outcome.how]++;
  return counts;
}

export function viewOfTarget(
  { book, directory }: { readonly book: PolicyBook; readonly directory: Pick<Directory, "account"> },
  { policy, stages, targets }: Rollout,
  steps: ReadonlyMap<string, RolloutSteps>,
  place: number,
  at: EpochMilliseconds,
): z.infer<typeof rolloutTargetView> {
  const target = targets[place];
  if (target === undefined) throw new RangeError(`the roll-out has no target ${place}`);
  const { account, basis } = target;
  const { applied, undone } = steps.get(account) ?? {};
  const viewOfStep = (step: RolloutStep | undefined): z.infer<typeof stepView> => {
    if (step === undefined) return null;
    const { outcome } = step;
    const revisions = "revisions" in outcome ? [...outcome.revisions] : [];
    const proposal = book.revision(account, policy, revisions[0] ?? 0)?.proposal;
    return {
      at: iso(step.at),
      outcome: outcome.how,
      revisions,
      proposal: proposal === undefined ? null : stateOfProposal(proposal, at),
      problem:
        outcome.how === "refused"
          ? outcome.problem
          : outcome.how === "changed"
            ? `Its latest revision is ${outcome.latest}, not ${basis}.`
            : null,
    };
  };
  return {
    account,
    name: directory.account(account)?.name ?? "",
    stage: stages.findIndex((count) => place < count) + 1,
    basis,
    applied: viewOfStep(applied),
    undone: viewOfStep(undone),
  };
}

export function viewOfPreview(preview: TargetPreview): z.infer<typeof targetPreviewView> {
  const { account, latestRevision, comparison, waits, keptIn, stopped, opened } = preview;
  return {
    account: account.id,
    name: account.name,
    latestRevision,
    changes: comparison.changes.slice(0, MOST_CHANGES),
    changed: comparison.changes.length,
    loosens: comparison.loosens,
    waits,
    keptIn: keptIn ?? null,
    stopped: viewOfSide(stopped),
    opened: viewOfSide(opened),
  };
}

function viewOfSide(side: PreviewedSide | undefined): z.infer<typeof sideView> {
  if (side === undefined) return null;
  const { destinations, messages, verified, spend } = side;
  return { destinations: [...destinations], messages, verified, spend: spend.map(viewOfMoney) };
}
