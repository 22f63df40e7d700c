/**
 * Writes simulated traffic as a CSV, and the truth about it into a file apart:
 *
 *     node bench/traffic/write-traffic.ts --seed 1 --days 7 --sessions-per-day 20000 --variant standard \
 *       --attack sequential_1s --attack whole_operator --out traffic.csv --labels traffic.labels.csv
 *
 * `--warm-up-days N` and `--no-events` overrule the variant; `--from 2026-03-23` is the (UTC) day on which measuring begins,
 * after the warm-up. `--list` shows the variants, attacks and events. Attackers that learn from verdicts see none here.
 */
import { parseArgs } from "node:util";
import { ATTACK_NAMES, ATTACK_PLANS, type AttackName } from "./attacks/attack-plans.ts";
import { EVENT_NAMES } from "./events/event-plans.ts";
import { writeSimulation } from "./files/write-simulation.ts";
import { simulate } from "./simulate.ts";
import { VARIANT_NAMES, VARIANTS, type VariantName } from "./variants.ts";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    days: { type: "string", default: "7" },
    "sessions-per-day": { type: "string" },
    "warm-up-days": { type: "string" },
    variant: { type: "string", default: "standard" },
    attack: { type: "string", multiple: true, default: [] },
    "no-events": { type: "boolean", default: false },
    from: { type: "string" },
    out: { type: "string" },
    labels: { type: "string" },
    list: { type: "boolean", default: false },
  },
});

if (options.list) list();
else {
  try {
    write();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

function write(): void {
  if (options.out === undefined) throw new RangeError("--out FILE is missing: where to write the traffic");
  const simulation = simulate({
    seed: number("seed", options.seed),
    variant: oneOf<VariantName>("variant", options.variant, VARIANT_NAMES),
    days: number("days", options.days),
    attacks: options.attack.map((name) => oneOf<AttackName>("attack", name, ATTACK_NAMES)),
    ...(options["sessions-per-day"] !== undefined && {
      sessionsPerDay: number("sessions-per-day", options["sessions-per-day"]),
    }),
    ...(options["warm-up-days"] !== undefined && { warmUpDays: number("warm-up-days", options["warm-up-days"]) }),
    ...(options["no-events"] && { events: {} }),
    ...(options.from !== undefined && { measuredFrom: day(options.from) }),
  });
  const startedAt = performance.now();
  const rows = writeSimulation(simulation, options.out, options.labels);
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`${options.out}: ${rows} rows in ${seconds.toFixed(1)} s`);
  console.log(`measured from ${new Date(simulation.measuredFrom).toISOString()}; what comes before is history`);
  for (const { name, plan, startsAt } of simulation.attacks) {
    console.log(`${name} from ${new Date(startsAt).toISOString()}: ${plan.intent}`);
  }
}

function list(): void {
  console.log(`variants\n${VARIANT_NAMES.map((name) => `  ${name}: ${VARIANTS[name].intent}`).join("\n")}`);
  console.log(`attacks\n${ATTACK_NAMES.map((name) => `  ${name}: ${ATTACK_PLANS[name].intent}`).join("\n")}`);
  console.log(`events\n  ${EVENT_NAMES.join(", ")}`);
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new RangeError(`--${name} ${text}: expected a number`);
  return value;
}

function day(text: string): number {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time)) throw new RangeError(`--from ${text}: expected a day as 2026-03-23`);
  return time;
}

function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === text);
  if (found === undefined) throw new RangeError(`--${name} ${text}: expected one of ${known.join(", ")}`);
  return found;
}
