import type { Adversary, AttackAttempt } from "./adversary.ts";
import type { AttackPlan, AttackStage } from "./attack-plan.ts";
import { residentialProxies } from "./disguise.ts";
import { unanswered } from "./faked-outcome.ts";
import { PUMPED_DESTINATIONS, type TargetRange, unusedBlock } from "./target.ts";

const SIZE = 4_000;
const GAP = 500;
const REFUSALS = 3;
/** In a file there is nobody to tell it: then it leaves a block after so many attempts. */
const BLIND_STAY = 12;

/** Moves to a new block of the same country as soon as three attempts in a block were refused. */
export const hopping: AttackPlan = {
  intent: "4,000 consecutive numbers, 2 a second, in a new block of the country after every three refusals",
  size: SIZE,
  hours: (SIZE * GAP) / 3_600_000,
  begin: (stage) => new HoppingAdversary(stage),
};

class HoppingAdversary implements Adversary {
  readonly #stage: AttackStage;
  readonly #destination: string;
  readonly #disguise = residentialProxies();
  #block: TargetRange;
  #inBlock = 0;
  #refusals = 0;
  #made = 0;
  #sees = false;

  constructor(stage: AttackStage) {
    this.#stage = stage;
    this.#destination = stage.random.pick(PUMPED_DESTINATIONS);
    this.#block = unusedBlock(stage, this.#destination);
  }

  next(at: number): AttackAttempt | undefined {
    if (this.#made === SIZE) return undefined;
    if (this.#refusals >= REFUSALS || (!this.#sees && this.#inBlock >= BLIND_STAY)) this.#hop();
    const { random, profiles, startsAt } = this.#stage;
    const time = Math.max(at + GAP, startsAt);
    const number = this.#block.first + 4_000 + this.#inBlock;
    this.#inBlock = (this.#inBlock + 1) % 6_000;
    this.#made += 1;
    return {
      time,
      account: profiles[0].account,
      destination: this.#destination,
      number,
      ...unanswered(time, random),
      ...this.#disguise(random),
      phase: "main",
    };
  }

  saw(_: AttackAttempt, action: Parameters<Adversary["saw"]>[1]): void {
    this.#sees = true;
    if (action !== "allow") this.#refusals += 1;
  }

  #hop(): void {
    this.#block = unusedBlock(this.#stage, this.#destination);
    this.#inBlock = 0;
    this.#refusals = 0;
  }
}
