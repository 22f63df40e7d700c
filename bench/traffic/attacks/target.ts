import { BLOCK } from "../numbers/blocks-in-use.ts";
import { isValidIn, type NumberValue, numberPlanOf, randomRange } from "../numbers/number-plan.ts";
import type { Random } from "../random/random.ts";
import type { AttackStage } from "./attack-plan.ts";

/** Numbers that pay the attacker: `size` consecutive ones from `first`. */
export interface TargetRange {
  readonly destination: string;
  readonly first: NumberValue;
  readonly size: number;
}

/** Destinations of dear routes in which ranges are rented out for this fraud. */
export const PUMPED_DESTINATIONS: readonly string[] = "TJ UZ AZ PK MG ID TN IQ KG BD DZ ML GN NG EG MM KH ET AF".split(
  " ",
);

/** Large, cheap markets, in which an account has most of its people. */
export const HOME_DESTINATIONS: readonly string[] = ["GB", "DE", "FR", "ES"];

/** A 10,000-block that nobody uses. */
export function unusedBlock({ world, random }: AttackStage, destination: string): TargetRange {
  return { destination, first: world.population.blocksOf(destination).unused(random), size: BLOCK };
}

/** As many different blocks of a destination that nobody uses. */
export function unusedBlocks(stage: AttackStage, destination: string, count: number): readonly TargetRange[] {
  const blocks = new Map<NumberValue, TargetRange>();
  for (let tries = 0; blocks.size < count && tries < count * 20; tries += 1) {
    const block = unusedBlock(stage, destination);
    blocks.set(block.first, block);
  }
  return [...blocks.values()];
}

/** One of the most popular blocks of a destination, in which real people live. */
export function popularBlock({ world }: AttackStage, destination: string, rank: number): TargetRange {
  return { destination, first: world.population.blocksOf(destination).popular(rank), size: BLOCK };
}

/** A range of 100,000 numbers of some operator. */
export function wideRange(destination: string, random: Random): TargetRange {
  const size = 10 * BLOCK;
  const { operators } = numberPlanOf(destination);
  for (let tries = 0; tries < 100; tries += 1) {
    const first = randomRange(numberPlanOf(destination), random.pick(operators), size, random);
    if (first !== undefined) return { destination, first, size };
  }
  throw new Error(`no operator of ${destination} has ${size} numbers in a row`);
}

/** Any number of one operator, in any of its prefixes. */
export function anyNumberOfOperator(destination: string, operator: number, random: Random): NumberValue {
  const plan = numberPlanOf(destination);
  const chosen = plan.operators[operator % plan.operators.length];
  for (let tries = 0; chosen !== undefined && tries < 100; tries += 1) {
    const prefix = random.pick(chosen.prefixes);
    const free = 10 ** (plan.digits - prefix.length);
    const number = Number(prefix) * free + random.integer(free);
    if (isValidIn(destination, number)) return number;
  }
  throw new Error(`no number of operator ${operator} of ${destination} is valid`);
}
