/**
 * Compiles libphonenumber-js metadata to one minimal automaton: after the digits of a full international number, its
 * value is what libphonenumber-js would say of that number.
 */
import { NUMBER_TYPES, type NumberType } from "../../packages/core/src/numbering/recipient.ts";
import { TWINS } from "../../packages/core/src/numbering/twins.ts";
import { DigitDag } from "./digit-dag.ts";
import { DigitPatterns, type PatternState } from "./digit-pattern.ts";
import type { NumberingMetadata, PlanMetadata, TypeMetadata } from "./plan-metadata.ts";

/** E.164: no number has more digits than this, or fewer than {@link LEAST_DIGITS} in this product. */
const MOST_DIGITS = 15;
const LEAST_DIGITS = 7;

export interface CompiledPlan {
  readonly dag: DigitDag;
  readonly root: number;
  /** A value of the automaton is 1 + an index here. */
  readonly readings: readonly string[];
  /** Calling code, pattern, replacement: how a national prefix is taken off. */
  readonly respellings: readonly (readonly [string, string, string])[];
}

/** The text of a reading, as `packages/core/src/numbering/reading.ts` reads it. */
function acceptedReading(candidates: readonly string[], twin: string, type: NumberType, flags: string): string {
  return `${candidates.join(" ")},${twin},${NUMBER_TYPES.indexOf(type)},${flags}`;
}

export function compilePlan(metadata: NumberingMetadata): CompiledPlan {
  const dag = new DigitDag();
  const readings = new Map<string, number>();
  const valueFor = (reading: string): number => {
    const known = readings.get(reading);
    if (known !== undefined) return known;
    readings.set(reading, readings.size + 1);
    return readings.size;
  };

  const codes = callingCodes(metadata);
  const unknownCode = valueFor("number_calling_code,");
  const rest = [0];
  for (let left = 1; left < MOST_DIGITS; left += 1) {
    rest.push(dag.node(unknownCode, new Array<number>(10).fill(rest[left - 1] ?? 0)));
  }
  const incomplete = valueFor("number_too_short,");
  const roots = new Map(codes.map((code) => [code, compileCallingCode(code, metadata, dag, valueFor)]));
  const within = (prefix: string): number => {
    const whole = roots.get(prefix);
    if (whole !== undefined) return whole;
    if (!codes.some((code) => code.startsWith(prefix))) {
      return dag.node(unknownCode, new Array<number>(10).fill(rest[MOST_DIGITS - prefix.length - 1] ?? 0));
    }
    return dag.node(
      incomplete,
      Array.from({ length: 10 }, (_, digit) => within(prefix + digit)),
    );
  };
  const root = within("");
  const respellings = codes.flatMap((code) => {
    const plan = mainPlan(code, metadata);
    const pattern = plan[7] || plan[5];
    return pattern ? [[code, pattern, plan[8] || ""] as const] : [];
  });
  return { dag, root, readings: [...readings.keys()], respellings };
}

export function callingCodes(metadata: NumberingMetadata): string[] {
  return [...Object.keys(metadata.country_calling_codes), ...Object.keys(metadata.nonGeographic)].sort();
}

/** The destinations of a calling code, without twins, in alphabetical order. */
export function mainDestinations(code: string, metadata: NumberingMetadata): string[] {
  const countries = metadata.country_calling_codes[code] ?? [code];
  return countries.filter((country) => TWINS[country] === undefined).sort();
}

function mainPlan(code: string, metadata: NumberingMetadata): PlanMetadata {
  const plan = metadata.countries[metadata.country_calling_codes[code]?.[0] ?? ""] ?? metadata.nonGeographic[code];
  if (plan === undefined) throw new Error(`no plan for +${code}`);
  return plan;
}

/** What one plan's patterns are called among those of a calling code. */
interface PlanPatterns {
  readonly country: string;
  readonly plan: PlanMetadata;
  readonly whole: number;
  readonly leading: number | undefined;
  /** In the order of {@link TYPE_ORDER}; absent: no such numbers, or none of their own. */
  readonly types: readonly (number | undefined)[];
}

/** Where libphonenumber-js keeps the pattern of a type, in the order in which it tries them after fixed and mobile. */
const TYPE_SLOTS: readonly (readonly [slot: number, type: NumberType | "voicemail"])[] = [
  [1, "mobile"],
  [3, "premium"],
  [2, "toll_free"],
  [9, "shared_cost"],
  [8, "voip"],
  [4, "personal"],
  [7, "pager"],
  [6, "uan"],
  [5, "voicemail"],
];

function compileCallingCode(
  code: string,
  metadata: NumberingMetadata,
  dag: DigitDag,
  valueFor: (reading: string) => number,
): number {
  const patterns = new DigitPatterns();
  let count = 0;
  const whole = (source: string): number => {
    patterns.addWhole(count, source);
    count += 1;
    return count - 1;
  };
  const prefix = (source: string): number => {
    patterns.addPrefix(count, source);
    count += 1;
    return count - 1;
  };
  const main = mainPlan(code, metadata);
  const countries = metadata.country_calling_codes[code] ?? [""];
  const plans = countries.map((country): PlanPatterns => {
    const plan = country === "" ? main : metadata.countries[country];
    if (plan === undefined) throw new Error(`no plan for ${country}`);
    return {
      country,
      plan,
      whole: whole(plan[2]),
      leading: plan[10] ? prefix(plan[10]) : undefined,
      types: Array.from({ length: 10 }, (_, slot) => {
        const source = plan[11]?.[slot];
        return source && source[0] !== "" ? whole(source[0]) : undefined;
      }),
    };
  });
  const nationalPrefix = main[7] || main[5];
  const respelled = nationalPrefix ? prefix(nationalPrefix) : undefined;
  const mains = mainDestinations(code, metadata);

  const valueAt = (state: PatternState, length: number): number => {
    const named = countries.length === 1 ? plans[0] : plans.find((plan) => names(plan, state, length));
    const plan = named ?? plans[0];
    if (plan === undefined) throw new Error(`no plan for +${code}`);
    // `n`: the main plan's general pattern holds; `r`: the number may be written with a national prefix.
    const flags =
      respelled === undefined
        ? ""
        : `${state.matched.has(plans[0]?.whole ?? -1) ? "n" : ""}${state.matched.has(respelled) ? "r" : ""}`;
    const digits = code.length + length;
    const least = Math.min(...plan.plan[3]);
    const long = length > Math.max(...plan.plan[3]);
    if (length < least) return valueFor(`number_too_short,${flags}`);
    // `l`: long enough for the plan, so that a national prefix before it would be taken off.
    if (!plan.plan[3].includes(length)) return valueFor(`number_impossible,${flags}${long ? "l" : ""}`);
    if (digits < LEAST_DIGITS) return valueFor(`number_too_short,${flags}l`);
    const type = typeOf(plan, state, length);
    if (type === undefined) return valueFor(acceptedReading(mains, "", "unknown", flags));
    const country = plan.country || code;
    const destination = TWINS[country] ?? country;
    const ours = type !== "voicemail" ? type : plan.country === "" ? "global_service" : "unknown";
    return valueFor(acceptedReading([destination], destination === country ? "" : country, ours, `v${flags}`));
  };

  const known = new Map<PatternState, (number | undefined)[]>();
  const compile = (state: PatternState, length: number): number => {
    const lengths = known.get(state) ?? [];
    known.set(state, lengths);
    lengths[length] ??= dag.node(
      valueAt(state, length),
      Array.from({ length: 10 }, (_, digit) =>
        code.length + length < MOST_DIGITS ? compile(state.next(digit), length + 1) : 0,
      ),
    );
    return lengths[length];
  };
  return compile(patterns.start(), 0);
}

/** Does libphonenumber-js take a number for this country's, among those that share its calling code? */
function names(plan: PlanPatterns, state: PatternState, length: number): boolean {
  return plan.leading === undefined ? typeOf(plan, state, length) !== undefined : state.matched.has(plan.leading);
}

/** The type that libphonenumber-js finds, or undefined: the number is in no range of the plan. */
function typeOf(plan: PlanPatterns, state: PatternState, length: number): NumberType | "voicemail" | undefined {
  if (!state.matched.has(plan.whole)) return undefined;
  const isOf = (slot: number): boolean => {
    const pattern = plan.types[slot];
    const definition: TypeMetadata | undefined = plan.plan[11]?.[slot];
    if (pattern === undefined || !definition) return false;
    return (definition[1] ?? plan.plan[3]).includes(length) && state.matched.has(pattern);
  };
  if (isOf(0)) {
    const mobile = plan.plan[11]?.[1];
    return !mobile || mobile[0] === "" || isOf(1) ? "fixed_or_mobile" : "fixed";
  }
  return TYPE_SLOTS.find(([slot]) => isOf(slot))?.[1];
}
