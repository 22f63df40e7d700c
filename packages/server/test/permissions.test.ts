import type { AccountId } from "@safeguard/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../src/accounts/account.ts";
import { SCOPES, type Scope } from "../src/accounts/api-key.ts";
import { createAccount } from "../src/accounts/create-account.ts";
import { createKey } from "../src/accounts/create-key.ts";
import { scopesThatGrant } from "../src/accounts/has-scope.ts";
import { PERMISSIONS, ROLES, type Role } from "../src/accounts/permissions.ts";
import type { AccountContext } from "../src/api/account-context.ts";
import { addMember, createPersonalKey } from "../src/members/member-services.ts";
import { putRevision } from "../src/policies/put-revision.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

/**
 * Who may do what, over the router as it is: every route × every role and scope × every account that it can be asked for.
 * A route that was never thought of here fails the test; one that declares no permission keeps the server from starting.
 */

const TARGETS = ["own", "child", "parent", "sibling", "foreign", "missing"] as const;
type Target = (typeof TARGETS)[number];
const WITHIN_REACH: ReadonlySet<Target> = new Set(["own", "child"]);

interface Fixture {
  readonly account: string;
  readonly key: string;
  readonly member: string;
  readonly message: string;
  readonly decision: string;
  readonly backtest: string;
  /** Of a baseline into the account below it. */
  readonly rollout: string;
}

let product: TestSafeguard;
let operatorSecret: string;
/** Bearers of own's rights, by name. */
const bearers = new Map<string, { readonly secret: string; readonly permits: (scope: Scope) => boolean }>();
const fixtures = new Map<Target, Fixture>();

const routes = () =>
  product.safeguard.api.routeInventory.filter(({ method, scope }) => method !== "HEAD" && scope !== "public");

beforeAll(async () => {
  product = await startSafeguard();
  const { safeguard } = product;
  operatorSecret = safeguard.operatorSecret;
  const { services } = safeguard;
  const operator = () =>
    ({ principal: { type: "operator" }, actor: { type: "operator", name: "test" }, at: safeguard.now() }) as const;
  const account = async (name: string, parent?: AccountId): Promise<Account> =>
    (await createAccount(services, operator(), { name, ...(parent !== undefined && { parent }) })).account;
  const parent = await account("Parent");
  const own = await account("Own", parent.id);
  const places: Readonly<Record<Exclude<Target, "missing">, Account>> = {
    own,
    parent,
    child: await account("Child", own.id),
    sibling: await account("Sibling", parent.id),
    foreign: await account("Foreign"),
  };
  for (const [target, place] of Object.entries(places) as [Exclude<Target, "missing">, Account][]) {
    const context = { ...operator(), account: place };
    const { key, minted } = await createKey(services, context, { name: "all", mode: "test", scopes: [...SCOPES] });
    const member = await addMember(services, context, {
      name: "Ann",
      email: `${target}@example.com`,
      role: "read_only",
    });
    const ask = async (path: string, body: object): Promise<string> => {
      const { status, json } = await call(minted.secret, "POST", path, {}, body);
      if (json?.id === undefined) throw new Error(`${path} answered ${status} without an id`);
      return json.id;
    };
    fixtures.set(target, {
      account: place.id,
      key: key.id,
      member: member.id,
      message: await ask("/v1/messages", { to: "+31612345678", from: "Shop", text: "x" }),
      decision: await ask("/v1/decisions", { to: "+31612345678" }),
      backtest: await ask("/v1/backtests/sample", {}),
      rollout: await rolloutOf(context, ask),
    });
  }
  fixtures.set("missing", {
    account: `acc_${"0".repeat(20)}`,
    key: `key_${"0".repeat(20)}`,
    member: `mem_${"0".repeat(20)}`,
    message: `msg_${"0".repeat(32)}`,
    decision: `dec_${"0".repeat(32)}`,
    backtest: `bt_${"0".repeat(20)}`,
    rollout: `rol_${"0".repeat(20)}`,
  });
  // What is found can be read where something was run; meanwhile the tests go on.
  for (const target of ["own", "child"] as const) await runBacktest(target);
  async function rolloutOf(
    context: AccountContext,
    ask: (path: string, body: object) => Promise<string>,
  ): Promise<string> {
    const below = [await account("Below", context.account.id), await account("Beside", context.account.id)];
    const [first] = below.map(({ id }) => id);
    await putRevision(services, context, "default", { document: {}, state: "in_force", reason: "test" });
    // (two stages, so that it can be stopped after the first)
    const targets = { accounts: below.map(({ id }) => id), first: [first], stages: [100] };
    return ask("/v1/rollouts", { source: {}, ...targets, reason: "test" });
  }
  const context = { ...operator(), account: own };
  for (const role of ROLES) {
    const member = await addMember(services, context, { name: role, email: `${role}@example.org`, role });
    const { minted } = await createPersonalKey(services, context, member.id, { name: "laptop", mode: "test" });
    bearers.set(`role ${role}`, { secret: minted.secret, permits: (scope) => PERMISSIONS[scope].roles.includes(role) });
  }
  for (const scope of SCOPES) {
    const { minted } = await createKey(services, context, { name: scope, mode: "test", scopes: [scope] });
    bearers.set(`scope ${scope}`, {
      secret: minted.secret,
      permits: (wanted) => scopesThatGrant(wanted).includes(scope),
    });
  }
});
afterAll(() => product.stop());

function runBacktest(target: Target): Promise<Answer> {
  const { account, backtest } = fixture(target);
  const headers = { "safeguard-account": account };
  return call(operatorSecret, "POST", `/v1/backtests/${backtest}/run`, headers, {});
}

async function foundByBacktest(target: Target): Promise<void> {
  const { account, backtest } = fixture(target);
  const headers = { "safeguard-account": account };
  for (;;) {
    const { text } = await call(operatorSecret, "GET", `/v1/backtests/${backtest}`, headers);
    if (!text.includes('"state":"running"')) return;
    await new Promise((later) => setTimeout(later, 50));
  }
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: readonly string[];
  readonly text: string;
  /** Of whatever the route answers, what is looked at here. */
  readonly json: { readonly id?: string; readonly detail?: string } | undefined;
}

async function call(
  secret: string | undefined,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body?: object,
): Promise<Answer> {
  const reply = await product.safeguard.api.inject({
    method: method as "GET",
    url,
    headers: { ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  });
  const contentType = String(reply.headers["content-type"]);
  return {
    status: reply.statusCode,
    contentType,
    headers: Object.keys(reply.headers).sort(),
    text: reply.body,
    json: contentType.includes("json") ? JSON.parse(reply.body) : undefined,
  };
}

/** The answer as bytes, but for what is the request's own: its id, and the ids that it named. */
function bytes({ status, contentType, headers, text }: Answer, named: readonly string[]): string {
  let same = text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""');
  for (const id of named) same = same.replaceAll(id, "(named)");
  return JSON.stringify([status, contentType, headers, same]);
}

const fixture = (target: Target): Fixture => {
  const found = fixtures.get(target);
  if (found === undefined) throw new Error(`no fixture for ${target}`);
  return found;
};

/** A path in which every parameter names what is not there; but own's account, of which the same would be said as of the one that is asked for. */
const nowhere = (url: string): string =>
  url
    .replace("/v1/accounts/:id", `/v1/accounts/${fixture("own").account}`)
    .replace(":policy", "default")
    .replace(":number", "999999")
    .replace(/:[a-z]+/gi, "missing");

describe("every route, asked for an account by name", () => {
  test("without a credential answers one and the same", async () => {
    const seen = new Set<string>();
    for (const { method, url } of routes()) {
      for (const target of TARGETS) {
        const headers = { "safeguard-account": fixture(target).account };
        seen.add(bytes(await call(undefined, method, nowhere(url), headers, bodyOf(method)), []));
      }
    }
    expect([...seen].map((one) => JSON.parse(one)[0])).toEqual([401]);
  });

  test("lets in exactly those whose role or scope permits it, and no further than to accounts below", async () => {
    const wrong: string[] = [];
    for (const { method, url, scope } of routes()) {
      for (const [name, { secret, permits }] of bearers) {
        const permitted = scope !== "operator" && scope !== "public" && permits(scope);
        const unreached = new Set<string>();
        for (const target of TARGETS) {
          const { account } = fixture(target);
          const answer = await call(secret, method, nowhere(url), { "safeguard-account": account }, bodyOf(method));
          const expected = !permitted ? "forbidden" : WITHIN_REACH.has(target) ? "let in" : "not found";
          const outcome = outcomeOf(answer);
          if (outcome !== expected)
            wrong.push(`${method} ${url} by ${name} for ${target}: ${outcome} (${answer.text})`);
          if (expected !== "let in") unreached.add(bytes(answer, [account]));
        }
        if (unreached.size > 1) wrong.push(`${method} ${url} by ${name}: ${[...unreached].join(" and ")}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("lets the operator in for every account that there is, and knows none that there is not", async () => {
    for (const { method, url } of routes()) {
      for (const target of TARGETS) {
        const headers = { "safeguard-account": fixture(target).account };
        const answer = await call(operatorSecret, method, nowhere(url), headers, bodyOf(method));
        const expected = target === "missing" ? "not found" : "let in";
        expect(outcomeOf(answer), `${method} ${url} for ${target}: ${answer.text}`).toBe(expected);
      }
    }
  });
});

/** Nothing that any route takes: whoever is let in hears what is wrong with it, and nothing happens. */
function bodyOf(method: string): object | undefined {
  return method === "GET" || method === "DELETE" ? undefined : { nothingOfThisName: true };
}

function outcomeOf({ status, json }: Answer): string {
  if (status === 401) return "unauthenticated";
  // Two accounts' say in one decision is a matter of reach, not of the role that is tried here.
  if (status === 403 && !json?.detail?.startsWith("Accounts above this one")) return "forbidden";
  if (status === 404 && json?.detail === "There is no such account.") return "not found";
  return status >= 500 ? `failed with ${status}` : "let in";
}

/** What stands in each path's `:id`, and a body that passes the checks of the route. */
const THINGS: Readonly<Record<string, { readonly thing: keyof Fixture; readonly body?: object }>> = {
  "GET /v1/accounts/:id": { thing: "account" },
  "PATCH /v1/accounts/:id": { thing: "account", body: { defaultPurpose: "otp" } },
  "POST /v1/accounts/:id/suspend": { thing: "account", body: { reason: "test" } },
  "POST /v1/accounts/:id/resume": { thing: "account", body: { reason: "test" } },
  "POST /v1/accounts/:id/webhook-secret": { thing: "account", body: {} },
  "GET /v1/keys/:id": { thing: "key" },
  "PATCH /v1/keys/:id": { thing: "key", body: { name: "Changed" } },
  "POST /v1/keys/:id/reroll": { thing: "key", body: {} },
  "POST /v1/keys/:id/suspend": { thing: "key", body: { reason: "test" } },
  "POST /v1/keys/:id/resume": { thing: "key", body: { reason: "test" } },
  "DELETE /v1/keys/:id": { thing: "key" },
  "GET /v1/members/:id": { thing: "member" },
  "PATCH /v1/members/:id": { thing: "member", body: { name: "Changed" } },
  "POST /v1/members/:id/keys": { thing: "member", body: { name: "laptop", mode: "test" } },
  "POST /v1/members/:id/invitation": { thing: "member", body: {} },
  "DELETE /v1/members/:id": { thing: "member" },
  "GET /v1/messages/:id": { thing: "message" },
  "GET /v1/messages/:id/check": { thing: "message" },
  "POST /v1/messages/:id/reveal": { thing: "message", body: {} },
  "POST /v1/messages/:id/cancel": { thing: "message", body: {} },
  "POST /v1/messages/:id/settle": { thing: "message", body: { outcome: "sent", reason: "test" } },
  "GET /v1/decisions/:id": { thing: "decision" },
  "GET /v1/decisions/:id/explanation": { thing: "decision" },
  "GET /v1/backtests/:id": { thing: "backtest" },
  "GET /v1/backtests/:id/result": { thing: "backtest" },
  "GET /v1/backtests/:id/evidence": { thing: "backtest" },
  "GET /v1/backtests/:id/comparison": { thing: "backtest" },
  "GET /v1/backtests/:id/report": { thing: "backtest" },
  "GET /v1/backtests/:id/decisions": { thing: "backtest" },
  "GET /v1/backtests/:id/policy": { thing: "backtest" },
  "GET /v1/backtests/:id/lists/:format": { thing: "backtest" },
  "PUT /v1/backtests/:id/file": { thing: "backtest" },
  "POST /v1/backtests/:id/look": { thing: "backtest", body: {} },
  "POST /v1/backtests/:id/cancel": { thing: "backtest", body: {} },
  "POST /v1/backtests/:id/run": { thing: "backtest", body: {} },
  "DELETE /v1/backtests/:id": { thing: "backtest" },
  "GET /v1/rollouts/:id": { thing: "rollout" },
  "GET /v1/rollouts/:id/accounts": { thing: "rollout" },
  "POST /v1/rollouts/:id/stages": { thing: "rollout", body: { stage: 1 } },
  "POST /v1/rollouts/:id/stop": { thing: "rollout", body: { reason: "test" } },
  "POST /v1/rollouts/:id/undo": { thing: "rollout", body: { reason: "test" } },
  "POST /v1/webhooks/deliveries/:id/replay": { thing: "message", body: {} },
};

/**
 * Found by a number or a name within the account that the request is for: what another account has cannot be named.
 * Providers are the operator's. (Proposals of acts have their own test, with the four eyes: each is decided on once.)
 */
const WITHIN_ACCOUNT =
  /\/:(?:policy|number)\b|^(?:GET|POST|DELETE) \/v1\/providers\/:id|\/v1\/routes\/providers\/:id|\/alerts\/settings\/channels\/:id\/|\/approvals\/acts\/:id\//;

describe("every route with an id in its path", () => {
  test("answers what is another's byte for byte as what is not there", async () => {
    const owner = bearers.get("role owner")?.secret;
    const before = stateOfOthers();
    for (const { method, url, scope } of routes()) {
      const route = `${method} ${url}`;
      if (!url.includes(":") || WITHIN_ACCOUNT.test(route)) continue;
      const known = THINGS[route];
      if (known === undefined) throw new Error(`say in this test what stands in the path of ${route}`);
      const ask = async (target: Target, headers?: Readonly<Record<string, string>>): Promise<Answer> =>
        call(
          owner,
          method,
          url.replace(":id", fixture(target)[known.thing]).replace(":format", "ranges"),
          headers,
          known.body,
        );
      const missing = bytes(await ask("missing"), [fixture("missing")[known.thing]]);
      expect(JSON.parse(missing)[0], route).toBe(404);
      const beyond: readonly Target[] =
        known.thing === "account" ? ["parent", "sibling", "foreign"] : ["child", "parent", "sibling", "foreign"];
      for (const target of beyond) {
        expect(bytes(await ask(target), [fixture(target)[known.thing]]), `${route} of ${target}`).toBe(missing);
        if (target === "child") continue;
        // Not by way of the account below, either.
        const byChild = await ask(target, { "safeguard-account": fixture("child").account });
        expect(bytes(byChild, [fixture(target)[known.thing]]), `${route} of ${target} by the child`).toBe(missing);
      }
      expect(scope).not.toBe("operator");
    }
    expect(stateOfOthers()).toBe(before);
  });

  test("finds what is its own, and with the account named what is of one below", async () => {
    const owner = bearers.get("role owner")?.secret;
    for (const target of ["own", "child"] as const) await foundByBacktest(target);
    // Last what takes a thing away, so that the others still find it.
    const order = (method: string): number => (method === "DELETE" ? 1 : 0);
    const all = Object.entries(THINGS).sort(
      ([one], [other]) => order(one.split(" ")[0] ?? "") - order(other.split(" ")[0] ?? ""),
    );
    for (const [route, { thing, body }] of all) {
      const [method = "", url = ""] = route.split(" ");
      for (const target of ["own", "child"] as const) {
        // An account that suspends itself cannot resume itself: that has its own test.
        if (target === "own" && /suspend|resume/.test(url) && thing === "account") continue;
        const headers = { "safeguard-account": fixture(target).account };
        const answer = await call(
          owner,
          method,
          url.replace(":id", fixture(target)[thing]).replace(":format", "ranges"),
          headers,
          body,
        );
        // (there is nothing to tell again of a message that nobody is told of, and one that was sent neither waits nor is in doubt)
        if (/webhooks|cancel$|settle$/.test(url)) expect(answer.text).not.toContain("There is no such message");
        // (no piece of a file was sent, and by one policy there is nothing to compare)
        else if (/backtests\/:id\/(?:file|comparison)$/.test(url))
          expect(answer.text).not.toContain("There is no such backtest");
        else expect(answer.status, `${route} of ${target}: ${answer.text}`).toBeLessThan(300);
      }
    }
  });
});

function stateOfOthers(): string {
  const { directory } = product.safeguard;
  return JSON.stringify(
    (["parent", "sibling", "foreign", "child"] as const).map((target) => {
      const id = fixture(target).account as AccountId;
      return [directory.account(id), directory.keysOf(id), directory.membersOf(id)];
    }),
  );
}

describe("the table", () => {
  test("gives every permission to owners, and nothing to read-only that writes", () => {
    for (const scope of SCOPES) expect(PERMISSIONS[scope].roles).toContain("owner" satisfies Role);
    const readOnly = SCOPES.filter((scope) => PERMISSIONS[scope].roles.includes("read_only"));
    expect(readOnly.filter((scope) => !scope.endsWith(":read"))).toEqual([]);
  });

  test("lets each role do what the one below it may", () => {
    for (const [above, below] of [
      ["owner", "operator"],
      ["operator", "analyst"],
      ["analyst", "read_only"],
    ] as const) {
      const lacks = SCOPES.filter(
        (scope) => PERMISSIONS[scope].roles.includes(below) && !PERMISSIONS[scope].roles.includes(above),
      );
      expect(lacks, `${above} lacks what ${below} has`).toEqual([]);
    }
  });
});
