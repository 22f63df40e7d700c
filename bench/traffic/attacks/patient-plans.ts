import { BLOCK } from "../numbers/blocks-in-use.ts";
import { DAY, HOUR } from "../world/rhythm.ts";
import { type AttackAttempt, scripted } from "./adversary.ts";
import type { AttackPlan, AttackStage } from "./attack-plan.ts";
import { residentialProxies } from "./disguise.ts";
import { humanLike, unanswered } from "./faked-outcome.ts";
import { attempts, consecutive, steady } from "./script.ts";
import { anyNumberOfOperator, PUMPED_DESTINATIONS, unusedBlock, unusedBlocks } from "./target.ts";

/** The same 30 numbers, which lie apart, ask for another code again and again. */
export const resendAbuse: AttackPlan = {
  intent: "30 numbers far apart, each 60 codes within three hours",
  size: 1_800,
  hours: 3,
  begin(stage) {
    const { random } = stage;
    const destination = random.pick(PUMPED_DESTINATIONS);
    const numbers = Array.from({ length: 30 }, () => anyNumberOfOperator(destination, random.integer(7), random));
    return scripted(
      attempts(stage, {
        size: 1_800,
        pace: steady(1 / 6),
        target: (index) => ({ destination, number: numbers[index % numbers.length] ?? 0 }),
        outcome: unanswered,
        disguise: residentialProxies(),
      }),
    );
  },
};

/** One range, reached through the forms of several companies, so that each sees only a part. */
export const severalAccounts: AttackPlan = {
  intent: "1,500 consecutive numbers, one every 2 s, through three accounts in turn",
  size: 1_500,
  hours: 0.9,
  accounts: 3,
  begin(stage) {
    const block = unusedBlock(stage, stage.random.pick(PUMPED_DESTINATIONS));
    return scripted(
      attempts(stage, {
        size: 1_500,
        pace: steady(0.5),
        target: consecutive(block, stage.random.integer(BLOCK - 1_500)),
        outcome: unanswered,
        disguise: residentialProxies(),
        account: (index) => (stage.profiles[index % stage.profiles.length] ?? stage.profiles[0]).account,
      }),
    );
  },
};

const POISONED_DAYS = 14;
const POISONED_BLOCKS = 10;
const POISON_PER_DAY = 60;

/** Two weeks of sign-ups that complete as people do, then the same blocks pay. */
export const trustPoisoning: AttackPlan = {
  intent: "two weeks of completed sign-ups in 10 blocks, 6 a day in each, then 3,000 unanswered codes at 2 a second",
  size: POISONED_DAYS * POISON_PER_DAY + 3_000,
  preparation: POISONED_DAYS * POISON_PER_DAY,
  preparationDays: POISONED_DAYS,
  hours: 0.5,
  begin: (stage) => scripted(poisonThenBurst(stage)),
};

function* poisonThenBurst(stage: AttackStage): Generator<AttackAttempt> {
  const blocks = unusedBlocks(stage, stage.random.pick(PUMPED_DESTINATIONS), POISONED_BLOCKS);
  const shared = {
    target: (index: number, random: AttackStage["random"]) => {
      const block = blocks[index % blocks.length];
      if (block === undefined) throw new RangeError("there is no block to poison");
      return { destination: block.destination, number: block.first + random.integer(block.size) };
    },
    disguise: residentialProxies(),
  };
  yield* attempts(stage, {
    ...shared,
    size: POISONED_DAYS * POISON_PER_DAY,
    startsAt: stage.startsAt - POISONED_DAYS * DAY,
    phase: "preparation",
    pace: (index, random) => ((index + random.uniform()) * DAY) / POISON_PER_DAY,
    outcome: humanLike(0.85),
  });
  yield* attempts(stage, { ...shared, size: 3_000, pace: steady(2), outcome: unanswered });
}

const FARMED = 60;
const CODES_EACH = 40;

/** Numbers that were verified days ago are above suspicion: the attacker verifies some first. */
export const verifiedFarm: AttackPlan = {
  intent: "60 numbers complete one sign-up each; two days later each logs in 40 times within four hours",
  size: FARMED + FARMED * CODES_EACH,
  preparation: FARMED,
  preparationDays: 2,
  hours: 4,
  begin(stage) {
    const block = unusedBlock(stage, stage.random.pick(PUMPED_DESTINATIONS));
    return scripted(farm(stage, block.destination, block.first + stage.random.integer(BLOCK - FARMED)));
  },
};

function* farm(stage: AttackStage, destination: string, first: number): Generator<AttackAttempt> {
  const shared = {
    target: (index: number) => ({ destination, number: first + (index % FARMED) }),
    disguise: residentialProxies(),
  };
  yield* attempts(stage, {
    ...shared,
    size: FARMED,
    startsAt: stage.startsAt - 2 * DAY,
    phase: "preparation",
    pace: (index) => (index * 4 * HOUR) / FARMED,
    outcome: humanLike(0.94),
  });
  const size = FARMED * CODES_EACH;
  yield* attempts(stage, { ...shared, size, pace: (index) => (index * 4 * HOUR) / size, outcome: unanswered });
}
