import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type BrowserSession, openBrowser } from "./browser-session.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";
import { spawnServer } from "./promises/child-server.ts";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "./stand-in/identity-provider.ts";

let provider: IdentityProvider;
let server: TestSafeguard;
let addresses = 0;

beforeAll(async () => {
  provider = await startIdentityProvider();
  const oidc = { issuer: provider.issuer, name: "Example", ...CLIENT, acr: [], amr: [] };
  server = await startSafeguard({ config: { trustedProxies: ["127.0.0.1/32"], database: undefined, oidc } });
  await server.operator("POST", "/v1/members", { name: "Ann", email: "ann@shop.example", role: "analyst" });
  await server.operator("POST", "/v1/members", { name: "Bob", email: "bob@shop.example", role: "owner" });
});
afterAll(async () => {
  await server.stop();
  await provider.close();
});
beforeEach(() => {
  provider.claims = { email: "ann@shop.example", email_verified: true, name: "Ann" };
  provider.signsWith = "own";
  provider.metadata = {};
});

const ASKED = { callbackURL: "/overview", errorCallbackURL: "/sign-in" };

/** Asks for the provider, is sent there, and comes back with a code. */
async function begin(browser: BrowserSession): Promise<string> {
  const { json } = await browser.send("POST", "/sign-in-api/sign-in/social", ASKED);
  const sent = await fetch(String(json["url"]), { redirect: "manual" });
  const back = new URL(sent.headers.get("location") ?? "");
  return `${back.pathname}${back.search}`;
}

const browser = (url = server.url): BrowserSession => openBrowser(url, `192.0.2.${++addresses}`);
const who = async (one: BrowserSession) => (await one.send("GET", "/v1/session")).status;

describe("signing in by an identity provider", () => {
  test("lets a member in, with the rights that he has here", async () => {
    const one = browser();
    const answer = await one.send("GET", await begin(one));
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/overview"]);
    const { json } = await one.send("GET", "/v1/session");
    expect(json).toMatchObject({ person: { email: "ann@shop.example" }, accounts: [{ role: "analyst" }] });
    const again = browser();
    await again.send("GET", await begin(again));
    expect(await who(again)).toBe(200);
  });

  test("lets in nobody who is no member, and whose address the provider has not verified", async () => {
    for (const claims of [
      { email: "eve@evil.example", sub: "2" },
      { email_verified: false, sub: "3" },
      { email: "bob@shop.example", email_verified: false, sub: "4" },
    ]) {
      provider.claims = { ...provider.claims, ...claims };
      const one = browser();
      const answer = await one.send("GET", await begin(one));
      expect([answer.status, answer.headers.get("location")]).toEqual([
        302,
        expect.stringContaining("/sign-in?error="),
      ]);
      expect(await who(one)).toBe(401);
    }
  });

  test("takes an answer only in the browser that asked, and once", async () => {
    const [one, other] = [browser(), browser()];
    const back = await begin(one);
    await other.send("GET", back);
    expect(await who(other)).toBe(401);
    const mine = await begin(one);
    await one.send("GET", mine);
    expect(await who(one)).toBe(200);
    const later = openBrowser(server.url, "192.0.2.251");
    await later.send("GET", mine);
    expect(await who(later)).toBe(401);
  });

  test("believes an ID token only with the provider's signature, issuer, audience, time and this request's nonce", async () => {
    const wrong = [
      { iss: "https://other.example" },
      { aud: "another client" },
      { exp: Math.floor(Date.now() / 1000) - 3600 },
      { nonce: "of another request" },
    ];
    for (const claims of [...wrong, "foreign" as const]) {
      provider.signsWith = claims === "foreign" ? "foreign" : "own";
      provider.claims = { email: "ann@shop.example", email_verified: true, ...(claims !== "foreign" && claims) };
      const one = browser();
      await one.send("GET", await begin(one));
      expect([claims, await who(one)]).toEqual([claims, 401]);
    }
  });

  test("leads to pages of ours alone", async () => {
    const asked = { callbackURL: "https://evil.example/", errorCallbackURL: "/sign-in" };
    const answer = await browser().send("POST", "/sign-in-api/sign-in/social", asked);
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining("callbackURL")]);
  });
});

describe("an identity provider that must say how people signed in there", () => {
  const [ONE, OTHER] = ["urn:example:loa:2", "urn:example:loa:3"];
  let strict: TestSafeguard;
  beforeAll(async () => {
    const oidc = { issuer: `${provider.issuer}/`, name: "Example", ...CLIENT, acr: [ONE, OTHER], amr: ["pwd", "otp"] };
    const config = { trustedProxies: ["127.0.0.1/32"], database: undefined, oidc, secondFactor: "required" } as const;
    strict = await startSafeguard({ config });
    await strict.operator("POST", "/v1/members", { name: "Ann", email: "ann@shop.example", role: "analyst" });
  });
  afterAll(() => strict.stop());

  test("is asked for it, and lets in whoever did", async () => {
    provider.claims = { ...provider.claims, acr: OTHER, amr: ["otp", "pwd", "mfa"] };
    const one = browser(strict.url);
    const answer = await one.send("GET", await begin(one));
    expect(provider.asked.get("acr_values")).toBe(`${ONE} ${OTHER}`);
    expect([answer.headers.get("location"), await who(one)]).toEqual(["/overview", 200]);
    // It has asked for a second factor, so that none is asked for here, also where one is required.
    expect(await one.send("GET", "/v1/session")).toMatchObject({
      json: { person: { lacksSecondFactor: false }, accounts: [{ role: "analyst" }] },
    });
    expect((await one.send("GET", "/v1/members")).json["items"]).toMatchObject([{ secondFactor: "identity_provider" }]);
  });

  test.each<[string, object]>([
    ["nothing", {}],
    ["another context", { acr: "urn:example:loa:1", amr: ["pwd", "otp"] }],
    ["no context", { amr: ["pwd", "otp"] }],
    ["one way of the two", { acr: ONE, amr: ["pwd"] }],
    ["no way", { acr: ONE }],
    ["ways that are no list", { acr: ONE, amr: "pwd,otp" }],
    ["contexts that are no text", { acr: [ONE], amr: ["pwd", "otp"] }],
  ])("lets in nobody of whom the ID token says %s, and says why", async (_what, claims) => {
    provider.claims = { ...provider.claims, ...claims };
    const one = browser(strict.url);
    const answer = await one.send("GET", await begin(one));
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/sign-in?error=not_strong_enough"]);
    expect(await who(one)).toBe(401);
  });
});

describe("metadata that name another issuer", () => {
  test("let nobody in, are not used, and are logged", { timeout: 60_000 }, async () => {
    provider.metadata = { issuer: "https://evil.example" };
    const folder = mkdtempSync(join(tmpdir(), "safeguard-issuer-"));
    const child = spawnServer(folder, {
      logLevel: "warn",
      environment: {
        SAFEGUARD_OIDC_ISSUER: provider.issuer,
        SAFEGUARD_OIDC_CLIENT_ID: CLIENT.clientId,
        SAFEGUARD_OIDC_CLIENT_SECRET: CLIENT.clientSecret,
      },
    });
    try {
      const { url } = await child.ready;
      const answer = await browser(url).send("POST", "/sign-in-api/sign-in/social", ASKED);
      expect([answer.status, answer.json]).toEqual([
        502,
        { code: "ISSUER_MISMATCH", message: expect.stringContaining("another name than the one that is set here") },
      ]);
      const back = await browser(url).send("GET", "/sign-in-api/callback/oidc?code=code-0&state=x");
      expect([back.status, back.headers.get("location")]).toEqual([302, "/sign-in?error=issuer_mismatch"]);
      await vi.waitFor(() => expect(child.output()).toContain("name another issuer than SAFEGUARD_OIDC_ISSUER"), 5000);
      expect(child.output()).toContain(`"expected":"${provider.issuer}","found":"https://evil.example"`);
    } finally {
      await child.kill();
      rmSync(folder, { recursive: true });
    }
  });
});
