import type { Random } from "./random.ts";

/** Draws an index with probability in proportion to its weight, in constant time (Vose's alias method). */
export class AliasTable {
  readonly #keep: Float64Array;
  readonly #alias: Uint32Array;

  constructor(weights: ArrayLike<number>) {
    this.#keep = new Float64Array(weights.length);
    this.#alias = new Uint32Array(weights.length);
    this.setAll(weights);
  }

  /** As many weights as it was made with. */
  setAll(weights: ArrayLike<number>): void {
    const keep = this.#keep;
    const alias = this.#alias;
    const count = keep.length;
    let total = 0;
    for (let index = 0; index < count; index += 1) total += weights[index] ?? 0;
    // Two stacks in one array: those with too little from the left, those with too much from the right.
    const stacks = new Uint32Array(count);
    let poors = 0;
    let riches = count;
    for (let index = 0; index < count; index += 1) {
      const scaled = ((weights[index] ?? 0) * count) / total;
      keep[index] = scaled;
      if (scaled < 1) stacks[poors++] = index;
      else stacks[--riches] = index;
    }
    while (poors > 0 && riches < count) {
      const poor = stacks[--poors] ?? 0;
      const rich = stacks[riches] ?? 0;
      alias[poor] = rich;
      const left = (keep[rich] ?? 0) + (keep[poor] ?? 0) - 1;
      keep[rich] = left;
      if (left < 1) {
        riches += 1;
        stacks[poors++] = rich;
      }
    }
    // What is left over is 1 but for rounding: it keeps itself.
    while (poors > 0) keep[stacks[--poors] ?? 0] = 1;
  }

  draw(random: Random): number {
    const index = random.integer(this.#keep.length);
    return random.uniform() < (this.#keep[index] ?? 1) ? index : (this.#alias[index] ?? index);
  }
}
