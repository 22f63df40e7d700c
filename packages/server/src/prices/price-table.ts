import { type Destination, operatorOf, type Recipient } from "@safeguard/core";
import type { Money } from "../store/journal-record.ts";
import { DEFAULT_PRICES_USD_MICROS } from "./default-prices.generated.ts";
import { createExchange } from "./exchange.ts";
import type { PriceList } from "./price-list.ts";

/** The price of one segment. Of several that speak of a number the one with the longest prefix holds, then its operator's, then its destination's. */
export interface PriceEntry {
  readonly destination: Destination;
  /** As the numbering plan calls it. A number that was ported has another by now: nobody can tell from the number. */
  readonly operator?: string;
  /** `+` and digits. */
  readonly prefix?: string;
  readonly price: Money;
}

/** Prices that can be replaced as a whole while they are used. */
export interface PriceTable extends PriceList {
  /** What was imported; empty: the published prices hold. */
  entries(): readonly PriceEntry[];
  replace(entries: readonly PriceEntry[]): void;
}

interface PricesOfDestination {
  /** The longest first. */
  readonly prefixes: PriceEntry[];
  readonly operators: Map<string, Money>;
  whole: Money | undefined;
  /** Of its operators: holds where none is known and there is no price of the whole. */
  readonly dearest: Money[];
}

/**
 * What was imported, and published list prices for destinations of which nothing was. Turned into the account's currency by
 * the rates that the operator configured (units of it for a US dollar). Of several that may hold the dearest counts: a spend
 * is never understated.
 */
export function createPriceTable(exchangeRates: Readonly<Record<string, number>>): PriceTable {
  let imported: readonly PriceEntry[] = [];
  let byDestination = new Map<Destination, PricesOfDestination>();
  const converted = createExchange(exchangeRates);

  function dearestOf(prices: readonly Money[], currency: string): number | undefined {
    let dearest: number | undefined;
    for (const price of prices) {
      const micros = converted(price, currency);
      if (micros !== undefined && (dearest === undefined || micros > dearest)) dearest = micros;
    }
    return dearest;
  }

  function segmentPrice(destination: Destination, { e164 }: Recipient, currency: string): number | undefined {
    const known = byDestination.get(destination);
    if (known !== undefined) {
      const byPrefix = known.prefixes.find(({ prefix = "+" }) => e164.startsWith(prefix))?.price;
      const operator = known.operators.size === 0 ? undefined : operatorOf(e164);
      const byOperator = operator === undefined ? undefined : known.operators.get(operator.toLowerCase());
      const price = byPrefix ?? byOperator ?? known.whole;
      return price === undefined ? dearestOf(known.dearest, currency) : converted(price, currency);
    }
    const micros = DEFAULT_PRICES_USD_MICROS[destination];
    return micros === undefined ? undefined : converted({ micros, currency: "USD" }, currency);
  }

  return {
    price(recipient, segments, currency) {
      let dearest: number | undefined;
      for (const destination of recipient.candidates) {
        const micros = segmentPrice(destination, recipient, currency);
        if (micros !== undefined && (dearest === undefined || micros > dearest)) dearest = micros;
      }
      return dearest === undefined ? undefined : { micros: Math.round(dearest * segments), currency };
    },
    entries: () => imported,
    replace(entries) {
      imported = entries;
      byDestination = indexed(entries);
    },
  };
}

function indexed(entries: readonly PriceEntry[]): Map<Destination, PricesOfDestination> {
  const index = new Map<Destination, PricesOfDestination>();
  for (const entry of entries) {
    const { destination, operator, prefix, price } = entry;
    const known: PricesOfDestination = index.get(destination) ?? {
      prefixes: [],
      operators: new Map(),
      whole: undefined,
      dearest: [],
    };
    index.set(destination, known);
    known.dearest.push(price);
    if (prefix !== undefined) known.prefixes.push(entry);
    else if (operator === undefined) known.whole = price;
    else known.operators.set(operator.toLowerCase(), price);
  }
  for (const { prefixes } of index.values()) prefixes.sort((a, b) => (b.prefix ?? "").length - (a.prefix ?? "").length);
  return index;
}
