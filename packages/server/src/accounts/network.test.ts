import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileNetworks, inNetworks, parseNetwork, withinNetworks } from "./network.ts";

const holds = (block: string, address: string): boolean => inNetworks(compileNetworks([block]), address);

describe("a network", () => {
  test.each([
    ["192.0.2.0/24", "192.0.2.255", true],
    ["192.0.2.0/24", "192.0.3.0", false],
    ["192.0.2.7", "192.0.2.7", true],
    ["192.0.2.7", "192.0.2.8", false],
    ["0.0.0.0/0", "203.0.113.9", true],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["::/0", "2001:db8::1", true],
    ["192.0.2.0/24", "::ffff:192.0.2.9", true],
    ["::ffff:192.0.2.0/120", "192.0.2.9", true],
    ["::/0", "192.0.2.9", false],
    ["fe80::/10", "fe80::1%eth0", true],
    ["192.0.2.0/24", "", false],
    ["0.0.0.0/0", "not an address", false],
    ["0.0.0.0/0", "0x7f.1", false],
  ])("%s holds %j: %s", (block, address, expected) => {
    expect(holds(block, address)).toBe(expected);
  });

  test.each([
    ["10.0.0.5/8", "has bits set after its prefix; write 10.0.0.0/8"],
    ["2001:db8::1/32", "has bits set after its prefix; write 2001:db8::/32"],
    ["10.0.0.0/33", "must have 0 to 32 bits after the slash"],
    ["10.0.0.0/08", "must have 0 to 32 bits after the slash"],
    ["10.0.0.0/", "must have 0 to 32 bits after the slash"],
    ["10.1/16", "is no CIDR block; write 192.0.2.0/24 or 2001:db8::/32"],
    ["010.0.0.0/8", "is no CIDR block; write 192.0.2.0/24 or 2001:db8::/32"],
    ["fe80::1%eth0/64", "is no CIDR block; write 192.0.2.0/24 or 2001:db8::/32"],
    ["", "is no CIDR block; write 192.0.2.0/24 or 2001:db8::/32"],
  ])("%j is refused: %s", (block, message) => {
    expect(parseNetwork(block)).toEqual({ ok: false, message });
  });

  test("within another has fewer addresses of the same kind", () => {
    const [inner, v6] = compileNetworks(["10.1.0.0/16", "2001:db8::/48"]);
    if (inner === undefined || v6 === undefined) throw new Error("two networks");
    expect(withinNetworks(inner, compileNetworks(["10.0.0.0/8"]))).toBe(true);
    expect(withinNetworks(inner, compileNetworks(["10.1.2.0/24"]))).toBe(false);
    expect(withinNetworks(v6, compileNetworks(["0.0.0.0/0"]))).toBe(false);
  });

  test("agrees with plain arithmetic on IPv4", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(32), fc.nat(0xffffffff), (base, bits, flip) => {
        const size = 2 ** (32 - bits);
        const start = base - (base % size);
        // Half of the addresses near the block, half anywhere.
        const address = flip % 2 === 0 ? flip : Math.min(0xffffffff, start + (flip % (2 * size)));
        expect(holds(`${dotted(start)}/${bits}`, dotted(address))).toBe(address >= start && address < start + size);
      }),
    );
  });

  test("agrees with plain arithmetic on IPv6", () => {
    const word = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
    fc.assert(
      fc.property(word, fc.nat(128), word, fc.boolean(), (base, bits, other, near) => {
        const size = 1n << BigInt(128 - bits);
        const start = base - (base % size);
        const address = near ? start + (other % (2n * size)) : other;
        fc.pre(address < 1n << 128n && !mapped(start) && !mapped(address));
        expect(holds(`${colons(start)}/${bits}`, colons(address))).toBe(address >= start && address < start + size);
      }),
    );
  });

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f.:/%]{0,40}$/)), (text) => {
        const result = parseNetwork(text);
        if (result.ok) expect(parseNetwork(result.canonical)).toMatchObject({ ok: true, canonical: result.canonical });
        expect(inNetworks(compileNetworks(["0.0.0.0/0", "::/0"]), text)).toBeTypeOf("boolean");
      }),
    );
  });
});

const mapped = (value: bigint): boolean => value >> 32n === 0xffffn;

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

function colons(value: bigint): string {
  return Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16)).join(
    ":",
  );
}
