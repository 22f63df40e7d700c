import { afterAll, beforeAll, expect, it } from "vitest";
import { type BrowserSession, codeOf, openBrowser } from "../browser-session.ts";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { type Cluster, startCluster } from "./cluster.ts";

const ANN = { email: "ann@shop.example", name: "Ann", password: "correct horse battery" };
/** By the server's clock it is a good while, and two seconds of a half minute. */
const TIME = Math.floor(Date.now() / 30_000) * 30_000 + 302_000;

let cluster: Cluster;
let server: TestSafeguard;
beforeAll(async () => {
  cluster = await startCluster();
  const database = { address: await cluster.database(), allowUnsafe: false };
  server = await startSafeguard({ config: { database, secondFactor: "required" }, wall: () => TIME });
});
afterAll(async () => {
  await server?.stop();
  await cluster?.dispose();
});

const browser = (): BrowserSession => openBrowser(server.url, "192.0.2.1");

it("people sign in where logins are kept in PostgreSQL, and set up the second factor that is required", async () => {
  const list = () => server.operator("GET", "/v1/members");
  await server.operator("POST", "/v1/members", { name: "Bo", email: "bo@shop.example", role: "analyst" });
  expect(await list()).toMatchObject({ status: 200, body: { items: [{ secondFactor: "no_login" }] } });

  const token = String(await server.safeguard.setupPath()).split("#")[1];
  expect((await browser().send("POST", "/v1/sign-in/setup", { token, ...ANN })).status).toBe(204);
  const signIn = async (): Promise<BrowserSession> => {
    const one = browser();
    await one.send("POST", "/sign-in-api/sign-in/email", { email: ANN.email, password: ANN.password });
    return one;
  };
  const one = await signIn();
  expect((await one.send("GET", "/v1/members")).status).toBe(403);
  const { json } = await one.send("POST", "/sign-in-api/two-factor/enable", { password: ANN.password });
  const { totpURI, backupCodes } = json as { readonly totpURI: string; readonly backupCodes: readonly string[] };
  const code = codeOf(totpURI, TIME);
  expect((await one.send("POST", "/sign-in-api/two-factor/verify-totp", { code })).status).toBe(200);
  expect((await one.send("GET", "/v1/members")).status).toBe(200);

  const again = await signIn();
  expect((await again.send("POST", "/sign-in-api/two-factor/verify-totp", { code })).json["code"]).toBe("CODE_USED");
  for (const [recovery, status] of [
    ["aaaaa-aaaaa", 401],
    [backupCodes[0], 200],
  ]) {
    await again.send("POST", "/sign-in-api/two-factor/verify-backup-code", { code: recovery });
    expect((await again.send("GET", "/v1/session")).status).toBe(status);
  }
  expect(await list()).toMatchObject({ body: { items: [{ secondFactor: "no_login" }, { secondFactor: "on" }] } });
});
