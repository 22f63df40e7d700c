import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId } from "@safeguard/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import { createAccount } from "../accounts/create-account.ts";
import { createKey } from "../accounts/create-key.ts";
import type { NewKey } from "../accounts/key-body.ts";
import { decisionMade } from "../store/testing/sample-records.ts";

// biome-ignore lint/suspicious/noExplicitAny: whatever the route answers
type Json = any;

const CHILDREN = 30;
let dataDirectory: string;
let product: TestSafeguard;
let parent: string;
let foreign: string;
const children: string[] = [];

async function ask(
  method: string,
  path: string,
  account: string,
  body?: object,
  secret = product.safeguard.operatorSecret,
): Promise<{ readonly status: number; readonly json: Json }> {
  const answer = await fetch(`${product.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      "safeguard-account": account,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json() };
}

async function done(method: string, path: string, account: string, body?: object): Promise<Json> {
  const { status, json } = await ask(method, path, account, body);
  expect(status, `${method} ${path}: ${JSON.stringify(json)}`).toBeLessThan(300);
  return json;
}

/** When nothing of it is under way any more. */
async function settled(id: string): Promise<Json> {
  for (;;) {
    const rollout = await done("GET", `/v1/rollouts/${id}`, parent);
    if (rollout.state !== "running" && rollout.state !== "undoing") return rollout;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const documentOf = async (account: string): Promise<Json> =>
  (await done("GET", "/v1/policies/default", account)).document;
const put = (account: string, document: object) =>
  done("PUT", "/v1/policies/default", account, { document, reason: "test" });
const BASELINE = { listMode: "allow_list", destinations: { NL: { action: "filter" } } };

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-rollout-"));
  product = await startSafeguard({ dataDirectory });
  parent = product.account.id;
  const { services, now } = product.safeguard;
  const operator = { principal: { type: "operator" }, actor: { type: "operator", name: "test" }, at: now() } as const;
  foreign = (await createAccount(services, operator, { name: "Foreign" })).account.id;
  for (let place = 0; place < CHILDREN; place++) {
    children.push((await done("POST", "/v1/accounts", parent, { name: `Customer ${place}`, parent })).id);
  }
  await put(parent, BASELINE);
});
afterAll(async () => {
  await product.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

const child = (place: number): string => children[place] ?? "";

describe("the preview of a roll-out", () => {
  it("says for each account what would change, and what it would have stopped of its own traffic", async () => {
    await put(child(0), { destinations: { NG: { action: "filter" } } });
    await put(child(1), { destinations: { BE: { action: "filter" } }, listMode: "allow_list" });
    const { store, now } = product.safeguard;
    const id = store.journal.upcomingId();
    const made = decisionMade(id, { account: child(0) as AccountId, candidates: ["NG"], at: now() });
    await store.journal.append([made]);
    const body = { source: {}, parts: ["destinations"], accounts: [child(0), child(1)] };
    const { items, targets, next } = await done("POST", "/v1/rollouts/preview", parent, body);
    expect([targets, next]).toEqual([2, null]);
    const [one, other] = items;
    expect(one).toMatchObject({ account: child(0), name: "Customer 0", latestRevision: 1, waits: false, keptIn: null });
    expect(one.changes.map(({ path }: Json) => path)).toEqual(["listMode", "destinations.NG", "destinations.NL"]);
    expect(one.stopped).toMatchObject({ messages: 1, verified: 0 });
    expect(one.stopped.destinations).toContain("NG");
    expect(other.changes.map(({ path }: Json) => path).sort()).toEqual(["destinations.BE", "destinations.NL"]);
    expect(await documentOf(child(0))).toMatchObject({ destinations: { NG: { action: "filter" } } });
  });

  it("leaves traffic out for a key that may not read it, and asks for all accounts page by page", async () => {
    const secret = await secretOf(product.account.id, ["policies:read"]);
    const { json } = await ask("POST", "/v1/rollouts/preview", parent, { source: {} }, secret);
    expect(json.items).toHaveLength(CHILDREN);
    for (const item of json.items) expect([item.stopped, item.opened]).toEqual([null, null]);
    expect((await ask("POST", "/v1/rollouts/preview?cursor=x", parent, { source: {} })).status).toBe(400);
  });
});

describe("a roll-out", () => {
  it("goes stage by stage, each in the audit trail of its account, and says who has it", async () => {
    const accounts = children.slice(0, 20);
    const made = await done("POST", "/v1/rollouts", parent, {
      ...{ source: {}, accounts, first: [child(2)], stages: [25], reason: "season" },
    });
    expect(made).toMatchObject({ state: "prepared", targets: 20, baseline: BASELINE });
    expect(made.stages.map(({ targets }: Json) => targets)).toEqual([1, 5, 20]);
    await done("POST", `/v1/rollouts/${made.id}/stages`, parent, { stage: 1 });
    expect(await settled(made.id)).toMatchObject({ state: "waiting", applied: { in_force: 1 } });
    expect(await documentOf(child(2))).toEqual(BASELINE);
    const audit = await done("GET", "/v1/audit?limit=5", child(2));
    expect(audit.items[0]).toMatchObject({
      ...{ action: "revision_saved", account: child(2) },
      reason: `season (${made.id})`,
    });
    expect((await ask("POST", `/v1/rollouts/${made.id}/stages`, parent, { stage: 1 })).status).toBe(409);

    // One of the others changes its policy before its turn.
    const { items } = await done("GET", `/v1/rollouts/${made.id}/accounts?outcome=none&limit=1000`, parent);
    expect(items).toHaveLength(19);
    const own = { listMode: "allow_list", destinations: { DE: { action: "filter" } } };
    await put(items[0].account, own);
    await done("POST", `/v1/rollouts/${made.id}/stages`, parent, { stage: 2 });
    await settled(made.id);
    await done("POST", `/v1/rollouts/${made.id}/stages`, parent, { stage: 3 });
    expect(await settled(made.id)).toMatchObject({ state: "finished", applied: { in_force: 19, changed: 1 } });
    expect(await documentOf(items[0].account)).toEqual(own);
    const changed = await done("GET", `/v1/rollouts/${made.id}/accounts?outcome=changed`, parent);
    expect(changed.items).toMatchObject([
      {
        account: items[0].account,
        stage: 2,
        applied: { outcome: "changed", problem: expect.stringMatching(/revision/) },
      },
    ]);

    await done("POST", `/v1/rollouts/${made.id}/undo`, parent, { reason: "too early" });
    expect(await settled(made.id)).toMatchObject({ state: "undone", undone: { in_force: 19 } });
    expect(await documentOf(child(2))).toEqual({});
    expect((await done("GET", "/v1/audit/verify", parent)).ok).toBe(true);
    const rows = (await done("GET", "/v1/audit?limit=1000", parent)).items;
    expect(rows.filter(({ what }: Json) => what.type === "rollout" && what.id === made.id)).toHaveLength(5);
  });

  it("that is cut off by a stop goes on at the next start, each account once", async () => {
    const accounts = children.slice(20);
    const made = await done("POST", "/v1/rollouts", parent, { source: {}, accounts, stages: [100], reason: "all" });
    await done("POST", `/v1/rollouts/${made.id}/stages`, parent, { stage: 1 });
    await product.stop();
    product = await startSafeguard({ dataDirectory });
    expect(await settled(made.id)).toMatchObject({ state: "finished", applied: { in_force: accounts.length } });
    for (const account of accounts) {
      expect(await documentOf(account)).toEqual(BASELINE);
      const { items } = await done("GET", "/v1/policies/default/revisions", account);
      expect(items).toHaveLength(1);
    }
  });

  it("is nobody's but the account's that made it, and reaches nobody but those below it", async () => {
    const made = await done("POST", "/v1/rollouts", parent, { source: {}, accounts: [child(0)], reason: "test" });
    const stranger = await secretOf(foreign, ["policies:read", "policies:write"]);
    const below = await secretOf(child(0), ["policies:read", "policies:write"]);
    for (const [account, secret] of [
      [foreign, stranger],
      [child(0), below],
    ] as const) {
      expect((await ask("GET", "/v1/rollouts", account, undefined, secret)).json.items).toEqual([]);
      for (const path of ["", "/accounts"]) {
        expect((await ask("GET", `/v1/rollouts/${made.id}${path}`, account, undefined, secret)).status).toBe(404);
      }
      for (const [verb, body] of [
        ["stages", { stage: 1 }],
        ["stop", { reason: "x" }],
        ["undo", { reason: "x" }],
      ] as const) {
        expect((await ask("POST", `/v1/rollouts/${made.id}/${verb}`, account, body, secret)).status).toBe(404);
      }
      // Neither another's policy as the baseline, nor another's account as the target.
      for (const body of [
        { source: { account: parent }, reason: "x" },
        { source: { account: child(1) }, reason: "x" },
        { source: {}, accounts: [child(1)], reason: "x" },
      ]) {
        const answer = await ask("POST", "/v1/rollouts", account, body, secret);
        expect([400, 404, 409]).toContain(answer.status);
      }
    }
    const reader = await secretOf(parent, ["policies:read"]);
    expect((await ask("POST", `/v1/rollouts/${made.id}/stages`, parent, { stage: 1 }, reader)).status).toBe(403);
    expect(await done("POST", `/v1/rollouts/${made.id}/stop`, parent, { reason: "a test" })).toMatchObject({
      ...{ state: "stopped", stopped: { reason: "a test" } },
    });
    expect((await ask("POST", `/v1/rollouts/${made.id}/stages`, parent, { stage: 1 })).status).toBe(409);
  });
});

async function secretOf(account: string, scopes: NewKey["scopes"]): Promise<string> {
  const { directory, services, now } = product.safeguard;
  const holder = directory.account(account as AccountId);
  if (holder === undefined) throw new Error(`no account ${account}`);
  const actor = { type: "operator", name: "test" } as const;
  const context = { principal: { type: "operator" } as const, actor, at: now(), account: holder };
  return (await createKey(services, context, { name: "test", mode: "live", scopes })).minted.secret;
}
