import type { Message } from "@safeguard/core";
import { createPriceList, type PriceList } from "../prices/price-list.ts";
import type { TrafficRow } from "./traffic-file/traffic-row.ts";

type Money = NonNullable<Message["price"]>;

/** What messages cost: as the file says, else the published list price, in US dollars. */
export class RowPrices {
  readonly #list: PriceList = createPriceList({});
  readonly #own = new Map<string, Map<number, Money>>();
  readonly #listed = new Map<string, Money | undefined>();
  /** Messages for which a list price stood in. */
  listPriced = 0;

  of({ priceMicros, currency, recipient }: TrafficRow): Money | undefined {
    if (priceMicros !== undefined) return this.#ownPrice(priceMicros, currency);
    if (recipient === undefined) return undefined;
    const key = recipient.candidates.join();
    if (!this.#listed.has(key)) this.#listed.set(key, this.#list.price(recipient, 1, "USD"));
    const price = this.#listed.get(key);
    if (price !== undefined) this.listPriced += 1;
    return price;
  }

  /** There are few different prices: one object for each. */
  #ownPrice(micros: number, currency: string): Money {
    let prices = this.#own.get(currency);
    if (prices === undefined) {
      if (this.#own.size >= MOST_CURRENCIES) this.#own.clear();
      prices = new Map();
      this.#own.set(currency, prices);
    }
    let price = prices.get(micros);
    if (price === undefined) {
      if (prices.size >= MOST_PRICES) prices.clear();
      price = { micros, currency };
      prices.set(micros, price);
    }
    return price;
  }
}

const MOST_CURRENCIES = 256;
const MOST_PRICES = 1024;
