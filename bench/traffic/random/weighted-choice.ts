import type { Random } from "./random.ts";

/** An index in proportion to its weight, by bisection of the running sums: for weights that change often. */
export class WeightedChoice {
  readonly #sums: Float64Array;
  #total = 0;

  constructor(count: number) {
    this.#sums = new Float64Array(count);
  }

  get total(): number {
    return this.#total;
  }

  setAll(weightOf: (index: number) => number): void {
    let sum = 0;
    for (let index = 0; index < this.#sums.length; index += 1) {
      sum += weightOf(index);
      this.#sums[index] = sum;
    }
    this.#total = sum;
  }

  draw(random: Random): number {
    const target = random.uniform() * this.#total;
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
