import type { Destination, E164, Recipient } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { createPriceTable } from "./price-table.ts";
import { readPriceFile } from "./read-price-file.ts";

describe("a file of prices", () => {
  it("has a line for each price, of a destination, an operator or a prefix", () => {
    const { prices, problems } = readPriceFile(
      'destination,operator,prefix,price,currency\r\nNL,,,0.08,EUR\nnl,"KPN, Mobile",,0.07,EUR\nBE,,32470,0.06,\n\n',
      "USD",
    );
    expect(problems).toEqual([]);
    expect(prices).toEqual([
      { destination: "NL", price: 0.08, currency: "EUR" },
      { destination: "NL", operator: "KPN, Mobile", price: 0.07, currency: "EUR" },
      { destination: "BE", prefix: "+32470", price: 0.06, currency: "USD" },
    ]);
  });

  it("may be a published table as it is", () => {
    const { prices } = readPriceFile("iso2,operator,price_usd\nAD,Mobiland,0.1317\nAD,Other,0.14\n", "EUR");
    expect(prices).toEqual([
      { destination: "AD", operator: "Mobiland", price: 0.1317, currency: "USD" },
      { destination: "AD", price: 0.14, currency: "USD" },
    ]);
  });

  it("is told what is wrong with it, by line", () => {
    expect(readPriceFile("a,b\n", "USD").problems[0]?.line).toBe(1);
    const { problems } = readPriceFile(
      "destination,price,currency\nUK,0.1,EUR\nNL,,EUR\nNL,-1,EUR\nNL,1,euro\n",
      "USD",
    );
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  });
});

describe("imported prices", () => {
  const table = createPriceTable({ EUR: 0.5 });
  const entry = (price: number, more: object = {}) => ({
    destination: "NL" as Destination,
    price: { micros: price, currency: "EUR" },
    ...more,
  });
  const to = (e164: string, ...candidates: string[]): Recipient => ({
    e164: e164 as E164,
    candidates: candidates as unknown as Recipient["candidates"],
    twin: undefined,
    type: "mobile",
    valid: true,
  });

  it("hold by prefix, then operator, then destination; published ones hold where nothing was imported", () => {
    table.replace([entry(80_000), entry(90_000, { prefix: "+31612" }), entry(95_000, { prefix: "+316123" })]);
    expect(table.price(to("+31612345678", "NL"), 2, "EUR")?.micros).toBe(190_000);
    expect(table.price(to("+31612945678", "NL"), 1, "EUR")?.micros).toBe(90_000);
    expect(table.price(to("+31687654321", "NL"), 1, "EUR")?.micros).toBe(80_000);
    expect(table.price(to("+32470123456", "BE"), 1, "USD")?.micros).toBe(105_000);
  });

  it("need no rate in their own currency, and both rates in another", () => {
    table.replace([{ destination: "NL" as Destination, price: { micros: 100, currency: "JPY" } }, entry(1)]);
    expect(table.price(to("+31612345678", "NL"), 1, "USD")?.micros).toBe(2);
    table.replace([{ destination: "NL" as Destination, price: { micros: 100, currency: "JPY" } }]);
    expect(table.price(to("+31612345678", "NL"), 1, "JPY")?.micros).toBe(100);
    expect(table.price(to("+31612345678", "NL"), 1, "EUR")).toBeUndefined();
  });

  it("count as the dearest where there are only operators' and none is known", () => {
    table.replace([entry(70_000, { operator: "Nobody A" }), entry(75_000, { operator: "Nobody B" })]);
    expect(table.price(to("+31612345678", "NL"), 1, "EUR")?.micros).toBe(75_000);
  });
});
