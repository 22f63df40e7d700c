import { randomInt } from "node:crypto";
import { parseRecipient } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { planAttack } from "./plan-attack.ts";

const destinationOf = (to: string): string => {
  const parsed = parseRecipient(to, "native");
  return parsed.ok ? parsed.recipient.candidates[0] : "none";
};
const plan = (allowed: (destination: string) => boolean) =>
  planAttack({ attack: 48, ordinary: 12, goesOut: (to) => allowed(destinationOf(to)), random: randomInt });

describe("the numbers of a simulated attack", () => {
  it("are consecutive, in one block of 10,000 of one destination", () => {
    const attack = plan(() => true)?.attack ?? [];
    expect(attack).toHaveLength(48);
    expect(new Set(attack.map((to) => to.slice(0, -4))).size).toBe(1);
    expect(new Set(attack.map(destinationOf)).size).toBe(1);
    attack.forEach((to, index) => {
      expect(Number(to.slice(1))).toBe(Number(attack[0]?.slice(1)) + index);
    });
  });

  it("are where the policy lets messages pass, and ordinary ones apart from each other", () => {
    const found = plan((destination) => destination === "NL");
    expect([...new Set([...(found?.attack ?? []), ...(found?.ordinary ?? [])].map(destinationOf))]).toEqual(["NL"]);
    const blocks = plan(() => true)?.ordinary.map((to) => to.slice(0, -4)) ?? [];
    expect(blocks).toHaveLength(12);
    expect(new Set(blocks).size).toBeGreaterThan(10);
  });

  it("are none where nothing passes", () => {
    expect(plan(() => false)).toBeUndefined();
  });
});
