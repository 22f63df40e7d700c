import type { AccountId, Destination, Evidence, PolicyDocument } from "@safeguard/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import { DEFAULT_ANSWERS } from "../accounts/account.ts";
import { createKey } from "../accounts/create-key.ts";
import type { NewKey } from "../accounts/key-body.ts";
import { decisionMade } from "../store/testing/sample-records.ts";

// biome-ignore lint/suspicious/noExplicitAny: whatever the route answers
type Json = any;

let product: TestSafeguard;
const ids = new Map<string, AccountId>();
const idOf = (name: string): AccountId => ids.get(name) ?? ("acc_none" as AccountId);

/** `parent` undefined: a root of its own. */
async function make(name: string, parent: AccountId | undefined, currency = "USD"): Promise<AccountId> {
  const id = `acc_${name.toLowerCase().padEnd(20, "0")}` as AccountId;
  const { services, now } = product.safeguard;
  const at = now();
  const account = {
    ...{ id, name, twilioSid: `AC${name.padEnd(32, "0")}`, currency, networks: [], defaultPolicy: "default" },
    ...{ senderPolicies: {}, defaultPurpose: "otp" as const, answers: DEFAULT_ANSWERS, reports: {}, createdAt: at },
    ...(parent !== undefined && { parent }),
  } as const;
  await services.changes.commit([{ type: "account_saved", at, actor: { type: "operator", name: "test" }, account }]);
  ids.set(name, id);
  return id;
}

function ask(path: string, account: AccountId, secret = product.safeguard.operatorSecret) {
  return send("GET", path, account, undefined, secret);
}

async function send(
  method: string,
  path: string,
  account: AccountId,
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

async function secretOf(name: string, settings: Pick<NewKey, "scopes">): Promise<string> {
  const { directory, services, now } = product.safeguard;
  const account = directory.account(idOf(name));
  if (account === undefined) throw new Error(`no account ${name}`);
  const actor = { type: "operator", name: "test" } as const;
  const context = { principal: { type: "operator" } as const, actor, at: now(), account };
  return (await createKey(services, context, { name: "test", mode: "live", ...settings })).minted.secret;
}

async function policy(name: string, document: PolicyDocument): Promise<void> {
  const saved = await send("PUT", "/v1/policies/default", idOf(name), { document, reason: "test" });
  expect(saved.status, JSON.stringify(saved.json)).toBe(201);
}

/** An incident that goes on, with so many attempts of this price (in millionths) that leaked. */
function incident(name: string, attempts: number, priceMicros: number, currency = "USD"): void {
  const { engine, now } = product.safeguard;
  const { incidents } = engine.detectionOf(idOf(name));
  const attempt = { line: 992_935_001_000, destination: "TJ" as Destination, at: now(), priceMicros, currency };
  const evidence: Evidence = {
    scope: { type: "block", prefix: "+9929350010", size: 100 },
    since: now(),
    counts: { sessions: 5, sent: 4, converted: 0, pending: 0, unanswered: 4, stopped: 1 },
    ...{ trials: 6, hits: 5, expectedShare: 0.001, share: 15, adjacency: 0, unanswered: 4, faked: 0 },
    ...{ expectedConversion: 0.7, total: 18, threshold: 13.8, credit: 0 },
  };
  const number = incidents.open(evidence, attempt, () => ({ sent: 0, converted: 0, from: undefined }));
  for (let count = 0; count < attempts; count++) incidents.attempt(number, attempt, "leaked");
}

const names = ({ json }: { readonly json: Json }): string[] => json.items.map((item: Json) => item.name);

beforeAll(async () => {
  product = await startSafeguard();
  const parent = await make("Parent", undefined);
  await make("Foreign", undefined);
  const calm = await make("Calm", parent);
  for (const name of ["Attacked", "Dearer", "Open", "Quiet"]) await make(name, parent);
  await make("Grandchild", calm);
  incident("Attacked", 10, 50_000);
  incident("Dearer", 10, 80_000);
  incident("Foreign", 10, 900_000);
  await policy("Parent", { listMode: "block_list", detection: { mode: "enforce" } });
  await policy("Calm", { listMode: "allow_list", destinations: { NL: { action: "filter" } } });
  await policy("Attacked", { destinations: { TJ: { action: "block" } } });
  await policy("Quiet", { listMode: "allow_all", detection: { mode: "off" } });
  const { store, now } = product.safeguard;
  for (const action of ["allow", "allow", "block"] as const) {
    const sample = decisionMade(store.journal.upcomingId());
    const verdict = { ...sample.verdict, action, findings: [] } as typeof sample.verdict;
    await store.journal.append([{ ...sample, account: idOf("Attacked"), at: now(), verdict }]);
  }
});
afterAll(() => product.stop());

describe("the accounts below one", () => {
  it("stand in the order of what an hour of their incidents costs, with what needs a person", async () => {
    const { json, status } = await ask("/v1/customers", idOf("Parent"));
    expect(status).toBe(200);
    expect(names({ json })).toEqual(["Dearer", "Attacked", "Calm", "Grandchild", "Open", "Quiet"]);
    expect(json.items[1]).toMatchObject({
      id: idOf("Attacked"),
      parent: idOf("Parent"),
      suspended: false,
      incidents: { ongoing: 1, lost: [{ amount: "0.5", currency: "USD" }] },
      feedback: "unknown",
      policy: { listMode: "block_list", detection: "enforce", open: [] },
      usage: { messages: 3, blocked: 1, verified: 0 },
    });
    expect(json.total).toMatchObject({
      ...{ accounts: 6, ongoingIncidents: 2, suspended: 0, messages: 3, blocked: 1 },
      lost: [{ amount: "1.3", currency: "USD" }],
    });
  });

  it("say why a policy is open: nothing is blocked, or detection does not look", async () => {
    const { json } = await ask("/v1/customers?show=open_policy&sort=policy", idOf("Parent"));
    const open = Object.fromEntries(json.items.map(({ name, policy: { open: why } }: Json) => [name, why]));
    expect(open).toEqual({
      Quiet: ["allows_everything", "detection_off"],
      Open: ["allows_everything"],
      Dearer: ["allows_everything"],
    });
    expect(names({ json })[0]).toBe("Quiet");
    // What an account above blocks is blocked here, too.
    await policy("Parent", { destinations: { NG: { action: "block" } }, detection: { mode: "enforce" } });
    expect(names(await ask("/v1/customers?show=open_policy", idOf("Parent")))).toEqual(["Quiet"]);
    await policy("Parent", { listMode: "block_list", detection: { mode: "enforce" } });
  });

  it("can be put in order by each column, found by name, and read page by page", async () => {
    const parent = idOf("Parent");
    expect(names(await ask("/v1/customers?sort=name&order=ascending", parent))).toEqual([
      ...["Attacked", "Calm", "Dearer", "Grandchild", "Open", "Quiet"],
    ]);
    expect(names(await ask("/v1/customers?sort=messages", parent))[0]).toBe("Attacked");
    expect(names(await ask("/v1/customers?sort=blocked", parent))[0]).toBe("Attacked");
    expect(names(await ask("/v1/customers?sort=lost&order=ascending", parent)).at(-1)).toBe("Dearer");
    expect(names(await ask("/v1/customers?q=ATT", parent))).toEqual(["Attacked"]);
    expect(names(await ask("/v1/customers?show=incidents", parent))).toEqual(["Dearer", "Attacked"]);
    const seen: string[] = [];
    for (let path: string | null = "/v1/customers?limit=4"; path !== null; ) {
      const page = await ask(path, parent);
      seen.push(...names(page));
      path = page.json.next === null ? null : `/v1/customers?limit=4&cursor=${page.json.next}`;
    }
    expect(new Set(seen)).toEqual(new Set(["Dearer", "Attacked", "Calm", "Grandchild", "Open", "Quiet"]));
    expect(seen).toHaveLength(6);
    expect((await ask("/v1/customers?cursor=mine", parent)).status).toBe(400);
  });

  it("are suspended with a reason, and say so", async () => {
    await send("POST", `/v1/accounts/${idOf("Calm")}/suspend`, idOf("Parent"), { reason: "does not pay" });
    const { json } = await ask("/v1/customers?show=suspended&sort=name&order=ascending", idOf("Parent"));
    expect(json.items).toMatchObject([
      { name: "Calm", suspended: true, suspendedAt: expect.any(String) },
      { name: "Grandchild", suspended: true, suspendedAt: null },
    ]);
    await send("POST", `/v1/accounts/${idOf("Calm")}/resume`, idOf("Parent"), { reason: "has paid" });
    expect((await ask("/v1/customers?show=suspended", idOf("Parent"))).json.items).toEqual([]);
  });

  it("are nobody else's: neither a sibling's, nor what is above, nor another parent's", async () => {
    const scopes: NewKey["scopes"] = ["accounts:read", "incidents:read", "usage:read", "policies:read"];
    const child = await secretOf("Calm", { scopes });
    expect(names(await ask("/v1/customers", idOf("Calm"), child))).toEqual(["Grandchild"]);
    expect((await ask("/v1/customers", idOf("Calm"), child)).json.total).toMatchObject({
      ...{ accounts: 1, ongoingIncidents: 0, lost: [] },
    });
    for (const name of ["Parent", "Attacked", "Foreign"]) {
      for (const path of ["/v1/customers", "/v1/customers/incidents"]) {
        expect((await ask(path, idOf(name), child)).status).toBe(404);
      }
    }
    const foreign = await secretOf("Foreign", { scopes });
    expect(names(await ask("/v1/customers", idOf("Foreign"), foreign))).toEqual([]);
    expect((await ask("/v1/customers/incidents", idOf("Foreign"), foreign)).json.items).toEqual([]);
  });

  it("tell only what the key may read", async () => {
    const secret = await secretOf("Parent", { scopes: ["accounts:read"] });
    const { json } = await ask("/v1/customers?show=all", idOf("Parent"), secret);
    expect(json.items).toHaveLength(6);
    for (const line of json.items) {
      expect(line).toMatchObject({ incidents: null, feedback: null, policy: null, usage: null });
    }
    expect(json.total).toMatchObject({ ongoingIncidents: 0, lost: [], messages: 0, openPolicies: 0 });
    expect((await ask("/v1/customers/incidents", idOf("Parent"), secret)).status).toBe(403);
  });
});

describe("the incidents of the accounts below", () => {
  it("stand in one queue, the dearest first, each with its account", async () => {
    const { json } = await ask("/v1/customers/incidents", idOf("Parent"));
    expect(json.items.map(({ accountName, account, number }: Json) => [accountName, account, number])).toEqual([
      ["Dearer", idOf("Dearer"), 1],
      ["Attacked", idOf("Attacked"), 1],
    ]);
    expect(json.items[0]).toMatchObject({ state: "open", money: { lost: { amount: "0.8" } } });
    expect((await ask("/v1/customers/incidents?q=attack", idOf("Parent"))).json.items).toHaveLength(1);
    expect((await ask("/v1/customers/incidents?state=contained", idOf("Parent"))).json.items).toEqual([]);
    expect((await ask("/v1/customers/incidents?destination=NL", idOf("Parent"))).json.items).toEqual([]);
    const first = await ask("/v1/customers/incidents?limit=1", idOf("Parent"));
    const second = await ask(`/v1/customers/incidents?limit=1&cursor=${first.json.next}`, idOf("Parent"));
    expect([...first.json.items, ...second.json.items].map(({ accountName }: Json) => accountName)).toEqual([
      "Dearer",
      "Attacked",
    ]);
    expect(second.json.next).toBeNull();
  });
});

describe("a thousand accounts below", () => {
  it("are one question to the store, and let others have their turn", { timeout: 120_000 }, async () => {
    const crowd = await make("Crowd", undefined);
    const { store, services, now } = product.safeguard;
    const at = now();
    const actor = { type: "operator", name: "test" } as const;
    const template = product.safeguard.directory.account(crowd);
    if (template === undefined) throw new Error("the account is not there");
    const children = Array.from({ length: 1000 }, (_, place) => ({
      ...template,
      id: `acc_child${String(place).padStart(15, "0")}` as AccountId,
      name: `Customer ${place}`,
      parent: crowd,
      twilioSid: `AC${String(place).padStart(32, "0")}`,
    }));
    await services.changes.commit(children.map((account) => ({ type: "account_saved", at, actor, account })));
    const { journal } = store;
    for (let day = 0; day < 3; day++) {
      await journal.append(
        children.map(({ id: account }, place) => {
          const id = journal.upcomingId(place);
          return decisionMade(id, { account, at: (at - day * 86_400_000) as typeof at });
        }),
      );
    }
    for (const { name, id } of children.slice(0, 50)) {
      ids.set(name, id);
      incident(name, 100, 50_000);
    }
    let turns = 0;
    const watch = setInterval(() => turns++, 1);
    await ask("/v1/customers?limit=1000", crowd);
    const began = performance.now();
    const { json } = await ask("/v1/customers?limit=1000&sort=messages", crowd);
    const took = performance.now() - began;
    clearInterval(watch);
    expect(json.items).toHaveLength(1000);
    expect(json.next).toBeNull();
    expect(json.total).toMatchObject({ accounts: 1000, messages: 3000, ongoingIncidents: 50 });
    expect(turns).toBeGreaterThan(3);
    if (process.env["SAFEGUARD_LONG_FORM"] !== undefined) {
      console.info(`1,000 accounts: ${took.toFixed(0)} ms, ${turns} turns of others`);
    }
  });
});
