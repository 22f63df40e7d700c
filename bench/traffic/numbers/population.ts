import { Random } from "../random/random.ts";
import { BlocksInUse } from "./blocks-in-use.ts";
import { numberPlanOf } from "./number-plan.ts";

/** Whose numbers there are in the world: the blocks in use of each destination, made when first needed. */
export class Population {
  readonly #seed: number;
  readonly #sigma: number;
  readonly #blocks = new Map<string, BlocksInUse>();

  /** `sigma`: of the logarithm of a block's popularity. */
  constructor(seed: number, sigma: number) {
    this.#seed = seed;
    this.#sigma = sigma;
  }

  blocksOf(destination: string): BlocksInUse {
    let blocks = this.#blocks.get(destination);
    if (blocks === undefined) {
      const random = Random.of(this.#seed, "blocks", destination);
      blocks = new BlocksInUse(numberPlanOf(destination), random, this.#sigma);
      this.#blocks.set(destination, blocks);
    }
    return blocks;
  }
}
