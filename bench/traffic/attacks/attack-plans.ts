import { flashCrowdAt } from "../events/flash-crowd.ts";
import type { Random } from "../random/random.ts";
import { DAY, HOUR } from "../world/rhythm.ts";
import { scripted } from "./adversary.ts";
import type { AttackPlan, AttackStage } from "./attack-plan.ts";
import { adaptive } from "./bandit.ts";
import { type Disguise, emulatorFarm, oneMachine, rentedProxies, residentialProxies } from "./disguise.ts";
import {
  beforeDelivery,
  deliveredAlways,
  type FakedOutcome,
  humanLike,
  regular,
  unanswered,
  undelivered,
} from "./faked-outcome.ts";
import { hopping } from "./hopping.ts";
import { resendAbuse, severalAccounts, trustPoisoning, verifiedFarm } from "./patient-plans.ts";
import { anywhereIn, attempts, consecutive, inTurn, ramp, type Script, steady } from "./script.ts";
import {
  anyNumberOfOperator,
  HOME_DESTINATIONS,
  PUMPED_DESTINATIONS,
  popularBlock,
  unusedBlock,
  unusedBlocks,
  wideRange,
} from "./target.ts";

/** One script, in one go. */
function plan(
  intent: string,
  size: number,
  hours: number,
  script: (stage: AttackStage) => Omit<Script, "size">,
): AttackPlan {
  return { intent, size, hours, begin: (stage) => scripted(attempts(stage, { size, ...script(stage) })) };
}

function sequential(perSecond: number, size: number): AttackPlan {
  return plan(
    `${size} consecutive numbers of a dear destination, ${perSecond < 1 ? `one every ${1 / perSecond} s` : `${perSecond} a second`}`,
    size,
    size / perSecond / 3_600,
    (stage) => {
      const destination = stage.random.pick(PUMPED_DESTINATIONS);
      const block = size > 9_000 ? wideRange(destination, stage.random) : unusedBlock(stage, destination);
      return {
        pace: steady(perSecond),
        target: consecutive(block, stage.random.integer(block.size - size)),
        outcome: unanswered,
        disguise: residentialProxies(),
      };
    },
  );
}

function faked(
  intent: string,
  outcome: FakedOutcome,
  disguise: (random: Random) => Disguise = residentialProxies,
): AttackPlan {
  return plan(`3,000 random numbers of one block, one every 5 s; ${intent}`, 3_000, 4.2, (stage) => ({
    pace: steady(0.2),
    target: anywhereIn(unusedBlock(stage, stage.random.pick(PUMPED_DESTINATIONS))),
    outcome,
    disguise: disguise(stage.random),
  }));
}

const IN_FLASH_CROWD: AttackPlan = {
  intent: "1,500 random numbers of an unused block within an hour, while the same market has fifteen times its traffic",
  size: 1_500,
  hours: 1,
  accompaniedBy({ profiles: [profile], random, startsAt }) {
    const market = profile.markets.find(({ destination }) => destination === flashMarket(random.uniform()));
    const setting = { event: "flash_crowd", profile, turn: 15 };
    const markets = market === undefined ? profile.markets.slice(0, 1) : [market];
    return flashCrowdAt(setting, markets, 15, startsAt - HOUR / 4, startsAt + HOUR);
  },
  begin: (stage) =>
    scripted(
      attempts(stage, {
        size: 1_500,
        pace: steady(0.42),
        target: anywhereIn(unusedBlock(stage, flashMarket(stage.random.uniform()))),
        outcome: unanswered,
        disguise: residentialProxies(),
      }),
    ),
};

/** Both sides of the plan draw it as the first number of the same stream. */
function flashMarket(draw: number): string {
  return HOME_DESTINATIONS[Math.floor(draw * HOME_DESTINATIONS.length)] ?? "GB";
}

/** Attacks by name. */
export const ATTACK_PLANS = {
  sequential_400: sequential(1 / 4, 400),
  sequential_1s: sequential(1, 4_000),
  sequential_20s: sequential(20, 8_000),
  sequential_1000s: sequential(1_000, 20_000),
  random_in_100k: plan("3,000 random numbers of a range of 100,000, one every 2 s", 3_000, 1.7, ({ random }) => ({
    pace: steady(0.5),
    target: anywhereIn(wideRange(random.pick(PUMPED_DESTINATIONS), random)),
    outcome: undelivered,
    disguise: emulatorFarm(random, 20),
  })),
  one_block_at_home: plan(
    "2,000 random numbers of an unused block in GB, DE, FR or ES, one every 2 s",
    2_000,
    1.1,
    (stage) => ({
      pace: steady(0.5),
      target: anywhereIn(unusedBlock(stage, stage.random.pick(HOME_DESTINATIONS))),
      outcome: unanswered,
      disguise: oneMachine(stage.random),
    }),
  ),
  popular_block: plan(
    "2,000 random numbers of the most popular block in NL, DE or GB, one every 2 s",
    2_000,
    1.1,
    (stage) => ({
      pace: steady(0.5),
      target: anywhereIn(popularBlock(stage, stage.random.pick(["NL", "DE", "GB"]), 0)),
      outcome: unanswered,
      disguise: residentialProxies(),
    }),
  ),
  in_flash_crowd: IN_FLASH_CROWD,
  slow_40_ranges: plan("40 blocks of one country, each twice an hour for two days", 3_840, 48, (stage) => ({
    pace: steady(3_840 / 48 / 3_600),
    target: inTurn(unusedBlocks(stage, stage.random.pick(PUMPED_DESTINATIONS), 40)),
    outcome: unanswered,
    disguise: residentialProxies(),
  })),
  slow_120_ranges: plan("10 blocks in each of 12 countries, each once an hour for two days", 5_760, 48, (stage) => ({
    pace: steady(5_760 / 48 / 3_600),
    target: inTurn(stage.random.pickSome(PUMPED_DESTINATIONS, 12).flatMap((place) => unusedBlocks(stage, place, 10))),
    outcome: unanswered,
    disguise: residentialProxies(),
  })),
  slow_ramp: plan(
    "2,000 random numbers of one block in a day, from one every quarter of an hour to one every 9 s",
    2_000,
    24,
    (stage) => ({
      pace: ramp(2_000, 24, 4.6),
      target: anywhereIn(unusedBlock(stage, stage.random.pick(PUMPED_DESTINATIONS))),
      outcome: unanswered,
      disguise: residentialProxies(),
    }),
  ),
  probe_then_burst: {
    intent: "three rounds of 5 probes, two hours apart and most of them completed, then 3,000 numbers at 5 a second",
    size: 3_015,
    preparation: 15,
    preparationDays: 0.25,
    hours: 0.2,
    begin: (stage) => scripted(probeThenBurst(stage)),
  },
  twelve_countries: plan("one block in each of 12 countries, 500 numbers each within an hour", 6_000, 1, (stage) => ({
    pace: steady(6_000 / 3_600),
    target: inTurn(stage.random.pickSome(PUMPED_DESTINATIONS, 12).map((place) => unusedBlock(stage, place))),
    outcome: unanswered,
    disguise: residentialProxies(),
  })),
  hop_after_blocks: hopping,
  whole_operator: plan("random numbers of one operator, 60 an hour", 1_500, 25, ({ random }) => {
    const destination = random.pick(PUMPED_DESTINATIONS);
    const operator = random.integer(7);
    return {
      pace: steady(60 / 3_600),
      target: (_, each) => ({ destination, number: anyNumberOfOperator(destination, operator, each) }),
      outcome: unanswered,
      disguise: residentialProxies(),
    };
  }),
  faked_regular: faked("a script enters every code after 8 s", regular(1, 8_000, 200)),
  faked_40: faked("40 % are completed as people do", humanLike(0.4)),
  faked_72: faked("72 % are completed as people do", humanLike(0.72)),
  faked_delivered: faked("72 % are completed as people do, and all are reported delivered", deliveredAlways(0.72)),
  faked_one_address: faked(
    "72 % are completed as people do, all are reported delivered, and all come from one address",
    deliveredAlways(0.72),
    (random) => rentedProxies(random, 1),
  ),
  faked_200_addresses: faked(
    "72 % are completed as people do, all are reported delivered, and they come from 200 addresses",
    deliveredAlways(0.72),
    (random) => rentedProxies(random, 200),
  ),
  converted_before_delivery: faked("every code comes back before its delivery report", beforeDelivery),
  resend_abuse: resendAbuse,
  several_accounts: severalAccounts,
  trust_poisoning: trustPoisoning,
  verified_farm: verifiedFarm,
  adaptive,
} as const satisfies Readonly<Record<string, AttackPlan>>;

export type AttackName = keyof typeof ATTACK_PLANS;
export const ATTACK_NAMES: readonly AttackName[] = Object.keys(ATTACK_PLANS) as AttackName[];

function* probeThenBurst(stage: AttackStage): ReturnType<typeof attempts> {
  const block = unusedBlock(stage, stage.random.pick(PUMPED_DESTINATIONS));
  const disguise = residentialProxies();
  yield* attempts(stage, {
    size: 15,
    startsAt: stage.startsAt - DAY / 4,
    phase: "preparation",
    pace: (index) => Math.floor(index / 5) * 2 * HOUR + (index % 5) * 40_000,
    target: anywhereIn(block),
    outcome: humanLike(0.8),
    disguise,
  });
  yield* attempts(stage, { size: 3_000, pace: steady(5), target: anywhereIn(block), outcome: unanswered, disguise });
}
