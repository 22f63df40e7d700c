import { describe, expect, it } from "vitest";
import { funnelLines, shareOf, type VerificationFunnel } from "./funnel-lines.ts";

const steps = (asked: number, sent: number, delivered: number, verified: number) => ({
  asked,
  sent,
  delivered,
  verified,
});
const funnel: VerificationFunnel = {
  from: "2026-11-01",
  until: "2026-11-07",
  total: steps(1000, 900, 880, 700),
  destinations: [
    { destination: "NL", ...steps(900, 820, 800, 690) },
    { destination: "SL", ...steps(90, 70, 70, 5) },
    { destination: "BE", ...steps(10, 10, 10, 5) },
    { destination: "DE", ...steps(0, 0, 0, 0) },
  ],
  ranges: [{ range: "+31612xxxx", destination: "NL", ...steps(2, 2, 2, 2) }],
  routes: [{ provider: "sandbox", ...steps(2, 2, 2, 2) }],
  examined: { messages: 2, since: null, complete: true },
};

describe("the lines of a funnel", () => {
  it("mark a share that is less than half of all, where enough was sent to tell", () => {
    expect(funnelLines(funnel, "destination").map(({ name, isLow }) => [name, isLow])).toEqual([
      ["NL", false],
      ["SL", true],
      ["BE", false],
      ["DE", false],
    ]);
  });

  it("are by range and by route as well", () => {
    expect(funnelLines(funnel, "range")).toMatchObject([{ name: "+31612xxxx", destination: "NL", share: 1 }]);
    expect(funnelLines(funnel, "route")).toMatchObject([{ name: "sandbox", destination: undefined }]);
  });

  it("have no share of nothing, and never more than all", () => {
    expect(shareOf(steps(5, 0, 0, 2))).toBeUndefined();
    expect(shareOf(steps(5, 2, 0, 4))).toBe(1);
  });
});
