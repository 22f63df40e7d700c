import { type AccountId, diffPolicies, type EpochMilliseconds, loosens, type PolicyDocument } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Account, DEFAULT_ANSWERS } from "../accounts/account.ts";
import { createDirectory } from "../accounts/create-directory.ts";
import { createSerially } from "../accounts/serially.ts";
import type { AccountContext } from "../api/account-context.ts";
import { changeDestinations } from "../policies/change-destinations.ts";
import { createPolicyBook } from "../policies/policy-book.ts";
import type { PolicyServiceDeps } from "../policies/policy-services.ts";
import { approveProposal } from "../policies/proposals.ts";
import { putRevision } from "../policies/put-revision.ts";
import { restoreRevision } from "../policies/restore-revision.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { BaselinePart } from "./baseline.ts";
import { withBaseline } from "./baseline.ts";
import { plannedStages } from "./plan-rollout.ts";
import type { Rollout, RolloutOutcome } from "./rollout.ts";
import { createRollouts, type NewRollout, type Rollouts } from "./rollouts.ts";

const NOW = Date.UTC(2027, 0, 15) as EpochMilliseconds;
const OPERATOR = { type: "operator", name: "tester" } as const;
const CHILDREN = 6;
/** These want a second person for what loosens. */
const WATCHED = new Set([1, 4]);

const parent = accountNamed("acc_parent");
const children = Array.from(
  { length: CHILDREN },
  (_, place): Account => ({
    ...accountNamed(`acc_child${place}`),
    parent: parent.id,
    ...(WATCHED.has(place) && { fourEyes: { expiresAfterHours: 72 } }),
  }),
);
const foreign = accountNamed("acc_foreign");

function accountNamed(id: string): Account {
  return {
    ...{ id: id as AccountId, name: id, twilioSid: `AC${id}`, currency: "EUR", networks: [], reports: {} },
    ...{ defaultPolicy: "default", senderPolicies: {}, answers: DEFAULT_ANSWERS, createdAt: NOW },
    defaultPurpose: "otp",
  };
}

/** The services over a journal in memory; the power can be cut, and they can be started anew on what was durable. */
class Machine {
  readonly journal: JournalRecord[] = [];
  /** Appends until the power is cut. */
  powerFor = Number.POSITIVE_INFINITY;
  at = NOW;
  deps!: PolicyServiceDeps;
  rollouts!: Rollouts;
  readonly faults: unknown[] = [];

  constructor() {
    for (const account of [parent, ...children, foreign]) {
      this.journal.push({ type: "account_saved", at: NOW, actor: OPERATOR, account });
    }
    this.start();
  }

  /** As after a stop or a crash: everything from the journal. */
  start(): void {
    this.powerFor = Number.POSITIVE_INFINITY;
    const directory = createDirectory();
    const book = createPolicyBook();
    const views = [directory, book];
    const deps: PolicyServiceDeps = {
      directory,
      book,
      serially: createSerially(),
      changes: {
        commit: async (records) => {
          await Promise.resolve();
          if (this.powerFor <= 0) throw new Error("the power is cut");
          this.powerFor--;
          this.journal.push(...records);
          for (const record of records) for (const view of [...views, rollouts]) view.apply(record);
        },
      },
    };
    const rollouts = createRollouts({ ...deps, now: () => this.at, onFault: (failure) => this.faults.push(failure) });
    for (const record of this.journal) for (const view of [...views, rollouts]) view.apply(record);
    this.deps = deps;
    this.rollouts = rollouts;
    rollouts.resume();
  }

  context(account: Account = parent): AccountContext {
    return { principal: { type: "operator" }, actor: OPERATOR, account, at: this.at };
  }

  put(account: Account, document: PolicyDocument) {
    return putRevision(this.deps, this.context(account), "default", { document, state: "in_force", reason: "test" });
  }

  documentOf(account: Account): PolicyDocument {
    return this.deps.book.inForce(account.id, "default", this.at)?.document ?? {};
  }

  prepare(more: Partial<NewRollout> = {}): Promise<Rollout> {
    return this.rollouts.prepare(this.context(), {
      ...{ source: { policy: "default" }, policy: "default", parts: ["destinations"] },
      ...{ reason: "a baseline", first: [], stages: [20, 50, 100] },
      ...more,
    });
  }

  outcome(rollout: Rollout, account: Account, type: "applied" | "undone" = "applied"): RolloutOutcome | undefined {
    return this.rollouts.stepsOf(rollout.id).get(account.id)?.[type]?.outcome;
  }
}

const child = (place: number): Account => children[place] ?? parent;
const BASELINE: PolicyDocument = { listMode: "allow_list", destinations: { NL: { action: "filter" } } };

describe("the stages of a roll-out", () => {
  const targets = Array.from({ length: 40 }, (_, place) => accountNamed(`acc_${place}`));
  const sizes = (picked: readonly string[], shares: readonly number[]) =>
    plannedStages("rol_x", targets, picked, shares).stages;

  it("are shares of the targets, rounded up, each larger than the one before, the last all of them", () => {
    expect(sizes([], [5, 25, 100])).toEqual([2, 10, 40]);
    expect(sizes([], [])).toEqual([40]);
    expect(sizes([], [50, 1])).toEqual([1, 20, 40]);
    expect(sizes([], [1, 2])).toEqual([1, 40]);
  });

  it("begin with those that were picked", () => {
    const { order, stages } = plannedStages("rol_x", targets, ["acc_7", "acc_9", "acc_31"], [5, 25]);
    expect(new Set(order.slice(0, 3))).toEqual(new Set(["acc_7", "acc_9", "acc_31"]));
    expect(stages).toEqual([3, 10, 40]);
    expect(new Set(order).size).toBe(40);
  });

  it("are drawn by a hash: the same for the same roll-out, others for another", () => {
    const orderOf = (id: string) => plannedStages(id, targets, [], [5]).order;
    expect(orderOf("rol_x")).toEqual(orderOf("rol_x"));
    expect(orderOf("rol_x")).not.toEqual(orderOf("rol_y"));
  });
});

describe("a roll-out", () => {
  it("brings the chosen parts to the accounts of a stage, and leaves the rest of their policies alone", async () => {
    const machine = new Machine();
    await machine.put(parent, { ...BASELINE, detection: { mode: "monitor" } });
    const ranges = [{ prefix: "+31612", action: "block" }] as const;
    for (const one of children) await machine.put(one, { listMode: "allow_list", ranges });
    const rollout = await machine.prepare({ first: [child(0).id, child(2).id] });
    expect(rollout).toMatchObject({
      stages: [2, 3, 6],
      baseline: BASELINE,
      source: { account: parent.id, revision: 1 },
    });
    await machine.rollouts.begin(machine.context(), rollout.id, 1);
    await machine.rollouts.settled();
    for (const place of [0, 2]) {
      expect(machine.documentOf(child(place))).toEqual({ ...BASELINE, ranges });
      expect(machine.outcome(rollout, child(place))).toEqual({ how: "in_force", revisions: [2] });
    }
    expect(machine.documentOf(child(1))).toEqual({ listMode: "allow_list", ranges });
    const [latest] = machine.deps.book.revisions(child(0).id, "default");
    expect(latest).toMatchObject({ reason: `a baseline (${rollout.id})`, author: OPERATOR });
  });

  it("is undone in one account by that account itself, which restores its own revision", async () => {
    const machine = new Machine();
    await machine.put(parent, BASELINE);
    await machine.put(child(0), { listMode: "allow_list", destinations: { BE: { action: "filter" } } });
    const rollout = await machine.prepare({ accounts: [child(0).id] });
    await machine.rollouts.begin(machine.context(), rollout.id, 1);
    await machine.rollouts.settled();
    await restoreRevision(machine.deps, machine.context(child(0)), "default", { number: 1, reason: "ours" }, "any");
    expect(machine.documentOf(child(0))).toEqual({
      listMode: "allow_list",
      destinations: { BE: { action: "filter" } },
    });
    // The roll-out does not undo what came after it.
    await machine.rollouts.undo(machine.context(), rollout.id, "all of it");
    await machine.rollouts.settled();
    expect(machine.outcome(rollout, child(0), "undone")).toEqual({ how: "changed", latest: 3 });
  });

  it("waits for a second person where an account wants one and it loosens, and is in force when approved", async () => {
    const machine = new Machine();
    await machine.put(parent, BASELINE);
    await machine.put(child(1), { listMode: "allow_list" });
    const rollout = await machine.prepare({ accounts: [child(1).id] });
    await machine.rollouts.begin(machine.context(), rollout.id, 1);
    await machine.rollouts.settled();
    expect(machine.outcome(rollout, child(1))).toEqual({ how: "pending", revisions: [2] });
    expect(machine.documentOf(child(1))).toEqual({ listMode: "allow_list" });
    await machine.rollouts.undo(machine.context(), rollout.id, "no");
    await machine.rollouts.settled();
    expect(machine.outcome(rollout, child(1), "undone")).toMatchObject({ how: "refused" });
    const other = { type: "key", key: "key_x", person: "per_x" } as const;
    await approveProposal(machine.deps, { ...machine.context(child(1)), actor: other }, "default", 2, "agreed");
    expect(machine.documentOf(child(1))).toEqual(BASELINE);
  });

  it("does not overwrite what a file keeps, and says so", async () => {
    const machine = new Machine();
    await machine.put(parent, BASELINE);
    await putRevision(machine.deps, machine.context(child(3)), "default", {
      ...{ document: { listMode: "block_list" }, state: "in_force", reason: "applied", managedBy: "policy.yaml" },
    });
    const rollout = await machine.prepare({ accounts: [child(3).id] });
    await machine.rollouts.begin(machine.context(), rollout.id, 1);
    await machine.rollouts.settled();
    expect(machine.outcome(rollout, child(3))).toMatchObject({
      how: "refused",
      problem: expect.stringContaining("policy.yaml"),
    });
    expect(machine.documentOf(child(3))).toEqual({ listMode: "block_list" });
  });

  it("puts back what was nothing, and what two windows said", async () => {
    const machine = new Machine();
    await machine.put(parent, BASELINE);
    await machine.put(child(0), { listMode: "allow_list", destinations: { BE: { action: "filter" } } });
    await putRevision(machine.deps, machine.context(child(0)), "default", {
      ...{ document: { listMode: "block_list" }, state: "in_force", reason: "weekend" },
      until: (NOW + 1000) as EpochMilliseconds,
    });
    const rollout = await machine.prepare({ accounts: [child(0).id, child(2).id], stages: [100] });
    await machine.rollouts.begin(machine.context(), rollout.id, 1);
    await machine.rollouts.settled();
    const at = (time: number) => machine.deps.book.inForce(child(0).id, "default", (NOW + time) as EpochMilliseconds);
    expect([at(0)?.document, at(2000)?.document]).toEqual([BASELINE, BASELINE]);
    await machine.rollouts.undo(machine.context(), rollout.id, "back");
    await machine.rollouts.settled();
    expect(at(0)?.document).toEqual({ listMode: "block_list" });
    expect(at(2000)?.document).toEqual({ listMode: "allow_list", destinations: { BE: { action: "filter" } } });
    expect(machine.documentOf(child(2))).toEqual({});
  });

  it("begins no stage twice, none out of its turn, and none of another account's", async () => {
    const machine = new Machine();
    await machine.put(parent, BASELINE);
    const rollout = await machine.prepare();
    await expect(machine.rollouts.begin(machine.context(), rollout.id, 2)).rejects.toMatchObject({ code: "conflict" });
    await machine.rollouts.begin(machine.context(), rollout.id, 1);
    await machine.rollouts.settled();
    await expect(machine.rollouts.begin(machine.context(), rollout.id, 1)).rejects.toMatchObject({ code: "conflict" });
    for (const other of [foreign, child(0)]) {
      await expect(machine.rollouts.begin(machine.context(other), rollout.id, 2)).rejects.toMatchObject({
        code: "not_found",
      });
    }
    await expect(machine.prepare({ accounts: [foreign.id] })).rejects.toMatchObject({ code: "invalid_request" });
    await expect(machine.prepare({ source: { policy: "none" } })).rejects.toMatchObject({ code: "conflict" });
  });
});

/** The simple oracle: what each account's policy says, and how many revisions it has. */
interface Model {
  readonly accounts: { document: PolicyDocument; latest: number }[];
  basis: number[];
  begun: number;
  stopped: boolean;
  undone: boolean;
  applied: Map<number, { how: RolloutOutcome["how"]; before: PolicyDocument; last: number }>;
  undo: Map<number, RolloutOutcome["how"]>;
}

const COUNTRIES = ["NG", "PK", "TJ", "LK", "CU"] as const;
const someDocument: fc.Arbitrary<PolicyDocument> = fc.record({
  listMode: fc.constantFrom("block_list", "allow_list"),
  destinations: fc.dictionary(fc.constantFrom("NL", "BE", "DE"), fc.constant({ action: "filter" as const }), {
    noNullPrototype: true,
  }),
});
const action = fc.oneof(
  fc.record({
    type: fc.constant("edit" as const),
    place: fc.nat(CHILDREN - 1),
    country: fc.constantFrom(...COUNTRIES),
  }),
  // `power`: so many appends go through before it is cut.
  fc.record({ type: fc.constant("begin" as const), power: fc.option(fc.nat(5), { nil: undefined }) }),
  fc.record({ type: fc.constant("stop" as const) }),
  fc.record({ type: fc.constant("undo" as const), power: fc.option(fc.nat(5), { nil: undefined }) }),
  fc.record({ type: fc.constant("restart" as const) }),
);

describe("whatever happens to a roll-out", () => {
  it("every account has what the stages say, once, and nothing of what it changed itself is lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(someDocument, fc.array(someDocument, { minLength: CHILDREN, maxLength: CHILDREN })),
        fc.array(fc.tuple(fc.nat(CHILDREN - 1), fc.constantFrom(...COUNTRIES)), { maxLength: 2 }),
        fc.array(action, { maxLength: 14 }),
        async ([baseline, documents], early, actions) => {
          const machine = new Machine();
          await machine.put(parent, baseline);
          for (const [place, document] of documents.entries()) await machine.put(child(place), document);
          const model: Model = {
            accounts: children.map((one) => ({
              document: machine.documentOf(one),
              latest: machine.deps.book.revisions(one.id, "default").length,
            })),
            ...{ basis: [], begun: 0, stopped: false, undone: false, applied: new Map(), undo: new Map() },
          };
          const rollout = await machine.prepare();
          const order = rollout.targets.map(({ account }) => children.findIndex(({ id }) => id === account));
          model.basis = model.accounts.map(({ latest }) => latest);
          for (const [place, country] of early) await edit(machine, model, place, country);
          for (const one of actions) {
            if (one.type === "edit") await edit(machine, model, one.place, one.country);
            else if (one.type === "restart") machine.start();
            else await tell(machine, model, rollout, order, one.type, "power" in one ? one.power : undefined);
            await machine.rollouts.settled();
            for (const [place, { document, latest }] of model.accounts.entries()) {
              expect(machine.documentOf(child(place)), `account ${place}`).toEqual(document);
              expect(machine.deps.book.revisions(child(place).id, "default").length, `account ${place}`).toBe(latest);
              expect(machine.outcome(rollout, child(place))?.how).toBe(model.applied.get(place)?.how);
              expect(machine.outcome(rollout, child(place), "undone")?.how).toBe(model.undo.get(place));
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** An account blocks a country itself: that tightens, so it waits for nobody. */
async function edit(machine: Machine, model: Model, place: number, country: string): Promise<void> {
  const input = { block: [country], allow: [], monitor: [], reset: [], groups: [], reason: "ours" };
  const { revisions } = await changeDestinations(machine.deps, machine.context(child(place)), "default", input);
  const account = model.accounts[place];
  if (account === undefined || account.document.destinations?.[country] !== undefined) {
    expect(revisions).toEqual([]);
    return;
  }
  const destinations = { ...account.document.destinations, [country]: { action: "block" as const } };
  account.document = { ...account.document, destinations };
  account.latest++;
}

async function tell(
  machine: Machine,
  model: Model,
  rollout: Rollout,
  order: readonly number[],
  word: "begin" | "stop" | "undo",
  power: number | undefined,
): Promise<void> {
  const { rollouts } = machine;
  const isOver = model.begun === rollout.stages.length;
  const mayDo = word === "undo" ? !model.undone : !model.undone && !model.stopped && !isOver;
  if (power !== undefined) machine.powerFor = power;
  const told =
    word === "begin"
      ? rollouts.begin(machine.context(), rollout.id, model.begun + 1)
      : rollouts[word](machine.context(), rollout.id, "test");
  const isTold = await told.then(
    () => true,
    () => false,
  );
  await rollouts.settled();
  if (power !== undefined) machine.start();
  expect(isTold).toBe(mayDo && power !== 0);
  if (!isTold) return;
  if (word === "stop") model.stopped = true;
  else if (word === "begin") model.begun++;
  else model.undone = true;
  if (word === "begin") applyInModel(model, rollout, order);
  if (word === "undo") undoInModel(model, order);
}

const PARTS: readonly BaselinePart[] = ["destinations"];

function applyInModel(model: Model, rollout: Rollout, order: readonly number[]): void {
  for (const place of order.slice(0, rollout.stages[model.begun - 1])) {
    const account = model.accounts[place];
    if (account === undefined || model.applied.has(place)) continue;
    const { document: before, latest } = account;
    const after = withBaseline(before, rollout.baseline, PARTS);
    const note = (how: RolloutOutcome["how"]) => model.applied.set(place, { how, before, last: account.latest });
    if (latest !== model.basis[place]) note("changed");
    else if (JSON.stringify(after) === JSON.stringify(before)) note("unchanged");
    else {
      account.latest++;
      if (WATCHED.has(place) && loosens(diffPolicies(before, after))) note("pending");
      else {
        account.document = after;
        note("in_force");
      }
    }
  }
}

function undoInModel(model: Model, order: readonly number[]): void {
  for (const place of order) {
    const account = model.accounts[place];
    const applied = model.applied.get(place);
    if (account === undefined || (applied?.how !== "in_force" && applied?.how !== "pending")) continue;
    if (account.latest !== applied.last) model.undo.set(place, "changed");
    else if (applied.how === "pending") model.undo.set(place, "refused");
    else {
      account.latest++;
      if (WATCHED.has(place) && loosens(diffPolicies(account.document, applied.before))) {
        model.undo.set(place, "pending");
      } else {
        account.document = applied.before;
        model.undo.set(place, "in_force");
      }
    }
  }
}
