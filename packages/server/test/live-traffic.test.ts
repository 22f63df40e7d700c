import { createClient, type SafeguardClient } from "@safeguard/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

interface Live {
  readonly now: number;
  readonly seconds: readonly { at: number; allow: number; challenge: number; hold: number; block: number }[];
  readonly latest: readonly { id: string; to: string; action: string; destination: string; sentence: string }[];
}

let safeguard: TestSafeguard;
let client: SafeguardClient;
beforeAll(async () => {
  safeguard = await startSafeguard({ detection: "off" });
  client = createClient({ baseUrl: safeguard.url, key: safeguard.liveKey.secret });
  await client.policies.changeDestinations("default", { block: ["BE"], reason: "test" });
}, 60_000);
afterAll(() => safeguard.stop());

const look = (query: Readonly<Record<string, string>> = {}) =>
  client.call<Live>({ method: "GET", path: "/v1/traffic/live", query });
const send = (to: string, count: number) =>
  client.messages.sendBatch(
    Array.from({ length: count }, (_, index) => ({
      to: `${to}${1000 + index}`,
      from: "Shop",
      text: "x",
      purpose: index === 0 ? ("marketing" as const) : ("otp" as const),
    })),
  );
const total = (live: Live, action: "allow" | "block"): number =>
  live.seconds.reduce((sum, second) => sum + second[action], 0);
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1100));

describe("live traffic", () => {
  it("has what was before the first look, and counts what comes after it, each once", async () => {
    await send("+3162000", 5);
    await send("+3247000", 3);
    await client.decisions.decide({ to: "+31620009999" });
    await nextSecond();
    const first = await look();
    expect([total(first, "allow"), total(first, "block")]).toEqual([6, 3]);
    await send("+3162001", 4);
    const then = await look({ after: String(first.now - 1), wait: "10" });
    expect(total(then, "allow")).toBe(4);
    expect(then.latest).toHaveLength(4);
    expect(then.latest[0]).toMatchObject({ to: "+31620011•••", destination: "NL", action: "allow" });
    expect(total(await look(), "allow")).toBe(10);
  });

  it("is narrowed to a destination, a purpose or an action", async () => {
    expect(total(await look({ destination: "BE" }), "allow")).toBe(0);
    const blocked = await look({ action: "block" });
    expect([total(blocked, "allow"), total(blocked, "block")]).toEqual([0, 3]);
    expect(blocked.latest.every(({ destination }) => destination === "BE")).toBe(true);
    expect(total(await look({ purpose: "marketing" }), "allow")).toBe(2);
    expect((await look({ latest: "2" })).latest).toHaveLength(2);
  });

  it("answers after the wait where nothing happens", async () => {
    const { now } = await look();
    const started = Date.now();
    expect((await look({ after: String(now), wait: "1" })).seconds).toEqual([]);
    expect(Date.now() - started).toBeGreaterThan(800);
  });
});

describe("the verification funnel", () => {
  it("says how far messages came, by destination, range and provider", async () => {
    const [first, second] = await send("+4915100", 3);
    for (const message of [first, second]) await client.reportOutcome({ kind: "verified", id: message?.id ?? "" });
    const funnel = await client.call<{
      total: object;
      destinations: readonly object[];
      ranges: readonly object[];
      routes: readonly object[];
      examined: object;
    }>({ method: "GET", path: "/v1/usage/verification", query: { days: "7", destination: "DE" } });
    expect(funnel.destinations).toMatchObject([{ destination: "DE", asked: 3, sent: 3, verified: 2 }]);
    expect(funnel.ranges).toMatchObject([{ range: "+4915100xxxx", destination: "DE", asked: 3, verified: 2 }]);
    expect(funnel.routes).toMatchObject([{ provider: "sandbox", asked: 3, sent: 3, verified: 2 }]);
    expect(funnel.examined).toMatchObject({ messages: 3, complete: true });
  });
});
