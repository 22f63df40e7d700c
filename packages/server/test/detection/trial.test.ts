import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createKey } from "../../src/accounts/create-key.ts";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { movedClock, peopleVerify } from "./people.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-trial-"));
const clock = movedClock();
let safeguard: TestSafeguard;
const start = () => startSafeguard({ dataDirectory, wall: clock.now });
beforeAll(async () => {
  safeguard = await start();
  const body = { holdSeconds: 0, reason: "test" };
  expect((await safeguard.operator("POST", "/v1/policies/default/detection", body)).status).toBe(201);
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

function stateOf({ safeguard: { engine, now } }: TestSafeguard) {
  engine.advance(now());
  return engine.snapshot().detection.map(({ until: [lockdown, bypass], ...state }) => ({ ...state, lockdown, bypass }));
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `+99200123${4000 + index}`);

async function ask(secret: string, to: string): Promise<{ readonly id: string; readonly action: string }> {
  const body = { to, from: "Shop", text: "Your code is 123456", purpose: "otp" };
  return (await safeguard.api("POST", "/v1/messages", body, secret)).body as { id: string; action: string };
}

it("test keys neither teach nor trigger what decides on live traffic, and are told what holds there", async () => {
  await peopleVerify(
    safeguard,
    clock,
    Array.from({ length: 40 }, (_, person) => person),
  );
  const before = stateOf(safeguard);
  const { secret } = safeguard.testKey;
  for (const to of numbers(30)) {
    const { id, action } = await ask(secret, to);
    expect(action).toBe("allow");
    await safeguard.api("POST", "/v1/events", { kind: "verified", id }, secret);
    await safeguard.api("POST", "/v1/decisions", { to, purpose: "otp" }, secret);
  }
  // (the sandbox reports deliveries a moment later)
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(stateOf(safeguard)).toEqual(before);

  // What live traffic triggered holds for them, too.
  for (const to of numbers(40)) await ask(safeguard.liveKey.secret, to);
  const after = stateOf(safeguard);
  expect((await ask(secret, "+992001234050")).action).not.toBe("allow");
  expect(stateOf(safeguard)).toEqual(after);
  for (const keepsSnapshot of [true, false]) {
    await safeguard.stop();
    if (!keepsSnapshot) rmSync(join(dataDirectory, "detection.snapshot"));
    safeguard = await start();
    expect(stateOf(safeguard), String(keepsSnapshot)).toEqual(after);
  }
}, 60_000);

it("an account without a live key is tried out: an attack is stopped, and forgotten with its first live key", async () => {
  const { services, engine, now, directory } = safeguard.safeguard;
  const created = await safeguard.operator("POST", "/v1/accounts", { name: "Tried out" });
  expect(created.status).toBe(201);
  const { id } = created.body as { readonly id: string };
  const account = directory.accounts().find((known) => known.id === id);
  if (account === undefined) throw new Error("the account was not made");
  const caller = { principal: { type: "operator" }, actor: { type: "operator", name: "test" } } as const;
  const key = (mode: "test" | "live") =>
    createKey(
      services,
      { ...caller, account, at: now() },
      { name: mode, mode, scopes: ["messages:send", "decisions:write"] },
    );
  const { minted } = await key("test");
  const attacked: string[] = [];
  for (const to of numbers(30)) {
    const answered = await safeguard.api("POST", "/v1/decisions", { to, purpose: "otp" }, minted.secret);
    const { would, action } = answered.body as { readonly would?: string; readonly action: string };
    attacked.push(would ?? action);
  }
  expect(attacked).toContain("challenge");
  const detection = engine.detectionOf(account.id);
  expect([...detection.watches].length).toBeGreaterThan(0);
  await key("live");
  expect([detection.knownTo, [...detection.watches].length]).toEqual([0, 0]);
  await safeguard.api("POST", "/v1/decisions", { to: "+992001234999", purpose: "otp" }, minted.secret);
  expect(detection.knownTo).toBe(0);
}, 30_000);
