import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageTo, NOON } from "../../test/message-to.ts";
import { lineOf, queryOf } from "./detection-query.ts";
import { DEFAULT_DETECTION } from "./detection-settings.ts";

describe("a message as detection sees it", () => {
  it("has its number as one whole number: all of up to 15 digits apart", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (line) => {
        expect(lineOf(`+${line}`)).toBe(line);
      }),
    );
  });

  it("has a hash of the device: the same for the same, 0 where nothing is known", () => {
    const query = (changes: Parameters<typeof messageTo>[1]) =>
      queryOf(messageTo("+31612345678", changes), "enforce", DEFAULT_DETECTION);
    expect(query({}).device).toBe(0);
    const known = query({ device: "a" });
    expect(query({ device: "a" })).toEqual(known);
    expect(known.device).not.toBe(query({ device: "b" }).device);
    expect(query({ device: "" }).device).not.toBe(0);
  });

  it("acts in enforce alone, and brings time, price and settings along", () => {
    const message = messageTo("+31612345678", { price: { micros: 5, currency: "EUR" }, heldSince: NOON });
    const query = queryOf(message, "monitor", { ...DEFAULT_DETECTION, holdSeconds: 7 });
    expect(query).toMatchObject({ line: 31_612_345_678, destination: "NL", at: NOON, acts: false, holdSeconds: 7 });
    expect(query).toMatchObject({ heldSince: NOON, priceMicros: 5, currency: "EUR" });
    expect(queryOf(message, "enforce", DEFAULT_DETECTION).acts).toBe(true);
  });
});
