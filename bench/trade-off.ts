/**
 * What the false-block budget buys: the same tuning worlds at seven budgets, from one message in a hundred to one in ten
 * million. Legitimate messages stopped and challenged in hard weeks, people of attacked destinations who got their message,
 * and what each attack got.
 *
 *     node bench/trade-off.ts [--seeds 2]
 *
 * Kept in bench/results/trade-off.md. Tuning seeds: it explains the goals that are missed, and is no report of them.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { CandidatePlan } from "./detect/candidate.ts";
import { OurCandidate } from "./detect/ours.ts";
import { parameterHash } from "./detect/parameter-hash.ts";
import { runCandidates, simulationOf } from "./detect/run-world.ts";
import { scenarioOf } from "./detect/scenarios.ts";
import { quantile, sum } from "./detect/statistics.ts";
import { type Counts, stopped, type WorldResult } from "./detect/world-result.ts";
import { seedsFor } from "./traffic/seeds.ts";

const BUDGETS = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7] as const;
const ATTACKS = [
  "sequential_1s",
  "one_block_at_home",
  "popular_block",
  "slow_40_ranges",
  "slow_120_ranges",
  "whole_operator",
  "faked_40",
  "trust_poisoning",
] as const;
const RESULT = fileURLToPath(new URL("results/trade-off.md", import.meta.url));

const { values } = parseArgs({ options: { seeds: { type: "string", default: "2" } } });
const seeds = seedsFor("tuning", Number(values.seeds));
const plans = BUDGETS.map(
  (budget): CandidatePlan => ({
    name: nameOf(budget),
    intent: `Safeguard's detection at a false-block budget of ${budget}`,
    begin: (hear) => new OurCandidate(() => ({ detection: { mode: "enforce", falseBlockBudget: budget } }), hear),
  }),
);

const results = ["standard", "small", ...ATTACKS].flatMap((name) => seeds.flatMap((seed) => worldOf(name, seed)));
const text = table();
writeFileSync(RESULT, text);
process.stdout.write(text);

function worldOf(name: string, seed: number): readonly WorldResult[] {
  process.stderr.write(`${name}, seed ${seed}\n`);
  const scenario = scenarioOf(name);
  return runCandidates(plans, simulationOf(scenario, seed), scenario, { seed, botsSolve: false });
}

function nameOf(budget: number): string {
  return budget.toExponential(0);
}

function table(): string {
  const head = ["budget", "stopped", "challenged", "attacked destinations: sent", ...ATTACKS];
  const rows = BUDGETS.map((budget) => {
    const own = results.filter(({ candidate }) => candidate === nameOf(budget));
    const calm = own.filter(({ attack }) => attack === undefined).map(({ legitimate }) => legitimate);
    const attacked = own.map((result) => result.attacked);
    const total = sum(calm.map((counts) => counts.total));
    const sent = 1 - sum(attacked.map(notSent)) / sum(attacked.map((counts) => counts.total));
    return [
      nameOf(budget),
      share(sum(calm.map(stopped)), total),
      share(sum(calm.map(({ challenge }) => challenge)), total),
      `${(100 * sent).toFixed(2)} %`,
      ...ATTACKS.map((name) => String(quantile(leaksOf(own, name), 0.5))),
    ];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return `# What the false-block budget buys

Made by \`node bench/trade-off.ts\`; do not edit. ${new Date().toISOString()}, tuning seeds ${seeds.join(", ")}, parameters \`${parameterHash()}\`.

*Stopped* (blocked, or held and never released) and *challenged*: of the legitimate messages in hard weeks without an attack
(standard and small accounts). *Sent*: of the legitimate messages of attacked destinations, while they are attacked. Then the
messages that each attack got, median over the seeds.

${line(head)}${line(head.map((_, column) => (column === 0 ? "---" : "---:")))}${rows.map(line).join("")}`;
}

function leaksOf(own: readonly WorldResult[], name: string): readonly number[] {
  return own.flatMap(({ scenario, attack }) =>
    scenario === name && attack !== undefined ? [attack.counts.total - notSent(attack.counts)] : [],
  );
}

function notSent(counts: Counts): number {
  return stopped(counts) + counts.challenge;
}

function share(part: number, whole: number): string {
  return part === 0 ? `0 of ${whole}` : `${(part / whole).toExponential(1)} (${part})`;
}
