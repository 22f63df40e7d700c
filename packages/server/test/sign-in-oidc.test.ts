import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BrowserSession, openBrowser } from "./browser-session.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "./stand-in/identity-provider.ts";

let provider: IdentityProvider;
let server: TestSafeguard;
let addresses = 0;

beforeAll(async () => {
  provider = await startIdentityProvider();
  const oidc = { issuer: provider.issuer, name: "Example", ...CLIENT };
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
});

/** Asks for the provider, is sent there, and comes back with a code. */
async function begin(browser: BrowserSession): Promise<string> {
  const asked = { callbackURL: "/overview", errorCallbackURL: "/sign-in" };
  const { json } = await browser.send("POST", "/sign-in-api/sign-in/social", asked);
  const sent = await fetch(String(json["url"]), { redirect: "manual" });
  const back = new URL(sent.headers.get("location") ?? "");
  return `${back.pathname}${back.search}`;
}

const browser = (): BrowserSession => openBrowser(server.url, `192.0.2.${++addresses}`);
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
