import type { PolicyImpact } from "@safeguard/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";

let safeguard: TestSafeguard;

beforeAll(async () => {
  safeguard = await startSafeguard({ detection: "off" });
  const ask = async (to: string) => (await safeguard.api("POST", "/v1/messages", { to, from: "Shop", text: "x" })).body;
  for (const to of ["+31612345678", "+31612345679", "+2348012345678"]) {
    const { id } = (await ask(to)) as { id: string };
    if (to.endsWith("8")) await safeguard.api("POST", "/v1/events", { id, kind: "verified" });
  }
  await ask("+881612345678");
});
afterAll(() => safeguard.stop());

const impact = async (body: object, secret?: string): Promise<PolicyImpact> => {
  const answer = await safeguard.api("POST", "/v1/policies/default/impact", body, secret);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body as PolicyImpact;
};
const of = ({ destinations }: PolicyImpact, wanted: string) => destinations.find(({ code }) => code === wanted);

describe("the impact of a policy", () => {
  it("says of each destination what holds, by whose words, and what was sent there", async () => {
    const now = await impact({});
    expect(now.days).toBe(30);
    expect(of(now, "NL")).toMatchObject({
      now: { action: "filter", because: "list_mode" },
      after: { action: "filter", because: "list_mode" },
      traffic: { decided: 2, blocked: 0, billable: 2, verified: 1, spend: [{ currency: "USD" }] },
      incidents: 0,
    });
    expect(of(now, "881")).toMatchObject({
      now: { action: "block", because: "own_rule" },
      traffic: { decided: 1, blocked: 1, billable: 0, spend: [] },
    });
    expect([now.stopped.destinations, now.opened.destinations]).toEqual([[], []]);
  });

  it("counts what another document would have stopped, and who of them was real, and changes nothing", async () => {
    const document = { listMode: "allow_list", destinations: { NL: { action: "monitor" }, 881: { action: "allow" } } };
    const then = await impact({ document, days: 7 });
    expect(of(then, "NG")).toMatchObject({
      now: { action: "filter" },
      after: { action: "block", because: "list_mode" },
    });
    expect(of(then, "NL")).toMatchObject({ after: { action: "monitor", because: "own_rule" } });
    expect(then.stopped).toMatchObject({ messages: 1, verified: 1, incidents: 0 });
    expect(then.stopped.spend).toHaveLength(1);
    expect(then.stopped.destinations).toContain("NG");
    expect(then.stopped.destinations).not.toContain("NL");
    expect(then.opened).toMatchObject({ destinations: ["881"], messages: 1, verified: 0, spend: [] });
    expect((await impact({})).stopped.destinations).toEqual([]);
  });

  it("says what an account above says all the same", async () => {
    const child = (await safeguard.operator("POST", "/v1/accounts", { name: "Child", parent: safeguard.account.id }))
      .body as { id: string };
    const answer = await fetch(`${safeguard.url}/v1/policies/default/impact`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${safeguard.liveKey.secret}`,
        "safeguard-account": child.id,
        "content-type": "application/json",
      },
      body: JSON.stringify({ document: { destinations: { 881: { action: "allow" } } } }),
    });
    const view = (await answer.json()) as PolicyImpact;
    expect(of(view, "881")).toMatchObject({ after: { action: "block", because: "account_above" } });
    expect(view.opened.destinations).toEqual([]);
  });

  it("leaves out traffic and incidents for a key that may not read them", async () => {
    const { secret } = await safeguard.key({ scopes: ["policies:read"] });
    expect(of(await impact({}, secret), "NL")).toMatchObject({
      now: { action: "filter" },
      traffic: null,
      incidents: null,
    });
  });

  it("names what is wrong with the document, and a policy that is not there", async () => {
    const ask = async (path: string, body: object) => (await safeguard.api("POST", path, body)).body;
    expect(
      await ask("/v1/policies/default/impact", { document: { destinations: { UK: { action: "block" } } } }),
    ).toMatchObject({ code: "invalid_request", problems: [{ field: "document.destinations.UK" }] });
    expect(await ask("/v1/policies/default/impact", { days: 31 })).toMatchObject({ problems: [{ field: "days" }] });
    expect(await ask("/v1/policies/other/impact", {})).toMatchObject({ code: "not_found" });
  });
});
