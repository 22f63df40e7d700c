import type { LookupOptions } from "node:dns";
import { describe, expect, test } from "vitest";
import { type AddressGuardOptions, createAddressGuard } from "./address-guard.ts";

const strict = createAddressGuard({ allowPrivateNetworks: false });
const open = createAddressGuard({ allowPrivateNetworks: true });

describe("a URL that a customer supplies", () => {
  test.each([
    "https://example.com/callback",
    "http://example.com/callback?x=1",
    "https://example.com:8443/",
    "https://example.com:443/",
    "https://xn--bcher-kva.example/",
    "https://93.184.216.34/hook",
    "https://1.1.1.1/",
    "https://[2606:4700:4700::1111]/hook",
  ])("%s may be called", (url) => {
    expect(strict.check(url)).toMatchObject({ ok: true });
  });

  test.each([
    // Not a URL for us.
    ["", "no absolute URL"],
    ["/callback", "no absolute URL"],
    ["example.com/callback", "no absolute URL"],
    ["https://", "no absolute URL"],
    ["ftp://example.com/", "https:// or http://"],
    ["file:///etc/passwd", "https:// or http://"],
    ["gopher://example.com:70/", "https:// or http://"],
    ["javascript:alert(1)", "https:// or http://"],
    ["https://user:secret@example.com/", "user name"],
    ["https://example.com@127.0.0.1/", "user name"],
    // Ports of other services.
    ["https://example.com:22/", "ports"],
    ["http://example.com:6379/", "ports"],
    ["http://example.com:25/", "ports"],
    // IPv4: this host, private, shared, link-local with the metadata service, reserved, multicast, broadcast.
    ["http://0.0.0.0/", "public"],
    ["http://127.0.0.1/", "public"],
    ["http://127.255.255.254/", "public"],
    ["http://10.0.0.1/", "public"],
    ["http://172.16.0.1/", "public"],
    ["http://172.31.255.255/", "public"],
    ["http://192.168.1.1/", "public"],
    ["http://100.64.0.1/", "public"],
    ["http://169.254.169.254/latest/meta-data/", "public"],
    ["http://192.0.0.8/", "public"],
    ["http://192.0.2.1/", "public"],
    ["http://198.18.0.1/", "public"],
    ["http://198.51.100.1/", "public"],
    ["http://203.0.113.1/", "public"],
    ["http://224.0.0.1/", "public"],
    ["http://240.0.0.1/", "public"],
    ["http://255.255.255.255/", "public"],
    // Other ways to write them.
    ["http://127.1/", "public"],
    ["http://2130706433/", "public"],
    ["http://0x7f000001/", "public"],
    ["http://0177.0.0.1/", "public"],
    ["http://127.0.0.1./", "public"],
    ["http://①②⑦.0.0.1/", "public"],
    ["http://%31%32%37.0.0.1/", "public"],
    // IPv6, and IPv4 inside it.
    ["http://[::]/", "public"],
    ["http://[::1]/", "public"],
    ["http://[::127.0.0.1]/", "public"],
    ["http://[::ffff:127.0.0.1]/", "public"],
    ["http://[::ffff:7f00:1]/", "public"],
    ["http://[::ffff:0:127.0.0.1]/", "public"],
    ["http://[64:ff9b::127.0.0.1]/", "public"],
    ["http://[64:ff9b:1::1]/", "public"],
    ["http://[2002:7f00:1::]/", "public"],
    ["http://[2001:0:1::]/", "public"],
    ["http://[2001:db8::1]/", "public"],
    ["http://[100::1]/", "public"],
    ["http://[fc00::1]/", "public"],
    ["http://[fd00:ec2::254]/", "public"],
    ["http://[fe80::1]/", "public"],
    ["http://[fec0::1]/", "public"],
    ["http://[ff02::1]/", "public"],
    ["http://[4000::1]/", "public"],
    // Names that stay at home.
    ["http://localhost/", "public"],
    ["http://LOCALHOST./", "public"],
    ["http://app.localhost/", "public"],
    ["http://printer.local/", "public"],
    ["http://metadata.google.internal/", "public"],
    ["http://intranet/", "public"],
  ])("%s may not be called (%s)", (url, problem) => {
    const check = strict.check(url);
    expect(check.ok).toBe(false);
    expect(!check.ok && check.problem).toContain(problem);
  });

  test("an IPv4-mapped public address is what it maps to", () => {
    expect(strict.check("http://[::ffff:1.1.1.1]/").ok).toBe(true);
  });

  test("in development everything but the scheme and credentials is free", () => {
    for (const url of ["http://127.0.0.1:3000/cb", "http://localhost:3000/cb", "http://[::1]:3000/"])
      expect(open.check(url).ok, url).toBe(true);
    expect(open.check("ftp://127.0.0.1/").ok).toBe(false);
    expect(open.check("http://a:b@127.0.0.1/").ok).toBe(false);
  });

  test("networks that the operator allows are as good as public ones, and nothing beside them", () => {
    const guard = createAddressGuard({ allowPrivateNetworks: false, allowedNetworks: ["10.1.0.0/16", "fd00:1::/32"] });
    expect(guard.check("http://10.1.2.3/").ok).toBe(true);
    expect(guard.check("http://[fd00:1::5]/").ok).toBe(true);
    expect(guard.check("http://[::ffff:10.1.2.3]/").ok).toBe(true);
    expect(guard.check("http://intranet/").ok, "its addresses decide").toBe(true);
    expect(guard.check("http://10.2.0.1/").ok).toBe(false);
    expect(guard.check("http://127.0.0.1/").ok).toBe(false);
  });
});

describe("a list of the hosts that may be called", () => {
  const guard = createAddressGuard({ allowPrivateNetworks: false, hosts: ["hooks.example.com", "*.shop.example"] });
  const withNetwork = createAddressGuard({ allowPrivateNetworks: false, hosts: ["93.184.216.0/24"] });

  test.each(["https://hooks.example.com/x", "https://HOOKS.example.com./x", "http://a.b.shop.example:8080/"])(
    "has %s",
    (url) => expect(guard.check(url).ok).toBe(true),
  );

  test.each([
    "https://example.com/",
    "https://shop.example/",
    "https://hooks.example.com.evil.example/",
    "https://1.1.1.1/",
  ])("has not %s", (url) => {
    const check = guard.check(url);
    expect(!check.ok && check.problem).toContain("must point at one of the hosts that this server may talk to");
  });

  test("lets a name wait for its addresses where it has blocks of them, and never loosens", () => {
    expect(withNetwork.check("https://93.184.216.34/").ok).toBe(true);
    expect(withNetwork.check("https://93.184.217.34/").ok).toBe(false);
    expect(withNetwork.check("https://any.example.com/").ok, "its addresses decide").toBe(true);
    const inside = createAddressGuard({
      allowPrivateNetworks: false,
      hosts: ["10.0.0.0/8", "*.internal", "x.example"],
    });
    for (const url of ["http://10.1.2.3/", "http://metadata.google.internal/", "https://x.example:22/"])
      expect(inside.check(url).ok, url).toBe(false);
  });
});

describe("the addresses of a name", () => {
  const lookup = (answers: readonly string[], options: LookupOptions = { all: true }) => {
    const resolve: AddressGuardOptions["resolve"] = (_, callback) =>
      callback(
        null,
        answers.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    const guard = createAddressGuard({ allowPrivateNetworks: false, resolve });
    return new Promise<unknown>((done) => {
      guard.lookup("name.example.com", options, (error, address) => done(error?.message ?? address));
    });
  };

  test("public ones are handed to the connection, so that it goes where the check looked", async () => {
    expect(await lookup(["1.1.1.1", "2606:4700::1"])).toEqual([
      { address: "1.1.1.1", family: 4 },
      { address: "2606:4700::1", family: 6 },
    ]);
    expect(await lookup(["1.1.1.1"], {})).toBe("1.1.1.1");
  });

  test.each([[["127.0.0.1"]], [["1.1.1.1", "10.0.0.1"]], [["::ffff:169.254.169.254"]], [["64:ff9b::a00:1"]], [[]]])(
    "%j: one that is not public is enough to refuse",
    async (answers) => {
      expect(await lookup(answers)).toContain("not public");
    },
  );

  test("a name that does not resolve stays an error of the resolver", async () => {
    const guard = createAddressGuard({
      allowPrivateNetworks: false,
      resolve: (_, callback) => callback(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), []),
    });
    const code = await new Promise((done) => guard.lookup("x.example", { all: true }, (error) => done(error?.code)));
    expect(code).toBe("ENOTFOUND");
  });
});
