import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documents, messages } from "../test/arbitraries.ts";
import { ACCOUNT, messageTo, NOON } from "../test/message-to.ts";
import type { AccountId, EpochMilliseconds } from "./brand.ts";
import { Engine, type EngineEvent } from "./engine.ts";
import { NUMBERING_TABLE } from "./numbering/plan.generated.ts";
import type { PolicyDocument } from "./policy/policy-document.ts";
import { recompute, replay } from "./replay.ts";
import { sameVerdict } from "./verdict/same-verdict.ts";
import type { Verdict } from "./verdict/verdict.ts";

const PARENT = "acc_1111111111111111111p" as AccountId;
const NL = messageTo("+31612345678");
const ALLOW_LIST: PolicyDocument = { listMode: "allow_list" };
const BLOCKS_NL: PolicyDocument = { destinations: { NL: { action: "block" } } };

const placed = (account: AccountId, parent?: AccountId): EngineEvent => ({ type: "account_placed", account, parent });

function revision(
  document: PolicyDocument,
  changes: Partial<EngineEvent & { type: "revision_put" }> = {},
): EngineEvent {
  return {
    type: "revision_put",
    account: ACCOUNT,
    policy: "default",
    number: 1,
    state: "in_force",
    from: 0 as EpochMilliseconds,
    until: undefined,
    document,
    numberingTable: NUMBERING_TABLE,
    ...changes,
  };
}

function engineOf(...events: readonly EngineEvent[]): Engine {
  const engine = new Engine();
  for (const event of events) engine.apply(event);
  return engine;
}

const told = ({ action, reason, policy }: Verdict): string =>
  `${action} ${reason} ${policy.policy} ${policy.revisions}`;

describe("the engine", () => {
  it("starts an account that has said nothing from the default policy", () => {
    expect(told(engineOf(placed(ACCOUNT)).decide(NL, "default"))).toBe("allow destination_allowed default 0");
  });

  it("decides on the revision in force with the highest number", () => {
    const first = revision(ALLOW_LIST);
    const second = revision({}, { number: 2 });
    expect(told(engineOf(placed(ACCOUNT), first).decide(NL, "default"))).toBe("block destination_not_listed default 1");
    expect(told(engineOf(placed(ACCOUNT), second, first).decide(NL, "default"))).toBe(
      "allow destination_allowed default 2",
    );
    const draft = revision({}, { number: 2, state: "draft" });
    expect(told(engineOf(placed(ACCOUNT), first, draft).decide(NL, "default"))).toBe(
      "block destination_not_listed default 1",
    );
    const approved = engineOf(placed(ACCOUNT), first, revision({}, { number: 2, state: "pending_approval" }), second);
    expect(told(approved.decide(NL, "default"))).toBe("allow destination_allowed default 2");
  });

  it("takes up a revision at its first millisecond and gives way again at its end", () => {
    const until = (NOON + 10) as EpochMilliseconds;
    const engine = engineOf(placed(ACCOUNT), revision({}), revision(BLOCKS_NL, { number: 2, from: NOON, until }));
    const at = (offset: number) =>
      engine.decide({ ...NL, at: (NOON + offset) as EpochMilliseconds }, "default").policy.revisions[0];
    expect([-1, 0, 9, 10, -1, 0].map(at)).toEqual([1, 2, 2, 1, 1, 2]);
  });

  it("holds a policy to the one of the same name above, else to the default above", () => {
    const above = revision(BLOCKS_NL, { account: PARENT, number: 7 });
    const own = revision({}, { policy: "otp" });
    const engine = engineOf(placed(PARENT), placed(ACCOUNT, PARENT), above, own);
    expect(told(engine.decide(NL, "otp"))).toBe("block destination_blocked otp 1,7");
    engine.apply(revision({}, { account: PARENT, policy: "otp", number: 3 }));
    expect(told(engine.decide(NL, "otp"))).toBe("allow destination_allowed otp 1,3");
    expect(told(engine.decide(NL, "default"))).toBe("block destination_blocked default 0,7");
  });

  it("lets the default policy stand in for one that is not in force: a slip in its name opens nothing", () => {
    const engine = engineOf(placed(ACCOUNT), revision(ALLOW_LIST));
    expect(told(engine.decide(NL, "opt"))).toBe("block destination_not_listed default 1");
  });

  it("is closed for accounts that it does not know, up to the root", () => {
    const unknown: readonly Engine[] = [
      engineOf(),
      engineOf(revision({})),
      engineOf(placed(ACCOUNT, PARENT)),
      engineOf(placed(ACCOUNT, PARENT), placed(PARENT, ACCOUNT)),
      engineOf(placed(ACCOUNT, ACCOUNT)),
    ];
    for (const engine of unknown) {
      const verdict = engine.decide(NL, "default");
      expect(verdict).toMatchObject({ action: "block", reason: "policy_missing", degraded: ["policy_missing"] });
      expect(recompute(engine.levelsFor(ACCOUNT, "default", NOON), NL)).toEqual(verdict);
    }
  });

  it("names the policies of an account", () => {
    const engine = engineOf(
      placed(ACCOUNT),
      revision({}, { policy: "otp" }),
      revision({}),
      revision({}, { number: 2 }),
    );
    expect(engine.policiesOf(ACCOUNT)).toEqual(["default", "otp"]);
    expect(engine.policiesOf(PARENT)).toEqual([]);
  });

  it("refuses a snapshot of another version", () => {
    expect(() => Engine.restore({ version: 2 as 5, events: [], detection: [], shared: [] })).toThrow("version 2");
  });
});

/* Any history: accounts placed and moved, revisions of two policies coming, ending and being approved, messages between. */
const accounts = fc.constantFrom(ACCOUNT, PARENT, "acc_2222222222222222222g" as AccountId);
const policies = fc.constantFrom("default", "otp");
const nearNoon = fc.integer({ min: -3, max: 3 }).map((offset) => (NOON + offset) as EpochMilliseconds);
const engineEvents: fc.Arbitrary<EngineEvent> = fc.oneof(
  fc.record({
    type: fc.constant("account_placed" as const),
    account: accounts,
    parent: fc.option(accounts, { nil: undefined }),
  }),
  fc.record({
    type: fc.constant("revision_put" as const),
    account: accounts,
    policy: policies,
    number: fc.integer({ min: 1, max: 4 }),
    state: fc.constantFrom("draft" as const, "pending_approval" as const, "in_force" as const, "in_force" as const),
    from: nearNoon,
    until: fc.option(nearNoon, { nil: undefined }),
    document: documents,
    numberingTable: fc.constant(NUMBERING_TABLE),
  }),
);
const questions = fc.record({ message: messages, account: accounts, policy: policies, at: nearNoon });
type History = readonly (EngineEvent | { type: "message"; message: typeof NL; policy: string })[];
const histories: fc.Arbitrary<History> = fc
  .array(fc.oneof(engineEvents, questions), { minLength: 5, maxLength: 40 })
  .map((steps) =>
    [placed(PARENT), placed(ACCOUNT, PARENT), ...steps].map((step) =>
      "type" in step
        ? step
        : { type: "message", message: { ...step.message, account: step.account, at: step.at }, policy: step.policy },
    ),
  );

describe("an engine with any history", () => {
  it("decides as one that was made for the question: what it keeps at hand is never stale", () => {
    fc.assert(
      fc.property(histories, (history) => {
        const live = new Engine({ cachedAccounts: 1 });
        const changes: EngineEvent[] = [];
        for (const step of history) {
          if (step.type === "message") {
            const fresh = engineOf(...changes);
            const verdict = live.decide(step.message, step.policy);
            expect(verdict).toEqual(fresh.decide(step.message, step.policy));
            const levels = fresh.levelsFor(step.message.account, step.policy, step.message.at);
            expect(sameVerdict(recompute(levels, step.message), JSON.parse(JSON.stringify(verdict)))).toBe(true);
          } else {
            live.apply(step);
            changes.push(step);
          }
        }
      }),
    );
  });

  it("comes back from its snapshot the same, whatever the order of what it lived through", () => {
    fc.assert(
      fc.property(histories, fc.array(questions, { minLength: 5 }), (history, asked) => {
        const changes = history.filter((step) => step.type !== "message");
        const engine = engineOf(...changes);
        const text = JSON.stringify(engine.snapshot());
        const restored = Engine.restore(JSON.parse(text));
        expect(JSON.stringify(restored.snapshot())).toBe(text);
        for (const { message, account, policy, at } of asked) {
          const question = { ...message, account, at };
          expect(restored.decide(question, policy)).toEqual(engine.decide(question, policy));
        }
      }),
    );
  });

  it("replays to the same verdicts", () => {
    fc.assert(
      fc.property(histories, (history) => {
        const first = [...replay(history)];
        expect([...replay(history)]).toEqual(first);
        expect(first).toHaveLength(history.filter((step) => step.type === "message").length);
      }),
    );
  });
});
