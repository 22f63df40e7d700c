import { parseRecipient } from "@safeguard/core";
import type { Random } from "../random/random.ts";
import { NUMBER_PLAN_TABLE } from "./number-plans.generated.ts";

/** A mobile operator and the prefixes that it was given, calling code first. */
export interface PlanOperator {
  readonly name: string;
  readonly prefixes: readonly string[];
}

/** The mobile numbers of a destination that the simulation uses. */
export interface NumberPlan {
  readonly destination: string;
  /** Of a whole number, calling code included. */
  readonly digits: number;
  readonly operators: readonly PlanOperator[];
}

/** The destinations that have a plan. */
export const PLANNED_DESTINATIONS: readonly string[] = Object.keys(NUMBER_PLAN_TABLE);

const PLANS: ReadonlyMap<string, NumberPlan> = new Map(
  Object.entries(NUMBER_PLAN_TABLE).map(([destination, [digits, text]]) => [
    destination,
    { destination, digits, operators: text.split("|").map(readOperator) },
  ]),
);

export function numberPlanOf(destination: string): NumberPlan {
  const plan = PLANS.get(destination);
  if (plan === undefined) throw new RangeError(`"${destination}" has no simulated number plan`);
  return plan;
}

/** A number's digits as a whole number: 15 digits fit a double exactly, and arithmetic walks the number line. */
export type NumberValue = number;

export function e164Of(value: NumberValue): string {
  return `+${value}`;
}

/** Whether the plan has this number, as one that can receive a text message. */
export function isValidIn(destination: string, value: NumberValue): boolean {
  const result = parseRecipient(`+${value}`, "native");
  return result.ok && result.recipient.valid && result.recipient.candidates[0] === destination;
}

/** Whether all of `size` numbers from `first` seem to be valid: plans decide by leading digits, so the first and the last tell. */
export function isValidRange(destination: string, first: NumberValue, size: number): boolean {
  return isValidIn(destination, first) && isValidIn(destination, first + size - 1);
}

/** The first number of a random range of `size` (a power of ten) numbers of an operator; undefined: it has none so large. */
export function randomRange(
  plan: NumberPlan,
  operator: PlanOperator,
  size: number,
  random: Random,
): NumberValue | undefined {
  const kept = plan.digits - Math.round(Math.log10(size));
  const prefixes = operator.prefixes.filter((prefix) => prefix.length <= kept);
  for (let tries = 0; prefixes.length > 0 && tries < 40; tries += 1) {
    const prefix = random.pick(prefixes);
    const free = 10 ** (kept - prefix.length);
    const first = (Number(prefix) * free + random.integer(free)) * size;
    if (isValidRange(plan.destination, first, size)) return first;
  }
  return undefined;
}

function readOperator(text: string): PlanOperator {
  const [name = "", prefixes = ""] = text.split("=");
  return { name, prefixes: prefixes.split(" ") };
}
