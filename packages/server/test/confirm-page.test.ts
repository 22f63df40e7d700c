import { afterAll, beforeAll, expect, it } from "vitest";
import { type MovedClock, movedClock } from "./detection/people.ts";
import { anotherAccount, startSafeguard, type TestSafeguard } from "./harness.ts";
import { type RecordingServer, startRecordingServer } from "./stand-in/recording-server.ts";

const BLOCK = "+99200123";
const HOUR_MS = 3_600_000;

/** An account whose alerts go to a path of its own. */
interface Tenant {
  readonly id: string;
  readonly secret: string;
  readonly path: string;
}

let safeguard: TestSafeguard;
let clock: MovedClock;
let receiver: RecordingServer;
let shop: Tenant;
let bank: Tenant;
beforeAll(async () => {
  clock = movedClock();
  receiver = await startRecordingServer(() => ({ status: 200, body: "{}" }));
  safeguard = await startSafeguard({ wall: clock.now });
  shop = { id: safeguard.account.id, secret: safeguard.liveKey.secret, path: "/shop" };
  bank = { ...(await anotherAccount(safeguard, "Bank")), path: "/bank" };
  for (const tenant of [shop, bank]) {
    const channels = [{ id: "ops", type: "webhook", url: `${receiver.url}${tenant.path}` }];
    expect(await ask(tenant, "PUT", "/v1/alerts/settings", { channels })).toMatchObject({ status: 200 });
    const document = { listMode: "allow_all", detection: { mode: "monitor" } };
    expect((await ask(tenant, "PUT", "/v1/policies/default", { document, reason: "test" })).status).toBeLessThan(300);
  }
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  await receiver.close();
});

function ask({ secret }: Tenant, method: string, path: string, body?: unknown) {
  return safeguard.api(method, path, body, secret);
}

async function send(tenant: Tenant, numbers: readonly string[]): Promise<readonly { readonly action: string }[]> {
  const messages = numbers.map((to) => ({ to, from: "Shop", text: "Your code is 123456", purpose: "otp" }));
  const { status, body } = await ask(tenant, "POST", "/v1/messages", { messages });
  expect(status).toBe(201);
  return (body as { messages: readonly { readonly action: string }[] }).messages;
}

/** People all over the country, and then consecutive numbers: the link of the alert that follows. */
async function attacked(tenant: Tenant): Promise<string> {
  await send(
    tenant,
    Array.from(
      { length: 300 },
      (_, person) => `+316${String((person * 7_919_317 + 12_345_678) % 100_000_000).padStart(8, "0")}`,
    ),
  );
  await send(
    tenant,
    Array.from({ length: 40 }, (_, line) => `${BLOCK}${4000 + line}`),
  );
  const link = (): string | undefined =>
    receiver.received
      .filter(({ path }) => path === tenant.path)
      .map(({ body }) => (JSON.parse(body) as { data: { code: string; confirmUrl: string | null } }).data)
      .find(({ code }) => code === "incident_opened")?.confirmUrl ?? undefined;
  await expect.poll(link, { timeout: 20_000 }).toBeDefined();
  return link() ?? "";
}

const actionOf = async (tenant: Tenant, line: number): Promise<string | undefined> =>
  (await send(tenant, [`${BLOCK}${line}`]))[0]?.action;

let shopLink = "";
let bankLink = "";
let line = 4050;

it("an alert of an incident that nothing contains has a link; looking at it does nothing", async () => {
  shopLink = await attacked(shop);
  bankLink = await attacked(bank);
  expect(shopLink.startsWith(`${safeguard.url}/confirm/`)).toBe(true);
  // Mail programs and chats follow links by themselves, and with other methods.
  for (const method of ["GET", "HEAD", "GET"]) {
    const page = await fetch(shopLink, { method });
    expect([200, 404]).toContain(page.status);
  }
  const page = await fetch(shopLink);
  const html = await page.text();
  expect(html).toContain("Contain incident 1?");
  expect(html).not.toMatch(/<script|<img|src=/);
  expect(html).not.toContain(`${BLOCK}4`);
  expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(page.headers.get("referrer-policy")).toBe("no-referrer");
  expect(page.headers.get("cache-control")).toBe("no-store");
  expect(await actionOf(shop, line++)).toBe("allow");
}, 60_000);

it("a link that was changed in any place opens nothing", async () => {
  const token = shopLink.slice(shopLink.lastIndexOf("/") + 1);
  for (let at = 0; at < token.length; at += 7) {
    const other = token[at] === "A" ? "B" : "A";
    const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
    expect((await fetch(`${safeguard.url}/confirm/${changed}`, { method: "POST" })).status, String(at)).toBe(404);
  }
  // Sealed for another purpose under the same key.
  const sealed = safeguard.safeguard.services.seal.seal(
    JSON.stringify({ account: shop.id, incident: 1, since: 0, until: 9e15 }),
    "x",
  );
  expect((await fetch(`${safeguard.url}/confirm/${sealed}`, { method: "POST" })).status).toBe(404);
  expect(await actionOf(shop, line++)).toBe("allow");
});

it("its button contains this account's incident, in monitor, too; the other account's goes on", async () => {
  const pressed = await fetch(bankLink, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(pressed.status).toBe(200);
  expect(await pressed.text()).toContain("Incident 1 is contained");
  expect(await actionOf(bank, line++)).toBe("block");
  expect(await actionOf(shop, line++)).toBe("allow");
  const { body } = await safeguard.operator("GET", "/v1/audit?limit=200");
  expect(JSON.stringify(body)).not.toContain("confirmed by the link in an alert");
});

it("is good for one use, also where it is pressed twice at once, and after a release", async () => {
  const pressed = await Promise.all([1, 2, 3].map(() => fetch(shopLink, { method: "POST" })));
  expect(pressed.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  expect(await actionOf(shop, line++)).toBe("block");
  const { body } = await safeguard.operator("GET", "/v1/audit?limit=200");
  expect(JSON.stringify(body)).toContain("confirmed by the link in an alert");
  expect(JSON.stringify(body)).toContain("alert link");

  expect((await ask(shop, "POST", "/v1/incidents/1/release", { reason: "looked at it" })).status).toBe(200);
  const again = await fetch(shopLink, { method: "POST" });
  expect(again.status).toBe(409);
  expect(await again.text()).toContain("used up");
  expect(await actionOf(shop, line++)).toBe("allow");
});

it("is good for a day", async () => {
  clock.pass(25 * HOUR_MS);
  for (const link of [shopLink, bankLink]) {
    const late = await fetch(link, { method: "POST" });
    expect(late.status).toBe(404);
    expect(await late.text()).toContain("good for a day");
  }
});
