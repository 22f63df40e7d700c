import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";

let safeguard: TestSafeguard;

beforeAll(async () => {
  safeguard = await startSafeguard();
});
afterAll(() => safeguard.stop());

const TOKEN = "0123456789abcdef0123456789abcdef";
const twilio = {
  kind: "twilio",
  settings: { accountSid: `AC${"1".repeat(32)}`, baseUrl: "http://127.0.0.1:9" },
  secrets: { authToken: TOKEN },
};

interface Usable {
  readonly id: string;
  readonly own: boolean;
  readonly settings: object | null;
}

async function add(name: string): Promise<Usable> {
  const { status, body } = await safeguard.api("POST", "/v1/routes/providers", { name, ...twilio });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as Usable;
}

async function usable(): Promise<readonly Usable[]> {
  return ((await safeguard.api("GET", "/v1/routes/providers")).body as { readonly items: readonly Usable[] }).items;
}

describe("an account's own providers", () => {
  it("may be routed to, go to public addresses only, and do not show their secrets", async () => {
    const made = await add("ours");
    expect(made).toMatchObject({ own: true, settings: { publicAddressesOnly: true } });
    expect(made.id).toMatch(/^ours-[a-z0-9]{6}$/);
    const routes = { routes: [{ destination: "*", providers: [made.id] }] };
    expect((await safeguard.api("PUT", "/v1/routes", routes)).status).toBe(200);
    expect(JSON.stringify([made, await usable()])).not.toContain(TOKEN);
    const loose = { ...twilio, settings: { ...twilio.settings, publicAddressesOnly: false } };
    const { body } = await safeguard.api("PUT", `/v1/routes/providers/${made.id}`, loose);
    expect(body).toMatchObject({ id: made.id, settings: { publicAddressesOnly: true } });
    expect((await safeguard.api("DELETE", `/v1/routes/providers/${made.id}`)).status).toBe(409);
  });

  it("are named so that nobody learns whether another has the name", async () => {
    const [one, other] = [await add("same"), await add("same")];
    expect(one.id).not.toBe(other.id);
    expect((await safeguard.api("DELETE", `/v1/routes/providers/${one.id}`)).status).toBe(204);
    expect((await usable()).map(({ id }) => id)).not.toContain(one.id);
  });

  it("are told what is wrong, field by field", async () => {
    const wrong = { name: "wrong", kind: "twilio", settings: { accountSid: "nonsense" } };
    const { status, body } = await safeguard.api("POST", "/v1/routes/providers", wrong);
    expect(status).toBe(400);
    expect((body as { problems: { field: string }[] }).problems.map(({ field }) => field)).toEqual([
      "settings.accountSid",
      "secrets.authToken",
    ]);
  });

  it("are all that it may change: the operator's are named, and no more is told of them", async () => {
    await safeguard.operator("POST", "/v1/providers", { id: "shared", ...twilio });
    expect(await usable()).toContainEqual({
      ...{ id: "shared", kind: "twilio", own: false },
      ...{ settings: null, hasSecrets: null, reportUrl: null },
    });
    const missing = await safeguard.api("DELETE", "/v1/routes/providers/missing");
    expect(missing.status).toBe(404);
    expect((await safeguard.api("PUT", "/v1/routes/providers/shared", twilio)).status).toBe(404);
    expect((await safeguard.api("DELETE", "/v1/routes/providers/shared")).status).toBe(404);
    const checked = await safeguard.api("POST", "/v1/routes/providers/shared/test");
    expect(checked.body).toEqual({ ok: false, detail: "It cannot be used now. Whoever runs this server can see why." });
  });

  it("have what they can be told as JSON Schema", async () => {
    const { items } = (await safeguard.api("GET", "/v1/provider-kinds")).body as {
      readonly items: readonly { readonly kind: string; readonly settings: { readonly properties: object } }[];
    };
    expect(items.map(({ kind }) => kind)).toEqual(["twilio", "cm", "http"]);
    const properties = Object.keys(items[0]?.settings.properties ?? {});
    expect(properties).toContain("accountSid");
    expect(properties).not.toContain("publicAddressesOnly");
  });
});
