/**
 * One world under the product's detection, for whoever tunes it: every legitimate message that was stopped, with the reason,
 * and every attack message that got through, in the order of time.
 *
 *     node bench/detect/look.ts --seed 3 --attack sequential_1s --variant standard --preset balanced
 *
 * `--days N`, `--sessions-per-day N`, `--warm-up-days N`, `--no-events` as bench/traffic/write-traffic.ts has them; its
 * `--list` names variants and attacks. `--most N` lines of a kind (default 40, 0: all); `--challenges` lists challenged people
 * too, not only their counts; `--variant random` is the seed's random world of the scorecard; `--event roll_out` and `--reason range_surge` list only those; `--quiet`: only the counts.
 */
import { parseArgs } from "node:util";
import { type DetectionPreset, explainVerdict, PRESETS, parseRecipient, type Verdict } from "@safeguard/core";
import { ATTACK_NAMES, type AttackName } from "../traffic/attacks/attack-plans.ts";
import { seedUse } from "../traffic/seeds.ts";
import { Simulation, simulate } from "../traffic/simulate.ts";
import type { SimulatedRow } from "../traffic/traffic-row.ts";
import { VARIANT_NAMES, type VariantName } from "../traffic/variants.ts";
import type { Attempt, LastWord } from "./candidate.ts";
import { ours } from "./ours.ts";
import { randomVariant } from "./random-variant.ts";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    attack: { type: "string", multiple: true, default: [] },
    variant: { type: "string", default: "standard" },
    preset: { type: "string", default: "balanced" },
    days: { type: "string", default: "7" },
    "sessions-per-day": { type: "string" },
    "warm-up-days": { type: "string" },
    "no-events": { type: "boolean", default: false },
    most: { type: "string", default: "40" },
    challenges: { type: "boolean", default: false },
    event: { type: "string" },
    reason: { type: "string" },
    quiet: { type: "boolean", default: false },
  },
});

interface Labelled extends Attempt {
  readonly row: SimulatedRow;
  /** 1, 2 … among the attack's messages, or the legitimate ones that are measured. */
  readonly number: number;
}

const seed = Number(options.seed);
const attacks = options.attack.map((name) => oneOf<AttackName>("attack", name, ATTACK_NAMES));
const simulation =
  options.variant === "random"
    ? new Simulation(seed, randomVariant(seed), 3, attacks, Date.UTC(2026, 2, 23))
    : simulate({
        seed,
        variant: oneOf<VariantName>("variant", options.variant, VARIANT_NAMES),
        days: Number(options.days),
        attacks,
        ...(options["sessions-per-day"] !== undefined && { sessionsPerDay: Number(options["sessions-per-day"]) }),
        ...(options["warm-up-days"] !== undefined && { warmUpDays: Number(options["warm-up-days"]) }),
        ...(options["no-events"] && { events: {} }),
      });
if (options.variant === "random") {
  const { regions: _, ...drawn } = randomVariant(seed);
  console.log(JSON.stringify(drawn));
}
const presets = Object.keys(PRESETS) as DetectionPreset[];
const candidate = ours(oneOf("preset", options.preset, presets)).begin<Labelled>(hear, {
  usualDestinations: () => new Set<string>(),
});
const { measuredFrom } = simulation;
const most = options.quiet ? -1 : options.most === "0" ? Number.POSITIVE_INFINITY : Number(options.most);

if (seedUse(seed) === "reporting") console.log("! a reporting seed: not one to choose parameters by");
for (const { name, startsAt, plan } of simulation.attacks)
  console.log(`${name} from ${clock(startsAt)}: ${plan.intent}`);

const falseStops: string[] = [];
const leaks: string[] = [];
/** Event, action and reason of stopped people; attack, action and reason of attack messages. */
const counts = new Map<string, number>();
const events = new Map<string, number>();
const incidents = new Map<string, { attack: number; legitimate: number }>();
const firstStops = new Map<string, string>();
const attackSeen = new Map<string, number>();
let legitimate = 0;
let stopped = 0;
let challenged = 0;
let leaked = 0;
let rows = 0;

const before = process.cpuUsage();
for (let row = simulation.next(); row !== undefined; row = simulation.next()) {
  const parsed = parseRecipient(row.to, "csv");
  if (!parsed.ok) throw new Error(`${row.to} is no number: ${parsed.code}`);
  rows += 1;
  let number = 0;
  if (row.label.kind === "attack") {
    number = (attackSeen.get(row.label.attack) ?? 0) + 1;
    attackSeen.set(row.label.attack, number);
  } else if (row.time >= measuredFrom) {
    legitimate += 1;
    number = legitimate;
    const event = row.label.event ?? "ordinary";
    events.set(event, (events.get(event) ?? 0) + 1);
  }
  candidate.add({ row, recipient: parsed.recipient, number });
}
candidate.finish();
const used = process.cpuUsage(before);

section("legitimate messages stopped", falseStops, stopped + (options.challenges ? challenged : 0));
section("attack messages let through", leaks, leaked);
console.log("\ncounts");
for (const [what, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`  ${what.padEnd(64)} ${count}`);
for (const [attack, size] of attackSeen) {
  console.log(`  ${attack}: ${size} asked for; first stop ${firstStops.get(attack) ?? "never"}`);
}
const falseIncidents = [...incidents].filter(([, { attack }]) => attack === 0);
console.log(
  `  incidents ${incidents.size}, of these without attack ${falseIncidents.length}: ${falseIncidents.map(([name, { legitimate: n }]) => `${name} (${n})`).join(", ")}`,
);
console.log(`  messages per event: ${[...events].map(([event, count]) => `${event} ${count}`).join(", ")}`);
console.log(
  `legitimate ${legitimate}: stopped ${stopped} (${(stopped / legitimate).toExponential(1)}), challenged ${challenged} (${(challenged / legitimate).toExponential(1)}); leaked ${leaked}`,
);
console.log(`${rows} rows, ${((used.user + used.system) / rows).toFixed(1)} µs CPU a row, simulation included`);

function hear({ attempt, action, at, verdict, incident }: LastWord<Labelled>): void {
  const { row } = attempt;
  simulation.saw(row, action);
  const { label } = row;
  if (row.time < measuredFrom && label.kind === "legitimate") return;
  if (incident !== undefined) {
    const seen = incidents.get(incident) ?? { attack: 0, legitimate: 0 };
    if (label.kind === "attack") seen.attack += 1;
    else seen.legitimate += 1;
    incidents.set(incident, seen);
  }
  if (label.kind === "attack") {
    count(`attack ${label.attack} ${label.phase}: ${action} ${verdict?.reason ?? ""}`);
    if (action === "allow") {
      if (label.phase === "main") leaked += 1;
      if (leaks.length < most) leaks.push(lineOf(attempt, `${label.phase} ${action}`, at, verdict));
    } else if (!firstStops.has(label.attack)) {
      firstStops.set(label.attack, `at its message ${attempt.number}, ${clock(at)}: ${action}`);
    }
    return;
  }
  if (action === "allow") return;
  count(`legitimate ${label.event ?? "ordinary"}: ${action} ${verdict?.reason ?? ""}`);
  if (action === "challenge") challenged += 1;
  else stopped += 1;
  if (action === "challenge" && !options.challenges) return;
  if (options.event !== undefined && options.event !== (label.event ?? "ordinary")) return;
  if (options.reason !== undefined && options.reason !== verdict?.reason) return;
  if (falseStops.length < most) {
    const event = `${label.event ?? "ordinary"}${label.returning ? ", returning" : ""}`;
    falseStops.push(lineOf(attempt, `${action}, ${event}`, at, verdict));
  }
}

/** Two lines: which message, and why. */
function lineOf({ row, number, recipient }: Labelled, what: string, at: number, verdict: Verdict | undefined): string {
  const after = (time: number | undefined): string =>
    time === undefined ? "never" : `after ${((time - row.time) / 1_000).toFixed(1)} s`;
  const waited = at > row.time ? `, waited ${(at - row.time) / 1_000} s` : "";
  const outcome = `would be delivered ${after(row.deliveredAt)}, completed ${after(row.convertedAt)}`;
  const why = verdict === undefined ? "" : `\n      score ${verdict.score}. ${explainVerdict(verdict)}`;
  return `  #${number} ${clock(row.time)} ${recipient.candidates[0]} ${row.to} ${what}${waited}; ${outcome}${why}`;
}

function section(title: string, lines: readonly string[], total: number): void {
  if (lines.length === 0) return;
  console.log(`\n${title}${lines.length < total ? ` (${lines.length} of ${total})` : ""}`);
  for (const line of lines) console.log(line);
}

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** Day of what is measured, and time of day (UTC). */
function clock(time: number): string {
  const day = Math.floor((time - measuredFrom) / 86_400_000) + 1;
  return `d${day} ${new Date(time).toISOString().slice(11, 19)}`;
}

function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  console.error(`--${name} ${text}: expected one of ${known.join(", ")}`);
  process.exit(2);
}
