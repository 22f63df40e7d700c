import type { Recipient } from "@safeguard/core";
import type { Money } from "../store/journal-record.ts";
import { createPriceTable } from "./price-table.ts";

/** What an SMS costs. */
export interface PriceList {
  /** The price of `segments` parts to a recipient in `currency`; undefined where no price or no exchange rate is known. */
  price(recipient: Recipient, segments: number, currency: string): Money | undefined;
}

/** Published list prices alone; see `createPriceTable`. */
export function createPriceList(exchangeRates: Readonly<Record<string, number>>): PriceList {
  return createPriceTable(exchangeRates);
}
