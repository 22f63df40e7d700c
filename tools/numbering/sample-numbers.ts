/** Numbers to try a numbering table with: of every plan, in its ranges, near them, and anywhere. */
import { parsePattern, type Term } from "./digit-pattern.ts";
import type { NumberingMetadata, PlanMetadata } from "./plan-metadata.ts";

export const SAMPLE_KINDS = ["valid", "near_valid", "random"] as const;
export type SampleKind = (typeof SAMPLE_KINDS)[number];

/** Uniform numbers from 0 to `below` - 1, the same for the same seed (mulberry32). */
export function randomIntegers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

/** Makes `+` and digits: plan by plan in turn, so that small territories get as many numbers as large countries. */
export class NumberSampler {
  readonly #plans: readonly SamplePlan[];
  readonly #random: (below: number) => number;
  #turn = 0;

  constructor(metadata: NumberingMetadata, random: (below: number) => number) {
    this.#plans = [...Object.values(metadata.countries), ...Object.values(metadata.nonGeographic)].map(samplePlan);
    this.#random = random;
  }

  next(kind: SampleKind): string {
    const plan = this.#plans[this.#turn % this.#plans.length];
    this.#turn += 1;
    if (plan === undefined) throw new Error("there is no plan to sample");
    if (kind === "random") return `+${plan.callingCode}${this.#digits(1 + this.#random(14))}`;
    const valid = this.#inRange(plan);
    return `+${plan.callingCode}${kind === "valid" ? valid : this.#changed(valid, plan)}`;
  }

  /** Some number in a range of the plan, nearly always: of a pattern's choices each is as likely. */
  #inRange(plan: SamplePlan): string {
    const range = plan.ranges[this.#random(plan.ranges.length)];
    if (range === undefined) throw new Error(`+${plan.callingCode} has no ranges`);
    for (let tries = 0; ; tries += 1) {
      const digits = this.#matching(range.term);
      if (range.lengths.includes(digits.length) || tries === 20) return digits;
    }
  }

  #matching(term: Term): string {
    switch (term.kind) {
      case "digit": {
        for (;;) {
          const digit = this.#random(10);
          if ((term.mask >> digit) & 1) return String(digit);
        }
      }
      case "sequence":
        return term.terms.map((part) => this.#matching(part)).join("");
      case "choice": {
        const part = term.terms[this.#random(term.terms.length)];
        return part ? this.#matching(part) : "";
      }
      case "repeat": {
        const times = term.least + this.#random(term.most - term.least + 1);
        return Array.from({ length: times }, () => this.#matching(term.term)).join("");
      }
      case "end":
        return "";
    }
  }

  /** One digit changed, dropped or added, or a national prefix put before. */
  #changed(digits: string, plan: SamplePlan): string {
    const at = this.#random(Math.min(digits.length, 5));
    switch (this.#random(4)) {
      case 0:
        return digits.slice(0, at) + this.#random(10) + digits.slice(at + 1);
      case 1:
        return digits.slice(0, at) + digits.slice(at + 1);
      case 2:
        return digits.slice(0, at) + this.#random(10) + digits.slice(at);
      default:
        return (plan.nationalPrefix === undefined ? "0" : this.#matching(plan.nationalPrefix)) + digits;
    }
  }

  #digits(count: number): string {
    return Array.from({ length: count }, () => this.#random(10)).join("");
  }
}

interface SamplePlan {
  readonly callingCode: string;
  readonly nationalPrefix: Term | undefined;
  readonly ranges: readonly { readonly term: Term; readonly lengths: readonly number[] }[];
}

function samplePlan(plan: PlanMetadata): SamplePlan {
  const prefix = plan[7] || plan[5];
  return {
    callingCode: plan[0],
    nationalPrefix: prefix ? parsePattern(prefix) : undefined,
    ranges: (plan[11] ?? []).flatMap((type) =>
      type && type[0] !== "" ? [{ term: parsePattern(type[0]), lengths: type[1] ?? plan[3] }] : [],
    ),
  };
}
