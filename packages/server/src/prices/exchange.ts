import type { Money } from "../store/journal-record.ts";

/** Millionths of the other currency; undefined: no rate is known. */
export type Exchange = (money: Money, into: string) => number | undefined;

/** `rates`: units of each currency for a US dollar. */
export function createExchange(rates: Readonly<Record<string, number>>): Exchange {
  const rateOf = (currency: string): number | undefined => (currency === "USD" ? 1 : rates[currency]);
  return ({ micros, currency }, into) => {
    if (currency === into) return micros;
    const [from, to] = [rateOf(currency), rateOf(into)];
    return from === undefined || to === undefined ? undefined : (micros / from) * to;
  };
}
