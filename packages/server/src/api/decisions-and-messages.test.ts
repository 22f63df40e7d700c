import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../accounts/account.ts";
import { type ApiUnderTest, startApiUnderTest } from "./testing/api-under-test.ts";

let api: ApiUnderTest;
let account: Account;
let secret: string;

beforeAll(async () => {
  api = await startApiUnderTest();
  account = await api.account();
  secret = (await api.key(account)).minted.secret;
  await api.policy(account, { listMode: "block_list", destinations: { BE: { action: "block" } } });
});
afterAll(() => api.close());

const decide = (body: unknown) => api.call(secret, "POST", "/v1/decisions", { body });
const send = (body: unknown) => api.call(secret, "POST", "/v1/messages", { body });

describe("POST /v1/decisions", () => {
  test("allows, with what was found", async () => {
    const { status, json } = await decide({ to: "+31 6 12345678", from: "Shop", endUser: { address: "192.0.2.1" } });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      id: expect.stringMatching(/^dec_[0-9a-f]{32}$/),
      at: "2026-11-22T12:00:00.000Z",
      action: "allow",
      to: "+31612345678",
      destination: "NL",
      candidates: ["NL"],
      twin: null,
      numberType: "mobile",
      from: "Shop",
      channel: "sms",
      purpose: "otp",
      policy: { name: "default", revisions: [1] },
      rejection: null,
    });
  });

  test("blocks, with the reason in words", async () => {
    const { status, json } = await decide({ to: "+32470123456" });
    expect(status).toBe(201);
    expect(json).toMatchObject({ action: "block", reason: "destination_blocked", destination: "BE" });
    expect(json.sentence).toContain("Belgium is blocked");
    expect(json.findings).toContainEqual(
      expect.objectContaining({
        reason: "destination_blocked",
        ground: { type: "destination", destination: "BE", action: "block" },
      }),
    );
  });

  test("names a twin and the destination that it follows", async () => {
    expect((await decide({ to: "+4779123456" })).json).toMatchObject({ destination: "NO", twin: "SJ" });
  });

  test("stops what is no number, and says why", async () => {
    const { status, json } = await decide({ to: "+31612x" });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      action: "block",
      reason: "number_rejected",
      destination: null,
      policy: null,
      rejection: { code: "number_character" },
    });
    expect(json.sentence).toMatch(/^"\+31612x" is no recipient number: /);
  });

  test("a batch is answered in its order, with an id for each", async () => {
    const numbers = Array.from({ length: 1000 }, (_, index) =>
      index % 3 === 0
        ? "nonsense"
        : index % 3 === 1
          ? `+316123${String(10000 + index)}`
          : `+32470${String(100000 + index)}`,
    );
    const { status, json } = await decide({ decisions: numbers.map((to) => ({ to })) });
    expect(status).toBe(201);
    expect(json.decisions.map(({ to }: { to: string }) => to)).toEqual(numbers);
    expect(json.decisions.map(({ action }: { action: string }) => action)).toEqual(
      numbers.map((_, index) => (index % 3 === 1 ? "allow" : "block")),
    );
    expect(new Set(json.decisions.map(({ id }: { id: string }) => id)).size).toBe(1000);
  });

  test("is recorded: the same is read again by its id, in a batch or alone", async () => {
    const { json: batch } = await decide({ decisions: [{ to: "+31612345678" }, { to: "+32470123456" }, { to: "x" }] });
    const { json: single } = await decide({ to: "+4779123456", channel: "voice", purpose: "marketing" });
    for (const decision of [...batch.decisions, single]) {
      const read = await api.call(secret, "GET", `/v1/decisions/${decision.id}`);
      expect(read.status).toBe(200);
      expect(read.json).toEqual(decision);
    }
  });

  test("the purpose is the request's, else the key's, else the account's", async () => {
    const { minted } = await api.key(account, { purpose: "notification" });
    const purposeOf = async (by: string, body: object) =>
      (await api.call(by, "POST", "/v1/decisions", { body: { to: "+31612345678", ...body } })).json.purpose;
    expect(await purposeOf(minted.secret, { purpose: "marketing" })).toBe("marketing");
    expect(await purposeOf(minted.secret, {})).toBe("notification");
    expect(await purposeOf(secret, {})).toBe("otp");
  });

  test("a policy that the key may not choose is refused, and nothing is decided", async () => {
    const before = api.store.journal.lastSequence;
    const { status, json } = await decide({
      decisions: [{ to: "+31612345678" }, { to: "+31612345678", policy: "loose" }],
    });
    expect(status).toBe(403);
    expect(json).toMatchObject({ code: "forbidden", problems: [{ field: "decisions.1.policy" }] });
    expect(api.store.journal.lastSequence).toBe(before);
  });

  test("the operator decides for an account that he names", async () => {
    const headers = { "safeguard-account": account.id };
    const answer = await api.call(api.operatorSecret, "POST", "/v1/decisions", {
      body: { to: "+32470123456" },
      headers,
    });
    expect(answer.json).toMatchObject({ action: "block", reason: "destination_blocked" });
  });
});

describe("POST /v1/messages", () => {
  const message = { to: "+31612345678", from: "Shop", text: "Your code is 123456" };

  test("sends what is allowed, and shows it", async () => {
    const { status, json } = await send({ ...message, reference: "order 7" });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
      status: "submitted",
      action: "allow",
      to: "+31612345678",
      destination: "NL",
      channels: ["sms"],
      removedChannels: [],
      reference: "order 7",
      segments: 1,
      error: null,
    });
    const read = await api.call(secret, "GET", `/v1/messages/${json.id}`);
    expect(read.json).toMatchObject({
      id: json.id,
      status: "submitted",
      provider: "sandbox",
      price: { currency: "USD" },
    });
    const bare = json.id.slice(4);
    for (const id of [json.id, `SM${bare}`, bare]) {
      const { json: decision } = await api.call(secret, "GET", `/v1/decisions/${id}`);
      expect(decision).toMatchObject({ id: json.id, action: "allow" });
      expect((await api.call(secret, "GET", `/v1/messages/${id}`)).json).toEqual(read.json);
    }
    expect(json.providerId).toBeTypeOf("string");
    expect(read.json.providerId).toBe(json.providerId);
    const { items } = (await api.call(secret, "GET", "/v1/messages")).json;
    expect(items[0]).toEqual(read.json);
    const shown = await api.call(secret, "GET", "/v1/sandbox/messages");
    expect(shown.json.items[0]).toMatchObject({ to: "+31612345678", text: message.text });
  });

  test("a stopped message is an answer, and reaches nobody", async () => {
    const { status, json } = await send({ ...message, to: "+32470123456", text: "to Belgium" });
    expect(status).toBe(201);
    expect(json).toMatchObject({ status: "blocked", action: "block", reason: "destination_blocked" });
    const shown = await api.call(secret, "GET", "/v1/sandbox/messages");
    expect(shown.text).not.toContain("to Belgium");
  });

  test("a batch has every outcome in its order", async () => {
    const to = ["+31612345678", "+32470123456", "no number", "+31612340002", "+31612340009"];
    const { status, json } = await send({ messages: to.map((number) => ({ ...message, to: number })) });
    expect(status).toBe(201);
    expect(json.messages.map(({ status: state }: { status: string }) => state)).toEqual([
      "submitted",
      "blocked",
      "rejected",
      "refused",
      "in_doubt",
    ]);
    expect(json.messages[3].error).toEqual({ code: "sandbox_refused", text: "The sandbox refuses this number." });
  });

  test("a stopped channel is taken off where the client named several", async () => {
    const { json } = await send({ ...message, to: "+32470123456", channels: ["sms", "whatsapp"] });
    expect(json).toMatchObject({ status: "submitted", channels: ["whatsapp"], removedChannels: ["sms"] });
  });

  test("riskCheck: disable needs a key that may", async () => {
    const body = { ...message, riskCheck: "disable" };
    expect((await send(body)).json).toMatchObject({ code: "forbidden", problems: [{ field: "riskCheck" }] });
    const { minted } = await api.key(account, { mayDisableRiskCheck: true });
    expect((await api.call(minted.secret, "POST", "/v1/messages", { body })).status).toBe(201);
  });

  test("a parent's key sends for an account below it, under that account's policy", async () => {
    const child = await api.account({ name: "Child", parent: account.id });
    await api.policy(child, { destinations: { NL: { action: "block" } } });
    const headers = { "safeguard-account": child.id };
    const { json } = await api.call(secret, "POST", "/v1/messages", { body: message, headers });
    expect(json).toMatchObject({ status: "blocked", policy: { revisions: [1, 1] } });
    expect((await api.call(secret, "GET", `/v1/messages/${json.id}`)).status).toBe(404);
    expect((await api.call(secret, "GET", `/v1/messages/${json.id}`, { headers })).status).toBe(200);
  });

  test("the operator has no provider to send with", async () => {
    const headers = { "safeguard-account": account.id };
    expect((await api.call(api.operatorSecret, "POST", "/v1/messages", { body: message, headers })).status).toBe(403);
  });

  test("the list is read page by page, newest first, each message once", async () => {
    const own = await api.account({ name: "Lister" });
    const { minted } = await api.key(own);
    const made: string[] = [];
    for (let index = 0; index < 7; index++) {
      api.clock.now = (api.clock.now + 1) as typeof api.clock.now;
      const body = { ...message, to: `+3161234567${index}` };
      made.unshift((await api.call(minted.secret, "POST", "/v1/messages", { body })).json.id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query: string = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { json } = await api.call(minted.secret, "GET", `/v1/messages?limit=3${query}`);
      expect(json.items.length).toBeLessThanOrEqual(3);
      seen.push(...json.items.map(({ id }: { id: string }) => id));
      cursor = json.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(made);
    const inUrl = await api.call(minted.secret, "GET", "/v1/messages?to=%2B31612345673");
    expect([inUrl.status, inUrl.json.detail]).toEqual([400, expect.stringContaining("POST /v1/messages/search")]);
    const filtered = await api.call(minted.secret, "POST", "/v1/messages/search", { body: { to: "+31612345673" } });
    expect(filtered.json.items.map(({ to }: { to: string }) => to)).toEqual(["+31612345673"]);
    expect((await api.call(minted.secret, "GET", "/v1/messages?cursor=made-up")).json).toMatchObject({
      code: "invalid_request",
      problems: [{ field: "cursor" }],
    });
  });
});

test("usage reconciles with what was decided and sent", async () => {
  const own = await api.account({ name: "Counter" });
  const child = await api.account({ name: "Below", parent: own.id });
  const { minted } = await api.key(own);
  await api.policy(own, { listMode: "block_list", destinations: { BE: { action: "block" } } });
  const message = { from: "Shop", text: "x" };
  const to = ["+31612345678", "+31612345679", "+32470123456", "+31612340002"];
  await api.call(minted.secret, "POST", "/v1/messages", {
    body: { messages: to.map((number) => ({ ...message, to: number })) },
  });
  const headers = { "safeguard-account": child.id };
  await api.call(minted.secret, "POST", "/v1/messages", { body: { ...message, to: "+31612345678" }, headers });

  const { json } = await api.call(minted.secret, "GET", "/v1/usage");
  expect(json).toMatchObject({ from: "2026-11-01", until: "2026-11-22" });
  expect(json.days).toMatchObject([
    { account: own.id, day: "2026-11-22", destination: "BE", decided: 1, blocked: 1, billable: 0 },
    { account: own.id, day: "2026-11-22", destination: "NL", decided: 3, blocked: 0, billable: 2 },
  ]);
  expect(json.total).toMatchObject({ decided: 4, blocked: 1, billable: 2, billableSegments: 2 });
  const below = await api.call(minted.secret, "GET", "/v1/usage?below=true");
  expect(below.json.total).toMatchObject({ decided: 5, billable: 3 });
  expect((await api.call(minted.secret, "GET", "/v1/usage?from=2026-11-23&until=2026-11-22")).json).toMatchObject({
    problems: [{ field: "until" }],
  });
});

test("nothing was a fault of ours", () => {
  expect(api.faults).toEqual([]);
});
