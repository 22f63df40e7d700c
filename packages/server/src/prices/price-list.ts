import type { Recipient } from "@safeguard/core";
import type { Money } from "../store/journal-record.ts";
import { DEFAULT_PRICES_USD_MICROS } from "./default-prices.generated.ts";

/** What an SMS costs. */
export interface PriceList {
  /** The price of `segments` parts to a recipient in `currency`; undefined where no price or no exchange rate is known. */
  price(recipient: Recipient, segments: number, currency: string): Money | undefined;
}

/**
 * Published list prices in US dollars, turned into the account's currency by the rates that the operator configured.
 * Of several candidate destinations the dearest counts: a spend is never understated.
 */
export function createPriceList(exchangeRates: Readonly<Record<string, number>>): PriceList {
  return {
    price(recipient, segments, currency) {
      const rate = currency === "USD" ? 1 : exchangeRates[currency];
      if (rate === undefined) return undefined;
      let dearest: number | undefined;
      for (const destination of recipient.candidates) {
        const micros = DEFAULT_PRICES_USD_MICROS[destination];
        if (micros !== undefined && (dearest === undefined || micros > dearest)) dearest = micros;
      }
      return dearest === undefined ? undefined : { micros: Math.round(dearest * rate * segments), currency };
    },
  };
}
