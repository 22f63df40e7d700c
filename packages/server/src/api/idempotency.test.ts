import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../accounts/account.ts";
import { requestHash } from "./idempotency.ts";
import { type ApiUnderTest, startApiUnderTest } from "./testing/api-under-test.ts";

let api: ApiUnderTest;
let account: Account;
let secret: string;

beforeAll(async () => {
  api = await startApiUnderTest();
  account = await api.account();
  secret = (await api.key(account)).minted.secret;
});
afterAll(() => api.close());

const message = { to: "+31612345678", from: "Shop", text: "Hello" };
const post = (url: string, body: unknown, key: string, by = secret) =>
  api.call(by, "POST", url, { body, headers: { "idempotency-key": key } });

describe.each([
  ["/v1/messages", message, { ...message, text: "Bye" }],
  ["/v1/decisions", { to: "+31612345678" }, { to: "+31612345679" }],
  [
    "/v1/keys",
    { name: "made", mode: "test", scopes: ["messages:send"] },
    { name: "made", mode: "test", scopes: ["usage:read"] },
  ],
  ["/v1/accounts", { name: "Child" }, { name: "Other child" }],
])("POST %s with an Idempotency-Key", (url, body, other) => {
  test("takes effect once, and gives the same answer again", async () => {
    const first = await post(url, body, `once${url}`);
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty("idempotent-replayed");
    const before = api.store.journal.lastSequence;
    const second = await post(url, body, `once${url}`);
    expect(second.status).toBe(201);
    expect(second.headers["idempotent-replayed"]).toBe("true");
    expect(second.headers["content-type"]).toBe(first.headers["content-type"]);
    expect(second.text).toBe(first.text);
    expect(api.store.journal.lastSequence).toBe(before);
  });

  test("of many at once one takes effect, and all get its answer", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(url, body, `many${url}`)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers["idempotent-replayed"] === "true")).toHaveLength(9);
  });

  test("refuses another request with the same key", async () => {
    await post(url, body, `other${url}`);
    const { status, json } = await post(url, other, `other${url}`);
    expect(status).toBe(422);
    expect(json.code).toBe("idempotency_mismatch");
  });
});

test("keys of two accounts do not meet", async () => {
  const other = await api.account({ name: "Other" });
  const { minted } = await api.key(other);
  const first = await post("/v1/messages", message, "shared");
  const second = await post("/v1/messages", message, "shared", minted.secret);
  expect(second.json.id).not.toBe(first.json.id);
});

test("a request that was refused for its fields made nothing, and may be corrected under the same key", async () => {
  expect((await post("/v1/messages", { ...message, to: 31612345678 }, "corrected")).status).toBe(400);
  expect((await post("/v1/messages", message, "corrected")).status).toBe(201);
});

test("a refusal of the work itself is kept as its answer", async () => {
  const { key } = await api.key(account);
  await api.call(secret, "DELETE", `/v1/keys/${key.id}`);
  const first = await post(`/v1/keys/${key.id}/reroll`, {}, "refused");
  expect(first.json.code).toBe("conflict");
  const second = await post(`/v1/keys/${key.id}/reroll`, {}, "refused");
  expect(second.text).toBe(first.text);
  expect(second.headers).toMatchObject({
    "idempotent-replayed": "true",
    "content-type": "application/problem+json; charset=utf-8",
  });
});

test.each(["", "a b", "é", "x".repeat(256)])("the key %j is refused", async (key) => {
  expect((await post("/v1/messages", message, key)).json).toMatchObject({ problems: [{ field: "Idempotency-Key" }] });
});

test("no secret of a made key stands in the journal in the clear", async () => {
  const { json } = await post("/v1/keys", { name: "sealed", mode: "test", scopes: ["messages:send"] }, "sealed");
  for await (const { record } of api.store.journal.read(1)) expect(JSON.stringify(record)).not.toContain(json.secret);
});

describe("across a restart", () => {
  const directory = mkdtempSync(join(tmpdir(), "safeguard-idempotency-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  test("an answered request gives its answer again, and one that was cut off is not done again", async () => {
    const first = await startApiUnderTest({ directory });
    const own = await first.account();
    const { minted } = await first.key(own);
    const headers = { "idempotency-key": "before" };
    const answered = await first.call(minted.secret, "POST", "/v1/messages", { body: message, headers });
    // As a crash leaves it: begun, and never answered.
    await first.store.journal.append([
      {
        type: "request_answered",
        at: first.clock.now,
        account: own.id,
        idempotencyKey: "cut begun",
        requestHash: requestHash("POST", "/v1/messages", Buffer.from(JSON.stringify(message))),
        status: 102,
        body: "",
      },
    ]);
    await first.close();

    const second = await startApiUnderTest({ directory });
    const again = await second.call(minted.secret, "POST", "/v1/messages", { body: message, headers });
    expect(again.text).toBe(answered.text);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    const cut = { "idempotency-key": "cut" };
    const lost = await second.call(minted.secret, "POST", "/v1/messages", { body: message, headers: cut });
    expect(lost.json.code).toBe("conflict");
    const sent = await second.call(minted.secret, "GET", "/v1/messages");
    expect(sent.json.items).toHaveLength(1);
    await second.close();
  });
});
