import { PRESETS } from "@safeguard/core";
import type { AttackName } from "../traffic/attacks/attack-plans.ts";
import { VARIANT_NAMES } from "../traffic/variants.ts";
import { MAIN_CANDIDATE } from "./candidates.ts";
import type { Cost, Sweep } from "./cost.ts";
import { CONCENTRATED_ATTACKS, LEARNING_ATTACKS } from "./scenarios.ts";
import { type Summary, stopShares } from "./summary.ts";

/** A goal of the scorecard and what came of it. */
export interface GoalResult {
  readonly goal: string;
  readonly measured: string;
  /** On how much it rests. */
  readonly basis: string;
  /** Undefined: not run. */
  readonly met: boolean | undefined;
}

export interface Costs {
  readonly candidates: readonly Cost[];
  readonly prefixes: { readonly prefixes: number; readonly megabytes: number } | undefined;
  readonly sweep?: Sweep;
}

const ONE_COUNTRY: readonly AttackName[] = ["slow_40_ranges", "whole_operator"];
const MANY_COUNTRIES: readonly AttackName[] = ["twelve_countries", "slow_120_ranges"];
const MADE_BY_SCRIPT: readonly AttackName[] = ["faked_regular", "converted_before_delivery"];
const MIMICRY: readonly AttackName[] = ["faked_40", "faked_72"];
/** Part of random worlds that must keep the budget. */
const WORLDS_KEPT = 0.95;

/** Every goal, held against the main candidate. */
export function goalsOf(summaries: readonly Summary[], costs: Costs): readonly GoalResult[] {
  const of = (scenario: string, botsSolve = false): Summary | undefined =>
    summaries.find(
      (each) => each.scenario === scenario && each.candidate === MAIN_CANDIDATE.name && each.botsSolve === botsSolve,
    );
  return [
    falseStops(of("standard"), "false stops in hard weeks ≤ 1e-5", 1e-5),
    ...VARIANT_NAMES.filter((variant) => variant !== "standard").map((variant) =>
      falseStops(of(variant), `false stops, ${variant} ≤ 1e-4`, 1e-4),
    ),
    verifiedNumbers(summaries),
    ...CONCENTRATED_ATTACKS.map((attack) => concentrated(attack, of(attack))),
    ...ONE_COUNTRY.flatMap((attack) => [
      leak(`${attack}: ≤ 25 with challenge`, of(attack), 25),
      leakIfSolved(`${attack}: ≤ 75 were every challenge met`, of(attack), 75),
    ]),
    ...MANY_COUNTRIES.map((attack) => perCountry(attack, of(attack))),
    ...MADE_BY_SCRIPT.map((attack) => leak(`${attack}: ≤ 15`, of(attack), 15)),
    ...MIMICRY.map((attack) => leak(`${attack}: ≤ 50, then challenge`, of(attack), 50)),
    attackedDestinations(summaries),
    budgetKept(of("random")),
    noOutcomes(of("no_outcomes")),
    outcomesMissed(of("no_outcomes"), "outcomes never come: said within 5 minutes"),
    outcomesMissed(of("outcomes_die"), "outcomes stop: said within 5 minutes"),
    ...costGoals(costs),
  ];
}

function falseStops(summary: Summary | undefined, goal: string, limit: number): GoalResult {
  if (summary === undefined) return notRun(goal);
  const { stopped } = summary.legitimate;
  return {
    goal,
    measured: `${stopped.hits} of ${whole(stopped.total)} = ${share(stopped.share)} (95 %: ≤ ${share(stopped.upper)})`,
    basis: worlds(summary),
    met: stopped.share <= limit,
  };
}

function verifiedNumbers(summaries: readonly Summary[]): GoalResult {
  const goal = "no verified number stopped or challenged by detection, in any world";
  const main = summaries.filter(({ candidate }) => candidate === MAIN_CANDIDATE.name);
  if (main.length === 0) return notRun(goal);
  const { counts } = stopShares(main.map(({ verified }) => verified.counts));
  const where = main
    .filter(({ verified }) => verified.stopped.hits + verified.challenged.hits > 0)
    .map(({ scenario }) => scenario);
  const limited = main.reduce((total, { verifiedLimited }) => total + verifiedLimited, 0);
  return {
    goal,
    measured: `${counts.block + counts.hold} stopped, ${counts.challenge} challenged of ${whole(counts.total)}; by their own limit of unanswered codes ${limited}`,
    basis: `${main.length} scenarios${where.length === 0 ? "" : `; in ${where.join(", ")}`}`,
    met: counts.block + counts.hold + counts.challenge === 0,
  };
}

function concentrated(attack: AttackName, summary: Summary | undefined): GoalResult {
  const goal = `${attack}: median ≤ 6, p99 ≤ 15`;
  if (summary?.attack === undefined) return notRun(goal);
  const { leaked } = summary.attack;
  return {
    goal,
    measured: `median ${leaked.median}, p99 ${leaked.p99}`,
    basis: worlds(summary),
    met: leaked.median <= 6 && leaked.p99 <= 15,
  };
}

function leak(goal: string, summary: Summary | undefined, limit: number): GoalResult {
  if (summary?.attack === undefined) return notRun(goal);
  const { leaked } = summary.attack;
  return {
    goal,
    measured: `median ${leaked.median}, p99 ${leaked.p99}`,
    basis: worlds(summary),
    met: leaked.median <= limit,
  };
}

function leakIfSolved(goal: string, summary: Summary | undefined, limit: number): GoalResult {
  if (summary?.attack === undefined) return notRun(goal);
  const { leakedIfSolved } = summary.attack;
  return {
    goal,
    measured: `median ${leakedIfSolved.median}, p99 ${leakedIfSolved.p99}`,
    basis: worlds(summary),
    met: leakedIfSolved.median <= limit,
  };
}

function perCountry(attack: AttackName, summary: Summary | undefined): GoalResult {
  const goal = `${attack}: ≤ 6 for each country`;
  if (summary?.attack === undefined) return notRun(goal);
  const { leakedPerCountry, leakedInWorstCountry, countries } = summary.attack;
  return {
    goal,
    measured: `median ${leakedPerCountry.median.toFixed(1)} (mean of ${countries} countries), worst country ${leakedInWorstCountry.median}`,
    basis: worlds(summary),
    met: leakedPerCountry.median <= 6,
  };
}

/** Over the attacks, each with the weight of its legitimate messages. */
function attackedDestinations(summaries: readonly Summary[]): GoalResult {
  const goal = "≥ 99 % of the legitimate messages of attacked destinations sent at once or after a wait";
  const attacks = summaries.filter(
    ({ candidate, attack, attacked, botsSolve }) =>
      candidate === MAIN_CANDIDATE.name && attack !== undefined && !botsSolve && attacked.counts.total > 0,
  );
  if (attacks.length === 0) return notRun(goal);
  const { counts } = stopShares(attacks.map(({ attacked }) => attacked.counts));
  const missed = counts.block + counts.hold + counts.challenge;
  const sent = (100 * (counts.total - missed)) / counts.total;
  return {
    goal,
    measured: `${sent.toFixed(2)} %: of ${whole(counts.total)}, ${counts.block} blocked, ${counts.hold} held in vain, ${counts.challenge} challenged`,
    basis: `${attacks.length} attacks`,
    met: sent >= 99,
  };
}

function budgetKept(summary: Summary | undefined): GoalResult {
  const { falseBlockBudget } = PRESETS.balanced;
  const goal = `budget (${falseBlockBudget.toExponential(0)}) kept in ≥ 95 % of random worlds`;
  if (summary === undefined) return notRun(goal);
  const kept = partKept(summary, falseBlockBudget);
  return {
    goal,
    measured: `${(100 * kept).toFixed(1)} %; over all worlds ${share(summary.legitimate.stopped.share)} stopped`,
    basis: worlds(summary),
    met: kept >= WORLDS_KEPT,
  };
}

/** Part of the worlds in which the share that was stopped is within the budget. */
export function partKept({ shareByWorld }: Summary, budget: number): number {
  return shareByWorld.filter((each) => each <= budget).length / shareByWorld.length;
}

function noOutcomes(summary: Summary | undefined): GoalResult {
  const goal = "no outcomes at all: no hard block";
  if (summary === undefined) return notRun(goal);
  const { counts } = summary.legitimate;
  return {
    goal,
    measured: `${counts.block} blocked, ${counts.hold} held in vain, ${counts.challenge} challenged of ${whole(counts.total)}`,
    basis: worlds(summary),
    met: counts.block === 0,
  };
}

function outcomesMissed(summary: Summary | undefined, goal: string): GoalResult {
  if (summary === undefined) return notRun(goal);
  const { outcomesMissedAfter } = summary;
  return {
    goal,
    measured: Number.isFinite(outcomesMissedAfter)
      ? `${outcomesMissedAfter.toFixed(1)} minutes in the worst world`
      : "never",
    basis: worlds(summary),
    met: outcomesMissedAfter <= 5,
  };
}

function costGoals({ candidates, prefixes, sweep }: Costs): readonly GoalResult[] {
  const main = candidates.find(({ candidate }) => candidate === MAIN_CANDIDATE.name);
  const verdict = main?.verdict;
  const average = "verdict ≤ 2 µs on average";
  const slowest = "verdict p99 < 200 µs";
  const memory = "1,000,000 active prefixes in < 256 MB";
  return [
    verdict === undefined
      ? notRun(average)
      : {
          goal: average,
          measured: `${verdict.mean.toFixed(2)} µs`,
          basis: `${whole(main?.messages ?? 0)} messages`,
          met: verdict.mean <= 2,
        },
    verdict === undefined
      ? notRun(slowest)
      : {
          goal: slowest,
          measured: `${verdict.p99.toFixed(1)} µs`,
          basis: `${whole(main?.messages ?? 0)} messages`,
          met: verdict.p99 < 200,
        },
    prefixes === undefined
      ? notRun(memory)
      : {
          goal: memory,
          measured: `${prefixes.megabytes.toFixed(0)} MB`,
          basis: `${whole(prefixes.prefixes)} prefixes`,
          met: prefixes.megabytes < 256,
        },
    sweep === undefined ? notRun(SWEPT) : sweepGoal(sweep),
  ];
}

const SWEPT = "operators swept: the last tenth costs at most twice the first";

function sweepGoal({ messages, watched, microseconds }: Sweep): GoalResult {
  const [first = 0, last = 0] = [microseconds[0], microseconds.at(-1)];
  return {
    goal: SWEPT,
    measured: `${first.toFixed(1)} µs, then ${last.toFixed(1)} µs a message`,
    basis: `${whole(messages)} messages, ${whole(watched)} ranges watched`,
    met: last <= first * 2,
  };
}

function notRun(goal: string): GoalResult {
  return { goal, measured: "not run", basis: "", met: undefined };
}

function worlds({ seeds }: Summary): string {
  return `${seeds.length} world${seeds.length === 1 ? "" : "s"}`;
}

function share(value: number): string {
  return value === 0 ? "0" : value.toExponential(1);
}

function whole(value: number): string {
  return value.toLocaleString("en");
}

/** What an attack gets where bots meet every challenge: from worlds of its own where the attackers look. */
export function ifSolved(summaries: readonly Summary[], { scenario, candidate }: Summary): Summary | undefined {
  const learns = LEARNING_ATTACKS.some((attack) => attack === scenario);
  return summaries.find(
    (each) => each.scenario === scenario && each.candidate === candidate && each.botsSolve === learns,
  );
}
