import { randomBytes } from "node:crypto";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { EpochMilliseconds } from "@safeguard/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSeal } from "../../store/create-seal.ts";
import { parseMasterKey } from "../../store/master-key.ts";
import { createAddressGuard } from "./address-guard.ts";
import { createConnector } from "./create-connector.ts";
import { createHttpExchange } from "./http-exchange.ts";
import type { Provider } from "./provider.ts";
import { testProvider } from "./provider-check.ts";
import { sealProviderSecrets } from "./provider-secrets.ts";
import { createSandboxNetwork } from "./sandbox/sandbox-network.ts";
import { submission } from "./testing/submission.ts";

/** A service inside, which no customer's provider may reach: neither by the test button nor by a message. */
let canary: Server;
let reached = 0;
let port = 0;
beforeAll(async () => {
  canary = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  ({ port } = canary.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => canary.close(resolve)));

const seal = createSeal(parseMasterKey(randomBytes(32).toString("hex"), "the test"));
const sandbox = createSandboxNetwork({ now: () => 0 as EpochMilliseconds, onReport: async () => undefined });
const exchange = createHttpExchange({ timeoutMs: 2_000 });

/** A guard for which every name is inside, however it was when the provider was saved. */
function parts(address: string) {
  const guard = createAddressGuard({
    allowPrivateNetworks: false,
    ports: [port],
    resolve: (_, callback) => callback(null, [{ address, family: address.includes(":") ? 6 : 4 }]),
  });
  return { guard, seal, sandbox, exchange, guardedExchange: createHttpExchange({ guard, timeoutMs: 2_000 }) };
}

function providerAt(kind: "twilio" | "cm" | "http", origin: string, isGuarded: boolean): Provider {
  const publicAddressesOnly = isGuarded;
  const settings = {
    twilio: { accountSid: `AC${"1".repeat(32)}`, baseUrl: origin, from: "Shop", publicAddressesOnly },
    cm: { baseUrl: origin, publicAddressesOnly },
    http: {
      url: `${origin}/send?to={{to}}`,
      method: "GET",
      answer: { accepted: { statuses: [200] } },
      publicAddressesOnly,
    },
  }[kind];
  const secrets = { twilio: { authToken: "0".repeat(32) }, cm: { productToken: "token" }, http: {} }[kind];
  return {
    ...{ id: "own", kind, settings, reportToken: "token", createdAt: 0 as EpochMilliseconds },
    secretsSealed: sealProviderSecrets(seal, "own", secrets),
  };
}

const KINDS = ["twilio", "cm", "http"] as const;
const WRITTEN = ["127.0.0.1", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost"];

describe.each(KINDS)("an account's own %s provider", (kind) => {
  test.each(WRITTEN)("written as %s never reaches what is inside", async (host) => {
    const provider = providerAt(kind, `http://${host}:${port}`, true);
    const used = parts("127.0.0.1");
    expect(await testProvider(provider, used, used.guard)).toMatchObject({
      ok: false,
      detail: expect.stringContaining("public address"),
    });
    const [outcome] = await createConnector(provider, used).submit([submission()]);
    expect(outcome).toMatchObject({ type: "refused", kind: "unavailable" });
    await used.guardedExchange.close();
    expect(reached).toBe(0);
  });

  test.each(["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"])(
    "whose name comes to mean %s later never reaches it",
    async (address) => {
      const provider = providerAt(kind, `http://rebinding.example.com:${port}`, true);
      const used = parts(address);
      expect(await testProvider(provider, used, used.guard)).toMatchObject({
        ok: false,
        detail: expect.stringContaining("address_not_allowed"),
      });
      await createConnector(provider, used).submit([submission()]);
      await used.guardedExchange.close();
      expect(reached).toBe(0);
    },
  );
});

test("the control: a provider that the operator chose gets there", async () => {
  const used = parts("127.0.0.1");
  await testProvider(providerAt("cm", `http://127.0.0.1:${port}`, false), used, used.guard);
  expect(reached).toBe(1);
  await used.guardedExchange.close();
  await exchange.close();
});
