import {
  type DetectionSettings,
  Engine,
  type EpochMilliseconds,
  NUMBERING_TABLE,
  type PolicyDocument,
} from "@safeguard/core";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type Account, DEFAULT_ANSWERS } from "../accounts/account.ts";
import { createDirectory } from "../accounts/create-directory.ts";
import { createSerially } from "../accounts/serially.ts";
import type { AccountContext } from "../api/account-context.ts";
import { changeDestinations } from "./change-destinations.ts";
import { type ChangeDetection, changeDetection, type DetectionChange } from "./change-detection.ts";
import { changeExceptions } from "./change-exceptions.ts";
import { detectionWithoutEffect } from "./detection-without-effect.ts";
import { getPolicy } from "./get-policy.ts";
import { confirmNumbering } from "./numbering-changes.ts";
import { createPolicyBook } from "./policy-book.ts";
import type { PolicyReadDeps } from "./policy-services.ts";
import { putRevision } from "./put-revision.ts";
import { restoreRevision } from "./restore-revision.ts";
import { timeline } from "./timeline.ts";

const NOW = Date.UTC(2027, 0, 15) as EpochMilliseconds;
const later = (milliseconds: number): EpochMilliseconds => (NOW + milliseconds) as EpochMilliseconds;

const root = accountNamed("acc_root");
const child: Account = { ...accountNamed("acc_child"), parent: root.id };

let deps: PolicyReadDeps;

beforeEach(() => {
  deps = createDeps();
});

describe("a revision", () => {
  it("is numbered, keeps who and why, and decides from now on", async () => {
    const made = await put({ listMode: "block_list" });
    expect(made).toMatchObject({
      number: 1,
      reason: "test",
      author: { name: "tester" },
      numberingTable: NUMBERING_TABLE,
    });
    expect(deps.book.inForce(root.id, "default", NOW)).toBe(made);
    expect((await put({ listMode: "allow_list" })).number).toBe(2);
    expect(getPolicy(deps, context(), "default").document).toEqual({ listMode: "allow_list" });
  });

  it("is refused when the policy was changed meanwhile", async () => {
    await put({ listMode: "block_list" });
    await expect(put({ listMode: "allow_all" }, { baseRevision: 0 })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("its latest revision is 1, not 0"),
    });
    await expect(put({ listMode: "allow_all" }, { baseRevision: 1 })).resolves.toMatchObject({ number: 2 });
  });

  it("is one of two when two start from the same one at once", async () => {
    const results = await Promise.allSettled([
      put({ listMode: "block_list" }, { baseRevision: 0 }),
      put({ listMode: "allow_list" }, { baseRevision: 0 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  it("is refused when it is not valid, with the field", async () => {
    await expect(put({ listMode: "allow_all", destinations: { NL: { action: "block" } } })).rejects.toMatchObject({
      code: "invalid_request",
      problems: [{ field: "document.destinations.NL.action" }],
    });
    await expect(put({}, { until: later(-1) })).rejects.toMatchObject({ problems: [{ field: "until" }] });
    expect(deps.book.revisions(root.id, "default")).toEqual([]);
  });

  it("that waits or ends gives way by the clock", async () => {
    await put({ listMode: "block_list" });
    await put({ listMode: "allow_list" }, { from: later(10), until: later(20) });
    const modeAt = (time: number) => deps.book.inForce(root.id, "default", later(time))?.document.listMode;
    expect([9, 10, 19, 20].map(modeAt)).toEqual(["block_list", "allow_list", "allow_list", "block_list"]);
  });
});

describe("a change of detection", () => {
  const detection = (said: DetectionChange, more: Partial<ChangeDetection> = {}, account = root) =>
    changeDetection(deps, context(account), "default", { detection: said, reason: "test", ...more });
  const said = (account = root) => deps.book.inForce(account.id, "default", NOW)?.document;

  it("leaves the rest of the policy, and what it does not name, as it is", async () => {
    await put({ listMode: "allow_list", detection: { mode: "monitor", purposes: { otp: "monitor" }, holdSeconds: 5 } });
    await detection({ mode: "enforce", purposes: { marketing: "monitor" } });
    expect(said()).toEqual({
      listMode: "allow_list",
      detection: { mode: "enforce", purposes: { otp: "monitor", marketing: "monitor" }, holdSeconds: 5 },
    });
  });

  it("takes away what it says null for, and in the end the field", async () => {
    await put({ detection: { mode: "enforce", scoreThreshold: 40 } });
    await detection({ scoreThreshold: null });
    expect(said()).toEqual({ detection: { mode: "enforce" } });
    await detection({ mode: null, preset: null });
    expect(said()).toEqual({});
  });

  it("puts a preset in the place of a budget, and a budget in the place of a preset", async () => {
    await put({ detection: { falseBlockBudget: 1e-3 } });
    await detection({ preset: "careful" });
    expect(said()).toEqual({ detection: { preset: "careful" } });
    await detection({ falseBlockBudget: 1e-6 });
    expect(said()).toEqual({ detection: { falseBlockBudget: 1e-6 } });
    await expect(detection({ preset: "strict", falseBlockBudget: 1e-4 })).rejects.toMatchObject({
      problems: [{ field: "falseBlockBudget", message: expect.stringContaining("preset") }],
    });
  });

  it("makes no revision where it changes nothing, and is refused where it says nothing", async () => {
    await put({ detection: { mode: "enforce" } });
    expect((await detection({ mode: "enforce", holdSeconds: null })).revisions).toEqual([]);
    await expect(detection({})).rejects.toMatchObject({ code: "invalid_request", problems: [{ field: "mode" }] });
  });

  it("is told what an account above has locked: saved, and without effect", async () => {
    await put({ detection: { mode: "enforce", preset: "strict", scoreThreshold: 40 }, locked: ["detection"] });
    const looser: DetectionSettings = {
      mode: "off",
      purposes: { otp: "monitor", marketing: "monitor" },
      preset: "careful",
      scoreThreshold: 60,
      holdSeconds: 0,
      audit: { share: 0.01, maximumPerDay: 10 },
    };
    await detection(looser, {}, child);
    expect(said(child)).toEqual({ detection: looser });
    expect(detectionWithoutEffect(deps, context(child), "default", looser, "")).toEqual(
      Object.entries({
        mode: "detection's mode stays enforce",
        "purposes.otp": "detection's mode for otp stays enforce",
        preset: "detection's false-block budget stays 0.0001",
        scoreThreshold: "detection's score threshold stays 40",
        audit: "detection's audit releases nothing",
      }).map(([field, words]) => ({ field, message: `${words}, which an account above has locked` })),
    );
    const { detection: holds } = getPolicy(deps, context(child), "default");
    expect(holds).toMatchObject({ mode: "enforce", falseBlockBudget: 1e-4, holdSeconds: 0, audit: null });
    const stricter: DetectionSettings = { falseBlockBudget: 1e-3, audit: { share: 0.01, maximumPerDay: 0 } };
    await detection({ ...stricter, preset: null }, {}, child);
    expect(detectionWithoutEffect(deps, context(child), "default", stricter, "")).toEqual([]);
  });
});

describe("a policy that a file keeps", () => {
  it("is changed by that file, by a draft, or by force, which takes it away from the file", async () => {
    await put({ listMode: "block_list" }, { managedBy: "policy.yaml" });
    await expect(put({ listMode: "allow_all" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("kept in policy.yaml"),
    });
    await expect(changeDestinations(deps, context(), "default", quick({ block: ["NG"] }))).rejects.toMatchObject({
      code: "conflict",
    });
    await put({ listMode: "allow_list" }, { managedBy: "policy.yaml" });
    await put({ listMode: "allow_all" }, { state: "draft" });
    expect(getPolicy(deps, context(), "default").managedBy).toBe("policy.yaml");
    await changeDestinations(deps, context(), "default", quick({ block: ["NG"], force: true }));
    expect(getPolicy(deps, context(), "default").managedBy).toBeNull();
  });
});

describe("a draft of the file that keeps a policy", () => {
  it("is activated without force, and the policy stays with the file; that of another file is not", async () => {
    await put({ listMode: "block_list" }, { managedBy: "policy.yaml" });
    await put({ listMode: "allow_list" }, { managedBy: "policy.yaml", state: "draft" });
    const activate = (number: number) =>
      restoreRevision(deps, context(), "default", { number, reason: "approved" }, "draft");
    expect(await activate(2)).toMatchObject({ number: 3, managedBy: "policy.yaml" });
    await put({ listMode: "allow_all" }, { managedBy: "other.yaml", state: "draft" });
    await expect(activate(4)).rejects.toMatchObject({ code: "conflict" });
  });

  it("counts only what is in force or planned as kept in a file", async () => {
    await put({ listMode: "allow_all" }, { managedBy: "policy.yaml", state: "draft" });
    await put({ listMode: "block_list" });
    expect(getPolicy(deps, context(), "default").managedBy).toBeNull();
  });
});

describe("a draft", () => {
  it("holds nothing until it is activated, and is not activated over a later change unnoticed", async () => {
    await put({ listMode: "block_list" });
    await put({ listMode: "allow_list" }, { state: "draft" });
    expect(getPolicy(deps, context(), "default").document.listMode).toBe("block_list");
    await changeDestinations(deps, context(), "default", quick({ block: ["NG"] }));
    const activate = (force: boolean) =>
      restoreRevision(deps, context(), "default", { number: 2, reason: "approved", force }, "draft");
    await expect(activate(false)).rejects.toMatchObject({ code: "conflict", problems: [{ field: "force" }] });
    expect(await activate(true)).toMatchObject({ number: 4, restores: 2, document: { listMode: "allow_list" } });
  });
});

describe("blocking and allowing destinations", () => {
  it("changes what is named, by code or group, and leaves the rest", async () => {
    await put({ listMode: "allow_list", destinations: { NL: { action: "monitor" } }, channels: ["sms"] });
    await changeDestinations(deps, context(), "default", quick({ block: ["ng"], allow: ["BE", "oceania"] }));
    const { document } = getPolicy(deps, context(), "default");
    expect(document.destinations).toMatchObject({
      NL: { action: "monitor" },
      NG: { action: "block" },
      BE: { action: "filter" },
      NZ: { action: "filter" },
    });
    expect(document.channels).toEqual(["sms"]);
    await changeDestinations(
      deps,
      context(),
      "default",
      quick({ reset: ["NL"], groups: ["oceania"], action: "block" }),
    );
    const after = getPolicy(deps, context(), "default").document.destinations;
    expect(after).not.toHaveProperty("NL");
    expect(after).toMatchObject({ NZ: { action: "block" } });
  });

  it("makes a block list of an allow_all policy, because that one may block nothing", async () => {
    await put({ listMode: "allow_all" });
    await changeDestinations(deps, context(), "default", quick({ block: ["NG"] }));
    expect(getPolicy(deps, context(), "default").document.listMode).toBe("block_list");
  });

  it("makes nothing where nothing is to be changed, and refuses what it does not understand", async () => {
    await changeDestinations(deps, context(), "default", quick({ block: ["NG"] }));
    expect(await changeDestinations(deps, context(), "default", quick({ block: ["NG"] }))).toEqual({
      revisions: [],
      copiedFrom: undefined,
    });
    await expect(
      changeDestinations(deps, context(), "default", quick({ block: ["UK", "NL"], allow: ["NL"] })),
    ).rejects.toMatchObject({ problems: [{ field: "block.0" }, { field: "allow.0" }] });
    await expect(changeDestinations(deps, context(), "default", quick({}))).rejects.toMatchObject({
      problems: [{ field: "block" }],
    });
  });

  it("holds in every revision that decides now or later, each within its own window", async () => {
    const windows = fc.array(
      fc.record(
        {
          from: fc.integer({ min: -20, max: 20 }).map(later),
          until: fc.integer({ min: 1, max: 30 }).map(later),
          code: fc.constantFrom("NL", "BE", "FR"),
          state: fc.constantFrom("draft", "in_force"),
        },
        { requiredKeys: ["from", "code", "state"] },
      ),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(windows, async (revisions) => {
        deps = createDeps();
        for (const { code, ...window } of revisions) {
          if (window.until !== undefined && window.until <= Math.max(window.from, NOW)) continue;
          await put({ destinations: { [code]: { action: "filter" } } }, window);
        }
        const at = (time: number) => deps.book.inForce(root.id, "default", later(time))?.document;
        const times = Array.from({ length: 35 }, (_, time) => time);
        const before = times.map(at);
        await changeDestinations(deps, context(), "default", quick({ block: ["NG"] }));
        const expected = before.map((document) => ({
          destinations: { ...document?.destinations, NG: { action: "block" } },
        }));
        expect(times.map(at)).toEqual(expected);
        expect(timeline(deps.book.revisions(root.id, "default"), NOW)[0]?.from).toBe(NOW);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the first quick change of a policy that has nothing in force", () => {
  const marketing = (change: Partial<Parameters<typeof changeDestinations>[3]>) =>
    changeDestinations(deps, context(), "marketing", quick(change));

  it("starts from what decided until now, so that a block opens nothing", async () => {
    await put({ listMode: "allow_list", destinations: { NL: { action: "filter" } } });
    const { revisions, copiedFrom } = await marketing({ block: ["NG"] });
    expect(copiedFrom).toMatchObject({ policy: "default", number: 1 });
    expect(revisions).toMatchObject([
      { number: 1, document: { listMode: "allow_list", destinations: { NL: { action: "filter" } } } },
    ]);
    expect((await marketing({ block: ["PK"] })).copiedFrom).toBeUndefined();
    await changeExceptions(deps, context(), "alerts", {
      add: [{ range: "+31612345678", kind: "barred" }],
      remove: [],
      reason: "test",
    });
    expect(getPolicy(deps, context(), "alerts").document.listMode).toBe("allow_list");
  });

  it("follows what is planned for the one that stood in, and its numbering table", async () => {
    await put({ listMode: "block_list" });
    await put({ listMode: "allow_list" }, { from: later(10) });
    const planned = deps.book.revision(root.id, "default", 2);
    if (planned === undefined) throw new Error("it was not made");
    const older = { ...planned, number: 3, numberingTable: "of-last-year" };
    await deps.changes.commit([{ type: "revision_saved", at: NOW, actor: context().actor, revision: older }]);
    await marketing({ block: ["NG"] });
    const at = (time: number) => deps.book.inForce(root.id, "marketing", later(time));
    expect([at(0), at(9), at(10)].map((revision) => revision?.document.listMode)).toEqual([
      "block_list",
      "block_list",
      "allow_list",
    ]);
    expect([at(0)?.numberingTable, at(10)?.numberingTable]).toEqual([NUMBERING_TABLE, "of-last-year"]);
  });

  it("starts from nothing where nothing stood in, and a whole document is taken as it is", async () => {
    const { revisions, copiedFrom } = await marketing({ block: ["NG"] });
    expect([copiedFrom, revisions[0]?.document]).toEqual([undefined, { destinations: { NG: { action: "block" } } }]);
    await put({ listMode: "allow_list" });
    const whole = { document: { listMode: "block_list" }, state: "in_force", reason: "test" } as const;
    expect((await putRevision(deps, context(), "alerts", whole)).document).toEqual({ listMode: "block_list" });
  });

  it("is refused where an account above has a policy of the name, which may be looser than its default", async () => {
    await put({ listMode: "allow_list" });
    await putRevision(deps, context(), "marketing", { document: {}, state: "in_force", reason: "test" });
    await putRevision(deps, context(child), "default", { document: {}, state: "in_force", reason: "test" });
    await expect(changeDestinations(deps, context(child), "marketing", quick({ block: ["NG"] }))).rejects.toMatchObject(
      { code: "conflict", message: expect.stringContaining("an account above has one") },
    );
  });
});

describe("exceptions", () => {
  it("are canonical numbers, replace their like, and are taken away by range", async () => {
    const trusted = { range: "+44 (0)7911 123456", kind: "trusted" } as const;
    await changeExceptions(deps, context(), "default", { add: [trusted], remove: [], reason: "test" });
    await changeExceptions(deps, context(), "default", {
      add: [{ ...trusted, range: "+447911123456", note: "again" }],
      remove: [],
      reason: "test",
    });
    const exceptionsNow = () => getPolicy(deps, context(), "default").document.exceptions;
    expect(exceptionsNow()).toEqual([{ range: "+447911123456", kind: "trusted", note: "again" }]);
    await changeExceptions(deps, context(), "default", { add: [], remove: ["+447911123456"], reason: "test" });
    expect(exceptionsNow()).toEqual([]);
    await expect(
      changeExceptions(deps, context(), "default", {
        add: [{ ...trusted, range: "07911" }],
        remove: [],
        reason: "test",
      }),
    ).rejects.toMatchObject({ problems: [{ field: "add.0.range" }] });
  });
});

describe("a new numbering table", () => {
  it("takes part beside the old one until a person confirms it", async () => {
    const first = await put({ listMode: "block_list" });
    const older = { ...first, number: 2, numberingTable: "of-last-year" };
    await deps.changes.commit([{ type: "revision_saved", at: NOW, actor: context().actor, revision: older }]);
    const { revisions } = await changeDestinations(deps, context(), "default", quick({ block: ["NG"] }));
    expect(revisions[0]?.numberingTable).toBe("of-last-year");
    expect((await put({ listMode: "allow_list" })).numberingTable).toBe("of-last-year");
    const [confirmed] = await confirmNumbering(deps, context(), "default", { reason: "looked at it" });
    expect(confirmed).toMatchObject({ numberingTable: NUMBERING_TABLE, document: { listMode: "allow_list" } });
    expect(await confirmNumbering(deps, context(), "default", { reason: "again" })).toEqual([]);
  });
});

describe("what an account sees of the ones above it", () => {
  it("is who locks what, and not their numbers", async () => {
    await put({
      listMode: "allow_list",
      locked: ["listMode"],
      exceptions: [{ range: "+31612345678", kind: "barred" }],
    });
    const asKey: AccountContext = { ...context(child), principal: { type: "key", account: child, key: keyOf(child) } };
    const [above] = getPolicy(deps, asKey, "default").above;
    expect(above).toEqual({
      account: null,
      policy: "default",
      revision: 1,
      document: { listMode: "allow_list", locked: ["listMode"] },
    });
    expect(getPolicy(deps, context(child), "default").above[0]).toMatchObject({ account: root.id });
  });
});

function createDeps(): PolicyReadDeps {
  const directory = createDirectory();
  const book = createPolicyBook();
  const engine = new Engine();
  for (const account of [root, child]) {
    directory.apply({ type: "account_saved", at: NOW, actor: context().actor, account });
    engine.apply({ type: "account_placed", account: account.id, parent: account.parent });
  }
  return {
    directory,
    book,
    engine,
    serially: createSerially(),
    changes: {
      async commit(records) {
        await Promise.resolve();
        for (const record of records) {
          book.apply(record);
          if (record.type !== "revision_saved") continue;
          const { account, policy, number, state, from, until, document, numberingTable } = record.revision;
          engine.apply({ type: "revision_put", account, policy, number, state, from, until, document, numberingTable });
        }
      },
    },
  };
}

function accountNamed(id: string): Account {
  return {
    id: id as Account["id"],
    name: id,
    twilioSid: `AC${id}`,
    currency: "EUR",
    networks: [],
    defaultPolicy: "default",
    senderPolicies: {},
    defaultPurpose: "otp",
    answers: DEFAULT_ANSWERS,
    reports: {},
    createdAt: NOW,
  };
}

function context(account: Account = root): AccountContext {
  return { principal: { type: "operator" }, actor: { type: "operator", name: "tester" }, account, at: NOW };
}

function keyOf(account: Account) {
  return {
    id: "key_1",
    account: account.id,
    name: "console",
    mode: "live",
    scopes: ["policies:read"],
    secretHash: "",
    productTokenHash: "",
    authTokenHash: "",
    authTokenSealed: "",
    hint: "",
    networks: [],
    mayChoosePolicies: [],
    mayDisableRiskCheck: false,
    createdAt: NOW,
  } as const;
}

function put(document: PolicyDocument, more: Partial<Parameters<typeof putRevision>[3]> = {}) {
  return putRevision(deps, context(), "default", { document, state: "in_force", reason: "test", ...more });
}

function quick(change: Partial<Parameters<typeof changeDestinations>[3]>) {
  return { block: [], allow: [], monitor: [], reset: [], groups: [], reason: "test", ...change };
}
