import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BrowserSession, codeOf, openBrowser } from "./browser-session.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";
import { type RangeServer, startRangeServer } from "./stand-in/range-server.ts";

/** Logins are in the data folder's own file here, also where the rest of a run is kept in PostgreSQL. */
const ANN = { email: "ann@shop.example", name: "Ann", password: "correct horse battery" };

let server: TestSafeguard;
/** What the servers' clock is ahead of this machine's, in milliseconds. */
let ahead = 0;
const wall = (): number => Date.now() + ahead;
let addresses = 0;
/** A browser at an address of its own. */
const browser = (url = server.url): BrowserSession => openBrowser(url, `192.0.2.${++addresses}`);

beforeAll(async () => {
  server = await startSafeguard({ config: { trustedProxies: ["127.0.0.1/32"], database: undefined }, wall });
  const token = tokenOf(await server.safeguard.setupPath());
  const made = await browser().send("POST", "/v1/sign-in/setup", { token, ...ANN });
  expect([made.status, made.text]).toEqual([204, ""]);
});
afterAll(() => server.stop());

function tokenOf(link: unknown): string {
  return String(link).split("#")[1] ?? "";
}

async function signIn(email = ANN.email, password = ANN.password, one = browser()): Promise<BrowserSession> {
  const answer = await one.send("POST", "/sign-in-api/sign-in/email", { email, password });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return one;
}

const who = async (one: BrowserSession): Promise<number> => (await one.send("GET", "/v1/session")).status;

/** A member who has made a login by an invitation. */
async function person(name: string, role = "analyst"): Promise<{ readonly email: string; readonly id: string }> {
  const email = `${name}@shop.example`;
  const { body } = await server.operator("POST", "/v1/members", { name, email, role });
  const { id } = body as { readonly id: string };
  const invited = await server.operator("POST", `/v1/members/${id}/invitation`);
  const token = tokenOf((invited.body as { readonly path: string }).path);
  expect((await browser().send("POST", "/v1/sign-in/join", { token, password: ANN.password })).status).toBe(204);
  return { email, id };
}

async function resetToken(email: string, more = {}): Promise<string> {
  const made = await server.operator("POST", "/v1/sign-in/reset-link", { email, ...more });
  expect(made.status).toBe(201);
  return tokenOf((made.body as { readonly path: string }).path);
}

function inPeople<T>(work: (people: DatabaseSync) => T): T {
  const people = new DatabaseSync(join(server.dataDirectory, "people.db"));
  try {
    return work(people);
  } finally {
    people.close();
  }
}

describe("a password", () => {
  test("has 12 to 128 characters of whatever kind, is counted as it came, and is none that would be guessed", async () => {
    const { email } = await person("lee");
    const token = await resetToken(email);
    const set = (password: string) => browser().send("POST", "/v1/sign-in/new-password", { token, password });
    for (const refused of ["elevenchars", "x".repeat(129), "qwerty123456", "aaaaaaaaaaaaaa", "lee.safeguard.1"]) {
      const answer = await set(refused);
      expect([refused, answer.status, answer.json["problems"]]).toEqual([
        refused,
        400,
        [expect.objectContaining({ field: "password" })],
      ]);
    }
    const odd = `  ${"päss wörd 🐎 <&> ".repeat(6)}  `;
    expect((await set(odd)).status).toBe(204);
    await signIn(email, odd);
    const cut = await browser().send("POST", "/sign-in-api/sign-in/email", { email, password: odd.trim() });
    expect(cut.status).toBe(401);
  });

  test("is changed with the old one, which ends every other session", async () => {
    const { email } = await person("max");
    const [here, elsewhere] = [await signIn(email), await signIn(email)];
    const change = (currentPassword: string, newPassword: string) =>
      here.send("POST", "/sign-in-api/change-password", { currentPassword, newPassword, revokeOtherSessions: false });
    expect((await change("not the old one at all", "another good sentence")).status).toBe(400);
    expect((await change(ANN.password, "max@shop.example")).json["problems"]).toMatchObject([{ field: "password" }]);
    expect(await who(elsewhere)).toBe(200);
    expect((await change(ANN.password, "another good sentence")).status).toBe(200);
    expect([await who(here), await who(elsewhere)]).toEqual([200, 401]);
    await signIn(email, "another good sentence");
  });

  test("is kept as argon2id, and stands in no file", () => {
    const { password } = inPeople(
      (people) => people.prepare("SELECT password FROM login_account").get() as { readonly password: string },
    );
    expect(password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(readFileSync(join(server.dataDirectory, "people.db-wal")).toString("latin1")).not.toContain(ANN.password);
  });

  test("that is wrong is answered as an address that nobody has, and guessing is stopped", async () => {
    const guesser = browser();
    const guess = (email: string) =>
      guesser.send("POST", "/sign-in-api/sign-in/email", { email, password: "a wrong password" });
    const [wrong, nobody] = [await guess(ANN.email), await guess("nobody@shop.example")];
    expect([wrong.status, wrong.text]).toEqual([nobody.status, nobody.text]);
    expect(wrong.status).toBe(401);
    for (let tries = 2; tries < 10; tries++) expect((await guess(ANN.email)).status).toBe(401);
    expect((await guess(ANN.email)).status).toBe(429);
    // Others are not kept out by it.
    await signIn();
  });
});

describe("a link", () => {
  test("that sets a new password is good once, also after a restart, and ends every session", async () => {
    const { email } = await person("kim");
    const before = await signIn(email);
    const [token, unused] = [await resetToken(email), await resetToken(email)];
    const set = (link: string) =>
      browser().send("POST", "/v1/sign-in/new-password", { token: link, password: "a new good sentence" });
    expect((await set(token)).status).toBe(204);
    expect(await who(before)).toBe(401);
    // (nothing in memory knows of the second link: another password makes it void)
    expect([(await set(token)).status, (await set(unused)).status]).toEqual([404, 404]);
    await signIn(email, "a new good sentence");
  });

  test("by which a member comes in is good once, for who is a member still", async () => {
    const { body } = await server.operator("POST", "/v1/members", {
      name: "Jo",
      email: "jo@shop.example",
      role: "analyst",
    });
    const { id } = body as { readonly id: string };
    const invite = () => server.operator("POST", `/v1/members/${id}/invitation`);
    const tokens = [await invite(), await invite()].map((made) =>
      tokenOf((made.body as { readonly path: string }).path),
    );
    const join = (token = "") => browser().send("POST", "/v1/sign-in/join", { token, password: ANN.password });
    await server.operator("DELETE", `/v1/members/${id}`);
    expect((await join(tokens[0])).status).toBe(404);

    const { id: ivy } = (
      await server.operator("POST", "/v1/members", { name: "Ivy", email: "ivy@shop.example", role: "analyst" })
    ).body as { readonly id: string };
    const made = (await server.operator("POST", `/v1/members/${ivy}/invitation`)).body as Record<string, string>;
    expect(made["url"]).toBe(`${server.url}${made["path"]}`);
    expect((await join(tokenOf(made["path"]))).status).toBe(204);
    expect((await join(tokenOf(made["path"]))).status).toBe(404);
    expect((await server.operator("POST", `/v1/members/${ivy}/invitation`)).status).toBe(409);
  });
});

describe("a session", () => {
  test("is a cookie of random bits that no script can read, new each time, and stands in no answer", async () => {
    const [one, other] = [await signIn(), await signIn()];
    expect(one.lastSetCookies).toEqual([
      expect.stringMatching(/^safeguard\.session_token=[^;]{60,}; Max-Age=7200; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    const [first, second] = [one, other].map(({ cookies }) => cookies.get("safeguard.session_token") ?? "");
    expect(first).not.toBe(second);
    const answer = await one.send("POST", "/sign-in-api/sign-in/email", { email: ANN.email, password: ANN.password });
    expect(answer.json).not.toHaveProperty("token");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    // Signed: a token that was changed, or taken from the file alone, is none.
    const forged = openBrowser(server.url, "192.0.2.250", [
      ["safeguard.session_token", (first ?? "").split(".")[0] ?? ""],
    ]);
    expect(await who(forged)).toBe(401);
  });

  test("goes only over TLS, and to this host, where the server is reached by https", async () => {
    const config = { trustedProxies: ["127.0.0.1/32"], database: undefined, publicUrl: "https://safeguard.example" };
    const behind = await startSafeguard({ config });
    try {
      const one = browser(behind.url);
      const origin = { origin: config.publicUrl };
      const token = tokenOf(await behind.safeguard.setupPath());
      await one.send("POST", "/v1/sign-in/setup", { token, ...ANN }, origin);
      await one.send("POST", "/sign-in-api/sign-in/email", { email: ANN.email, password: ANN.password }, origin);
      expect(one.lastSetCookies).toEqual([
        expect.stringMatching(/^__Host-safeguard\.session_token=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
      ]);
      expect(one.lastSetCookies.join()).not.toMatch(/domain=/i);
      expect(await who(one)).toBe(200);
    } finally {
      await behind.stop();
    }
  });

  test("ends when it was quiet, and after a day however it is used", async () => {
    const { email } = await person("ned");
    const [quiet, old, young] = [await signIn(email), await signIn(email), await signIn(email)];
    const ids = await Promise.all(
      [quiet, old].map(async (one) => String((await one.send("GET", "/v1/session")).json["session"])),
    );
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
    inPeople((people) => {
      people.prepare("UPDATE login_session SET expiresAt = ? WHERE id = ?").run(hours(-0.001), ids[0] ?? "");
      people.prepare("UPDATE login_session SET createdAt = ? WHERE id = ?").run(hours(-24.001), ids[1] ?? "");
    });
    // (one that is too old can do nothing that the library answers itself, either)
    const change = { currentPassword: ANN.password, newPassword: "another good sentence" };
    expect((await old.send("POST", "/sign-in-api/change-password", change)).status).toBe(401);
    expect([await who(quiet), await who(old), await who(young)]).toEqual([401, 401, 200]);
  });

  test("is ended by signing out, on the server, too", async () => {
    const one = await signIn();
    const kept = one.copy();
    expect((await one.send("POST", "/sign-in-api/sign-out", {})).status).toBe(200);
    expect(one.cookies.size).toBe(0);
    expect(await who(kept)).toBe(401);
  });

  test("is seen by its person, who can end another one, or all others; nobody else's", async () => {
    const { email } = await person("pat");
    const [one, two, three] = [await signIn(email), await signIn(email), await signIn(email)];
    const foreign = await signIn();
    const seen = (await one.send("GET", "/v1/session/all")).json["items"] as readonly Record<string, unknown>[];
    expect(seen).toHaveLength(3);
    expect(seen.filter(({ isThisOne }) => isThisOne)).toMatchObject([
      { address: expect.stringMatching(/^192\.0\.2\./) },
    ]);
    const id = String((await two.send("GET", "/v1/session")).json["session"]);
    expect((await foreign.send("DELETE", `/v1/session/all/${id}`)).status).toBe(404);
    expect((await one.send("DELETE", `/v1/session/all/${id}`)).status).toBe(204);
    expect([await who(one), await who(two), await who(three)]).toEqual([200, 401, 200]);
    expect((await one.send("DELETE", "/v1/session/all")).status).toBe(204);
    expect([await who(one), await who(three), await who(foreign)]).toEqual([200, 401, 200]);
  });

  test("is ended by the operator, and permits nothing once its person is removed", async () => {
    const { email, id } = await person("sam");
    const first = await signIn(email);
    expect((await server.operator("POST", "/v1/sign-in/sign-out", { email })).status).toBe(204);
    expect(await who(first)).toBe(401);
    const second = await signIn(email);
    expect((await second.send("GET", "/v1/members")).status).toBe(200);
    await server.operator("DELETE", `/v1/members/${id}`);
    expect((await second.send("GET", "/v1/members")).status).toBe(401);
    expect((await server.operator("POST", "/v1/sign-in/sign-out", { email: "nobody@shop.example" })).status).toBe(404);
  });

  test("changes nothing for another site", async () => {
    const one = await signIn();
    const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const form = { ...evil, "content-type": "application/x-www-form-urlencoded", "sec-fetch-mode": "navigate" };
    const member = { name: "Eve", email: "eve@evil.example", role: "owner" };
    for (const [path, body, headers] of [
      ["/v1/members", member, evil],
      ["/v1/members", member, { "safeguard-console": "", "sec-fetch-site": "same-site" }],
      ["/sign-in-api/sign-out", {}, evil],
      ["/sign-in-api/sign-out", "", form],
      ["/sign-in-api/sign-in/email", `email=${ANN.email}&password=x`, form],
    ] as const)
      expect([path, (await one.send("POST", path, body, headers)).status]).toEqual([path, expect.toSatisfy(isRefusal)]);
    expect((await one.send("DELETE", "/v1/session/all", undefined, evil)).status).toBe(403);
    expect(await who(one)).toBe(200);
    const { json } = await one.send("GET", "/v1/members");
    expect(JSON.stringify(json)).not.toContain("evil.example");
  });

  test("of a folder that was copied is ended, and its person signs in anew", async () => {
    const copied = mkdtempSync(join(tmpdir(), "safeguard-copied-"));
    const first = await startSafeguard({ config: { database: undefined }, dataDirectory: join(copied, "one") });
    const one = browser(first.url);
    await one.send("POST", "/v1/sign-in/setup", { token: tokenOf(await first.safeguard.setupPath()), ...ANN });
    await signIn(ANN.email, ANN.password, one);
    await first.stop();
    cpSync(join(copied, "one"), join(copied, "two"), { recursive: true });
    try {
      for (const [folder, status] of [
        ["one", 200],
        ["two", 401],
      ] as const) {
        const again = await startSafeguard({ config: { database: undefined }, dataDirectory: join(copied, folder) });
        const same = openBrowser(again.url, "192.0.2.240", one.cookies);
        expect([folder, await who(same)]).toEqual([folder, status]);
        if (status === 401) {
          const anew = await signIn(ANN.email, ANN.password, browser(again.url));
          expect(await who(anew)).toBe(200);
        }
        await again.stop();
      }
    } finally {
      rmSync(copied, { recursive: true });
    }
  });
});

const isRefusal = (status: number): boolean => status === 403 || status === 415;

const HALF_MINUTE_MS = 30_000;

/** What the app shows in the next half minute, of which two seconds have passed by the servers' clock. */
function freshCode(totpURI: string): string {
  ahead += HALF_MINUTE_MS - (wall() % HALF_MINUTE_MS) + 2000;
  return codeOf(totpURI, wall());
}

describe("a second factor", () => {
  const { password } = ANN;
  const ask = (one: BrowserSession, path: string, body: object) =>
    one.send("POST", `/sign-in-api/two-factor/${path}`, body);

  /** A person with a second factor, and one browser that is signed in. */
  async function withFactor(name: string) {
    const { email } = await person(name);
    const one = await signIn(email);
    const { json } = await ask(one, "enable", { password });
    const { totpURI, backupCodes } = json as { readonly totpURI: string; readonly backupCodes: readonly string[] };
    expect((await ask(one, "verify-totp", { code: freshCode(totpURI) })).status).toBe(200);
    return { email, one, totpURI, backupCodes };
  }

  test("is set up, changed and taken away with the password only", async () => {
    const { one, totpURI } = await withFactor("uma");
    expect(new URL(totpURI).searchParams.get("issuer")).toBe("Safeguard");
    for (const path of ["disable", "generate-backup-codes", "get-totp-uri"])
      expect([path, (await ask(one, path, { password: "not the password" })).status]).toEqual([path, 400]);
    expect((await one.send("GET", "/v1/session")).json["person"]).toMatchObject({ twoFactor: true });
    expect((await ask(one, "disable", { password })).status).toBe(200);
    expect((await one.send("GET", "/v1/session")).json["person"]).toMatchObject({ twoFactor: false });
  });

  test("is asked for after the password, and each code lets in once", async () => {
    const { email, totpURI } = await withFactor("vic");
    const [one, other] = [await signIn(email), await signIn(email)];
    expect([await who(one), await who(other)]).toEqual([401, 401]);
    const code = freshCode(totpURI);
    expect((await ask(one, "verify-totp", { code: code === "000000" ? "000001" : "000000" })).status).toBe(401);
    expect((await ask(one, "verify-totp", { code })).status).toBe(200);
    expect((await ask(other, "verify-totp", { code })).status).toBe(401);
    expect([await who(one), await who(other)]).toEqual([200, 401]);
    // The password alone, of that browser, is still worth nothing; nor is a code without it.
    expect((await ask(browser(), "verify-totp", { code })).status).toBe(401);
  });

  test("takes the code of the present half minute alone, and says which one another was", async () => {
    ahead += 4 * HALF_MINUTE_MS;
    const { email, totpURI } = await withFactor("zoe");
    const one = await signIn(email);
    const [now, before, after] = [
      freshCode(totpURI),
      codeOf(totpURI, wall() - HALF_MINUTE_MS),
      codeOf(totpURI, wall() + HALF_MINUTE_MS),
    ];
    for (const [code, name, words] of [
      [before, "CODE_OF_BEFORE", "of the half minute before"],
      [after, "CODE_OF_AFTER", "of the half minute after this one"],
    ]) {
      const answer = await ask(one, "verify-totp", { code });
      expect([answer.status, answer.json]).toEqual([
        401,
        { code: name, message: expect.stringMatching(new RegExp(`${words}.*clock of the phone, or of this server`)) },
      ]);
    }
    for (const offset of [-2, 2]) {
      const far = await ask(one, "verify-totp", { code: codeOf(totpURI, wall() + offset * HALF_MINUTE_MS) });
      expect([far.status, far.json["code"]]).toEqual([401, "INVALID_CODE"]);
    }
    // (the library below looks at the system's clock: by that one this code would do)
    expect(ahead).toBeGreaterThan(3 * HALF_MINUTE_MS);
    const ofTheSystem = await ask(one, "verify-totp", { code: codeOf(totpURI) });
    expect([ofTheSystem.status, ofTheSystem.json["code"]]).toEqual([401, "INVALID_CODE"]);
    expect(await who(one)).toBe(401);
    expect((await ask(one, "verify-totp", { code: now })).status).toBe(200);
    // What was shown too early is used up: its own half minute does not make it good.
    const two = await signIn(email);
    ahead += HALF_MINUTE_MS;
    const late = await ask(two, "verify-totp", { code: after });
    expect([late.status, late.json["code"]]).toEqual([401, "CODE_USED"]);
    expect(await who(two)).toBe(401);
  });

  test("that was set up with a code is not come in with by the same one, nor after a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "safeguard-codes-"));
    const settings = { config: { database: undefined }, dataDirectory: folder, wall };
    const first = await startSafeguard(settings);
    const one = browser(first.url);
    await one.send("POST", "/v1/sign-in/setup", { token: tokenOf(await first.safeguard.setupPath()), ...ANN });
    await signIn(ANN.email, password, one);
    const { totpURI } = (await ask(one, "enable", { password })).json as { readonly totpURI: string };
    const code = freshCode(totpURI);
    expect((await ask(one, "verify-totp", { code })).status).toBe(200);
    await first.stop();
    const again = await startSafeguard(settings);
    try {
      const two = await signIn(ANN.email, password, browser(again.url));
      const answer = await ask(two, "verify-totp", { code });
      expect([answer.status, answer.json["code"]]).toEqual([401, "CODE_USED"]);
      expect((await ask(two, "verify-totp", { code: freshCode(totpURI) })).status).toBe(200);
    } finally {
      await again.stop();
      rmSync(folder, { recursive: true });
    }
  });

  test("has codes for when it is lost, each good once, hashed with a salt of its own where they are kept", async () => {
    const { email, totpURI, backupCodes } = await withFactor("wim");
    expect(backupCodes).toHaveLength(10);
    const [code = ""] = backupCodes;
    const one = await signIn(email);
    expect((await ask(one, "verify-backup-code", { code })).status).toBe(200);
    expect(await who(one)).toBe(200);
    const other = await signIn(email);
    expect((await ask(other, "verify-backup-code", { code })).status).toBe(401);
    const kept = inPeople((people) => JSON.stringify(people.prepare("SELECT * FROM login_two_factor").all()));
    expect(kept).not.toContain(backupCodes[1]);
    const [row] = inPeople((people) =>
      people
        .prepare("SELECT backupCodes FROM login_two_factor t JOIN login_user u ON u.id = t.userId WHERE email = ?")
        .all(email),
    );
    const hashes = JSON.parse(String(row?.["backupCodes"])) as readonly string[];
    expect(hashes.map((hash) => hash.replace(/[^$]+\$[^$]+$/, ""))).toEqual(
      Array(9).fill("$argon2id$v=19$m=19456,t=2,p=1$"),
    );
    expect(new Set(hashes.map((hash) => hash.split("$")[4])).size).toBe(9);
    expect(kept).not.toContain(new URL(totpURI).searchParams.get("secret"));
  });

  test("is not guessed: from wherever, ten wrong codes close it for a while", async () => {
    const { email, totpURI } = await withFactor("xia");
    const wrong = codeOf(totpURI, wall() + 10_000 * HALF_MINUTE_MS);
    for (let round = 0; round < 3; round++) {
      const one = await signIn(email);
      for (let tries = 0; tries < 4; tries++) await ask(one, "verify-totp", { code: wrong });
    }
    const one = await signIn(email);
    expect((await ask(one, "verify-totp", { code: freshCode(totpURI) })).status).toBe(429);
    expect(await who(one)).toBe(401);
  });

  test("that was lost with its codes is taken away by a link of the operator, not by another", async () => {
    const { email } = await withFactor("yan");
    const set = async (token: string, password: string) =>
      expect((await browser().send("POST", "/v1/sign-in/new-password", { token, password })).status).toBe(204);
    await set(await resetToken(email), "a new good sentence");
    expect(await who(await signIn(email, "a new good sentence"))).toBe(401);
    await set(await resetToken(email, { removeSecondFactor: true }), "yet another sentence");
    expect(await who(await signIn(email, "yet another sentence"))).toBe(200);
  });
});

describe("a second factor that is required", () => {
  const { password } = ANN;
  let strict: TestSafeguard;
  beforeAll(async () => {
    const config = { trustedProxies: ["127.0.0.1/32"], database: undefined, secondFactor: "required" } as const;
    strict = await startSafeguard({ config, wall });
    const token = tokenOf(await strict.safeguard.setupPath());
    await browser(strict.url).send("POST", "/v1/sign-in/setup", { token, ...ANN });
  });
  afterAll(() => strict.stop());

  const comeIn = () => signIn(ANN.email, password, browser(strict.url));
  const session = async (one: BrowserSession) => (await one.send("GET", "/v1/session")).json;
  const LACKING = { person: { twoFactor: false, lacksSecondFactor: true }, accounts: [] };
  const WHOLE = { person: { twoFactor: true, lacksSecondFactor: false }, accounts: [{ role: "owner" }] };
  const required = { status: 403, json: { detail: expect.stringContaining("A second factor is required here.") } };
  async function setUp(one: BrowserSession) {
    const { json } = await one.send("POST", "/sign-in-api/two-factor/enable", { password });
    const { totpURI, backupCodes } = json as { readonly totpURI: string; readonly backupCodes: readonly string[] };
    const code = freshCode(totpURI);
    expect((await one.send("POST", "/sign-in-api/two-factor/verify-totp", { code })).status).toBe(200);
    return { totpURI, backupCodes };
  }

  test("is set up before anything else is done: no other route answers", async () => {
    const one = await comeIn();
    expect(await session(one)).toMatchObject(LACKING);
    const routes = strict.safeguard.api.routeInventory.filter(({ scope }) => scope !== "public");
    expect(routes.length).toBeGreaterThan(100);
    const takeKeysAlone: string[] = [];
    for (const { method, url } of routes) {
      const path = url.replaceAll(/:\w+|\*/g, "x");
      const answer = await one.send(method, path, method === "GET" || method === "HEAD" ? undefined : {});
      if (answer.status === 401) takeKeysAlone.push(`${method} ${url}`);
      else if (method === "HEAD") expect([url, answer.status]).toEqual([url, 403]);
      else expect([method, url, answer]).toMatchObject([method, url, required]);
    }
    expect(takeKeysAlone).toEqual(["POST /v1/messages", "POST /v1/decisions"]);
    for (const [method, path] of [
      ["GET", "/v1/session/all"],
      ["DELETE", "/v1/session/all"],
      ["DELETE", "/v1/session/all/x"],
    ] as const)
      expect([path, await one.send(method, path)]).toMatchObject([path, required]);
    for (const path of [
      "change-password",
      "two-factor/disable",
      "two-factor/get-totp-uri",
      "two-factor/generate-backup-codes",
    ])
      expect([path, await one.send("POST", `/sign-in-api/${path}`, { password })]).toMatchObject([path, required]);
    expect((await one.send("POST", "/sign-in-api/sign-out", {})).status).toBe(200);
  });

  test("opens everything once it is set up, for who has shown it; a session of the password alone ends", async () => {
    const [one, other] = [await comeIn(), await comeIn()];
    const { totpURI, backupCodes } = await setUp(one);
    expect(await session(one)).toMatchObject(WHOLE);
    const { items } = (await one.send("GET", "/v1/members")).json as { readonly items: readonly object[] };
    expect(items).toMatchObject([{ email: ANN.email, secondFactor: "on" }]);
    expect(await who(other)).toBe(401);

    for (const [path, code] of [
      ["verify-totp", freshCode(totpURI)],
      ["verify-backup-code", backupCodes[0]],
    ]) {
      const again = await comeIn();
      expect(await who(again)).toBe(401);
      await again.send("POST", `/sign-in-api/two-factor/${path}`, { code });
      expect(await session(again)).toMatchObject(WHOLE);
    }
    const change = { currentPassword: password, newPassword: "another good sentence" };
    expect((await one.send("POST", "/sign-in-api/change-password", change)).status).toBe(200);
    expect(await session(one)).toMatchObject(WHOLE);
    const back = { currentPassword: "another good sentence", newPassword: password };
    expect((await one.send("POST", "/sign-in-api/change-password", back)).status).toBe(200);

    expect((await one.send("POST", "/sign-in-api/two-factor/disable", { password })).status).toBe(200);
    expect(await session(one)).toMatchObject(LACKING);
    expect(await one.send("GET", "/v1/members")).toMatchObject(required);
    await setUp(one);
    expect(await session(one)).toMatchObject(WHOLE);
  });

  test("is not asked of keys, and shows of each member whether there is one", async () => {
    const add = async (name: string) =>
      (await strict.operator("POST", "/v1/members", { name, email: `${name}@shop.example`, role: "analyst" })).body as {
        readonly id: string;
        readonly secondFactor: string;
      };
    const [ben] = [await add("ben"), await add("eli")];
    expect(ben.secondFactor).toBe("no_login");
    const invited = await strict.operator("POST", `/v1/members/${ben.id}/invitation`);
    const token = tokenOf((invited.body as { readonly path: string }).path);
    await browser(strict.url).send("POST", "/v1/sign-in/join", { token, password });
    expect((await strict.api("GET", "/v1/members")).body).toMatchObject({
      items: [
        { email: ANN.email, secondFactor: "on" },
        { email: "ben@shop.example", secondFactor: "off" },
        { email: "eli@shop.example", secondFactor: "no_login" },
      ],
    });
    expect((await strict.api("GET", `/v1/members/${ben.id}`)).body).toMatchObject({ secondFactor: "off" });
  });
});

describe("a password that leaked", () => {
  const [LEAKED, FRESH] = ["four words that leaked", "four words of nobody else"];
  let ranges: RangeServer;
  let asking: TestSafeguard;
  beforeAll(async () => {
    ranges = await startRangeServer();
    ranges.leaked.set(LEAKED, 12);
    const config = { trustedProxies: ["127.0.0.1/32"], database: undefined, leakedPasswordsUrl: ranges.url } as const;
    asking = await startSafeguard({ config });
  });
  afterAll(async () => {
    await asking.stop();
    await ranges.close();
  });

  const here = () => browser(asking.url);
  const post = (path: string, body: object, one = here()) => one.send("POST", path, body);
  const linkOf = async (path: string, body?: object) =>
    tokenOf(((await asking.operator("POST", path, body)).body as { readonly path: string }).path);
  async function invitation(name: string): Promise<string> {
    const member = { name, email: `${name}@shop.example`, role: "analyst" };
    const { id } = (await asking.operator("POST", "/v1/members", member)).body as { readonly id: string };
    return linkOf(`/v1/members/${id}/invitation`);
  }
  const leaked = {
    status: 400,
    json: { problems: [{ field: "password", message: expect.stringContaining("passwords that became known") }] },
  };

  test("is not taken at the set-up, by an invitation, by a link for a new one, nor in the place of the old one", async () => {
    const setup = { token: tokenOf(await asking.safeguard.setupPath()), email: ANN.email, name: ANN.name };
    expect(await post("/v1/sign-in/setup", { ...setup, password: LEAKED })).toMatchObject(leaked);
    expect((await post("/v1/sign-in/setup", { ...setup, password: FRESH })).status).toBe(204);

    const join = { token: await invitation("ken") };
    expect(await post("/v1/sign-in/join", { ...join, password: LEAKED })).toMatchObject(leaked);
    expect((await post("/v1/sign-in/join", { ...join, password: FRESH })).status).toBe(204);

    const reset = { token: await linkOf("/v1/sign-in/reset-link", { email: "ken@shop.example" }) };
    expect(await post("/v1/sign-in/new-password", { ...reset, password: LEAKED })).toMatchObject(leaked);
    expect((await post("/v1/sign-in/new-password", { ...reset, password: `${FRESH}!` })).status).toBe(204);

    const one = await signIn(ANN.email, FRESH, here());
    const change = { currentPassword: FRESH, newPassword: LEAKED };
    expect(await post("/sign-in-api/change-password", change, one)).toMatchObject(leaked);
  });

  test("is not looked up for who has no link, and lets a link be used once however long that takes", async () => {
    ranges.asked.length = 0;
    expect((await post("/v1/sign-in/join", { token: "none", password: FRESH })).status).toBe(404);
    expect(ranges.asked).toEqual([]);
    const join = { token: await invitation("lou"), password: FRESH };
    ranges.delayMs = 300;
    const answers = await Promise.all([post("/v1/sign-in/join", join), post("/v1/sign-in/join", join)]);
    ranges.delayMs = 0;
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
  });

  test("is taken where nobody can be asked", async () => {
    ranges.answers = "an error";
    const join = { token: await invitation("moe"), password: LEAKED };
    expect((await post("/v1/sign-in/join", join)).status).toBe(204);
    ranges.answers = "lists";
  });
});
