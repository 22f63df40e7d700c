/** Worlds to choose parameters with: may be looked at as often as one likes. */
export const TUNING_SEEDS = { first: 1, last: 999 } as const;
/** Worlds to report: run once for each change of parameters, and never to choose one. */
export const REPORTING_SEEDS = { first: 1_000, last: 999_999 } as const;

export type SeedUse = "tuning" | "reporting";

/** What a seed may be used for. Throws a RangeError for a number that is no seed. */
export function seedUse(seed: number): SeedUse {
  if (Number.isInteger(seed) && seed >= TUNING_SEEDS.first && seed <= REPORTING_SEEDS.last) {
    return seed <= TUNING_SEEDS.last ? "tuning" : "reporting";
  }
  throw new RangeError(
    `seed ${seed}: expected a whole number from ${TUNING_SEEDS.first} to ${TUNING_SEEDS.last} (tuning) or from ${REPORTING_SEEDS.first} to ${REPORTING_SEEDS.last} (reporting)`,
  );
}

/** The first `count` seeds of a use. */
export function seedsFor(use: SeedUse, count: number): readonly number[] {
  const { first, last } = use === "tuning" ? TUNING_SEEDS : REPORTING_SEEDS;
  if (count > last - first + 1) throw new RangeError(`there are only ${last - first + 1} ${use} seeds`);
  return Array.from({ length: count }, (_, index) => first + index);
}
