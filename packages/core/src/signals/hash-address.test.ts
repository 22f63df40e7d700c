import { describe, expect, it } from "vitest";
import { hashAddress } from "./hash-address.ts";

describe("what is kept of an end user's address", () => {
  it("is the same for the same, and for all of one IPv6 network", () => {
    expect(hashAddress("203.0.113.9")).toBe(hashAddress("203.0.113.9"));
    expect(hashAddress("203.0.113.9")).not.toBe(hashAddress("203.0.113.10"));
    expect(hashAddress("2001:db8:1:2::9")).toBe(hashAddress("2001:DB8:1:2:ffff:1:2:3"));
    expect(hashAddress("2001:db8:1:2::9")).not.toBe(hashAddress("2001:db8:1:3::9"));
    expect(hashAddress("::ffff:203.0.113.9")).toBe(hashAddress("203.0.113.9"));
  });

  it("says nothing where nothing is known", () => {
    expect([undefined, "", "unknown", "-"].map(hashAddress)).toEqual([0, 0, 0, 0]);
  });

  it("has 24 bits, so that it is found again in 256 addresses and seldom alike by chance", () => {
    const hashes = new Set<number>();
    for (let last = 0; last < 4_096; last++) {
      const hash = hashAddress(`198.51.${last >> 8}.${last & 255}`);
      expect(hash).toBeGreaterThan(0);
      expect(hash).toBeLessThan(2 ** 24);
      hashes.add(hash);
    }
    expect(hashes.size).toBeGreaterThan(4_090);
  });
});
