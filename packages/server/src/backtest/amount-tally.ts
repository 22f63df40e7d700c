import type { Amounts } from "./backtest-result.ts";

/** ISO 4217's code where no currency is named, or none that is a currency. */
export const NO_CURRENCY = "XXX";

/** Adds up prices by currency, in millionths. */
export class AmountTally {
  readonly #cells = new Map<string, { micros: number }>();
  #lastText: string | undefined;
  #last = { micros: 0 };

  /** `currency` as the file writes it. */
  add(micros: number, currency: string | undefined): void {
    // Neighbouring rows nearly always have the same currency.
    if (currency !== this.#lastText || currency === undefined) this.#last = this.#cellOf(currency);
    this.#last.micros += micros;
  }

  amounts(): Amounts {
    return Object.fromEntries([...this.#cells].sort(byCode).map(([currency, { micros }]) => [currency, micros]));
  }

  /** Three letters at most make a key: a file cannot fill the memory with invented currencies. */
  #cellOf(currency: string | undefined): { micros: number } {
    this.#lastText = currency;
    const code = currencyCode(currency);
    const cell = this.#cells.get(code) ?? { micros: 0 };
    this.#cells.set(code, cell);
    return cell;
  }
}

/** What a file calls a currency, as three letters. */
export function currencyCode(currency: string | undefined): string {
  return currency !== undefined && /^[A-Za-z]{3}$/.test(currency) ? currency.toUpperCase() : NO_CURRENCY;
}

function byCode([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
