import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addMember, createPersonalKey } from "../src/members/member-services.ts";
import { anotherAccount, startSafeguard, type TestSafeguard } from "./harness.ts";

/** What a customer may ask again and again, all at once: it is answered or refused in words, and the rest goes on. */
const QUESTIONS = [
  "/v1/limits/fitting?per=recipient&window=day&days=90&most=3",
  "/v1/usage/range?range=%2B316&days=90",
  "/v1/usage/verification?days=90",
  "/v1/detection/budget?falseBlockBudget=0.0000001&days=90",
];

let product: TestSafeguard;
beforeAll(async () => {
  product = await startSafeguard({ detection: "off" });
  const messages = Array.from({ length: 1_000 }, (_, index) => ({
    to: `+316${String(12_000_000 + index * 37)}`,
    from: "Shop",
    text: "x",
  }));
  for (let batch = 0; batch < 3; batch++) {
    expect((await product.api("POST", "/v1/messages", { messages })).status).toBeLessThan(300);
  }
}, 120_000);
afterAll(() => product.stop());

describe("questions about the past", () => {
  it.each(QUESTIONS)("%s, asked 60 times at once, leave messages and other accounts alone", async (path) => {
    const other = await anotherAccount(product, "Other");
    const asked = Array.from({ length: 60 }, () => product.api("GET", path));
    const sent = await product.api("POST", "/v1/messages", { to: "+31687654321", from: "Shop", text: "x" });
    expect(sent.status).toBeLessThan(300);
    expect((await product.api("GET", path, undefined, other.secret)).status).toBe(200);
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect([...new Set(statuses)].toSorted()).toEqual([200, 429]);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(16);
  });
});

describe("who watches live traffic", () => {
  it("waits only so often at once: the next is answered as it stands", async () => {
    const now = await product.api("GET", "/v1/traffic/live?latest=0");
    const { now: second } = now.body as { readonly now: number };
    const watch = (signal: AbortSignal) =>
      fetch(`${product.url}/v1/traffic/live?latest=0&wait=20&destination=FR&after=${second + 1_000}`, {
        headers: { authorization: `Bearer ${product.liveKey.secret}` },
        signal,
      });
    const abort = new AbortController();
    const waiting = Array.from({ length: 100 }, () => watch(abort.signal).catch(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const before = performance.now();
    const answers = await Promise.all(Array.from({ length: 10 }, () => watch(AbortSignal.timeout(15_000))));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    // (the 20 seconds that were asked for have not passed)
    expect(performance.now() - before).toBeLessThan(15_000);
    abort.abort();
    await Promise.all(waiting);
  }, 60_000);
});

describe("who looks at whole numbers", () => {
  it("is told to wait after 120 looks, and each look before is in the audit trail", async () => {
    const { safeguard, account } = product;
    const context = {
      principal: { type: "operator" },
      actor: { type: "operator", name: "test" },
      account,
      at: safeguard.now(),
    } as const;
    const { items } = (await product.api("GET", "/v1/messages?limit=1")).body as { items: { id: string }[] };
    const member = await addMember(safeguard.services, context, { name: "A", email: "a@example.org", role: "analyst" });
    const { minted } = await createPersonalKey(safeguard.services, context, member.id, {
      name: "laptop",
      mode: "test",
    });
    const look = () => product.api("POST", `/v1/messages/${items[0]?.id}/reveal`, {}, minted.secret);
    for (let count = 0; count < 120; count++) expect((await look()).status).toBe(200);
    const refused = await look();
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    let recorded = 0;
    for await (const { record } of safeguard.store.journal.read(1))
      if (record.type === "number_revealed") recorded += 1;
    expect(recorded).toBe(120);
  }, 60_000);
});
