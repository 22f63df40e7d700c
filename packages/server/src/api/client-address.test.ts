import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClientAddress } from "./client-address.ts";

const PROXIES = ["10.0.0.0/8", "2001:db8:ffff::/48"];

describe("the client's address", () => {
  test("is the socket's peer when no proxy is configured, whatever the headers say", () => {
    const address = createClientAddress([]);
    expect(address("203.0.113.9", { "x-forwarded-for": "192.0.2.1", forwarded: "for=192.0.2.1" })).toBe("203.0.113.9");
    expect(address("::ffff:203.0.113.9", {})).toBe("203.0.113.9");
    expect(address("2001:DB8::0:1", {})).toBe("2001:db8::1");
    expect(address(undefined, {})).toBe("");
  });

  test.each([
    ["an unknown peer is not believed", "203.0.113.9", "192.0.2.1", "203.0.113.9"],
    ["our proxy is", "10.0.0.1", "192.0.2.1", "192.0.2.1"],
    ["what the client itself wrote, left of it, is not", "10.0.0.1", "127.0.0.1, 192.0.2.1", "192.0.2.1"],
    ["a chain of our proxies is walked through", "10.0.0.1", "192.0.2.1, 10.2.2.2, 2001:db8:ffff::7", "192.0.2.1"],
    ["a client within our own network is the leftmost", "10.0.0.1", "10.9.9.9", "10.9.9.9"],
    ["a hop with a port", "10.0.0.1", "192.0.2.1:4711", "192.0.2.1"],
    ["an IPv6 hop with a port", "10.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"],
    ["a mapped hop", "10.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"],
    ["an unreadable hop ends the walk at the proxy", "10.0.0.1", "192.0.2.1, unknown", "10.0.0.1"],
    ["an empty header", "10.0.0.1", "", "10.0.0.1"],
  ])("X-Forwarded-For: %s", (_case, peer, header, expected) => {
    expect(createClientAddress(PROXIES)(peer, { "x-forwarded-for": header })).toBe(expected);
  });

  test.each([
    ["plain", "for=192.0.2.1;proto=https;by=10.0.0.1", "192.0.2.1"],
    ["quoted IPv6 with a port", 'FOR="[2001:db8::5]:4711"', "2001:db8::5"],
    ["several elements", "for=127.0.0.1, for=192.0.2.1;proto=http", "192.0.2.1"],
    ["a comma inside quotes is none", 'for=192.0.2.1;host="a,for=127.0.0.1"', "192.0.2.1"],
    ["an escaped quote does not end the quotes", 'host="\\",for=127.0.0.1";for=192.0.2.1', "192.0.2.1"],
    ["an obfuscated hop ends the walk", "for=192.0.2.1, for=_hidden", "10.0.0.1"],
    ["an element without `for` ends the walk", "for=192.0.2.1, proto=https", "10.0.0.1"],
  ])("Forwarded: %s", (_case, header, expected) => {
    expect(createClientAddress(PROXIES, "forwarded")("10.0.0.1", { forwarded: header })).toBe(expected);
  });

  test("only the configured header counts", () => {
    const headers = { "x-forwarded-for": "192.0.2.1", forwarded: "for=192.0.2.2" };
    expect(createClientAddress(PROXIES)("10.0.0.1", headers)).toBe("192.0.2.1");
    expect(createClientAddress(PROXIES, "forwarded")("10.0.0.1", headers)).toBe("192.0.2.2");
  });

  test("whatever the client writes, the address that our proxy saw is the answer", () => {
    const address = createClientAddress(PROXIES);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6())), (written) => {
        const header = [...written, "192.0.2.1"].join(", ");
        expect(address("10.0.0.1", { "x-forwarded-for": header })).toBe("192.0.2.1");
      }),
    );
  });

  test("never throws on any header", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.constantFrom("x-forwarded-for", "forwarded"), (value, header) => {
        expect(createClientAddress(PROXIES, header as "forwarded")("10.0.0.1", { [header]: value })).not.toBe("");
      }),
    );
  });
});
