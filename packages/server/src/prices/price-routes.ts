import { hash } from "node:crypto";
import { CURRENCY, type Destination, isDestination } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { moneyView, viewOfMoney } from "../api/money.ts";
import type { Changes } from "../changes.ts";
import { DEFAULT_PRICES_USD_MICROS } from "./default-prices.generated.ts";
import type { PriceEntry, PriceTable } from "./price-table.ts";

export const MOST_PRICES = 100_000;

const priceBody = z.strictObject({
  destination: z
    .string()
    .refine(isDestination, "must be a destination, such as NL")
    .describe("ISO 3166-1 alpha-2, or the calling code of a non-geographic network."),
  operator: z.string().min(1).max(100).exactOptional().describe("As the numbering plan calls it."),
  prefix: z
    .string()
    .regex(/^\+[1-9]\d{0,14}$/, "must be + and 1 to 15 digits")
    .exactOptional(),
  price: z.number().min(0).max(1000).describe("Of one segment, in units of the currency."),
  currency: z.string().regex(CURRENCY, "must be an ISO 4217 code, such as EUR"),
});

export const pricesBody = z
  .strictObject({
    prices: z
      .array(priceBody)
      .max(MOST_PRICES)
      .describe("All of them: what was there is replaced. Empty: the published prices."),
  })
  .meta({ id: "PricesBody" });

export type PricesBody = z.infer<typeof pricesBody>;

const entryView = z.object({
  destination: z.string(),
  operator: z.string().nullable(),
  prefix: z.string().nullable(),
  price: moneyView,
  source: z.enum(["imported", "published"]),
});

export const pricesView = z.object({ prices: z.array(entryView) }).meta({ id: "Prices" });
export type PricesView = z.infer<typeof pricesView>;

export interface PriceRoutesDeps {
  readonly prices: PriceTable;
  /** Resolves when they are durable. */
  save(entries: readonly PriceEntry[]): Promise<void>;
  readonly changes: Changes;
}

/** `/v1/prices`: what messages cost, for ceilings of money and for what attacks cost. */
export function priceRoutes({ prices, save, changes }: PriceRoutesDeps): RoutePlugin {
  const tags = ["Usage"];
  return async (app) => {
    app.get(
      "/v1/prices",
      {
        config: { scope: "operator" },
        schema: {
          tags,
          summary: "List the prices of one segment",
          querystring: z.strictObject({ destination: z.string().exactOptional().describe("Only of this one.") }),
          response: { 200: pricesView },
        },
      },
      async (request): Promise<PricesView> => {
        const { destination } = request.query;
        const all = viewOfPrices(prices.entries());
        return { prices: destination === undefined ? all : all.filter((entry) => entry.destination === destination) };
      },
    );
    app.put(
      "/v1/prices",
      {
        config: { scope: "operator" },
        bodyLimit: 16 * 1024 * 1024,
        schema: { tags, summary: "Replace the imported prices", body: pricesBody, response: { 200: pricesView } },
      },
      async (request): Promise<PricesView> => {
        const entries = request.body.prices.map(entryOf);
        // First the record that it is to be, then the file: nothing is replaced without a row of the audit trail.
        const { at, actor } = request.caller;
        const sha256 = hash("sha256", JSON.stringify(entries), "hex");
        await changes.commit([{ type: "prices_replaced", at, actor, entries: entries.length, sha256 }]);
        await save(entries);
        prices.replace(entries);
        return { prices: viewOfPrices(entries) };
      },
    );
  };
}

function entryOf({ destination, operator, prefix, price, currency }: PricesBody["prices"][number]): PriceEntry {
  return {
    destination: destination as Destination,
    ...(operator !== undefined && { operator }),
    ...(prefix !== undefined && { prefix }),
    price: { micros: Math.round(price * 1_000_000), currency },
  };
}

function viewOfPrices(entries: readonly PriceEntry[]): PricesView["prices"] {
  const known = new Set(entries.map(({ destination }) => destination as string));
  const imported = entries.map(({ destination, operator, prefix, price }) => ({
    destination: destination as string,
    operator: operator ?? null,
    prefix: prefix ?? null,
    price: viewOfMoney(price),
    source: "imported" as const,
  }));
  const published = Object.entries(DEFAULT_PRICES_USD_MICROS)
    .filter(([destination]) => !known.has(destination))
    .map(([destination, micros]) => ({
      destination,
      operator: null,
      prefix: null,
      price: viewOfMoney({ micros, currency: "USD" }),
      source: "published" as const,
    }));
  return [...imported, ...published];
}
