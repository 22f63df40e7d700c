import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../accounts/account.ts";
import { type ApiUnderTest, type START, startApiUnderTest } from "../../api/testing/api-under-test.ts";

let api: ApiUnderTest;
let account: Account;
let secret: string;
let foreign: string;

beforeAll(async () => {
  api = await startApiUnderTest();
  account = await api.account();
  await api.policy(account, { listMode: "allow_all" });
  secret = (await api.key(account)).minted.secret;
  const other = await api.account({ name: "Other" });
  foreign = (await api.key(other)).minted.secret;
});
beforeEach(() => {
  api.clock.now = (api.clock.now + 3_600_000) as typeof START;
});
afterAll(() => api.close());

const post = (body: unknown, by = secret, headers: Record<string, string> = {}) =>
  api.call(by, "POST", "/v1/events", { body, headers });
let lastNumber = 612_000_000;
const freshNumber = () => `+31${lastNumber++}`;
const decide = async (to = freshNumber()): Promise<{ id: string; to: string }> =>
  (await api.call(secret, "POST", "/v1/decisions", { body: { to, purpose: "otp" } })).json;
const send = async (to = freshNumber()): Promise<{ id: string; to: string }> =>
  (await api.call(secret, "POST", "/v1/messages", { body: { to, from: "Shop", text: "x", purpose: "otp" } })).json;
const isoAfter = (milliseconds: number) => new Date(api.clock.now + milliseconds).toISOString();
const withoutRequestId = (text: string) => text.replace(/"requestId":"[^"]*"/, "");

describe("POST /v1/events with one event", () => {
  test("about a message or a decision, by its id in every spelling, or by its number", async () => {
    const [message, decision] = [await send(), await decide()];
    api.clock.now = (api.clock.now + 10_000) as typeof START;
    const recorded = { status: "recorded", problem: null };
    const verified = await post({ kind: "verified", id: message.id, at: isoAfter(-4000) });
    expect([verified.status, verified.json]).toEqual([201, { ...recorded, kind: "verified", id: message.id }]);
    const sid = message.id.replace("msg_", "SM");
    expect((await post({ kind: "activity", id: sid })).json).toEqual({ ...recorded, kind: "activity", id: message.id });
    expect((await post({ kind: "verified", to: decision.to })).json).toMatchObject({ ...recorded, id: decision.id });
    expect(api.heard.slice(-3)).toMatchObject([
      { kind: "verified", to: message.to, account: account.id, purpose: "otp", occurredAt: api.clock.now - 4000 },
      { kind: "activity", sentAt: api.clock.now - 10_000 },
      { kind: "verified", to: decision.to, at: api.clock.now },
    ]);
  });

  test("says how many codes a person entered until one was right", async () => {
    const { id } = await decide();
    expect((await post({ kind: "verified", id, attempts: 2 })).status).toBe(201);
    expect(api.heard.at(-1)).toMatchObject({ kind: "verified", attempts: 2 });
    const { id: other } = await decide();
    expect((await post({ events: [{ kind: "verified", id: other }] })).status).toBe(201);
    expect(api.heard.at(-1)).not.toHaveProperty("attempts");
  });

  test("answers 200 where it was known", async () => {
    const { id, to } = await decide();
    expect((await post({ kind: "verified", id })).status).toBe(201);
    const again = await post({ kind: "verified", to });
    expect([again.status, again.json]).toEqual([200, { status: "known", kind: "verified", id, problem: null }]);
  });

  test("answers another account's message as one that does not exist, byte for byte", async () => {
    const { id, to } = await send();
    const missing = await post({ kind: "verified", id: `msg_${"0".repeat(32)}` });
    expect(missing.status).toBe(404);
    const texts = [
      missing,
      await post({ kind: "verified", id }, foreign),
      await post({ kind: "verified", to }, foreign),
      await post({ kind: "verified", id: "order-17" }),
    ].map(({ text }) => withoutRequestId(text));
    expect(new Set(texts).size).toBe(1);
    expect((await post({ kind: "verified", id })).status).toBe(201);
  });

  test.each([
    [{ kind: "verified" }, "", /must have either `id` or `to`/],
    [{ kind: "verified", id: "msg_1", to: "+31612345678" }, "", /must have either `id` or `to`/],
    [{ kind: "seen", to: "+31612345678" }, "kind", /must be one of "delivered"/],
    [{ kind: "verified", to: "hello" }, "to", /international form/],
    [{ kind: "verified", to: "+31612345678", at: "today" }, "at", /must be a time such as/],
    [{ kind: "verified", to: "+31612345678", when: "x" }, "when", /./],
    [{ kind: "verified", to: "+31612345678", attempts: 0 }, "attempts", /1/],
    [{ kind: "verified", to: "+31612345678", attempts: 1.5 }, "attempts", /./],
    [{ kind: "delivered", to: "+31612345678", attempts: 1 }, "attempts", /can only be said of `verified`/],
    [{ events: [] }, "events", /./],
    [{ events: [{ kind: "verified" }] }, "events.0", /must have either/],
  ])("names what is wrong with %j", async (body, field, message) => {
    const { status, json } = await post(body);
    expect([status, json.code]).toEqual([400, "invalid_request"]);
    expect(json.problems).toMatchObject([{ field, message: expect.stringMatching(message) }]);
  });

  test("refuses a time that cannot be, and says what can", async () => {
    const { id } = await decide();
    const problem = async (at: string) => (await post({ kind: "verified", id, at })).json.problems;
    expect(await problem(isoAfter(600_000))).toEqual([
      { field: "at", message: `must not be in the future; it is ${isoAfter(0)} here` },
    ]);
    expect(await problem(isoAfter(-600_000))).toEqual([
      { field: "at", message: `must not be before the message, which was decided at ${isoAfter(0)}` },
    ]);
    expect(await problem(isoAfter(-181 * 86_400_000))).toMatchObject([
      { message: expect.stringContaining("180 days") },
    ]);
  });

  test("takes effect once for an idempotency key", async () => {
    const { id } = await decide();
    const before = api.heard.length;
    const first = await post({ kind: "banned", id }, secret, { "idempotency-key": "event-1" });
    const second = await post({ kind: "banned", id }, secret, { "idempotency-key": "event-1" });
    expect([second.status, second.text]).toEqual([201, first.text]);
    expect(second.headers["idempotent-replayed"]).toBe("true");
    expect(api.heard).toHaveLength(before + 1);
  });
});

describe("POST /v1/events with many", () => {
  test("answers each for itself, and records what can be", async () => {
    const [message, decision] = [await send(), await decide()];
    const { status, json } = await post({
      events: [
        { kind: "verified", id: message.id },
        { kind: "verified", to: decision.to },
        { kind: "verified", id: message.id },
        { kind: "verified", id: `msg_${"0".repeat(32)}` },
        { kind: "verified", to: freshNumber() },
        { kind: "verified", to: "hello" },
        { kind: "activity", id: decision.id, at: isoAfter(600_000) },
      ],
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({ recorded: 2, known: 1, unknown: 2, refused: 2 });
    const shown = json.events.map((one: { status: string; id: string | null; problem: { code: string } | null }) => [
      one.status,
      one.id,
      one.problem?.code,
    ]);
    expect(shown).toEqual([
      ["recorded", message.id, undefined],
      ["recorded", decision.id, undefined],
      ["known", message.id, undefined],
      ["unknown", null, "unknown_message"],
      ["unknown", null, "unknown_message"],
      ["refused", null, "number_invalid"],
      ["refused", null, "in_future"],
    ]);
  });

  test("takes 1,000, and not one more", async () => {
    const numbers = Array.from({ length: 1000 }, freshNumber);
    const decisions = numbers.map((to) => ({ to, purpose: "otp" }));
    await api.call(secret, "POST", "/v1/decisions", { body: { decisions } });
    const events = numbers.map((to) => ({ kind: "verified", to }));
    const before = api.heard.length;
    const { json } = await post({ events });
    expect(json).toMatchObject({ recorded: 1000, known: 0 });
    expect(api.heard.slice(before).map(({ to }) => to)).toEqual(numbers);
    expect((await post({ events })).json).toMatchObject({ recorded: 0, known: 1000 });
    const more = await post({ events: [...events, events[0]] });
    expect([more.status, more.json.code]).toEqual([413, "too_large"]);
  });
});

describe("the scope events:write", () => {
  test.each([["events:write"], ["messages:send"], ["decisions:write"]] as const)("comes with %s", async (scope) => {
    const { id } = await decide();
    const { minted } = await api.key(account, { scopes: [scope] });
    expect((await post({ kind: "verified", id }, minted.secret)).status).toBe(201);
  });

  test("alone sends and reads nothing", async () => {
    const { minted } = await api.key(account, { scopes: ["events:write"] });
    const { status, json } = await api.call(minted.secret, "POST", "/v1/decisions", { body: { to: freshNumber() } });
    expect([status, json.detail]).toEqual([403, "This key lacks the scope decisions:write."]);
  });
});
