import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAddressGuard } from "./address-guard.ts";
import { createHttpExchange, type HttpExchange } from "./http-exchange.ts";

/** A service inside, which no customer's URL may reach. */
let canary: Server;
let reached = 0;
let port = 0;
beforeAll(async () => {
  canary = createServer((request, response) => {
    if (request.url === "/redirect") {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/inside` }).end();
      return;
    }
    reached += 1;
    response.end("inside");
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  ({ port } = canary.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => canary.close(resolve)));

const send = (exchange: HttpExchange, origin: string, path = "/inside") =>
  exchange.send({ origin, path, method: "POST", headers: {}, body: "{}", timeoutMs: 2000 });

/** Addresses that a name may resolve to after it was checked. */
const INSIDE = [
  ...["127.0.0.1", "127.0.0.2", "127.255.255.255", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1"],
  ...["172.31.255.254", "192.168.0.1", "192.168.255.254", "100.64.0.1", "100.127.255.255", "169.254.169.254"],
  ...["169.254.170.2", "192.0.0.1", "192.0.2.5", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9"],
  ...["224.0.0.251", "239.255.255.250", "240.0.0.1", "255.255.255.255"],
  ...["::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"],
  ...["::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1"],
  ...["2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1"],
  ...["fe80::a9fe:a9fe", "febf::1", "fec0::1", "ff02::1", "ff05::2", "4000::1"],
];

describe("a customer's URL never reaches what is inside", () => {
  test.each(INSIDE)("when its name, once checked, resolves to %s", async (address) => {
    const family = address.includes(":") ? 6 : 4;
    const guard = createAddressGuard({
      allowPrivateNetworks: false,
      ports: [port],
      resolve: (_, callback) => callback(null, [{ address, family }]),
    });
    const exchange = createHttpExchange({ guard });
    const result = await send(exchange, `http://rebinding.example.com:${port}`);
    expect(result).toMatchObject({ type: "not_sent", code: "address_not_allowed" });
    await exchange.close();
    expect(reached).toBe(0);
  });

  test.each(INSIDE)("written into it as %s", async (address) => {
    const guard = createAddressGuard({ allowPrivateNetworks: false, ports: [port] });
    const exchange = createHttpExchange({ guard });
    const host = address.includes(":") ? `[${address}]` : address;
    expect(await send(exchange, `http://${host}:${port}`)).toMatchObject({ code: "address_not_allowed" });
    await exchange.close();
    expect(reached).toBe(0);
  });

  test("nor any host that is not on the list, where there is one: by its name, and by every address that the name has", async () => {
    const hosts = ["hooks.example.com", "*.shop.example", "127.0.0.0/8", "::1"];
    const sendTo = async (host: string, addresses: readonly string[]) => {
      const guard = createAddressGuard({
        allowPrivateNetworks: true,
        hosts,
        resolve: (_, callback) =>
          callback(
            null,
            addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
          ),
      });
      const exchange = createHttpExchange({ guard, timeoutMs: 2_000 });
      const result = await send(exchange, `http://${host}:${port}`);
      await exchange.close();
      return "code" in result ? result.code : result.type;
    };
    for (const [host, addresses] of [
      ["hooks.example.com.evil.example", ["10.0.0.1"]],
      ["example.com", ["10.0.0.1"]],
      ["shop.example", ["192.0.2.1"]],
      ["other.example", ["10.0.0.1"]],
      // One address in the block is not enough.
      ["other.example", ["127.0.0.1", "10.0.0.1"]],
      ["10.0.0.1", []],
      ["[::2]", []],
    ] as const)
      expect(await sendTo(host, addresses), host).toBe("address_not_allowed");
    expect(reached).toBe(0);
    // The control: those on it get there.
    for (const [host, addresses] of [
      ["hooks.example.com", ["127.0.0.1"]],
      ["a.shop.example", ["127.0.0.1"]],
      ["inside.example", ["127.0.0.1"]],
      ["127.0.0.1", []],
    ] as const)
      expect(await sendTo(host, addresses), host).toBe("answered");
    expect(reached).toBe(4);
    reached = 0;
  });

  test.each(INSIDE)("nor by being on the list, as %s: what it allows must be public still", async (address) => {
    const family = address.includes(":") ? 6 : 4;
    const hosts = ["rebinding.example.com", "0.0.0.0/0", "::/0"];
    const guard = createAddressGuard({
      allowPrivateNetworks: false,
      ports: [port],
      hosts,
      resolve: (_, callback) => callback(null, [{ address, family }]),
    });
    const exchange = createHttpExchange({ guard });
    for (const host of ["rebinding.example.com", "other.example.com", family === 6 ? `[${address}]` : address])
      expect(await send(exchange, `http://${host}:${port}`), host).toMatchObject({ code: "address_not_allowed" });
    await exchange.close();
    expect(reached).toBe(0);
  });

  test("nor anything in the clear, where that was said", async () => {
    const exchange = createHttpExchange({ guard: createAddressGuard({ allowPrivateNetworks: true, httpsOnly: true }) });
    expect(await send(exchange, `http://127.0.0.1:${port}`)).toMatchObject({
      code: "address_not_allowed",
      text: expect.stringContaining("must begin with https://"),
    });
    await exchange.close();
    expect(reached).toBe(0);
  });

  test("by a redirect, which is an answer and never followed", async () => {
    const exchange = createHttpExchange({ guard: createAddressGuard({ allowPrivateNetworks: true }) });
    expect(await send(exchange, `http://127.0.0.1:${port}`, "/redirect")).toMatchObject({ status: 307 });
    await exchange.close();
    expect(reached).toBe(0);
  });

  test("and the table is long enough: each address is tried in two ways", () => {
    expect(new Set(INSIDE).size * 2).toBeGreaterThanOrEqual(60);
  });

  test("the control: without a guard the same request gets there", async () => {
    const exchange = createHttpExchange();
    expect(await send(exchange, `http://127.0.0.1:${port}`)).toMatchObject({ status: 200 });
    await exchange.close();
    expect(reached).toBe(1);
  });
});
