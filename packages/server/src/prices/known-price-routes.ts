import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { moneyView, viewOfMoney } from "../api/money.ts";
import { DEFAULT_PRICES_USD_MICROS } from "./default-prices.generated.ts";
import type { PriceEntry, PriceTable } from "./price-table.ts";

/** Prices of one destination that are given one by one. */
const MOST_LISTED = 1_000;
const SOURCES = ["imported", "published"] as const;

export const knownPricesView = z
  .object({
    destinations: z
      .array(
        z.object({
          destination: z.string(),
          least: moneyView,
          most: moneyView,
          prices: z.int().describe("How many: of operators and prefixes."),
          source: z.enum(SOURCES).describe("`published`: as vendors published it."),
        }),
      )
      .describe("A line for each destination and currency, by destination."),
    prices: z
      .array(z.object({ operator: z.string().nullable(), prefix: z.string().nullable(), price: moneyView }))
      .describe("Of the destination that is asked for, one by one."),
    more: z.boolean().describe("There are more of that destination than are listed."),
  })
  .meta({ id: "KnownPrices" });

type KnownPrices = z.infer<typeof knownPricesView>;

/** `/v1/usage/prices`: what messages are taken to cost, for whoever counts them. The operator sets them: see `/v1/prices`. */
export function knownPriceRoutes({ prices }: { readonly prices: Pick<PriceTable, "entries"> }): RoutePlugin {
  let of: readonly PriceEntry[] | undefined;
  let lines: KnownPrices["destinations"] = [];
  return async (app) => {
    app.get(
      "/v1/usage/prices",
      {
        config: { scope: "usage:read" },
        schema: {
          tags: ["Usage"],
          summary: "Say what one segment is taken to cost, by destination",
          description:
            "By these prices money is counted: in limits, spend and what attacks cost. The same for all accounts.",
          querystring: z.strictObject({
            destination: z.string().max(8).exactOptional().describe("List the prices of this one, too."),
          }),
          response: { 200: knownPricesView },
        },
      },
      async ({ query: { destination } }): Promise<KnownPrices> => {
        const entries = prices.entries();
        // (up to 100,000 entries, which change when they are imported)
        if (of !== entries) {
          of = entries;
          lines = linesOf(entries);
        }
        const found = destination === undefined ? [] : entries.filter((entry) => entry.destination === destination);
        return {
          destinations: lines,
          prices: found.slice(0, MOST_LISTED).map(({ operator, prefix, price }) => ({
            operator: operator ?? null,
            prefix: prefix ?? null,
            price: viewOfMoney(price),
          })),
          more: found.length > MOST_LISTED,
        };
      },
    );
  };
}

function linesOf(entries: readonly PriceEntry[]): KnownPrices["destinations"] {
  const imported = [...Map.groupBy(entries, ({ destination, price }) => `${destination} ${price.currency}`).values()];
  const known = new Set<string>(entries.map(({ destination }) => destination));
  const lines = imported.flatMap((group): KnownPrices["destinations"] => {
    const sorted = group.toSorted((one, other) => one.price.micros - other.price.micros);
    const [least, most] = [sorted[0], sorted.at(-1)];
    if (least === undefined || most === undefined) return [];
    return [
      {
        destination: least.destination,
        least: viewOfMoney(least.price),
        most: viewOfMoney(most.price),
        prices: group.length,
        source: "imported",
      },
    ];
  });
  const published = Object.entries(DEFAULT_PRICES_USD_MICROS)
    .filter(([destination]) => !known.has(destination))
    .map(([destination, micros]) => {
      const price = viewOfMoney({ micros, currency: "USD" });
      return { destination, least: price, most: price, prices: 1, source: "published" as const };
    });
  return [...lines, ...published].sort((one, other) => (one.destination < other.destination ? -1 : 1));
}
