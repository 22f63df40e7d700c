import { PRICES_USD } from "./prices.generated.ts";

/** US dollars for one message to a destination; where no list price is known, the median of those that are. */
export function priceOf(destination: string): number {
  return PRICES_USD[destination] ?? MEDIAN;
}

const SORTED: readonly number[] = Object.values(PRICES_USD).sort((a, b) => a - b);
const MEDIAN: number = SORTED[SORTED.length >> 1] ?? 0.1;
