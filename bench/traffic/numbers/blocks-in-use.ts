import { AliasTable } from "../random/alias-table.ts";
import type { Random } from "../random/random.ts";
import { type NumberPlan, type NumberValue, randomRange } from "./number-plan.ts";

export const BLOCK = 10_000;
/** Part of a plan's blocks that are in use, and how many are kept at most. */
const PART_IN_USE = 0.25;
const MOST_BLOCKS = 3_000;
/** A day moves the logarithm of a block's popularity by this much, and replaces this part of the blocks by new ones. */
const DAILY_DRIFT = 0.05;
const DAILY_RENEWAL = 0.003;

/** The 10,000-blocks of a destination in which people have numbers, with popularities that drift from day to day. */
export class BlocksInUse {
  readonly plan: NumberPlan;
  readonly #random: Random;
  readonly #sigma: number;
  readonly #firsts: Float64Array;
  readonly #weights: Float64Array;
  /** The operator (its index in the plan) of each block, by the block's first number. */
  readonly #known = new Map<NumberValue, number>();
  /** Relative size of each operator: market shares are unequal too. */
  readonly #operators: AliasTable;
  readonly #table: AliasTable;
  #day = 0;
  /** As they were when the world began. */
  readonly #before: { readonly firsts: Float64Array; readonly table: AliasTable };

  constructor(plan: NumberPlan, random: Random, sigma: number) {
    this.plan = plan;
    this.#random = random;
    this.#sigma = sigma;
    this.#operators = new AliasTable(plan.operators.map(() => random.lognormal(1, 0.6)));
    const count = Math.max(4, Math.min(MOST_BLOCKS, Math.floor(planBlocks(plan) * PART_IN_USE)));
    for (let tries = 0; this.#known.size < count && tries < count * 4; tries += 1) this.#addBlock();
    this.#firsts = Float64Array.from(this.#known.keys());
    this.#weights = this.#firsts.map(() => random.lognormal(1, sigma));
    this.#table = new AliasTable(this.#weights);
    this.#before = { firsts: this.#firsts.slice(), table: new AliasTable(this.#weights) };
  }

  get size(): number {
    return this.#firsts.length;
  }

  /** Somebody's number on a day of the world (0 is the first); days must not go back. */
  draw(day: number, random: Random): NumberValue {
    while (this.#day < day) this.#passDay();
    return (this.#firsts[this.#table.draw(random)] ?? 0) + random.integer(BLOCK);
  }

  /** The number of somebody who had it before the world began. */
  drawBefore(random: Random): NumberValue {
    const { firsts, table } = this.#before;
    return (firsts[table.draw(random)] ?? 0) + random.integer(BLOCK);
  }

  /** The operator whose range a number is in, as an index in the plan; for blocks that nobody uses, some operator. */
  operatorOf(number: NumberValue): number {
    const first = number - (number % BLOCK);
    return this.#known.get(first) ?? (first / BLOCK) % this.plan.operators.length;
  }

  /** The first number of the `rank`-th most popular block. */
  popular(rank: number): NumberValue {
    const order = Array.from(this.#firsts.keys()).sort((a, b) => (this.#weights[b] ?? 0) - (this.#weights[a] ?? 0));
    return this.#firsts[order[rank] ?? 0] ?? 0;
  }

  /** The first number of a block that is in nobody's use. */
  unused(random: Random): NumberValue {
    for (let tries = 0; tries < 200; tries += 1) {
      const first = randomRange(this.plan, random.pick(this.plan.operators), BLOCK, random);
      if (first !== undefined && !this.#known.has(first)) return first;
    }
    throw new Error(`every block of ${this.plan.destination} is in use`);
  }

  /** Puts one more block to use; undefined: chance named one that already is. */
  #addBlock(): NumberValue | undefined {
    for (let tries = 0; tries < 200; tries += 1) {
      const index = this.#operators.draw(this.#random);
      const operator = this.plan.operators[index];
      const first = operator && randomRange(this.plan, operator, BLOCK, this.#random);
      if (first === undefined) continue;
      if (this.#known.has(first)) return undefined;
      this.#known.set(first, index);
      return first;
    }
    throw new Error(`the plan of ${this.plan.destination} has no valid block of ${BLOCK}`);
  }

  #passDay(): void {
    this.#day += 1;
    const random = this.#random;
    for (let index = 0; index < this.#weights.length; index += 1) {
      this.#weights[index] = (this.#weights[index] ?? 1) * Math.exp(DAILY_DRIFT * random.normal());
    }
    const renewed = Math.floor(this.size * DAILY_RENEWAL + random.uniform());
    for (let count = 0; count < renewed; count += 1) {
      const index = random.integer(this.size);
      const first = this.#addBlock();
      if (first === undefined) continue;
      this.#known.delete(this.#firsts[index] ?? 0);
      this.#firsts[index] = first;
      this.#weights[index] = random.lognormal(0.5, this.#sigma);
    }
    this.#table.setAll(this.#weights);
  }
}

function planBlocks(plan: NumberPlan): number {
  return plan.operators
    .flatMap((operator) => operator.prefixes)
    .reduce((sum, prefix) => sum + 10 ** (plan.digits - prefix.length - 4), 0);
}
