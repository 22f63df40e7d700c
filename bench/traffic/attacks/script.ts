import type { NumberValue } from "../numbers/number-plan.ts";
import type { Random } from "../random/random.ts";
import type { AttackPhase } from "../traffic-row.ts";
import type { AttackAttempt } from "./adversary.ts";
import type { AttackStage } from "./attack-plan.ts";
import type { Disguise } from "./disguise.ts";
import type { FakedOutcome } from "./faked-outcome.ts";
import type { TargetRange } from "./target.ts";

/** A stretch of an attack that goes by the clock. */
export interface Script {
  readonly size: number;
  /** Milliseconds from `startsAt` to the `index`-th attempt; never falls. */
  pace(index: number, random: Random): number;
  target(index: number, random: Random): { readonly destination: string; readonly number: NumberValue };
  readonly outcome: FakedOutcome;
  readonly disguise: Disguise;
  /** Default: from the stage's start, in the main phase, on the first account. */
  readonly startsAt?: number;
  readonly phase?: AttackPhase;
  account?(index: number): string;
}

export function* attempts(stage: AttackStage, script: Script): Generator<AttackAttempt> {
  const { random, profiles } = stage;
  const startsAt = script.startsAt ?? stage.startsAt;
  let last = startsAt;
  for (let index = 0; index < script.size; index += 1) {
    const time = Math.max(last, Math.floor(startsAt + script.pace(index, random)));
    last = time;
    yield {
      time,
      account: script.account?.(index) ?? profiles[0].account,
      ...script.target(index, random),
      ...script.outcome(time, random),
      ...script.disguise(random),
      phase: script.phase ?? "main",
    };
  }
}

/** As many attempts a second, at regular times with a little jitter. */
export function steady(perSecond: number): Script["pace"] {
  return (index, random) => ((index + 0.5 * random.uniform()) * 1_000) / perSecond;
}

/** `size` attempts in `hours`, the rate growing e-fold `growth` times. */
export function ramp(size: number, hours: number, growth: number): Script["pace"] {
  return (index) => (hours * 3_600_000 * Math.log1p((index / size) * Math.expm1(growth))) / growth;
}

/** One number after the other. */
export function consecutive({ destination, first, size }: TargetRange, offset = 0): Script["target"] {
  return (index) => ({ destination, number: first + ((offset + index) % size) });
}

/** Any numbers of the range. */
export function anywhereIn({ destination, first, size }: TargetRange): Script["target"] {
  return (_, random) => ({ destination, number: first + random.integer(size) });
}

/** The ranges in turn; in each one number after the other, from the range's own beginning. */
export function inTurn(ranges: readonly TargetRange[]): Script["target"] {
  return (index) => {
    const range = ranges[index % ranges.length];
    if (range === undefined) throw new RangeError("there is no range to attack");
    const place = Math.floor(index / ranges.length) + ((range.first / range.size) % 7_919);
    return { destination: range.destination, number: range.first + (Math.floor(place) % range.size) };
  };
}
