import { quantile } from "../http/load.ts";

/** How one side fared; milliseconds. */
export interface Side {
  readonly asked: number;
  readonly answered: number;
  readonly refused: number;
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
  readonly refusedP99: number;
}

/** Counts answers as they come. */
export class Tally {
  readonly #taken: number[] = [];
  readonly #refused: number[] = [];
  #errors = 0;

  count(status: number, milliseconds: number): void {
    if (status === 429 || status === 503) this.#refused.push(milliseconds);
    else if (status >= 500 || status === 0) this.#errors += 1;
    else this.#taken.push(milliseconds);
  }

  side(): Side {
    const [taken, refused] = [this.#taken.sort(ascending), this.#refused.sort(ascending)];
    return {
      asked: taken.length + refused.length + this.#errors,
      answered: taken.length,
      refused: refused.length,
      errors: this.#errors,
      p50: quantile(taken, 0.5),
      p99: quantile(taken, 0.99),
      refusedP99: quantile(refused, 0.99),
    };
  }
}

const ascending = (a: number, b: number): number => a - b;
