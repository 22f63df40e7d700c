import { priceOf } from "../prices.ts";
import type { Random } from "../random/random.ts";
import type { Adversary, AttackAttempt, SeenAction } from "./adversary.ts";
import type { AttackPlan, AttackStage } from "./attack-plan.ts";
import { residentialProxies } from "./disguise.ts";
import { type FakedOutcome, humanLike, unanswered } from "./faked-outcome.ts";
import { PUMPED_DESTINATIONS, type TargetRange, unusedBlock } from "./target.ts";

const SIZE = 4_000;
const HOURS = 48;
/** It tries a choice with so many messages before it judges. */
const TRIAL = 4;
const COUNTRIES = 6;
const EXPLORE = 0.12;
const FORGET = 0.85;

const GAPS: readonly number[] = [2_000, 15_000, 120_000];
const CONVERSIONS: readonly number[] = [0, 0.4, 0.75];
const NUMBERING = ["consecutive", "scattered"] as const;
const STAYS: readonly number[] = [4, 20, 200];

/** Sees every verdict and turns what it can turn towards what pays: country, pace, faked completions, numbers, length of stay. */
export const adaptive: AttackPlan = {
  intent: "up to 4,000 messages in two days by an attacker that sees verdicts and learns which choices get through",
  size: SIZE,
  hours: HOURS,
  begin: (stage) => new BanditAdversary(stage),
};

class BanditAdversary implements Adversary {
  readonly #stage: AttackStage;
  readonly #disguise = residentialProxies();
  readonly #countries: Choice<string>;
  readonly #gaps = new Choice(GAPS);
  readonly #conversions = new Choice(CONVERSIONS);
  readonly #numbering = new Choice(NUMBERING);
  readonly #stays = new Choice(STAYS);
  /** The block in work in each country, and how many numbers of it were tried. */
  readonly #blocks = new Map<string, { readonly range: TargetRange; used: number }>();
  #made = 0;
  #sent = 0;
  #tried = 0;

  constructor(stage: AttackStage) {
    this.#stage = stage;
    this.#countries = new Choice(stage.random.pickSome(PUMPED_DESTINATIONS, COUNTRIES));
  }

  next(at: number): AttackAttempt | undefined {
    const { random, startsAt, profiles } = this.#stage;
    if (this.#made === SIZE || at > startsAt + HOURS * 3_600_000) return undefined;
    if (this.#tried >= TRIAL) this.#judge();
    const time = Math.max(startsAt, at + random.exponential(this.#gaps.current));
    const destination = this.#countries.current;
    const part = this.#conversions.current;
    const outcome: FakedOutcome = part === 0 ? unanswered : humanLike(part);
    this.#made += 1;
    this.#tried += 1;
    return {
      time,
      account: profiles[0].account,
      destination,
      number: this.#number(destination),
      ...outcome(time, random),
      ...this.#disguise(random),
      phase: "main",
    };
  }

  saw(attempt: AttackAttempt, action: SeenAction): void {
    // Dearer routes pay more.
    if (action === "allow") this.#sent += priceOf(attempt.destination) / 0.3;
  }

  #number(destination: string): number {
    let block = this.#blocks.get(destination);
    if (block === undefined || block.used >= this.#stays.current) {
      block = { range: unusedBlock(this.#stage, destination), used: 0 };
      this.#blocks.set(destination, block);
    }
    block.used += 1;
    const { first, size } = block.range;
    return this.#numbering.current === "consecutive"
      ? first + 100 + block.used
      : first + this.#stage.random.integer(size);
  }

  /** What the last trial earned for each message counts for everything that was chosen for it; speed counts a little, too. */
  #judge(): void {
    const { random } = this.#stage;
    const earned = this.#sent / this.#tried;
    const haste = 1 + 0.1 * Math.log(120_000 / this.#gaps.current);
    for (const choice of [this.#countries, this.#conversions, this.#numbering, this.#stays])
      choice.learn(earned, random);
    this.#gaps.learn(earned * haste, random);
    this.#sent = 0;
    this.#tried = 0;
  }
}

/** One thing to choose, by what each option earned lately: mostly the best so far, now and then another. */
class Choice<T> {
  readonly #options: readonly T[];
  readonly #values: number[];
  #chosen = 0;

  constructor(options: readonly T[]) {
    this.#options = options;
    // Hope: every option is tried before the first is given up for good.
    this.#values = options.map(() => 1);
  }

  get current(): T {
    const option = this.#options[this.#chosen];
    if (option === undefined) throw new RangeError("there is nothing to choose");
    return option;
  }

  learn(earned: number, random: Random): void {
    this.#values[this.#chosen] = FORGET * (this.#values[this.#chosen] ?? 0) + (1 - FORGET) * earned;
    const best = this.#values.indexOf(Math.max(...this.#values));
    this.#chosen = random.chance(EXPLORE) ? random.integer(this.#options.length) : best;
  }
}
