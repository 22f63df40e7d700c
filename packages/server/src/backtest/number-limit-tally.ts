import { AmountTally } from "./amount-tally.ts";
import type { BacktestResult } from "./backtest-result.ts";
import type { Money } from "./message-log.ts";

const SHOWN = 5;

/** Messages that were stopped by their number's own limit of unanswered codes, whatever its range looks like. */
export class NumberLimitTally {
  readonly #numbers = new Map<string, number>();
  readonly #cost = new AmountTally();
  #messages = 0;
  #completed = 0;

  add(e164: string, price: Money | undefined, isCompleted: boolean): void {
    this.#messages += 1;
    if (isCompleted) this.#completed += 1;
    if (price !== undefined) this.#cost.add(price.micros, price.currency);
    this.#numbers.set(e164, (this.#numbers.get(e164) ?? 0) + 1);
  }

  result(): BacktestResult["numberLimit"] {
    return {
      messages: this.#messages,
      numbers: this.#numbers.size,
      completed: this.#completed,
      cost: this.#cost.amounts(),
      worst: [...this.#numbers]
        .sort(([one, most], [other, less]) => less - most || (one < other ? -1 : 1))
        .slice(0, SHOWN)
        .map(([number, messages]) => ({ number, messages })),
    };
  }
}
