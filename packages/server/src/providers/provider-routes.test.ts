import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";

let safeguard: TestSafeguard;

beforeAll(async () => {
  safeguard = await startSafeguard();
});
afterAll(() => safeguard.stop());

const TOKEN = "0123456789abcdef0123456789abcdef";
const twilio = {
  id: "twilio",
  kind: "twilio",
  settings: { accountSid: `AC${"1".repeat(32)}`, baseUrl: "http://127.0.0.1:9" },
  secrets: { authToken: TOKEN },
};

describe("providers", () => {
  it("are added by the operator; their secrets are never shown", async () => {
    const made = await safeguard.operator("POST", "/v1/providers", twilio);
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: "twilio", hasSecrets: true, account: null, routedBy: [] },
    ]);
    const listed = await safeguard.operator("GET", "/v1/providers");
    expect(listed.body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id: "twilio" })]) });
    expect(JSON.stringify([made, listed, await safeguard.operator("GET", "/v1/journal")])).not.toContain(TOKEN);
    expect((await safeguard.api("GET", "/v1/providers")).status).toBe(403);
    expect((await safeguard.api("POST", "/v1/providers", twilio)).status).toBe(403);
  });

  it("are not overwritten by accident, and keep their report URL when they are", async () => {
    expect((await safeguard.operator("POST", "/v1/providers", twilio)).status).toBe(409);
    const before = (await safeguard.operator("GET", "/v1/providers/twilio")).body;
    const replaced = await safeguard.operator("POST", "/v1/providers", {
      ...twilio,
      settings: { ...twilio.settings, from: "+3197010000000" },
      replace: true,
    });
    expect(replaced.body).toMatchObject({
      settings: { from: "+3197010000000" },
      reportUrl: (before as { reportUrl: string }).reportUrl,
    });
  });

  it("are refused with the field that is wrong", async () => {
    const { status, body } = await safeguard.operator("POST", "/v1/providers", {
      id: "other",
      kind: "twilio",
      settings: { accountSid: "nonsense" },
    });
    expect(status).toBe(400);
    expect((body as { problems: { field: string }[] }).problems.map(({ field }) => field)).toEqual([
      "settings.accountSid",
      "secrets.authToken",
    ]);
  });

  it("are checked without sending anything", async () => {
    const { body } = await safeguard.operator("POST", "/v1/providers/twilio/test");
    expect(body).toMatchObject({ ok: false, detail: expect.stringContaining("127.0.0.1:9") });
    const unknown = await safeguard.operator("POST", "/v1/providers/nobody/test");
    expect(unknown.body).toMatchObject({ code: "not_found", detail: expect.stringContaining("sandbox, twilio") });
  });
});

describe("routes", () => {
  it("say which providers serve a destination, in order; groups are written out", async () => {
    const { status, body } = await safeguard.api("PUT", "/v1/routes", {
      routes: [
        { destination: "ZA", providers: ["sandbox"] },
        { destination: "africa", providers: ["twilio", "sandbox"] },
        { destination: "*", providers: ["sandbox"] },
      ],
    });
    expect(status).toBe(200);
    const { routes } = body as { routes: { destination: string; providers: string[] }[] };
    expect(routes[0]).toEqual({ destination: "ZA", providers: ["sandbox"] });
    expect(routes.find(({ destination }) => destination === "NG")?.providers).toEqual(["twilio", "sandbox"]);
    expect(routes.filter(({ destination }) => destination === "ZA")).toHaveLength(1);
    expect(routes.at(-1)?.destination).toBe("*");
    expect((await safeguard.api("GET", "/v1/routes")).body).toEqual(body);
  });

  it("are refused where they cannot be meant", async () => {
    const { body } = await safeguard.api("PUT", "/v1/routes", {
      routes: [
        { destination: "*", providers: ["nobody"] },
        { destination: "NL", providers: ["sandbox"] },
        { destination: "atlantis", providers: ["sandbox"] },
      ],
    });
    expect((body as { problems: { field: string }[] }).problems.map(({ field }) => field)).toEqual([
      "routes.0.providers.0",
      "routes.1",
      "routes.2.destination",
    ]);
  });

  it("are the parent's where an account has none, and keep their providers from being removed", async () => {
    const child = await safeguard.operator("POST", "/v1/accounts", { name: "Child", parent: safeguard.account.id });
    const { id } = child.body as { id: string };
    const answer = await fetch(`${safeguard.url}/v1/routes`, {
      headers: { authorization: `Bearer ${safeguard.liveKey.secret}`, "safeguard-account": id },
    });
    expect(await answer.json()).toMatchObject({
      account: id,
      routes: [],
      inherited: { account: safeguard.account.id },
    });
    const kept = await safeguard.operator("DELETE", "/v1/providers/twilio");
    expect(kept.body).toMatchObject({ code: "conflict", detail: expect.stringContaining(safeguard.account.id) });
    await safeguard.api("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["sandbox"] }] });
    expect((await safeguard.operator("DELETE", "/v1/providers/twilio")).status).toBe(204);
    expect((await safeguard.operator("GET", "/v1/providers/twilio")).status).toBe(404);
  });
});
