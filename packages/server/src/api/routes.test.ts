import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../accounts/account.ts";
import { SCOPES } from "../accounts/api-key.ts";
import { scopesThatGrant } from "../accounts/has-scope.ts";
import { ERRORS_PAGE, PROBLEM_KINDS } from "./problem.ts";
import { RouteWithoutScope, requireRouteScopes } from "./route-scope.ts";
import { SERVICE_ERROR_CODES } from "./service-error.ts";
import { type ApiUnderTest, startApiUnderTest } from "./testing/api-under-test.ts";

let api: ApiUnderTest;
let own: Account;
let child: Account;
let foreign: Account;

beforeAll(async () => {
  api = await startApiUnderTest();
  own = await api.account({ name: "Own" });
  child = await api.account({ name: "Child", parent: own.id });
  foreign = await api.account({ name: "Foreign" });
});
afterAll(() => api.close());

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A body that passes the checks of every route that has one. */
const BODIES: Readonly<Record<string, unknown>> = {
  "POST /v1/messages": { to: "+31612345678", from: "Shop", text: "x" },
  "POST /v1/decisions": { to: "+31612345678" },
  "POST /v1/accounts": { name: "Made" },
  "PATCH /v1/accounts/:id": { name: "Changed" },
  "POST /v1/keys": { name: "Made", mode: "test", scopes: ["messages:send"] },
  "PATCH /v1/keys/:id": { name: "Changed" },
  "POST /v1/keys/:id/reroll": {},
  "PUT /v1/policies/:policy": { document: {}, reason: "test" },
  "POST /v1/events": { kind: "verified", to: "+31612345678" },
  "POST /v1/verified-numbers": { numbers: [{ to: "+31612345678" }] },
  "POST /v1/verified-numbers/remove": { number: "+31612345678" },
  "POST /v1/detection/preview": { to: "+31612345678" },
  "POST /v1/usage/range": { range: "+31653" },
  "POST /v1/incidents/:number/acknowledge": { reason: "test" },
  "POST /v1/incidents/:number/contain": { reason: "test" },
  "POST /v1/incidents/:number/release": { reason: "test" },
  "POST /v1/incidents/:number/close": { reason: "test" },
  "POST /v1/incidents/:number/false-alarm": { reason: "test" },
  "POST /v1/incidents/:number/undo-false-alarm": { reason: "test" },
  "POST /v1/detection/lockdown": { reason: "test" },
  "POST /v1/detection/bypass": { reason: "test" },
};

/** The route's path with something in the place of each parameter. */
function pathOf(url: string, id = "any"): string {
  return url.replace(":id", id).replace(":policy", "default").replace(":number", "1");
}

describe("every route", () => {
  test("one that declares no scope keeps the server from starting", () => {
    const app = Fastify();
    requireRouteScopes(app);
    expect(() => app.get("/open", async () => "")).toThrow(RouteWithoutScope);
    expect(() => app.get("/odd", { config: { scope: "everything" as never } }, async () => "")).toThrow(
      RouteWithoutScope,
    );
  });

  test("that needs a credential answers the same without one, with a wrong one and from a wrong network", async () => {
    const { minted } = await api.key(own, { networks: ["192.0.2.0/24"] });
    const seen = new Set<string>();
    for (const { method, url, scope } of api.app.routeInventory) {
      if (scope === "public" || method === "HEAD") continue;
      const path = pathOf(url);
      for (const secret of [undefined, "sg_live_wrong", minted.secret]) {
        const answer = await api.call(secret, method as Method, path, { body: BODIES[`${method} ${url}`] });
        expect(answer.status, `${method} ${url}`).toBe(401);
        seen.add(JSON.stringify({ ...answer.json, requestId: "" }));
      }
    }
    expect(seen.size).toBe(1);
  });

  test("with a scope refuses a key that has all other scopes, and lets in one that has this alone", async () => {
    for (const { method, url, scope } of api.app.routeInventory) {
      if (scope === "public" || method === "HEAD") continue;
      const granting: readonly string[] = scope === "operator" ? [] : scopesThatGrant(scope);
      const others = await api.key(own, { scopes: SCOPES.filter((other) => !granting.includes(other)) });
      const path = pathOf(url);
      const body = BODIES[`${method} ${url}`];
      const refused = await api.call(others.minted.secret, method as Method, path, { body });
      expect(refused.status, `${method} ${url}`).toBe(403);
      expect(refused.json.code).toBe("forbidden");
      // (the hot ones are told of by the listener)
      const isHot = url === "/v1/messages" || url === "/v1/decisions";
      if (method !== "POST" || !isHot) expect(api.forbidden.at(-1)).toMatchObject({ method, route: url });
      if (scope === "operator") continue;
      const alone = await api.key(own, { scopes: [scope] });
      const answer = await api.call(alone.minted.secret, method as Method, path, { body });
      expect(answer.status, `${method} ${url}`).not.toBe(401);
      expect(answer.status, `${method} ${url}`).toBeLessThan(500);
      if (answer.status === 403) expect(answer.json.detail).not.toContain("lacks the scope");
    }
  });

  test("is for an account below when the header names one, and knows no foreign one from a missing one", async () => {
    const { minted } = await api.key(own);
    const keysFor = (account: string) =>
      api.call(minted.secret, "GET", "/v1/keys", { headers: { "safeguard-account": account } });
    await api.key(child, { name: "of the child" });
    expect((await keysFor(child.id)).json.items).toMatchObject([{ name: "of the child" }]);
    const answers = await Promise.all([foreign.id, "acc_missing", "", "__proto__"].map(keysFor));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set(answers.map(({ json }) => JSON.stringify({ ...json, requestId: "" }))).size).toBe(1);
    const upwards = await api.key(child);
    const up = await api.call(upwards.minted.secret, "GET", "/v1/keys", { headers: { "safeguard-account": own.id } });
    expect(up.status).toBe(404);
  });

  test("refuses a key in the URL, whatever else is right", async () => {
    const { minted } = await api.key(own);
    for (const [method, url] of [
      ["GET", "/v1/messages"],
      ["POST", "/v1/decisions"],
      ["GET", "/healthz"],
    ] as const) {
      const answer = await api.call(minted.secret, method, `${url}?key=${minted.secret}`, {
        body: BODIES[`${method} ${url}`],
      });
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain(minted.secret);
    }
  });
});

describe("the operator", () => {
  test("names the account where there are several roots", async () => {
    const answer = await api.call(api.operatorSecret, "GET", "/v1/keys");
    expect(answer.json).toMatchObject({ code: "invalid_request", problems: [{ field: "Safeguard-Account" }] });
    const named = await api.call(api.operatorSecret, "GET", "/v1/keys", { headers: { "safeguard-account": own.id } });
    expect(named.status).toBe(200);
  });

  test("need not where there is one", async () => {
    const alone = await startApiUnderTest();
    await alone.account();
    expect((await alone.call(alone.operatorSecret, "GET", "/v1/keys")).status).toBe(200);
    await alone.close();
  });

  test("sees all accounts; a key sees its own and those below", async () => {
    const seen = async (secret: string) =>
      (await api.call(secret, "GET", "/v1/accounts?limit=1000")).json.items.map(({ id }: { id: string }) => id);
    expect(await seen(api.operatorSecret)).toEqual(expect.arrayContaining([own.id, child.id, foreign.id]));
    const { minted } = await api.key(own);
    expect(await seen(minted.secret)).toEqual(expect.arrayContaining([own.id, child.id]));
    expect(await seen(minted.secret)).not.toContain(foreign.id);
    expect(await seen((await api.key(foreign)).minted.secret)).toEqual([foreign.id]);
  });
});

describe("what is not the API", () => {
  test("an unknown path is not found", async () => {
    expect((await api.call(undefined, "GET", "/nothing")).json).toMatchObject({ code: "not_found", status: 404 });
  });

  test.each([
    ["PUT", "/v1/messages", "GET, HEAD, POST"],
    ["DELETE", "/v1/messages", "GET, HEAD, POST"],
    ["PATCH", "/v1/decisions?x=1", "POST"],
    ["GET", "/v1/decisions", "POST"],
    ["POST", "/v1/messages/msg_1", "GET, HEAD"],
    ["PUT", "/v1/keys/key_1", "GET, HEAD, PATCH, DELETE"],
  ] as const)("%s %s: the path is there, the method is not", async (method, path, allow) => {
    const answers = [
      await api.call(undefined, method, path),
      await api.call(undefined, method, path, { headers: { "content-type": "application/json" } }),
    ];
    for (const { status, headers, json } of answers) {
      expect([status, json.code, headers["allow"]]).toEqual([405, "method_not_allowed", allow]);
    }
  });

  test("a DELETE with a JSON content type and no body is as good as one without", async () => {
    const { key } = await api.key(own);
    const headers = { "content-type": "application/json", "safeguard-account": own.id };
    expect((await api.call(api.operatorSecret, "DELETE", `/v1/keys/${key.id}`, { headers })).status).toBe(200);
  });

  test("the root leads to the reference", async () => {
    const { status, headers } = await api.call(undefined, "GET", "/");
    expect([status, headers["location"]]).toEqual([302, "/docs/"]);
  });

  test("health is public", async () => {
    expect((await api.call(undefined, "GET", "/healthz")).json).toEqual({ status: "ok" });
    expect((await api.call(undefined, "GET", "/readyz")).json).toEqual({ status: "ready" });
  });

  test("the OpenAPI description has every documented route, with its scope and its schemas", async () => {
    const { json } = await api.call(undefined, "GET", "/openapi.json");
    expect(json.openapi).toBe("3.1.0");
    for (const { method, url, scope } of api.app.routeInventory) {
      if (!url.startsWith("/v1/") || method === "HEAD") continue;
      const operation = json.paths[url.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
      expect(operation?.summary, `${method} ${url}`).toBeTypeOf("string");
      if (scope !== "public") expect(operation.description).toContain(scope);
    }
    expect(json.servers).toEqual([{ url: "/" }]);
    expect(Object.keys(json.paths["/v1/messages"].post.responses)).toEqual(
      expect.arrayContaining(["201", "400", "401", "403", "404", "409", "413", "415", "422", "429", "500", "503"]),
    );
    expect(json.components.responses.forbidden.content["application/problem+json"].schema.$ref).toContain("/Problem");
    expect(json.paths["/v1/decisions"].post.requestBody.content["application/json"].schema.anyOf).toHaveLength(2);
    for (const [, reference = ""] of JSON.stringify(json).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = reference.split("/").reduce((part, name) => part?.[name], json);
      expect(target, reference).toBeTypeOf("object");
    }
  });

  test("the reference page calls nobody but us", async () => {
    const { headers, text } = await api.call(undefined, "GET", "/docs/");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
    expect(policy).toMatch(/script-src 'self' 'sha256-/);
    expect(text).toContain("/openapi.json");
    expect(text).toContain("js/scalar.js");
    // Without one a browser asks for a /favicon.ico that is not there.
    expect(text).toContain('<link rel="icon" type="image/svg+xml" href="/favicon.svg">');
    expect(text).not.toMatch(/src="https?:/);
    const script = await api.call(undefined, "GET", "/docs/js/scalar.js");
    expect(script.headers["content-type"]).toContain("javascript");
    expect(script.text.length).toBeGreaterThan(1_000_000);
  });

  test("the page of errors has every code where `type` points to", async () => {
    const { text } = await api.call(undefined, "GET", ERRORS_PAGE);
    for (const code of SERVICE_ERROR_CODES) expect(text).toContain(`id="${code}"`);
    expect(Object.keys(PROBLEM_KINDS)).toEqual([...SERVICE_ERROR_CODES]);
  });

  test("destinations have names in any language, and the groups they belong to", async () => {
    const list = async (query: string) => (await api.call(undefined, "GET", `/v1/destinations${query}`)).json;
    const english = await list("");
    expect(english.items).toContainEqual(
      expect.objectContaining({
        code: "NL",
        name: "Netherlands",
        callingCode: "31",
        groups: ["europe", "european_union"],
      }),
    );
    expect(english.items.find(({ code }: { code: string }) => code === "881")).toMatchObject({
      kind: "non_geographic",
    });
    expect(english.items.find(({ code }: { code: string }) => code === "NO").twins).toContainEqual({
      code: "SJ",
      name: "Svalbard & Jan Mayen",
    });
    expect((await list("?language=nl")).items).toContainEqual(
      expect.objectContaining({ code: "DE", name: "Duitsland" }),
    );
    expect(await list("?language=en-a-a-a")).toMatchObject({ problems: [{ field: "language" }] });
  });
});

test("nothing was a fault of ours", () => {
  expect(api.faults).toEqual([]);
});
