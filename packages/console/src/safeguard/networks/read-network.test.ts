import { describe, expect, it } from "vitest";
import { admits, blocksOf, readNetwork } from "./read-network.ts";

describe("networks as they are typed", () => {
  it("are blocks of IPv4 or IPv6, or one address", () => {
    for (const good of ["192.0.2.0/24", "2001:db8::/32", "192.0.2.7", "::1", "0.0.0.0/0", "2001:db8:0:1::/64"])
      expect(readNetwork(good), good).toMatchObject({ ok: true });
    for (const wrong of ["", "192.0.2", "192.0.2.256", "2001:db8::1::2", "example.com", "1.2.3.4/8/8", "01.2.3.4"])
      expect(readNetwork(wrong), wrong).toEqual({ ok: false, problem: "block" });
    expect(readNetwork("192.0.2.0/33")).toEqual({ ok: false, problem: "bits" });
    expect(readNetwork("192.0.2.0/024")).toEqual({ ok: false, problem: "bits" });
  });

  it("with bits after their prefix could mean the address or the block: what is right is said", () => {
    expect(readNetwork("10.0.0.5/8")).toEqual({ ok: false, problem: "host", right: "10.0.0.0/8" });
    expect(readNetwork("2001:db8::7/32")).toEqual({ ok: false, problem: "host", right: "2001:db8::/32" });
    expect(readNetwork("2001:db8:0:1::7/64")).toEqual({ ok: false, problem: "host", right: "2001:db8:0:1::/64" });
  });

  it("let in the addresses that are in one of them, and without any everybody", () => {
    const networks = ["192.0.2.0/24", "2001:db8::/32"];
    expect(["192.0.2.9", "::ffff:192.0.2.9", "2001:db8:1::2"].map((one) => admits(networks, one))).toEqual([
      true,
      true,
      true,
    ]);
    expect(["192.0.3.1", "2001:db9::", "10.0.0.1"].map((one) => admits(networks, one))).toEqual([false, false, false]);
    expect([admits([], "10.0.0.1"), admits(networks, "me")]).toEqual([true, undefined]);
  });

  it("stand in lines, or with commas between", () => {
    expect(blocksOf(" 10.0.0.0/8,\n192.0.2.1 ; ::1\n")).toEqual(["10.0.0.0/8", "192.0.2.1", "::1"]);
  });
});
