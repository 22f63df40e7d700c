import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anotherAccount, startSafeguard, type TestKey, type TestSafeguard } from "../harness.ts";
import { type ChildServer, callApi, spawnServer } from "./child-server.ts";
import { type CountingProvider, startCountingProvider } from "./counting-provider.ts";
import { send } from "./ways-in.ts";

interface Message {
  readonly id: string;
  readonly status: string;
  readonly to: string;
}

let provider: CountingProvider;
let number = 0;
const nextNumber = (): string => `+3161${String(3_000_000 + ++number).padStart(7, "0")}`;
const sentTo = (to: string): number => provider.deliveries.filter((delivery) => delivery.to === to).length;

beforeAll(async () => {
  // Numbers of Luxembourg are refused by it.
  provider = await startCountingProvider((to) =>
    to.startsWith("+352") ? { type: "refuse" } : { type: "take", afterMs: 5 },
  );
});
afterAll(() => provider.close());

describe("an account that says: one effect for each of my references", () => {
  let safeguard: TestSafeguard;
  beforeAll(async () => {
    safeguard = await startSafeguard({ detection: "off", countries: ["NL", "BE", "LU"] });
    const settings = { baseUrl: provider.url, timeoutMs: 10_000 };
    await safeguard.routeTo({ id: "p", kind: "cm", settings, secrets: { productToken: "t" } });
    await choose("once");
  });
  afterAll(() => safeguard.stop());

  const choose = async (onSameReference: "once" | "send"): Promise<void> => {
    const { status } = await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { onSameReference });
    expect(status).toBe(200);
  };
  const client = (key: TestKey = safeguard.liveKey) => ({ url: safeguard.url, key });
  const order = async (fields: Record<string, unknown>, key?: TestKey): Promise<Message> => {
    const body = { from: "Shop", text: "Your code is 4711", ...fields };
    const answer = await safeguard.api("POST", "/v1/messages", body, key?.secret);
    expect(answer).toMatchObject({ status: 201 });
    return answer.body as Message;
  };

  it("has one by default for none: the same reference is sent as often as it comes", async () => {
    await choose("send");
    const to = nextNumber();
    const [one, two] = [await order({ to, reference: "r1" }), await order({ to, reference: "r1" })];
    expect(one.id).not.toBe(two.id);
    expect(sentTo(to)).toBe(2);
    await choose("once");
  });

  it("gets the first message again, whatever way it comes and however the number is written", async () => {
    const to = nextNumber();
    const first = await order({ to, reference: "r2" });
    const again = await order({ to: to.replace("+", "00"), reference: "r2", text: "Your code is 1234" });
    expect(again).toMatchObject({ id: first.id, status: "submitted", to });
    const byCm = await send("cm", client(), { to: to.replace("+", "00"), reference: "r2" });
    expect(byCm).toMatchObject({
      status: 200,
      json: { messages: [{ status: "Accepted", reference: "r2", parts: 1 }] },
    });
    expect(sentTo(to)).toBe(1);
  });

  it("gets the first message again from another live key of the account", async () => {
    const to = nextNumber();
    const first = await order({ to, reference: "r3" });
    const again = await order({ to, reference: "r3" }, await safeguard.key({ name: "second", mode: "live" }));
    expect(again).toMatchObject({ id: first.id });
    expect(sentTo(to)).toBe(1);
  });

  it("has its message sent though a test key tried the reference before, and the other way round", async () => {
    const [tried, sent] = [nextNumber(), nextNumber()];
    const test = await order({ to: tried, reference: "r3" }, safeguard.testKey);
    const live = await order({ to: tried, reference: "r3" });
    expect(live.id).not.toBe(test.id);
    const first = await order({ to: sent, reference: "r3" });
    expect((await order({ to: sent, reference: "r3" }, safeguard.testKey)).id).not.toBe(first.id);
    expect([sentTo(tried), sentTo(sent)]).toEqual([1, 1]);
  });

  it("keeps back no message of another account under the same reference, to the same number", async () => {
    const to = nextNumber();
    const first = await order({ to, reference: "r3" });
    const other = await anotherAccount(safeguard, "other");
    await expect(
      safeguard.operator("PATCH", `/v1/accounts/${other.id}`, { onSameReference: "once" }),
    ).resolves.toMatchObject({ status: 200 });
    const body = { to, from: "Shop", text: "Your code is 4711", reference: "r3" };
    const theirs = await safeguard.api("POST", "/v1/messages", body, other.secret);
    expect((theirs.body as Message).id).not.toBe(first.id);
  });

  it("gets a repeated XML message answered as the first, and its failure reported once", async () => {
    const to = nextNumber();
    for (let times = 0; times < 2; times++) {
      const answer = await send("xml", client(), { to: to.replace("+", "00"), reference: "rx" });
      expect([answer.status, answer.text]).toEqual([200, ""]);
    }
    expect(sentTo(to)).toBe(1);
  });

  it("may use a reference for many numbers, as a CM.com message with several recipients does", async () => {
    const [a, b] = [nextNumber(), nextNumber()];
    const msg = [{ from: "Shop", to: [{ number: a }, { number: b }], body: { content: "Hello" }, reference: "r4" }];
    const body = { messages: { authentication: { productToken: safeguard.liveKey.productToken }, msg } };
    for (let times = 0; times < 2; times++) {
      const answer = await fetch(`${safeguard.url}/v1.0/message`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(await answer.json()).toMatchObject({ messages: [{ status: "Accepted" }, { status: "Accepted" }] });
    }
    expect([sentTo(a), sentTo(b)]).toEqual([1, 1]);
  });

  it("is told again of a block and of a refusal, and no second decision is recorded", async () => {
    const [blocked, refused] = ["+9607771234", "+352621123456"];
    for (const to of [blocked, refused]) {
      const first = await order({ to, reference: "r5" });
      expect(await order({ to, reference: "r5" })).toMatchObject({ id: first.id, status: first.status });
      const byCm = await send("cm", client(), { to, reference: "r5" });
      expect(byCm.json).toMatchObject({ messages: [{ status: "Rejected", parts: 0 }] });
      const { body } = await safeguard.api("POST", "/v1/messages/search", { to });
      expect((body as { items: unknown[] }).items).toHaveLength(1);
    }
    expect(sentTo(blocked)).toBe(0);
  });

  it("gets what is no number refused each time, and may then correct it", async () => {
    for (let times = 0; times < 2; times++)
      expect(await order({ to: "123", reference: "r6" })).toMatchObject({ status: "rejected" });
    const to = nextNumber();
    await order({ to, reference: "r6" });
    expect(sentTo(to)).toBe(1);
  });

  it(
    "has one effect for each reference and number, however many come at once and in one request",
    { timeout: 120_000 },
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.array(fc.tuple(fc.nat(3), fc.constantFrom("x", "y", undefined)), { minLength: 1, maxLength: 6 }),
            {
              minLength: 1,
              maxLength: 6,
            },
          ),
          async (requests) => {
            const numbers = Array.from({ length: 4 }, nextNumber);
            const answers = await Promise.all(
              requests.map(async (messages) => {
                const body = messages.map(([index, reference]) => ({
                  to: numbers[index],
                  from: "Shop",
                  text: "Hello",
                  ...(reference === undefined ? {} : { reference }),
                }));
                return (
                  (await safeguard.api("POST", "/v1/messages", { messages: body })).body as { messages: Message[] }
                ).messages;
              }),
            );
            // The oracle: a message without a reference counts by itself, the others by what they are called.
            const ids = new Map<string, Set<string>>();
            for (const [request, messages] of requests.entries()) {
              for (const [place, [index, reference]] of messages.entries()) {
                const name = reference === undefined ? `${index} ${request} ${place}` : `${index} ${reference}`;
                const id = answers[request]?.[place]?.id ?? "missing";
                ids.set(name, (ids.get(name) ?? new Set()).add(id));
              }
            }
            expect([...ids.values()].every((of) => of.size === 1)).toBe(true);
            for (const [index, to] of numbers.entries()) {
              const wanted = [...ids.keys()].filter((name) => name.startsWith(`${index} `)).length;
              expect([to, sentTo(to)]).toEqual([to, wanted]);
            }
          },
        ),
        { numRuns: 15 },
      ),
  );
});

describe("a reference whose message was cut off by a crash", () => {
  let dataDirectory: string;
  let server: ChildServer;
  beforeAll(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-reference-"));
  });
  afterAll(async () => {
    await server.kill();
    rmSync(dataDirectory, { recursive: true });
  });

  it.each([
    // Nothing was recorded, so nothing had happened: it is sent now.
    ["before-intent-write", "submitted", 1],
    ["after-intent-write", "in_doubt", 0],
    ["before-provider-call", "in_doubt", 0],
    ["after-provider-answer", "in_doubt", 1],
    ["after-outcome-write", "submitted", 1],
  ] as const)("has the one effect that it had: %s", { timeout: 120_000 }, async (failpoint, status, deliveries) => {
    server = spawnServer(dataDirectory);
    const { url, operatorToken } = await server.ready;
    const { body } = await callApi(url, operatorToken, "GET", "/v1/accounts");
    const account = (body as { items: [{ id: string }] }).items[0].id;
    const asOperator = (method: string, path: string, given: unknown) =>
      callApi(url, operatorToken, method, path, given, { "safeguard-account": account });
    const settings = { baseUrl: provider.url, timeoutMs: 10_000 };
    await asOperator("POST", "/v1/policies/default/detection", { mode: "off", reason: "not what is tested" });
    await asOperator("POST", "/v1/providers", { id: "p", kind: "cm", settings, secrets: { productToken: "t" } });
    await asOperator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["p"] }] });
    await asOperator("PATCH", `/v1/accounts/${account}`, { onSameReference: "once" });
    const scopes = ["messages:send", "messages:read"];
    const { secret } = (await asOperator("POST", "/v1/keys", { name: failpoint, mode: "live", scopes })).body as {
      secret: string;
    };
    await server.kill();
    const to = nextNumber();
    const order = async () => {
      const message = { to, from: "Shop", text: "Your code is 4711", reference: "the order" };
      return callApi((await server.ready).url, secret, "POST", "/v1/messages", message);
    };
    server = spawnServer(dataDirectory, { environment: { SAFEGUARD_FAILPOINT: failpoint } });
    await expect(order()).rejects.toThrow();
    await server.kill();
    server = spawnServer(dataDirectory);
    const answers = [await order(), await order()];
    expect(answers).toMatchObject([
      { status: 201, body: { status, to } },
      { status: 201, body: { status, to } },
    ]);
    expect(sentTo(to)).toBe(deliveries);
    await server.kill();
  });
});
