import type { Incident, IncidentEvidence, IncidentMessages } from "@safeguard/client";
import { createClient, type SafeguardClient } from "@safeguard/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import { SCOPES } from "../accounts/api-key.ts";
import { createAccount } from "../accounts/create-account.ts";
import { createKey } from "../accounts/create-key.ts";

let product: TestSafeguard;
let client: SafeguardClient;
beforeAll(async () => {
  product = await startSafeguard();
  const { safeguard, url } = product;
  const operator = {
    principal: { type: "operator" },
    actor: { type: "operator", name: "test" },
    at: safeguard.now(),
  } as const;
  // (the account of the harness has a live key)
  const { account } = await createAccount(safeguard.services, operator, { name: "Tried out" });
  const context = { ...operator, account };
  const { minted } = await createKey(safeguard.services, context, { name: "t", mode: "test", scopes: [...SCOPES] });
  client = createClient({ baseUrl: url, key: minted.secret });
});
afterAll(() => product.stop());

describe("a simulated attack", () => {
  let incident: Incident | undefined;

  it("opens an incident in an account that is being tried out", async () => {
    const answer = await client.call<{ sent: number; destination: string }>({
      method: "POST",
      path: "/v1/sandbox/attack",
      body: {},
    });
    expect(answer.sent).toBe(60);
    const { items } = await client.incidents.list({ state: "ongoing" });
    [incident] = items;
    expect(incident?.destinations).toEqual([answer.destination]);
    expect(incident?.pace?.counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
  }, 60_000);

  it("leaves evidence, and messages whose numbers are masked until somebody looks", async () => {
    const path = `/v1/incidents/${incident?.number}`;
    const evidence = await client.call<IncidentEvidence>({ method: "GET", path: `${path}/evidence` });
    expect(evidence.line.ticks.length).toBeGreaterThan(20);
    expect(evidence.neighbours).toEqual([]);
    const masked = await client.call<IncidentMessages>({ method: "GET", path: `${path}/messages` });
    expect(masked).toMatchObject({ masked: true, more: false });
    expect(masked.items.length).toBeGreaterThan(20);
    expect(masked.items.every(({ to }) => /^\+\d+•••$/.test(to))).toBe(true);
    expect(JSON.stringify(masked)).not.toMatch(/\+\d{9,}(?![\d•])/);
    const whole = await client.call<IncidentMessages>({ method: "GET", path: `${path}/messages?reveal=true` });
    expect(whole.items.every(({ to }) => /^\+\d{8,}$/.test(to))).toBe(true);
    const audit = await client.call<{ items: readonly { after?: unknown }[] }>({ method: "GET", path: "/v1/audit" });
    expect(JSON.stringify(audit.items)).toContain("revealed");
  });

  it("is refused where it would teach detection about live traffic", async () => {
    const answer = await product.api("POST", "/v1/sandbox/attack", {});
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining("live key") } });
  });

  it("is not there without a sandbox", async () => {
    const plain = await startSafeguard({ config: { sandbox: false } });
    try {
      expect(await plain.api("POST", "/v1/sandbox/attack", {})).toMatchObject({ status: 404 });
    } finally {
      await plain.stop();
    }
  });
});
