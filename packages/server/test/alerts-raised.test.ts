import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { anotherAccount, startSafeguard, type TestSafeguard } from "./harness.ts";
import { type RecordingServer, startRecordingServer } from "./stand-in/recording-server.ts";
import { type SmtpServer, startSmtpServer } from "./stand-in/smtp-server.ts";

const MORNING = Date.parse("2026-11-22T08:30:00Z");
const started = Date.now();
let ahead = 0;
const wall = (): number => MORNING + (Date.now() - started) + ahead;

let safeguard: TestSafeguard;
let receiver: RecordingServer;
let mails: SmtpServer;
let refusal: string | undefined;
beforeAll(async () => {
  // What is looked at every minute is looked at when the test says so.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  receiver = await startRecordingServer(() => ({ status: 200, body: "{}" }));
  mails = await startSmtpServer({ content: () => refusal });
  const mail = {
    host: "127.0.0.1",
    port: mails.port,
    tls: "off",
    login: undefined,
    from: "safeguard@example.com",
    authority: undefined,
  } as const;
  safeguard = await startSafeguard({ detection: "off", wall, config: { mail } });
  const set = await safeguard.api("PUT", "/v1/alerts/settings", {
    channels: [
      { id: "ops", type: "webhook", url: `${receiver.url}/ops` },
      { id: "people", type: "email", to: ["ops@example.com", "boss@example.com"] },
    ],
    digestAt: "08:00",
    repeatAfterMinutes: 0,
  });
  expect(set).toMatchObject({ status: 200, body: { mail: true } });
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  await receiver.close();
  await mails.close();
  vi.useRealTimers();
});

interface Told {
  readonly type: string;
  readonly data: { readonly code: string; readonly sentence: string; readonly facts: Record<string, unknown> };
}

const told = (code: string): readonly Told[] =>
  receiver.received.map(({ body }) => JSON.parse(body) as Told).filter(({ data }) => data.code === code);
const mailed = (words: string) => mails.taken.filter(({ content }) => content.includes(words));
const decide = (to: string) => safeguard.api("POST", "/v1/decisions", { to, purpose: "otp" });
const look = () => safeguard.safeguard.incidents.checkAlerts(safeguard.safeguard.now());

describe("the daily digest", () => {
  it("comes once a day after its time, with yesterday in numbers", async () => {
    const answer = await decide("+31612345678");
    expect(answer.status).toBe(201);
    ahead += 24 * 3_600_000;
    await vi.advanceTimersByTimeAsync(60_000);
    await expect.poll(() => told("daily_digest").length).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(180_000);
    const digests = told("daily_digest").map(({ data }) => data.facts);
    expect(digests).toHaveLength(1);
    expect(digests[0]).toMatchObject({ day: "2026-11-22", decided: 1, blocked: 0, openIncidents: 0 });
    ahead += 24 * 3_600_000;
    await vi.advanceTimersByTimeAsync(60_000);
    await expect.poll(() => told("daily_digest").length).toBe(2);
    await expect.poll(() => mailed("Daily digest").length).toBe(2);
  }, 30_000);
});

describe("a ceiling", () => {
  it("is told when four fifths are used, and when it is reached, each once; and that it has room again", async () => {
    const limits = { ceilings: [{ name: "per-day", window: "day", messages: 10 }] };
    const document = { detection: { mode: "off" }, limits };
    expect((await safeguard.api("PUT", "/v1/policies/default", { document, reason: "test" })).status).toBeLessThan(300);
    for (let message = 0; message < 7; message++) await decide(`+3161234560${message}`);
    await look();
    expect(told("ceiling_near")).toEqual([]);
    await decide("+31612345607");
    for (let again = 0; again < 3; again++) await look();
    await expect.poll(() => told("ceiling_near").map(({ type }) => type)).toEqual(["alert.raised"]);
    expect(told("ceiling_near")[0]?.data.facts).toEqual({ code: "ceiling_near", ceilings: ["per-day"] });
    await decide("+31612345608");
    await decide("+31612345609");
    expect(await decide("+31612345610")).toMatchObject({ body: { action: "block", reason: "ceiling_messages" } });
    for (let again = 0; again < 3; again++) await look();
    await expect.poll(() => told("ceiling_reached").map(({ type }) => type)).toEqual(["alert.raised"]);
    ahead += 25 * 3_600_000;
    await look();
    await expect
      .poll(() => told("ceiling_reached").map(({ type }) => type))
      .toEqual(["alert.raised", "alert.resolved"]);
    expect(told("ceiling_near").map(({ type }) => type)).toEqual(["alert.raised"]);
  }, 30_000);
});

describe("mail", () => {
  it("says in text and HTML what the webhook says as data, and no number of a person", async () => {
    const change = { destinations: ["+31612345678"], reason: "because of +31612345678 <b>" };
    const document = { detection: { mode: "off" }, ranges: [{ prefix: "+31612345678", action: "block" }] };
    const saved = await safeguard.api("PUT", "/v1/policies/default", { document, reason: change.reason });
    expect(saved.status).toBeLessThan(300);
    await expect.poll(() => mailed("because of").length).toBeGreaterThan(0);
    const mail = mailed("because of").at(-1);
    expect(mail?.to).toEqual(["ops@example.com", "boss@example.com"]);
    expect(mail?.content).toContain("text/html");
    expect(mail?.content).not.toContain("12345678");
    expect(mail?.content).not.toContain("<b>, ");
    expect(mail?.content).toContain("&lt;b&gt;");
  }, 30_000);

  it("cannot be given another header by the account's name", async () => {
    const name = "Shop\r\nBcc: everybody@example.com";
    const renamed = await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { name });
    expect(renamed.status).toBe(200);
    await safeguard.api("POST", "/v1/alerts/test");
    await expect.poll(() => mailed("This is a test").length).toBe(1);
    const [mail] = mailed("This is a test");
    expect(mail?.to.join()).not.toContain("everybody");
    expect(mail?.content.split("\r\n\r\n", 1)[0]).not.toMatch(/^bcc:/im);
  }, 30_000);

  it("that the server cannot take now is tried again later, and given up where it is refused for good", async () => {
    const { deliveries } = safeguard.safeguard.store;
    const states = async (): Promise<readonly string[]> =>
      (await deliveries.list(safeguard.account.id, {}, 500)).items
        .filter(
          ({ notice }) =>
            notice.dialect === "alert" && notice.channel === "people" && notice.event.facts.code === "test",
        )
        .map(({ state, attempts, error }) => `${state} ${attempts} ${error ?? ""}`.trim());
    refusal = "451 later";
    await safeguard.api("POST", "/v1/alerts/test");
    await expect.poll(async () => (await states())[0]).toBe("waiting 1 smtp_451");
    refusal = undefined;
    // The first delay is 5 seconds and up to a fifth; something else to be told wakes the queue.
    ahead += 10_000;
    await safeguard.api("POST", "/v1/alerts/test");
    await expect.poll(async () => (await states()).slice(0, 2)).toEqual(["taken 1", "taken 2"]);
    refusal = "554 not here";
    await safeguard.api("POST", "/v1/alerts/test");
    await expect.poll(async () => (await states())[0]).toBe("failed 1 smtp_554");
    refusal = undefined;
  }, 30_000);

  it("goes to the account's own people alone", async () => {
    const other = await anotherAccount(safeguard, "Bank");
    const channels = [{ id: "people", type: "email", to: ["bank@example.com"] }];
    const set = await safeguard.api("PUT", "/v1/alerts/settings", { channels }, other.secret);
    expect(set.status).toBe(200);
    const before = mails.taken.length;
    await safeguard.api("POST", "/v1/alerts/test", undefined, other.secret);
    await expect.poll(() => mails.taken.length).toBe(before + 1);
    expect(mails.taken.at(-1)?.to).toEqual(["bank@example.com"]);
  }, 30_000);
});

describe("/metrics", () => {
  const statusOf = async (url: string, token?: string, forwarded?: string): Promise<number> => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
    };
    return (await fetch(`${url}/metrics`, { headers })).status;
  };

  it("in dev answers this machine alone: not who comes through a proxy on it", async () => {
    expect(await statusOf(safeguard.url)).toBe(200);
    const behind = await startSafeguard({ config: { trustedProxies: ["127.0.0.1/32"] } });
    expect(await statusOf(behind.url, undefined, "203.0.113.7")).toBe(404);
    expect(await statusOf(behind.url, "guess", "203.0.113.7")).toBe(404);
    await behind.stop();
  }, 30_000);

  it("in production answers who shows the token, and to nobody else is it there; keys and the operator are no token", async () => {
    const token = "a-long-token-of-the-operator";
    const guarded = await startSafeguard({
      config: { mode: "production", masterKey: "ab".repeat(32), metrics: { token, accounts: false } },
    });
    expect(await statusOf(guarded.url, token)).toBe(200);
    const { operatorSecret } = guarded.safeguard;
    for (const wrong of [undefined, "", "x", `${token}x`, token.slice(1), guarded.liveKey.secret, operatorSecret])
      expect(await statusOf(guarded.url, wrong)).toBe(404);
    await guarded.stop();
    const closed = await startSafeguard({
      config: { mode: "production", masterKey: "ab".repeat(32), metrics: { token: undefined, accounts: false } },
    });
    for (const wrong of [undefined, "", "undefined"]) expect(await statusOf(closed.url, wrong)).toBe(404);
    await closed.stop();
  }, 30_000);
});
