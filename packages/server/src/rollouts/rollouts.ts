import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import { randomId } from "../accounts/random-id.ts";
import { createSerially } from "../accounts/serially.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { LiveView } from "../changes.ts";
import type { PolicyServiceDeps } from "../policies/policy-services.ts";
import { applyBaseline, undoBaseline } from "./apply-step.ts";
import { type BaselineChoice, chosenBaseline, chosenTargets, plannedStages } from "./plan-rollout.ts";
import { nextWork, type Rollout, type RolloutSteps, stateOfRollout } from "./rollout.ts";

/** So that no client can fill the memory. */
const MOST_OPEN = 20;
const MOST_KEPT = 200;

export interface NewRollout extends BaselineChoice {
  readonly reason: string;
  /** These first, as a stage of their own. */
  readonly first: readonly string[];
  /** Per cent of the targets that have it after each stage. */
  readonly stages: readonly number[];
}

export interface RolloutsDeps extends PolicyServiceDeps {
  readonly now: () => EpochMilliseconds;
  readonly onFault: (failure: unknown) => void;
}

/** Baseline policies on their way into the accounts below. */
export interface Rollouts extends LiveView {
  /** Newest first. */
  list(account: AccountId): readonly Rollout[];
  /** A foreign one is as a missing one. */
  get(account: AccountId, id: string): Rollout;
  stepsOf(id: string): ReadonlyMap<AccountId, RolloutSteps>;
  /** Chooses targets and stages; nobody has it yet. */
  prepare(context: AccountContext, input: NewRollout): Promise<Rollout>;
  /** Begins a stage (1, 2 …), which then goes on by itself. The one that is under way again: only sees to it that it goes on. */
  begin(context: AccountContext, id: string, stage: number): Promise<Rollout>;
  stop(context: AccountContext, id: string, reason: string): Promise<Rollout>;
  /** Gives back what they had to those that have it; what somebody changed since stays. Again: sees to it that it goes on. */
  undo(context: AccountContext, id: string, reason: string): Promise<Rollout>;
  /** Goes on with everything that was begun and not done, as after a crash. */
  resume(): void;
  /** Resolves when nothing is under way (any more). */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export function createRollouts(deps: RolloutsDeps): Rollouts {
  const rollouts = new Map<string, Rollout>();
  const steps = new Map<string, Map<AccountId, RolloutSteps>>();
  const running = new Map<string, Promise<void>>();
  const serially = createSerially();
  let closing = false;

  const stepsOf = (id: string): ReadonlyMap<AccountId, RolloutSteps> => steps.get(id) ?? new Map();
  const list = (account: AccountId): readonly Rollout[] =>
    [...rollouts.values()].filter((rollout) => rollout.account === account).reverse();

  function get(account: AccountId, id: string): Rollout {
    const rollout = rollouts.get(id);
    if (rollout === undefined || rollout.account !== account) {
      throw new ServiceError("not_found", "There is no such roll-out.");
    }
    return rollout;
  }

  async function save({ actor, at }: Pick<AccountContext, "actor" | "at">, rollout: Rollout): Promise<Rollout> {
    await deps.changes.commit([{ type: "rollout_saved", at, actor, rollout }]);
    return rollout;
  }

  async function work(id: string): Promise<void> {
    for (;;) {
      const rollout = rollouts.get(id);
      const next = rollout && !closing ? nextWork(rollout, stepsOf(id)) : undefined;
      if (rollout === undefined || next === undefined) return;
      const { target, word } = next;
      const said = { by: word.by, at: deps.now() };
      if (next.type === "applied") await applyBaseline(deps, rollout, target, said);
      else {
        const outcome = stepsOf(id).get(target.account)?.applied?.outcome;
        const made = outcome !== undefined && "revisions" in outcome ? outcome.revisions : [];
        await undoBaseline(deps, rollout, target, made, said);
      }
    }
  }

  function hasWork(id: string): boolean {
    const rollout = rollouts.get(id);
    return rollout !== undefined && nextWork(rollout, stepsOf(id)) !== undefined;
  }

  function goOn(id: string): void {
    if (running.has(id)) return;
    const run = work(id).then(
      () => {
        running.delete(id);
        // What was said while the last target was at work.
        if (!closing && hasWork(id)) goOn(id);
      },
      (failure: unknown) => {
        running.delete(id);
        deps.onFault(failure);
      },
    );
    running.set(id, run);
  }

  return {
    apply(record) {
      if (record.type === "rollout_saved") rollouts.set(record.rollout.id, record.rollout);
      else if (record.type === "rollout_step_done") {
        const { step } = record;
        const its = steps.get(step.rollout) ?? new Map<AccountId, RolloutSteps>();
        steps.set(step.rollout, its);
        its.set(step.account, { ...its.get(step.account), [step.type]: step });
      }
    },
    list,
    get,
    stepsOf,
    prepare: (context, input) =>
      serially(async () => {
        const { account, actor, at } = context;
        const own = list(account.id);
        const open = own.filter((one) => isOpen(one, stepsOf(one.id)));
        if (open.length >= MOST_OPEN || own.length >= MOST_KEPT) {
          throw new ServiceError("conflict", `At most ${MOST_OPEN} roll-outs can be open: finish or stop some first.`);
        }
        const baseline = chosenBaseline(deps, context, input);
        const targets = chosenTargets(deps, context, baseline, input.accounts);
        if (targets.length === 0) throw new ServiceError("conflict", "There is no account below to roll it out to.");
        const id = randomId("rol_");
        const { order, stages } = plannedStages(id, targets, input.first, input.stages);
        const basis = (target: AccountId): number => deps.book.revisions(target, baseline.policy)[0]?.number ?? 0;
        return save(context, {
          ...baseline,
          id,
          account: account.id,
          reason: input.reason,
          author: actor,
          createdAt: at,
          targets: order.map((target) => ({ account: target, basis: basis(target) })),
          stages,
          begun: [],
        });
      }),
    begin: (context, id, stage) =>
      serially(async () => {
        const rollout = get(context.account.id, id);
        const state = stateOfRollout(rollout, stepsOf(id));
        if (stage === rollout.begun.length && state === "running") {
          goOn(id);
          return rollout;
        }
        if (state !== "prepared" && state !== "waiting")
          throw new ServiceError("conflict", `The roll-out is ${state}.`);
        if (stage !== rollout.begun.length + 1) {
          throw new ServiceError("conflict", `The next stage is ${rollout.begun.length + 1}, not ${stage}.`, [
            { field: "stage", message: `must be ${rollout.begun.length + 1}` },
          ]);
        }
        const word = { at: context.at, by: context.actor };
        const saved = await save(context, { ...rollout, begun: [...rollout.begun, word] });
        goOn(id);
        return saved;
      }),
    stop: (context, id, reason) =>
      serially(async () => {
        const rollout = get(context.account.id, id);
        const state = stateOfRollout(rollout, stepsOf(id));
        if (!isOpen(rollout, stepsOf(id)) || rollout.undone !== undefined) {
          throw new ServiceError("conflict", `The roll-out is ${state}.`);
        }
        return save(context, { ...rollout, stopped: { at: context.at, by: context.actor, reason } });
      }),
    undo: (context, id, reason) =>
      serially(async () => {
        const rollout = get(context.account.id, id);
        const state = stateOfRollout(rollout, stepsOf(id));
        if (state === "undoing") {
          goOn(id);
          return rollout;
        }
        if (state === "undone") throw new ServiceError("conflict", `The roll-out is ${state}.`);
        const saved = await save(context, { ...rollout, undone: { at: context.at, by: context.actor, reason } });
        goOn(id);
        return saved;
      }),
    resume() {
      for (const id of rollouts.keys()) if (hasWork(id)) goOn(id);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running.values());
    },
    async close() {
      closing = true;
      await Promise.all(running.values());
    },
  };
}

/** Something can still come of it. */
function isOpen(rollout: Rollout, its: ReadonlyMap<AccountId, RolloutSteps>): boolean {
  const state = stateOfRollout(rollout, its);
  return state === "prepared" || state === "running" || state === "waiting" || state === "undoing";
}
