import { ATTACK_NAMES, ATTACK_PLANS, type AttackName } from "../traffic/attacks/attack-plans.ts";
import { VARIANT_NAMES, VARIANTS, type VariantName } from "../traffic/variants.ts";
import { CANDIDATES, MAIN_CANDIDATE, OUR_CANDIDATES, PRESET_CANDIDATES } from "./candidates.ts";

/** How much is run. `quick`: to see where things stand; `full`: what is reported. */
export type Extent = "quick" | "full";

/** Worlds that are drawn alike and counted together. */
export interface Scenario {
  readonly name: string;
  readonly kind: "legitimate" | "random" | "attack" | "reopening";
  readonly intent: string;
  /** `random`: drawn by the seed. */
  readonly variant: VariantName | "random";
  readonly attack: AttackName | undefined;
  readonly days: number;
  /** After the attack: milliseconds until the first of the people who then come, and between them. */
  readonly people?: { readonly after: number; readonly every: number };
  /** So many seeds for the main candidate; on the first of them, the others run as well. */
  readonly seeds: Readonly<Record<Extent, SeedCounts>>;
}

interface SeedCounts {
  readonly main: number;
  /** Our other presets. */
  readonly ours: number;
  readonly baselines: number;
}

const MINUTE = 60_000;
/** These lie in one range, at whatever rate. */
export const CONCENTRATED_ATTACKS: readonly AttackName[] = [
  "sequential_400",
  "sequential_1s",
  "sequential_20s",
  "sequential_1000s",
  "random_in_100k",
  "one_block_at_home",
  "popular_block",
  "in_flash_crowd",
];
/** These look at what becomes of their messages: each candidate gets a world of its own. */
export const LEARNING_ATTACKS: readonly AttackName[] = ["hop_after_blocks", "adaptive"];

/** Variants whose worlds are much larger or smaller than others. */
const LEGITIMATE_SEEDS: Readonly<Partial<Record<VariantName, Scenario["seeds"]>>> = {
  standard: { quick: { main: 3, ours: 1, baselines: 1 }, full: { main: 8, ours: 2, baselines: 2 } },
  small: { quick: { main: 10, ours: 0, baselines: 5 }, full: { main: 30, ours: 0, baselines: 5 } },
  large: { quick: { main: 1, ours: 0, baselines: 0 }, full: { main: 1, ours: 0, baselines: 0 } },
};

const LEGITIMATE: readonly Scenario[] = VARIANT_NAMES.map((variant) => ({
  name: variant,
  kind: "legitimate",
  intent: VARIANTS[variant].intent,
  variant,
  attack: undefined,
  days: 7,
  seeds: LEGITIMATE_SEEDS[variant] ?? {
    quick: { main: 1, ours: 0, baselines: 0 },
    full: { main: 2, ours: 0, baselines: 0 },
  },
}));

const RANDOM: Scenario = {
  name: "random",
  kind: "random",
  intent: "every figure of the world drawn, also such as fit no assumption",
  variant: "random",
  attack: undefined,
  days: 3,
  seeds: { quick: { main: 24, ours: 24, baselines: 0 }, full: { main: 80, ours: 20, baselines: 0 } },
};

const ATTACKS: readonly Scenario[] = ATTACK_NAMES.map((attack) => ({
  // A variant may have the same name.
  name: VARIANT_NAMES.some((variant) => variant === attack) ? `${attack} attacked` : attack,
  kind: "attack",
  intent: ATTACK_PLANS[attack].intent,
  variant: "standard",
  attack,
  days: 7,
  // The 99th percentile over worlds is a goal only of concentrated ones.
  seeds: {
    quick: { main: 2, ours: 0, baselines: 1 },
    full: { main: CONCENTRATED_ATTACKS.includes(attack) ? 20 : 8, ours: 0, baselines: 1 },
  },
}));

/** What an attack gets where the account is not as usual. */
const ELSEWHERE: readonly VariantName[] = VARIANT_NAMES.filter(
  (variant) => !["standard", "calm", "unmarked_blasts", "several_accounts"].includes(variant),
);
const ATTACKS_ELSEWHERE: readonly Scenario[] = ELSEWHERE.flatMap((variant) =>
  (["sequential_1s", "slow_40_ranges"] as const).map(
    (attack): Scenario => ({
      name: `${attack} in ${variant}`,
      kind: "attack",
      intent: `${ATTACK_PLANS[attack].intent}; ${VARIANTS[variant].intent}`,
      variant,
      attack,
      days: 7,
      seeds: {
        quick: { main: variant === "large" || attack === "slow_40_ranges" ? 0 : 1, ours: 0, baselines: 0 },
        full: { main: variant === "large" ? 0 : 2, ours: 0, baselines: 0 },
      },
    }),
  ),
);

const REOPENING: readonly Scenario[] = [
  {
    name: "reopening",
    kind: "reopening",
    intent:
      "after sequential_1s real people sign up from its block, the first 15 minutes after its end, one in 15 minutes",
    variant: "standard",
    attack: "sequential_1s",
    days: 14,
    people: { after: 15 * MINUTE, every: 15 * MINUTE },
    seeds: { quick: { main: 2, ours: 0, baselines: 0 }, full: { main: 4, ours: 0, baselines: 1 } },
  },
  {
    name: "reopening after silence",
    kind: "reopening",
    intent: "the same, the first two and a half hours after its end",
    variant: "standard",
    attack: "sequential_1s",
    days: 14,
    people: { after: 150 * MINUTE, every: 15 * MINUTE },
    seeds: { quick: { main: 2, ours: 0, baselines: 0 }, full: { main: 4, ours: 0, baselines: 1 } },
  },
];

export const SCENARIOS: readonly Scenario[] = [...LEGITIMATE, RANDOM, ...ATTACKS, ...ATTACKS_ELSEWHERE, ...REOPENING];

export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new RangeError(`there is no scenario "${name}"`);
  return found;
}

/** One world to run: all its candidates see the same rows. */
export interface Job {
  readonly scenario: string;
  readonly seed: number;
  readonly candidates: readonly string[];
  readonly botsSolve: boolean;
}

export interface Selection {
  readonly extent: Extent;
  /** The seeds in the order in which they are used. */
  readonly seeds: (count: number) => readonly number[];
  /** Names of scenarios or of their attack, variant or kind, and of candidates; empty: all. */
  readonly only: readonly string[];
  readonly candidates: readonly string[];
}

/** The worlds of a selection, the long ones first. */
export function jobsOf({ extent, seeds, only, candidates }: Selection): readonly Job[] {
  const jobs: Job[] = [];
  for (const scenario of SCENARIOS) {
    const { name, kind, variant, attack } = scenario;
    if (only.length > 0 && ![name, kind, variant, attack].some((each) => each !== undefined && only.includes(each)))
      continue;
    const counts = scenario.seeds[extent];
    // What is named is run, even where it is too long for everybody.
    const main = Math.max(counts.main, only.includes(name) ? 1 : 0);
    const most = candidates.length > 0 ? Math.max(main, counts.ours, counts.baselines) : main;
    for (const [index, seed] of seeds(most).entries()) {
      const names =
        candidates.length > 0
          ? candidates
          : CANDIDATES.filter((candidate) => {
              if (candidate === MAIN_CANDIDATE) return index < main;
              const isOurs = OUR_CANDIDATES.includes(candidate);
              // What an allow list stops is no matter of the budget.
              if (kind === "random" && isOurs && !PRESET_CANDIDATES.includes(candidate)) return false;
              return index < (isOurs ? counts.ours : counts.baselines);
            }).map((candidate) => candidate.name);
      if (attack === undefined || !LEARNING_ATTACKS.includes(attack)) {
        jobs.push({ scenario: name, seed, candidates: names, botsSolve: false });
        continue;
      }
      for (const candidate of names) {
        jobs.push({ scenario: name, seed, candidates: [candidate], botsSolve: false });
        if (OUR_CANDIDATES.some((our) => our.name === candidate)) {
          jobs.push({ scenario: name, seed, candidates: [candidate], botsSolve: true });
        }
      }
    }
  }
  return jobs.sort((a, b) => weight(b) - weight(a));
}

/** About how long it takes, to begin with the longest. */
function weight({ scenario, candidates }: Job): number {
  const { variant, days } = scenarioOf(scenario);
  const sessions = variant === "random" ? 8_000 : VARIANTS[variant].sessionsPerDay;
  return sessions * (days + 7) * (2 + candidates.length);
}
