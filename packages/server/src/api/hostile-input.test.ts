import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiUnderTest, startApiUnderTest } from "./testing/api-under-test.ts";

let api: ApiUnderTest;
let secret: string;
let base: string;

beforeAll(async () => {
  api = await startApiUnderTest({ trustedProxies: ["127.0.0.1"] });
  const account = await api.account();
  secret = (await api.key(account)).minted.secret;
  base = await api.listen();
});
afterAll(() => api.close());

/** As a client would, through the listener: the hot routes without the framework, the others with it. */
async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${base}${path}`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
  });
  return { status: answer.status, type: answer.headers.get("content-type"), json: JSON.parse(await answer.text()) };
}

describe.each(["/v1/messages", "/v1/decisions", "/v1/keys", "/v1/accounts"])("POST %s", (path) => {
  test.each([
    ["nothing", ""],
    ["no JSON", "{to:1}"],
    ["two values", "{}{}"],
    ["a byte order mark", "\ufeff{}"],
    ["null", "null"],
    ["a text", '"+31612345678"'],
    ["a number", "4479e9"],
    ["a list", "[]"],
    ["an empty object", "{}"],
    ["a field that nobody knows", '{"to":"+31612345678","from":"S","text":"x","name":"n","evil":1}'],
    ["a prototype", '{"__proto__":{"to":"+31612345678"},"name":"n"}'],
    ["a constructor", '{"constructor":{"prototype":{"x":1}},"name":"n"}'],
    ["100,000 brackets", "[".repeat(100_000)],
    ["100,000 nested lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["100,000 nested objects in a field", `{"name":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`],
  ])("with %s is refused, and says so in problem details", async (_what, body) => {
    const { status, type, json } = await post(path, body);
    expect(status).toBe(400);
    expect(type).toBe("application/problem+json; charset=utf-8");
    expect(json).toMatchObject({ code: "invalid_request", status: 400, type: "/docs/errors#invalid_request" });
    expect(json.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("with another media type is refused", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/jsonp",
      "application/json-patch",
    ]) {
      expect((await post(path, "{}", { "content-type": type })).json.code).toBe("unsupported_media_type");
    }
  });

  test("never answers with a fault, whatever the JSON", async () => {
    const names = fc.constantFrom(
      "to",
      "from",
      "text",
      "channels",
      "name",
      "scopes",
      "networks",
      "decisions",
      "messages",
      "policy",
    );
    const bodies = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(names, fc.jsonValue({ maxDepth: 2 })));
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        expect((await post(path, JSON.stringify(body))).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a number", () => {
  test.each([
    "447911123456",
    "4479e9",
    "-0",
    "1e400",
    "3.1612345678e10",
    "true",
    "null",
    '["+31612345678"]',
    '{"a":1}',
  ])("that is the JSON value %s is refused: it would not be sure which number is meant", async (value) => {
    const { json } = await post("/v1/decisions", `{"to":${value}}`);
    expect(json).toMatchObject({ code: "invalid_request", problems: [{ field: "to" }] });
  });

  test.each(["/v1/decisions", "/v1/messages", "/v1/keys"])(
    "that is written twice is refused at %s: nobody knows which was meant",
    async (path) => {
      const before = api.store.journal.lastSequence;
      for (const body of [
        '{"to":"+31612345678","to":"+992372123456"}',
        '{"\\u0074o":"+31612345678" , "to" : "+992372123456"}',
        '{"messages":[{"from":"S","text":"x","to":"+31612345678","to":"+992372123456"}]}',
      ]) {
        const { status, json } = await post(path, body);
        expect(status).toBe(400);
        expect(json).toMatchObject({
          detail: "Not valid: to.",
          problems: [{ field: "to", message: "stands twice in one object; give it once" }],
        });
      }
      expect(api.store.journal.lastSequence).toBe(before);
    },
  );

  test.each([
    "+44(0)7911123456",
    "٣١٦١٢٣٤٥٦٧٨",
    "+31612345678;ext=1",
    "+31612345678\r\nX-Evil: 1",
    "",
    "9".repeat(900_000),
  ])("written as %j gives an answer, not a fault", async (to) => {
    const { status, json } = await post("/v1/decisions", JSON.stringify({ to }));
    expect(status).toBe(201);
    expect(json.to.length).toBeLessThanOrEqual(64);
  });
});

test("a body over the limit is refused before it is read to its end", async () => {
  const { status, json } = await post("/v1/decisions", `{"to":"${"9".repeat(2_000_000)}"}`);
  expect(status).toBe(413);
  expect(json.code).toBe("too_large");
  const batch = await post(
    "/v1/decisions",
    JSON.stringify({ decisions: new Array(1001).fill({ to: "+31612345678" }) }),
  );
  expect(batch.json).toMatchObject({ code: "too_large" });
  const messages = new Array(1001).fill({ to: "+31612345678", from: "S", text: "x" });
  expect((await post("/v1/messages", JSON.stringify({ messages }))).json).toMatchObject({ code: "too_large" });
});

test.each(["/v1/messages", "/v1/decisions", "/v1/keys", "/v1/accounts"])(
  "an empty POST to %s is told that its body is empty",
  async (path) => {
    const detail = "The body is empty, and this route needs a JSON object.";
    expect((await post(path, "")).json.detail).toBe(detail);
    const bare = await fetch(`${base}${path}`, { method: "POST", headers: { authorization: `Bearer ${secret}` } });
    expect(await bare.json()).toMatchObject({ status: 400, detail });
  },
);

test.each(["/v1/messages", "/v1/keys"])("all fields of a POST to %s that are wrong are told at once", async (path) => {
  const { json } = await post(path, '{"nme":"x","scopes":["messages:sent"],"to":7,"text":""}');
  const told = Object.fromEntries(
    json.problems.map(({ field, message }: { field: string; message: string }) => [field, message]),
  );
  const fields = Object.keys(told);
  expect(json.detail).toBe(`Not valid: ${fields.slice(0, 5).join(", ")}${fields.length > 5 ? " and 1 more" : ""}.`);
  expect(Object.values(told).join("\n")).not.toMatch(/Invalid|expected|received|Unrecognized|Too /);
  expect(told).toMatchObject(
    path === "/v1/messages"
      ? { to: "must be a text, and is a number", text: "must not be empty", from: "is missing; give a text" }
      : {
          name: "is missing; give a text",
          mode: 'is missing; give one of "live", "test"',
          "scopes.0": expect.stringMatching(/^must be one of "messages:send", .*, and is "messages:sent"$/),
          nme: expect.stringMatching(/^is no field here; known are name, .*; did you mean name\?$/),
        },
  );
});

test("a batch is refused as a whole, with the place of each field that is wrong", async () => {
  const before = api.store.journal.lastSequence;
  const { json } = await post(
    "/v1/decisions",
    '{"decisions":[{"to":"+31612345678"},{"to":1},{"channel":"pigeon","to":""}]}',
  );
  expect(json.problems.map(({ field }: { field: string }) => field)).toEqual(["decisions.1.to", "decisions.2.channel"]);
  expect(api.store.journal.lastSequence).toBe(before);
});

test.each([
  ["networks", { networks: ["10.0.0.5/8"] }, "networks.0", "has bits set after its prefix; write 10.0.0.0/8"],
  ["currency", { currency: "EURO" }, "currency", "must be an ISO 4217 code such as EUR"],
  [
    "webhook URL",
    { reports: { webhookUrl: "ftp://example.com" } },
    "reports.webhookUrl",
    "must begin with https:// (or http://)",
  ],
  [
    "URL with a password",
    { reports: { cmUrl: "https://a:b@example.com" } },
    "reports.cmUrl",
    "must not have a user name or password in it",
  ],
  ["policy name", { defaultPolicy: "../x" }, "defaultPolicy", "must be 1 to 63 lower-case letters, digits and hyphens"],
])("a wrong %s is named, with what is right", async (_what, body, field, message) => {
  const { json } = await post("/v1/accounts", JSON.stringify({ name: "n", ...body }));
  expect(json.problems).toEqual([{ field, message }]);
});

test("a sender ID of Object.prototype chooses no policy", async () => {
  for (const from of ["constructor", "__proto__", "toString"]) {
    expect((await post("/v1/decisions", JSON.stringify({ to: "+31612345678", from }))).json).toMatchObject({
      action: "allow",
      policy: { name: "default" },
    });
  }
});

describe("through a trusted proxy", () => {
  test("the network restriction is about the client, on hot and other routes alike", async () => {
    const account = await api.account({ name: "Restricted", networks: ["192.0.2.0/24", "2001:db8::/32"] });
    const { minted } = await api.key(account);
    const status = async (forwarded: string | undefined, path: string) => {
      const headers: Record<string, string> = { authorization: `Bearer ${minted.secret}` };
      if (forwarded !== undefined) headers["x-forwarded-for"] = forwarded;
      const body = path === "/v1/decisions" ? '{"to":"+31612345678"}' : undefined;
      if (body !== undefined) headers["content-type"] = "application/json";
      const method = body === undefined ? "GET" : "POST";
      return (await fetch(`${base}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })).status;
    };
    for (const [path, ok] of [
      ["/v1/decisions", 201],
      ["/v1/messages", 200],
    ] as const) {
      expect(await status("192.0.2.9", path)).toBe(ok);
      expect(await status("2001:db8::9", path)).toBe(ok);
      expect(await status("192.0.2.9, 203.0.113.1", path)).toBe(401);
      expect(await status("203.0.113.1", path)).toBe(401);
      expect(await status(undefined, path)).toBe(401);
    }
  });
});

test("two Authorization headers are not two credentials", async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const call = request(`${base}/v1/messages`, {
      headers: ["host", "127.0.0.1", "authorization", "Bearer wrong", "authorization", `Bearer ${secret}`],
    });
    call.on("response", (response) => resolve(response.resume().statusCode));
    call.on("error", reject);
    call.end();
  });
  expect(status).toBe(401);
});

test("nothing was a fault of ours", () => {
  expect(api.faults).toEqual([]);
});
