import { describe, expect, it } from "vitest";
import { compileHosts, hostProblem } from "./host-list.ts";

describe("a list of hosts", () => {
  it.each([
    "hooks.example.com",
    "HOOKS.example.com.",
    "*.example.com",
    "bücher.example",
    "198.51.100.0/24",
    "198.51.100.7",
    "2001:db8::/32",
    "_internal.example.com",
  ])("may have %s", (entry) => expect(hostProblem(entry)).toBeUndefined());

  it.each([
    "",
    "*",
    "*.",
    "*.com/x",
    "com",
    "https://example.com",
    "example.com:443",
    "user@example.com",
    "exa mple.com",
    "*.*.example.com",
    "a*.example.com",
    "10.0.0.5/8",
    "10.0.0",
    "300.1.1.1",
  ])("has no place for %j, and says what is right", (entry) => {
    expect(hostProblem(entry)).toMatch(/write|must have/);
  });

  it("has a name, what is below one, and addresses; nothing that only looks like them", () => {
    const hosts = compileHosts([
      "hooks.example.com",
      "*.shop.example",
      "bücher.example",
      "198.51.100.0/24",
      "2001:db8::/32",
    ]);
    for (const name of [
      "hooks.example.com",
      "hooks.example.com.",
      "a.shop.example",
      "a.b.shop.example",
      "xn--bcher-kva.example",
    ])
      expect(hosts.hasName(name), name).toBe(true);
    for (const name of [
      "example.com",
      "x.hooks.example.com",
      "hooks.example.com.evil.example",
      "shop.example",
      "evilshop.example",
      "",
    ])
      expect(hosts.hasName(name), name).toBe(false);
    for (const address of ["198.51.100.0", "198.51.100.255", "::ffff:198.51.100.9", "2001:db8::1"])
      expect(hosts.hasAddress(address), address).toBe(true);
    for (const address of ["198.51.101.0", "2001:db9::1", "hooks.example.com"])
      expect(hosts.hasAddress(address), address).toBe(false);
    expect(compileHosts(["hooks.example.com"]).hasNetworks).toBe(false);
  });
});
