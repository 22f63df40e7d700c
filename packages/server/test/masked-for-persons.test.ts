import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ROLES, type Role } from "../src/accounts/permissions.ts";
import { addMember, createPersonalKey } from "../src/members/member-services.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

/**
 * Persons see numbers masked: every route of the router as it is, asked by a person of each role over traffic with known
 * numbers in it, tells none of them whole. A route that was never thought of here is asked, too; one with a parameter in its
 * path makes the test fail until somebody says what stands there.
 */

/** An attack on one block, codes to one number that nobody answers, and one number each for other ways to come by it. */
const ATTACK = Array.from({ length: 40 }, (_, index) => `+99290123${4200 + index}`);
const UNANSWERED = "+31612987654";
const WAITING = "+31687654321";
const ASKED = "+31622223333";
const BLOCKED = "+32470123456";
const VERIFIED = "+31633334444";
const CANARIES = [...ATTACK, UNANSWERED, WAITING, ASKED, BLOCKED, VERIFIED];

/** Routes whose answer is the number, and why that is right. */
const TELLS: Readonly<Record<string, string>> = {
  "POST /v1/messages/:id/reveal": "what it is for; each look is in the audit trail",
  "GET /v1/backtests/:id/decisions": "the file that the account brought, decided row by row; in the audit trail",
  "GET /v1/sandbox/messages": "the sandbox's phones, in development: nobody's number",
};

let product: TestSafeguard;
const persons = new Map<Role, string>();
/** What stands in the place of a parameter; several: the route is asked with each. */
const things: Record<string, readonly string[]> = {};

const routes = () =>
  product.safeguard.api.routeInventory.filter(({ method }) => method !== "HEAD" && method !== "OPTIONS");

beforeAll(async () => {
  product = await startSafeguard();
  const { safeguard, account } = product;
  const send = async (to: string, more: object = {}): Promise<string> => {
    const message = { to, from: "Shop", text: "Your code is 123456", reference: `order of ${to}`, ...more };
    const { status, body } = await product.api("POST", "/v1/messages", message);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return (body as { readonly id: string }).id;
  };
  const change = async (method: string, path: string, body: object): Promise<void> => {
    const answer = await product.api(method, path, body);
    expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  };
  const ceiling = { name: "each-number", per: "recipient", window: "day", messages: 12 };
  await change("POST", "/v1/policies/default/limits", { ceilings: [ceiling], reason: "test" });
  await change("POST", "/v1/policies/default/destinations", { block: ["BE"], reason: "test" });
  await change("PUT", "/v1/alerts/settings", {
    channels: [{ id: "pager", type: "webhook", url: "http://127.0.0.1:9/" }],
  });
  const callbackUrl = "http://127.0.0.1:9/reports";
  const messages: string[] = [];
  for (let count = 0; count < 14; count++) messages.push(await send(UNANSWERED, { callbackUrl }));
  for (const to of ATTACK) messages.push(await send(to));
  const blocked = await send(BLOCKED);
  const waiting = await send(WAITING, { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  const decision = await product.api("POST", "/v1/decisions", { to: ASKED });
  const verified = await send(VERIFIED);
  await change("POST", "/v1/events", { id: verified, kind: "verified" });
  await change("POST", "/v1/verified-numbers", { numbers: [{ to: VERIFIED, verifiedAt: "2026-01-01T00:00:00Z" }] });
  await change("POST", "/v1/privacy/export", { number: VERIFIED, reason: `asked by ${VERIFIED}` });

  for (const role of ROLES) {
    const context = {
      principal: { type: "operator" },
      actor: { type: "operator", name: "test" },
      account,
      at: safeguard.now(),
    } as const;
    const member = await addMember(safeguard.services, context, { name: role, email: `${role}@example.org`, role });
    const { minted } = await createPersonalKey(safeguard.services, context, member.id, {
      name: "laptop",
      mode: "live",
    });
    persons.set(role, minted.secret);
    things["member"] = [member.id];
  }
  const list = async (path: string): Promise<readonly Record<string, unknown>[]> =>
    ((await product.api("GET", path)).body as { readonly items: readonly Record<string, unknown>[] }).items;
  const some = [...messages.slice(0, 1), ...messages.slice(12, 16), ...messages.slice(-2), blocked, waiting, verified];
  Object.assign(things, {
    message: some,
    decision: [...some, (decision.body as { readonly id: string }).id],
    incident: (await list("/v1/incidents")).map(({ number }) => String(number)),
    delivery: (await list("/v1/webhooks/deliveries?limit=5")).map(({ delivery }) => String(delivery)),
    key: [product.liveKey.id],
    account: [account.id],
    missing: ["missing"],
    backtest: [await ranBacktest()],
    policy: ["default"],
    revision: (await list("/v1/policies/default/revisions")).map(({ number }) => String(number)),
  });
  for (const [name, found] of Object.entries(things)) expect(found.length, name).toBeGreaterThan(0);
}, 120_000);
afterAll(() => product.stop());

/** A backtest over these numbers, with the attack in it and a row that cannot be read. */
async function ranBacktest(): Promise<string> {
  const rows = CANARIES.map((to, index) => `${1_760_000_000 + 10 * index},${to}`);
  const file = Buffer.from(["time,to", ...rows, `never,${VERIFIED}`].join("\n"));
  const { body } = await product.api("POST", "/v1/backtests", { name: `of ${VERIFIED}.csv`, bytes: file.length });
  const { id } = body as { readonly id: string };
  const headers = { authorization: `Bearer ${product.liveKey.secret}`, "content-type": "application/octet-stream" };
  const path = `${product.url}/v1/backtests/${id}`;
  expect((await fetch(`${path}/file?from=0`, { method: "PUT", headers, body: file })).status).toBe(200);
  expect((await product.api("POST", `/v1/backtests/${id}/run`, { policy: { type: "starting" } })).status).toBe(200);
  const state = async () =>
    ((await product.api("GET", `/v1/backtests/${id}`)).body as { readonly run: { readonly state: string } }).run.state;
  await vi.waitUntil(async () => (await state()) === "done", { timeout: 60_000, interval: 50 });
  return id;
}

/** What a path's parameter names, by the beginning of the path. */
const NAMED: readonly (readonly [path: RegExp, thing: string])[] = [
  [/^\/v1\/messages\/:id/, "message"],
  [/^\/v1\/decisions\/:id/, "decision"],
  [/^\/v1\/incidents\/:number/, "incident"],
  [/^\/v1\/webhooks\/deliveries\/:id/, "delivery"],
  [/^\/v1\/policies\/:policy\/revisions\/:number/, "revision"],
  [/^\/v1\/policies\/:policy/, "policy"],
  [/^\/v1\/keys\/:id/, "key"],
  [/^\/v1\/members\/:id/, "member"],
  [/^\/v1\/accounts\/:id/, "account"],
  // (of these nothing is kept that has a number; what is asked for is not there)
  [/^\/v1\/(?:providers|routes\/providers|approvals|approvals\/acts|proposals)\/:/, "missing"],
  [/^\/v1\/alerts\/settings\/channels\/:id/, "missing"],
  [/^\/v1\/(?:brand\/logos|rollouts)\/:/, "missing"],
  [/^\/v1\/backtests\/:id/, "backtest"],
];

/** Ways to ask that show more than the bare path. */
const ASKED_WITH: Readonly<Record<string, readonly string[]>> = {
  "GET /v1/messages": ["?limit=100", "?limit=100&status=blocked", "?limit=100&status=scheduled"],
  "GET /v1/traffic/live": ["?latest=200"],
  "GET /v1/audit": ["?limit=100"],
  "GET /v1/alerts": ["?limit=100"],
  "GET /v1/webhooks/deliveries": ["?limit=100"],
  "GET /v1/usage/range": ["?range=%2B992901234xxx", "?range=%2B31612987xxx"],
  "GET /v1/limits/fitting": ["?per=recipient&window=day"],
  "GET /v1/policies/:policy/diff": ["?from=1&to=2"],
  "GET /v1/detection/budget": ["?falseBlockBudget=0.00001"],
};

/** What a route takes that a person may ask without saying a number: the others are told `{}`, and say what they miss. */
const BODIES: Readonly<Record<string, object>> = {
  "POST /v1/messages/search": { limit: 100 },
  "POST /v1/usage/range": { range: "+992901234xxx" },
  "POST /v1/messages/:id/cancel": {},
  "POST /v1/messages/:id/settle": { outcome: "sent", reason: "test" },
  "POST /v1/policies/:policy/impact": { days: 30 },
  "POST /v1/policies/:policy/preview": { document: {} },
  "POST /v1/incidents/:number/acknowledge": { reason: "test" },
  "POST /v1/incidents/:number/contain": { reason: "test", dryRun: true },
};

function pathsOf(method: string, url: string): readonly string[] {
  const route = `${method} ${url}`;
  const withQuery = (path: string): readonly string[] =>
    ["", ...(ASKED_WITH[route] ?? [])].map((query) => path + query);
  if (!url.includes(":")) return withQuery(url.replace("*", "x"));
  const thing = NAMED.find(([path]) => path.test(url))?.[1];
  const values = thing === undefined ? undefined : things[thing];
  if (values === undefined) throw new Error(`say in this test what stands in the path of ${route}`);
  return values.flatMap((value) =>
    withQuery(
      url
        .replace(":policy", "default")
        .replace(/:(?:id|number)\b/, value)
        .replaceAll(/:[a-z]+/gi, "missing"),
    ),
  );
}

async function ask(secret: string, method: string, url: string, body: object | undefined): Promise<string> {
  const reply = await product.safeguard.api.inject({
    method: method as "GET",
    url,
    headers: { authorization: `Bearer ${secret}` },
    ...(body === undefined ? {} : { payload: body }),
  });
  return `${reply.statusCode} ${JSON.stringify(reply.headers)} ${reply.body}`;
}

/** Canaries that stand in a text, however their digits are grouped. */
function told(text: string): readonly string[] {
  const digits = text.replaceAll(/[\s().]/g, "");
  return CANARIES.filter((number) => digits.includes(number.slice(1)));
}

describe("what a person is shown", () => {
  it("is told whole to the program that sent it: the canaries are there to be found", async () => {
    const { secret } = product.liveKey;
    const all = await Promise.all(
      ["/v1/messages?limit=100", ...(things["decision"] ?? []).map((id) => `/v1/decisions/${id}`)].map((path) =>
        ask(secret, "GET", path, undefined),
      ),
    );
    expect(new Set(told(all.join("\n")))).toEqual(new Set(CANARIES));
  });

  it.each(ROLES)("by any route holds no whole number (%s)", async (role) => {
    const secret = persons.get(role) ?? "";
    // What changes things comes last, and what takes them away after that.
    const order = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    const all = routes().toSorted((one, other) => order.indexOf(one.method) - order.indexOf(other.method));
    const wrong: string[] = [];
    let answered = 0;
    for (const { method, url } of all) {
      const route = `${method} ${url}`;
      if (route in TELLS || /\/(?:suspend|reroll)$/.test(url) || (method === "DELETE" && !url.includes("missing")))
        continue;
      const body = method === "GET" ? undefined : (BODIES[route] ?? {});
      for (const path of pathsOf(method, url)) {
        const answer = await ask(secret, method, path, body);
        if (answer.startsWith("2")) answered += 1;
        const found = told(answer);
        if (found.length > 0) wrong.push(`${method} ${path}: ${found.slice(0, 3).join(", ")} in ${answer.slice(0, 3)}`);
      }
    }
    expect(wrong).toEqual([]);
    // (a test in which all was refused would prove nothing)
    expect(answered).toBeGreaterThan(60);
  });

  it("is whole only where it is asked for and written down, and not to who may not", async () => {
    const [message = ""] = things["message"] ?? [];
    const path = `/v1/messages/${message}/reveal`;
    expect(told(await ask(persons.get("analyst") ?? "", "POST", path, {}))).toEqual([UNANSWERED]);
    const refused = await ask(persons.get("read_only") ?? "", "POST", path, {});
    expect([refused.slice(0, 3), told(refused)]).toEqual(["403", []]);
  });
});
