import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { eventually, type QueueProvider, settingsFor, startQueueProvider } from "./queue-scene.ts";

/** Clients that do not wait for the provider, through the real product and a real provider over HTTP. */

let provider: QueueProvider;
let second: QueueProvider;
let safeguard: TestSafeguard;
let number = 0;

interface Message {
  readonly id: string;
  readonly status: string;
  readonly error: { readonly code: string } | null;
  readonly waiting: {
    readonly dueAt: string | null;
    readonly sendAt: string | null;
    readonly expiresAt: string;
  } | null;
}

const nextNumber = (): string => `+3161${String(2_000_000 + ++number).padStart(7, "0")}`;

async function send(fields: Record<string, unknown> = {}): Promise<{ status: number; body: Message }> {
  const message = { to: nextNumber(), from: "Shop", text: "Your code is 4711", mode: "async", ...fields };
  return (await safeguard.api("POST", "/v1/messages", message)) as { status: number; body: Message };
}
async function look(id: string): Promise<Message> {
  return (await safeguard.api("GET", `/v1/messages/${id}`)).body as Message;
}
const ended = (id: string, ...statuses: readonly string[]): Promise<Message> =>
  eventually(
    () => look(id),
    ({ status }) => statuses.includes(status),
  );

beforeAll(async () => {
  [provider, second] = [await startQueueProvider(), await startQueueProvider()];
  safeguard = await startSafeguard({ detection: "off", config: { maxWaiting: 40 } });
  await safeguard.routeTo({ id: "main", kind: "http", settings: settingsFor(provider) });
  await safeguard.operator("POST", "/v1/providers", { id: "second", kind: "http", settings: settingsFor(second) });
});
afterEach(() => {
  provider.answers = [];
  second.answers = [];
});
afterAll(async () => {
  await safeguard.stop();
  await Promise.all([provider.close(), second.close()]);
});

describe("a message that is accepted now and sent later", () => {
  it("is answered at once as queued, and goes to the provider once, with its text and number", async () => {
    const { status, body } = await send({ text: "Hello from the queue" });
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: "queued", waiting: { dueAt: null, sendAt: null } });
    await ended(body.id, "submitted");
    const mine = provider.taken.filter(({ id }) => `msg_${id}` === body.id);
    expect(mine).toMatchObject([{ text: "Hello from the queue" }]);
    expect((await look(body.id)).waiting).toBeNull();
  });

  it("is so where only the account, or the key, says it", async () => {
    const key = await safeguard.key({ sendMode: "async" });
    const message = { to: nextNumber(), from: "Shop", text: "x" };
    const byKey = await safeguard.api("POST", "/v1/messages", message, key.secret);
    expect(byKey.body).toMatchObject({ status: "queued" });
    await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { sendMode: "async" });
    expect((await send({ mode: undefined })).body.status).toBe("queued");
    expect((await send({ mode: "sync" })).body.status).toBe("submitted");
    await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { sendMode: "sync" });
    expect((await send({ mode: undefined })).body.status).toBe("submitted");
  });

  it("that the policy stops is told at once, and nothing of it is kept", async () => {
    await safeguard.operator("POST", "/v1/policies/default/destinations", { block: ["BE"], reason: "test" });
    const { body } = await send({ to: "+32470123456" });
    expect(body).toMatchObject({ status: "blocked", waiting: null });
    await safeguard.operator("POST", "/v1/policies/default/destinations", { allow: ["BE"], reason: "test" });
    expect((await look(body.id)).status).toBe("blocked");
  });

  it("is refused at once where no provider is routed to, or as many wait as may", async () => {
    const far = new Date(Date.now() + 86_400_000).toISOString();
    const many = await Promise.all(Array.from({ length: 45 }, () => send({ sendAt: far })));
    const statuses = many.map(({ body }) => body.status);
    expect(statuses.filter((status) => status === "scheduled")).toHaveLength(40);
    const refused = many.filter(({ body }) => body.status === "refused");
    expect(refused).toHaveLength(5);
    expect(refused[0]?.body.error).toMatchObject({ code: "queue_full" });
    for (const { body } of many) {
      if (body.status === "scheduled") await safeguard.api("POST", `/v1/messages/${body.id}/cancel`);
    }
    expect((await send()).body.status).toBe("queued");
  });
});

describe("a schedule", () => {
  it("holds the message back until its time, and shows it", async () => {
    const sendAt = new Date(Date.now() + 1_500).toISOString();
    const { body } = await send({ sendAt });
    expect(body).toMatchObject({ status: "scheduled", waiting: { sendAt } });
    expect((await look(body.id)).waiting).toMatchObject({ sendAt, dueAt: sendAt });
    await ended(body.id, "submitted");
    const [mine] = provider.taken.filter(({ id }) => `msg_${id}` === body.id);
    expect(mine?.at).toBeGreaterThanOrEqual(Date.parse(sendAt));
  });

  it("is decided again when it is due: what was blocked meanwhile is not sent, and reported", async () => {
    const { body } = await send({ to: "+32470123999", sendAt: new Date(Date.now() + 1_500).toISOString() });
    expect(body.status).toBe("scheduled");
    await safeguard.operator("POST", "/v1/policies/default/destinations", { block: ["BE"], reason: "test" });
    await ended(body.id, "blocked");
    await safeguard.operator("POST", "/v1/policies/default/destinations", { allow: ["BE"], reason: "test" });
    expect((await look(body.id)).status).toBe("blocked");
    expect(provider.taken.filter(({ id }) => `msg_${id}` === body.id)).toEqual([]);
  });

  it("can be canceled, once and only while it waits", async () => {
    const { body } = await send({ sendAt: new Date(Date.now() + 1_500).toISOString() });
    const canceled = await safeguard.api("POST", `/v1/messages/${body.id}/cancel`);
    expect(canceled).toMatchObject({ status: 200, body: { status: "canceled", waiting: null } });
    expect((await safeguard.api("POST", `/v1/messages/${body.id}/cancel`)).status).toBe(409);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await look(body.id)).status).toBe("canceled");
    expect(provider.taken.filter(({ id }) => `msg_${id}` === body.id)).toEqual([]);
  });

  it.each([
    [{ sendAt: new Date(Date.now() + 40 * 86_400_000).toISOString() }, "sendAt"],
    [{ sendAt: "tomorrow" }, "sendAt"],
    [{ mode: "sync", sendAt: new Date(Date.now() + 60_000).toISOString() }, "mode"],
    [{ expiresAt: new Date(Date.now() - 60_000).toISOString() }, "expiresAt"],
    [{ expiresAt: new Date(Date.now() + 60_000).toISOString(), validityPeriod: 60 }, "validityPeriod"],
    [{ validityPeriod: 0 }, "validityPeriod"],
  ])("that cannot be is refused: %j", async (fields, field) => {
    const { status, body } = await send(fields);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(`"field":"${field}"`);
  });
});

describe("a refusal", () => {
  it("that says nothing of the message is tried again after a while, decided again first", async () => {
    provider.answers = ["throttle"];
    const { body } = await send();
    const waiting = await eventually(
      () => look(body.id),
      ({ status, error }) => status === "queued" && error?.code === "busy",
    );
    expect(Date.parse(waiting.waiting?.dueAt ?? "")).toBeGreaterThan(Date.now());
    await ended(body.id, "submitted");
  });

  it("for good goes to the next provider of the route, and ends there as refused", async () => {
    const route = { destination: "*", providers: ["main", "second"] };
    await safeguard.operator("PUT", "/v1/routes", { routes: [route] });
    provider.answers = ["refuse"];
    const first = await send();
    await ended(first.body.id, "submitted");
    expect(second.taken.map(({ id }) => `msg_${id}`)).toContain(first.body.id);
    provider.answers = ["refuse"];
    second.answers = ["refuse"];
    const other = await send();
    expect((await ended(other.body.id, "refused")).error).toMatchObject({ code: "no" });
    await safeguard.operator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["main"] }] });
  });
});

describe("in doubt", () => {
  it("it is not sent again, and a person can settle it", async () => {
    provider.answers = ["fail"];
    const { body } = await send();
    await ended(body.id, "in_doubt");
    const listed = await safeguard.api("GET", "/v1/messages?status=in_doubt");
    expect(JSON.stringify(listed.body)).toContain(body.id);
    const settled = await safeguard.api("POST", `/v1/messages/${body.id}/settle`, {
      outcome: "sent",
      reason: "it stands in the provider's log",
    });
    expect(settled).toMatchObject({ status: 200, body: { status: "submitted" } });
    const again = await safeguard.api("POST", `/v1/messages/${body.id}/settle`, { outcome: "not_sent", reason: "x" });
    expect(again.status).toBe(409);
    expect(provider.taken.filter(({ id }) => `msg_${id}` === body.id)).toHaveLength(1);
    const audit = await safeguard.operator("GET", "/v1/audit?limit=5");
    expect(JSON.stringify(audit.body)).toContain("submission_settled");
  });

  it("it is sent again where the account chose so", async () => {
    await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { onInDoubt: "resend" });
    provider.answers = ["fail"];
    const { body } = await send();
    await ended(body.id, "submitted");
    expect(provider.taken.filter(({ id }) => `msg_${id}` === body.id)).toHaveLength(2);
    await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { onInDoubt: "keep" });
  });
});

describe("a provider's messages per second", () => {
  it("are kept to, and hold up no other provider", async () => {
    const slow = { id: "slow", kind: "http", settings: settingsFor(second, { messagesPerSecond: 2 }) };
    await safeguard.operator("POST", "/v1/providers", slow);
    const routes = [
      { destination: "BE", providers: ["slow"] },
      { destination: "*", providers: ["main"] },
    ];
    await safeguard.operator("PUT", "/v1/routes", { routes });
    const before = second.taken.length;
    const sent = await Promise.all(Array.from({ length: 6 }, (_, index) => send({ to: `+3247055500${index}` })));
    const other = await send();
    await ended(other.body.id, "submitted");
    for (const { body } of sent) await ended(body.id, "submitted");
    const times = second.taken.slice(before).map(({ at }) => at);
    expect(times).toHaveLength(6);
    // Two at once, then one each half second.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_800);
    await safeguard.operator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["main"] }] });
  });
});

describe("an expiry", () => {
  it("ends a message that had no turn in time, though its provider is busy still", async () => {
    const settings = settingsFor(second, { messagesPerSecond: 1 / 60 });
    await safeguard.operator("POST", "/v1/providers", { id: "slowest", kind: "http", settings });
    await safeguard.operator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["slowest"] }] });
    const first = await send();
    await ended(first.body.id, "submitted");
    const { body } = await send({ validityPeriod: 1 });
    await ended(body.id, "expired");
    expect(second.taken.filter(({ id }) => `msg_${id}` === body.id)).toEqual([]);
    await safeguard.operator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["main"] }] });
  });

  it("leaves no room for a further try: then the refusal stands", async () => {
    provider.answers = ["throttle"];
    const { body } = await send({ validityPeriod: 4 });
    expect((await ended(body.id, "refused")).error).toMatchObject({ code: "busy" });
  });
});
