import { randomBytes } from "node:crypto";
import type { AccountId, Destination, EpochMilliseconds } from "@safeguard/core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../accounts/account.ts";
import { createSeal } from "../../store/create-seal.ts";
import type { JournalRecord } from "../../store/journal-record.ts";
import { type MasterKey, parseMasterKey } from "../../store/master-key.ts";
import { createAddressGuard } from "./address-guard.ts";
import { createHttpExchange } from "./http-exchange.ts";
import type { Provider } from "./provider.ts";
import { testProvider } from "./provider-check.ts";
import { sealProviderSecrets } from "./provider-secrets.ts";
import { createProviderTable, type LiveProviderTable } from "./provider-table-live.ts";
import { createSandboxNetwork } from "./sandbox/sandbox-network.ts";
import { httpAnswer, rawServer } from "./testing/raw-server.ts";
import { submission } from "./testing/submission.ts";

const ROOT = "acc_root" as AccountId;
const CHILD = "acc_child" as AccountId;
const GRANDCHILD = "acc_grandchild" as AccountId;
const STRANGER = "acc_stranger" as AccountId;
const PARENTS: Readonly<Record<string, AccountId | undefined>> = { [CHILD]: ROOT, [GRANDCHILD]: CHILD };
const NL = "NL" as Destination;
const DE = "DE" as Destination;

const at = 0 as EpochMilliseconds;
const actor = { type: "operator", name: "test" } as const;
const seal = createSeal(masterKey());
const exchange = createHttpExchange({ timeoutMs: 1_000 });
const guard = createAddressGuard({ allowPrivateNetworks: false });
const guardedExchange = createHttpExchange({ guard, timeoutMs: 1_000 });
const sandbox = createSandboxNetwork({ now: () => at, onReport: async () => undefined });
const directory = {
  account: (id: AccountId) => ({ id, parent: PARENTS[id] }) as Account,
  isWithin(account: AccountId, ancestor: AccountId): boolean {
    for (let current: AccountId | undefined = account; current !== undefined; current = PARENTS[current])
      if (current === ancestor) return true;
    return false;
  },
};
afterAll(async () => {
  await exchange.close();
  await guardedExchange.close();
});

function masterKey(): MasterKey {
  return parseMasterKey(randomBytes(32).toString("hex"), "the test");
}

let table: LiveProviderTable;
beforeEach(() => {
  table = createProviderTable({ seal, exchange, guardedExchange, sandbox, directory });
});

const provider = (id: string, changes: Partial<Provider> = {}): Provider => ({
  id,
  kind: "sandbox",
  settings: {},
  reportToken: `token-${id}`,
  createdAt: at,
  ...changes,
});
const cm = (id: string, settings: Readonly<Record<string, unknown>> = {}): Provider =>
  provider(id, { kind: "cm", settings, secretsSealed: sealProviderSecrets(seal, id, { productToken: "t" }) });
const saved = (...providers: Provider[]) => {
  for (const each of providers) table.apply({ type: "provider_saved", at, actor, provider: each });
};
const routes = (account: AccountId, ...list: [destination: string, ...providers: string[]][]) => {
  const routes = list.map(([destination, ...providers]) => ({ destination, providers }));
  table.apply({ type: "routes_saved", at, actor, routes: { account, routes } });
};
const idsFor = (account: AccountId, destination: Destination = NL, mode: "live" | "test" = "live") =>
  table.connectorsFor(account, destination, mode).map(({ id }) => id);

describe("which connectors serve a message", () => {
  test("nobody's route, no connector: not even the sandbox", () => {
    saved(provider("sandbox"), cm("cm"));
    expect(idsFor(ROOT)).toEqual([]);
  });

  test("the first route that fits, in its order", () => {
    saved(provider("sandbox"), cm("a"), cm("b"));
    routes(ROOT, ["NL", "b", "a"], ["*", "a"], ["DE", "b"]);
    expect(idsFor(ROOT, NL)).toEqual(["b", "a"]);
    expect(idsFor(ROOT, DE)).toEqual(["a"]);
    expect(table.connectorsFor(ROOT, NL, "live")).toBe(table.connectorsFor(ROOT, NL, "live"));
  });

  test("an account without routes has its nearest ancestor's; one with routes has its own alone", () => {
    saved(cm("a"), cm("b"));
    routes(ROOT, ["*", "a"]);
    expect(idsFor(GRANDCHILD)).toEqual(["a"]);
    routes(CHILD, ["NL", "b"]);
    expect(idsFor(GRANDCHILD)).toEqual(["b"]);
    expect(idsFor(GRANDCHILD, DE)).toEqual([]);
    expect(idsFor(ROOT)).toEqual(["a"]);
    expect(idsFor(STRANGER)).toEqual([]);
    routes(CHILD);
    expect(idsFor(GRANDCHILD)).toEqual(["a"]);
  });

  test("a provider of one account serves it and those below it, and nobody else", () => {
    saved(cm("all"), { ...cm("child"), account: CHILD });
    routes(ROOT, ["*", "child", "all"]);
    routes(GRANDCHILD, ["*", "child"]);
    routes(STRANGER, ["*", "child"]);
    expect(idsFor(ROOT)).toEqual(["all"]);
    expect(idsFor(GRANDCHILD)).toEqual(["child"]);
    expect(idsFor(STRANGER)).toEqual([]);
    expect(table.providers(ROOT).map(({ id }) => id)).toEqual(["all"]);
    expect(table.providers(GRANDCHILD).map(({ id }) => id)).toEqual(["all", "child"]);
  });

  test("a test key reaches the sandbox alone, whatever the routes say", () => {
    saved(cm("a"), provider("sandbox"));
    routes(ROOT, ["*", "a"]);
    expect(idsFor(CHILD, NL, "test")).toEqual(["sandbox"]);
    table.apply({ type: "provider_removed", at, actor, provider: "sandbox" });
    expect(idsFor(CHILD, NL, "test")).toEqual([]);
  });

  test("changes hold from the next message on", () => {
    saved(cm("a"));
    routes(ROOT, ["*", "a", "gone"]);
    const before = table.connectorsFor(ROOT, NL, "live");
    saved(cm("a"), cm("gone"));
    expect(idsFor(ROOT)).toEqual(["a", "gone"]);
    expect(table.connectorsFor(ROOT, NL, "live")[0]).not.toBe(before[0]);
    table.apply({ type: "provider_removed", at, actor, provider: "a" });
    expect(idsFor(ROOT)).toEqual(["gone"]);
    expect(table.connector("a")).toBeUndefined();
    expect(table.providerByReportToken("token-a")).toBeUndefined();
    expect(table.providerByReportToken("token-gone")?.id).toBe("gone");
    table.apply({ type: "key_saved", at, actor } as unknown as JournalRecord);
    expect(idsFor(ROOT)).toEqual(["gone"]);
  });
});

describe("a provider that cannot be used", () => {
  test.each([
    ["its settings do not fit", { ...cm("bad"), settings: { baseUrl: "gopher://x" } }, "settings.baseUrl"],
    ["its secrets are missing", provider("bad", { kind: "cm", settings: {} }), "secrets.productToken"],
    [
      "its secrets were sealed under another master key",
      { ...cm("bad"), secretsSealed: sealProviderSecrets(createSeal(masterKey()), "bad", { productToken: "t" }) },
      "another master key",
    ],
    [
      "its secrets are another provider's",
      { ...cm("bad"), secretsSealed: cm("other").secretsSealed ?? "" },
      "another master key",
    ],
  ])("%s: it stays in its routes and refuses", async (_, broken, why) => {
    saved(broken, cm("good"));
    routes(ROOT, ["*", "bad", "good"]);
    expect(idsFor(ROOT)).toEqual(["bad", "good"]);
    const [outcome] = (await table.connector("bad")?.submit([submission()])) ?? [];
    expect(outcome).toMatchObject({ type: "refused", kind: "unavailable", code: "provider_unusable" });
    expect(outcome?.type === "refused" && outcome.text).toContain(why);
    expect(await testProvider(broken, { seal, exchange, guardedExchange })).toMatchObject({ ok: false });
  });
});

describe("a check without sending", () => {
  const parts = { seal, exchange, guardedExchange };
  const twilio = (baseUrl: string, settings: Readonly<Record<string, unknown>> = {}) =>
    provider("tw", {
      kind: "twilio",
      settings: { baseUrl, accountSid: `AC${"0".repeat(32)}`, ...settings },
      secretsSealed: sealProviderSecrets(seal, "tw", { authToken: "secret-token" }),
    });

  test("Twilio is asked about the account", async () => {
    const server = await rawServer((socket) => socket.write(httpAnswer(200, { status: "active" })));
    try {
      expect(await testProvider(twilio(server.origin), parts)).toMatchObject({ ok: true });
      expect(server.requests[0]?.head).toMatch(/^GET \/2010-04-01\/Accounts\/AC0{32}\.json HTTP/);
      server.onRequest = (socket) =>
        socket.write(httpAnswer(401, { code: 20003, message: "Authenticate secret-token" }));
      const refused = await testProvider(twilio(server.origin), parts);
      expect(refused.ok).toBe(false);
      expect(refused.detail).toContain("401: Authenticate (secret)");
      server.onRequest = (socket) => socket.write(httpAnswer(200, { status: "suspended" }));
      expect(await testProvider(twilio(server.origin), parts)).toMatchObject({ ok: false });
      const guarded = await testProvider(twilio(server.origin, { publicAddressesOnly: true }), parts);
      expect(guarded.detail).toContain("must");
      expect(server.requests).toHaveLength(3);
    } finally {
      await server.close();
    }
  });

  test("CM.com is only connected to, and the answer says so", async () => {
    const server = await rawServer(() => undefined);
    const up = await testProvider(cm("cm", { baseUrl: server.origin }), parts);
    expect(up).toMatchObject({ ok: true });
    expect(up.detail).toContain("credentials are not checked");
    expect(server.requests).toHaveLength(0);
    await server.close();
    expect(await testProvider(cm("cm", { baseUrl: server.origin }), parts)).toMatchObject({ ok: false });
    const guarded = cm("cm", { baseUrl: server.origin, publicAddressesOnly: true });
    expect((await testProvider(guarded, parts, guard)).detail).toContain("must");
  });

  test("the sandbox is always there", async () => {
    expect(await testProvider(provider("sandbox"), parts)).toMatchObject({ ok: true });
  });
});
