import { afterAll, beforeAll, expect, it } from "vitest";
import type { z } from "zod";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import type { knownPricesView } from "./known-price-routes.ts";

let product: TestSafeguard;
beforeAll(async () => {
  product = await startSafeguard();
});
afterAll(() => product.stop());

async function known(query = ""): Promise<z.infer<typeof knownPricesView>> {
  const { status, body } = await product.api("GET", `/v1/usage/prices${query}`);
  expect(status).toBe(200);
  return body as z.infer<typeof knownPricesView>;
}

it("prices are those that vendors published, until the operator imports others; then each says where it is from", async () => {
  const before = await known("?destination=NL");
  expect(before.destinations.length).toBeGreaterThan(100);
  expect(new Set(before.destinations.map(({ source }) => source))).toEqual(new Set(["published"]));
  expect([before.prices, before.more]).toEqual([[], false]);
  const prices = [
    { destination: "NL", operator: "KPN", price: 0.06, currency: "EUR" },
    { destination: "NL", prefix: "+3165", price: 0.08, currency: "EUR" },
    { destination: "NL", price: 0.1, currency: "USD" },
  ];
  expect((await product.operator("PUT", "/v1/prices", { prices })).status).toBe(200);
  const after = await known("?destination=NL");
  expect(after.destinations.filter(({ destination }) => destination === "NL")).toMatchObject([
    { least: { amount: "0.06", currency: "EUR" }, most: { amount: "0.08" }, prices: 2, source: "imported" },
    { least: { currency: "USD" }, prices: 1, source: "imported" },
  ]);
  expect(after.prices.map(({ operator, prefix }) => operator ?? prefix)).toEqual(["KPN", "+3165", null]);
  expect(after.destinations.some(({ destination, source }) => destination === "DE" && source === "published")).toBe(
    true,
  );
});

it("prices are set by the operator alone", async () => {
  expect((await product.api("PUT", "/v1/prices", { prices: [] })).status).toBe(403);
  expect((await product.api("GET", "/v1/prices")).status).toBe(403);
});
