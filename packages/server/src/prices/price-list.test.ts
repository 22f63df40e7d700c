import type { Destination, E164, Recipient } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { createPriceList } from "./price-list.ts";

function recipient(...candidates: [string, ...string[]]): Recipient {
  return {
    e164: "+31612345678" as E164,
    candidates: candidates as [string, ...string[]] as unknown as [Destination, ...Destination[]],
    twin: undefined,
    type: "mobile",
    valid: candidates.length === 1,
  };
}

describe("the price of a message", () => {
  const prices = createPriceList({ EUR: 0.5 });

  it("is that of its destination times its segments", () => {
    expect(prices.price(recipient("NL"), 2, "USD")).toEqual({ micros: 193_200, currency: "USD" });
  });

  it("is in the account's currency where a rate is configured, else unknown", () => {
    expect(prices.price(recipient("NL"), 1, "EUR")).toEqual({ micros: 48_300, currency: "EUR" });
    expect(prices.price(recipient("NL"), 1, "JPY")).toBeUndefined();
  });

  it("is that of the dearest candidate when the destination is not known for sure", () => {
    expect(prices.price(recipient("NL", "TJ"), 1, "USD")).toEqual(prices.price(recipient("TJ"), 1, "USD"));
  });

  it("is unknown for networks without a published price", () => {
    expect(prices.price(recipient("888"), 1, "USD")).toBeUndefined();
  });
});
