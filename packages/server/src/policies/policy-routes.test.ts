import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import type { PolicyView } from "./get-policy.ts";

let safeguard: TestSafeguard;

beforeAll(async () => {
  safeguard = await startSafeguard();
});
afterAll(() => safeguard.stop());

const decide = async (to: string) => (await safeguard.api("POST", "/v1/decisions", { to })).body;

describe("destination management over the API", () => {
  it("blocks a country on the next decision, and says which revision did", async () => {
    expect(await decide("+2348012345678")).toMatchObject({ action: "allow" });
    const { status, body } = await safeguard.api("POST", "/v1/policies/default/destinations", {
      block: ["NG"],
      reason: "pumping since Monday",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      revisions: [{ number: 2, decides: true, reason: "pumping since Monday", author: { type: "key" } }],
    });
    expect(await decide("+2348012345678")).toMatchObject({
      action: "block",
      reason: "destination_blocked",
      policy: { name: "default", revisions: [2] },
    });
  });

  it("needs a reason, and names what it does not understand", async () => {
    const wrong = { block: ["UK"], reason: "x" };
    const { status, body } = await safeguard.api("POST", "/v1/policies/default/destinations", wrong);
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({
        code: "invalid_request",
        problems: [{ field: "block.0", message: '"UK" is no destination: write GB' }],
      }),
    ]);
    const silent = await safeguard.api("POST", "/v1/policies/default/destinations", { block: ["NG"] });
    expect(silent.body).toMatchObject({ problems: [{ field: "reason" }] });
  });

  it("takes a whole document, says what it changes before, and compares after", async () => {
    const document = {
      listMode: "allow_list",
      destinations: { NL: { action: "filter" } },
      exceptions: [{ range: "+316123456xx", kind: "trusted", until: "2099-01-31T00:00:00Z" }],
    };
    const preview = await safeguard.api("POST", "/v1/policies/default/preview", { document });
    expect(preview.body).toMatchObject({
      loosens: true,
      changes: expect.arrayContaining([
        { path: "listMode", before: "block_list", after: "allow_list", loosens: false },
        expect.objectContaining({ path: "exceptions.+316123456xx trusted", before: null, loosens: true }),
      ]),
    });
    const put = await safeguard.api("PUT", "/v1/policies/default", { document, reason: "new list", baseRevision: 2 });
    expect(put.body).toMatchObject({ number: 3, decides: true });
    const policy = await safeguard.api("GET", "/v1/policies/default");
    expect(policy.body).toMatchObject({
      latestRevision: 3,
      managedBy: null,
      document: { ...document, exceptions: [{ until: "2099-01-31T00:00:00.000Z" }] },
      above: [],
    });
    const diff = await safeguard.api("GET", "/v1/policies/default/diff");
    expect(diff.body).toEqual(preview.body);
    const stale = await safeguard.api("PUT", "/v1/policies/default", { document, reason: "late", baseRevision: 2 });
    expect([stale.status, stale.body]).toEqual([409, expect.objectContaining({ code: "conflict" })]);
  });

  it("says what is right in a document, down to the field", async () => {
    const document = { listMode: "allow_list", destinations: { nl: { action: "filter" } }, range: [] };
    const { status, body } = await safeguard.api("PUT", "/v1/policies/default", { document, reason: "x" });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      problems: [
        { field: "document.range", message: expect.stringContaining("ranges") },
        { field: "document.destinations.nl", message: expect.stringContaining("write NL") },
      ],
    });
  });

  it("keeps the history, page by page, and restores", async () => {
    const first = (await safeguard.api("GET", "/v1/policies/default/revisions?limit=2")).body as {
      items: { number: number; decides: boolean }[];
      next: string;
    };
    expect(first.items.map(({ number, decides }) => [number, decides])).toEqual([
      [3, true],
      [2, false],
    ]);
    const rest = await safeguard.api("GET", `/v1/policies/default/revisions?limit=2&cursor=${first.next}`);
    expect(rest.body).toMatchObject({ items: [{ number: 1, reason: "first start" }], next: null });
    const restored = await safeguard.api("POST", "/v1/policies/default/revisions/1/restore", { reason: "back" });
    expect(restored.body).toMatchObject({ number: 4, restores: 1, document: { listMode: "block_list" } });
    expect(await decide("+2348012345678")).toMatchObject({ action: "allow" });
    const unknown = await safeguard.api("POST", "/v1/policies/default/revisions/77/restore", { reason: "back" });
    expect(unknown.status).toBe(404);
  });

  it("gives the levels to whoever may read all of them", async () => {
    const child = await safeguard.operator("POST", "/v1/accounts", { name: "Child", parent: safeguard.account.id });
    const { id } = child.body as { id: string };
    const read = async (secret: string) => {
      const answer = await fetch(`${safeguard.url}/v1/policies/default/levels`, {
        headers: { authorization: `Bearer ${secret}`, "safeguard-account": id },
      });
      return [answer.status, await answer.json()] as const;
    };
    const [status, body] = await read(safeguard.liveKey.secret);
    expect([status, body]).toMatchObject([
      200,
      { levels: [{ account: id, revision: 0 }, { account: safeguard.account.id }] },
    ]);
    const key = await fetch(`${safeguard.url}/v1/keys`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${safeguard.liveKey.secret}`,
        "safeguard-account": id,
        "content-type": "application/json",
      },
      body: JSON.stringify({ name: "child", mode: "live", scopes: ["policies:read"] }),
    });
    const { secret } = (await key.json()) as { secret: string };
    expect((await read(secret))[0]).toBe(403);
  });

  it("says what a child allows in vain, and tells it which policies there are", async () => {
    const block = { block: ["AF"], reason: "x" };
    await safeguard.api("POST", "/v1/policies/default/destinations", block);
    const child = await safeguard.operator("POST", "/v1/accounts", { name: "Below", parent: safeguard.account.id });
    const { id } = child.body as { id: string };
    const asChild = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${safeguard.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${safeguard.liveKey.secret}`,
          "safeguard-account": id,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return [answer.status, await answer.json()] as const;
    };
    const change = { allow: ["NL", "AF"], reason: "x" };
    const message = "Afghanistan (AF) stays blocked by an account above";
    expect(await asChild("POST", "/v1/policies/default/destinations", change)).toMatchObject([
      201,
      { revisions: [{ number: 1 }], withoutEffect: [{ field: "allow.1", message }] },
    ]);
    const document = { destinations: { AF: { action: "monitor" }, NL: { action: "filter" } } };
    expect(await asChild("PUT", "/v1/policies/default", { document, state: "draft", reason: "x" })).toMatchObject([
      201,
      { withoutEffect: [{ field: "document.destinations.AF", message }] },
    ]);
    const trust = {
      add: [{ range: "+93701234567", kind: "trusted", evenIfDestinationBlocked: true }],
      reason: "x",
    };
    expect(await asChild("POST", "/v1/policies/default/exceptions", trust)).toMatchObject([
      201,
      { withoutEffect: [{ field: "add.0" }] },
    ]);
    expect(await asChild("GET", "/v1/policies/nope/levels")).toMatchObject([
      404,
      { detail: "The account has no policy nope; it has default." },
    ]);
  });

  it("never opens by a block: a policy of its own starts as a copy of what stood in for it", async () => {
    const list = { listMode: "allow_list", destinations: { NL: { action: "filter" } } };
    await safeguard.api("PUT", "/v1/policies/default", { document: list, reason: "only NL" });
    const chooser = await safeguard.key({});
    const refused = await safeguard.api("PATCH", `/v1/keys/${chooser.id}`, { policy: "marketing" });
    expect([refused.status, refused.body]).toMatchObject([400, { problems: [{ field: "policy" }] }]);
    const { body } = await safeguard.api("POST", "/v1/policies/marketing/destinations", { block: ["NG"], reason: "x" });
    expect(body).toMatchObject({ copiedFrom: { policy: "default" }, revisions: [{ number: 1, document: list }] });
    expect((await safeguard.api("PATCH", `/v1/keys/${chooser.id}`, { policy: "marketing" })).status).toBe(200);
    const france = await safeguard.api("POST", "/v1/decisions", { to: "+33612345678" }, chooser.secret);
    expect(france.body).toMatchObject({ action: "block", policy: { name: "marketing" } });
    // As the tests above left it.
    await safeguard.api("POST", "/v1/policies/default/revisions/1/restore", { reason: "back" });
  });

  it("says what detection may do, and in which words it is wrong", async () => {
    const detection = async () => ((await safeguard.api("GET", "/v1/policies/default")).body as PolicyView).detection;
    expect(await detection()).toEqual({
      mode: "enforce",
      purposes: { otp: "enforce", notification: "off", marketing: "off" },
      falseBlockBudget: 1e-5,
      scoreThreshold: 50,
      holdSeconds: 15,
      audit: null,
      shareEvidence: false,
      whenFailed: "rules_only",
      whenOutcomesMissing: "open_said",
    });
    const change = (body: object) =>
      safeguard.api("POST", "/v1/policies/default/detection", { ...body, reason: "test" });
    const { status, body } = await change({ preset: "strict", audit: { share: 0.01, maximumPerDay: 20 }, mode: null });
    const said = { preset: "strict", audit: { share: 0.01, maximumPerDay: 20 } };
    expect([status, body]).toMatchObject([201, { revisions: [{ decides: true, document: { detection: said } }] }]);
    expect(await detection()).toMatchObject({ mode: "monitor", falseBlockBudget: 1e-4, audit: said.audit });
    expect((await safeguard.api("GET", "/v1/policies/default/diff")).body).toMatchObject({
      changes: [
        { path: "detection.mode", before: "enforce", after: null, loosens: true },
        // There are accounts below by now, so what a document leaves out is not judged by the default.
        { path: "detection.preset", after: "strict", loosens: true },
        { path: "detection.audit", after: said.audit, loosens: true },
      ],
    });
    for (const [wrong, field, words] of [
      [{ mode: "on" }, "mode", '"enforce"'],
      [{ falseBlockBudget: 0.5 }, "falseBlockBudget", "at most 0.01"],
      [{ purposes: { opt: "off" } }, "purposes.opt", "known are otp, notification"],
      [{ preset: "strict", falseBlockBudget: 1e-4 }, "falseBlockBudget", "either falseBlockBudget or preset"],
    ] as const) {
      const refused = await change(wrong);
      expect([refused.status, refused.body]).toMatchObject([
        400,
        { problems: [{ field, message: expect.stringContaining(words) }] },
      ]);
    }
    const document = { detection: { holdSecond: 5 } };
    expect((await safeguard.api("PUT", "/v1/policies/default", { document, reason: "x" })).body).toMatchObject({
      problems: [{ field: "document.detection.holdSecond", message: expect.stringContaining("holdSeconds") }],
    });
    // As the tests above left it.
    await safeguard.api("POST", "/v1/policies/default/revisions/1/restore", { reason: "back" });
  });

  it("lets nobody change a policy without the scope", async () => {
    const reader = await safeguard.key({ scopes: ["policies:read"] });
    const body = { block: ["NG"], reason: "x" };
    const { status } = await safeguard.api("POST", "/v1/policies/default/destinations", body, reader.secret);
    expect(status).toBe(403);
    expect((await safeguard.api("GET", "/v1/policies", undefined, reader.secret)).body).toMatchObject({
      items: [{ policy: "default", default: true, revision: 9 }, { policy: "marketing" }],
    });
  });

  it("serves the schema of policy files to everybody", async () => {
    const answer = await fetch(`${safeguard.url}/v1/schemas/policy.json`);
    expect(await answer.json()).toMatchObject({ title: "Safeguard policy file" });
  });
});

describe("deciding once more", () => {
  it("agrees with the record, whatever was changed since", async () => {
    const decision = (await decide("+31612345678")) as { id: string };
    await safeguard.api("POST", "/v1/policies/default/destinations", { block: ["NL"], reason: "test" });
    const explanation = await safeguard.api("GET", `/v1/decisions/${decision.id}/explanation`);
    expect(explanation.body).toMatchObject({
      agrees: true,
      problem: null,
      recorded: { action: "allow", id: decision.id },
      recomputed: { action: "allow" },
      levels: [{ policy: "default", revision: 9 }],
    });
    expect(await decide("+31612345678")).toMatchObject({ action: "block" });
    const asOperator = await fetch(`${safeguard.url}/v1/decisions/${decision.id}/explanation`, {
      headers: { authorization: `Bearer ${safeguard.safeguard.operatorSecret}` },
    });
    expect(await asOperator.json()).toMatchObject({ agrees: true });
  });

  it("shows what happened without a whole number", async () => {
    await safeguard.api("POST", "/v1/policies/default/exceptions", {
      add: [{ range: "+31612345678", kind: "barred" }],
      reason: "+31612345678 asked us to stop",
    });
    await decide("+31612345678");
    const { body } = await safeguard.operator("GET", "/v1/journal?limit=1000");
    const text = JSON.stringify(body);
    expect(text).toContain("+3161*****78 is barred");
    expect(text).not.toContain("+31612345678");
    expect(body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ type: "revision_saved" })]),
    });
    expect((await safeguard.api("GET", "/v1/journal")).status).toBe(403);
  });
});
