import { parseRecipient } from "@safeguard/core";
import { type Simulation, simulate, Simulation as World } from "../traffic/simulate.ts";
import type { SimulatedRow } from "../traffic/traffic-row.ts";
import type { Candidate, CandidatePlan, Setting } from "./candidate.ts";
import { candidateOf } from "./candidates.ts";
import type { LabelledAttempt } from "./labelled-attempt.ts";
import { OutcomeWatch } from "./outcome-watch.ts";
import { PEOPLE_AFTER_ATTACK, peopleAfterAttack } from "./people-after-attack.ts";
import { randomVariant } from "./random-variant.ts";
import { type Job, LEARNING_ATTACKS, type Scenario, scenarioOf } from "./scenarios.ts";
import { Tally } from "./tally.ts";
import type { WorldResult } from "./world-result.ts";

const HOUR = 3_600_000;
const MEASURED_FROM = Date.UTC(2026, 2, 23);
/** Countries with at least this part of an account's people are its usual ones. */
const USUAL_SHARE = 0.005;

/** Runs one world past its candidates. */
export function runWorld({ scenario: name, seed, candidates, botsSolve }: Job): readonly WorldResult[] {
  const scenario = scenarioOf(name);
  return runCandidates(candidates.map(candidateOf), simulationOf(scenario, seed), scenario, { seed, botsSolve });
}

/** Every candidate gets the same rows, unless the attackers look at what becomes of them: then there may be only one. */
export function runCandidates(
  plans: readonly CandidatePlan[],
  simulation: Simulation,
  scenario: Pick<Scenario, "name" | "attack" | "people">,
  about: Pick<Job, "seed" | "botsSolve">,
): readonly WorldResult[] {
  const { startsAt, world } = simulation;
  const learns = scenario.attack !== undefined && LEARNING_ATTACKS.includes(scenario.attack);
  if (learns && plans.length > 1) throw new RangeError(`${scenario.attack} learns: one candidate for each world`);
  const setting = settingOf(simulation);
  const runs = plans.map((plan) => {
    const tally = new Tally();
    const candidate: Candidate<LabelledAttempt> = plan.begin((word) => {
      tally.hear(word);
      const isMet = about.botsSolve && word.action === "challenge";
      if (learns) simulation.saw(word.attempt.row, isMet ? "allow" : word.action);
    }, setting);
    const watch = new OutcomeWatch(candidate, startsAt, world.settings.reporting.outcomesUntil);
    return { name: plan.name, tally, candidate, watch };
  });
  for (const attempt of attemptsOf(rowsOf(simulation, scenario), simulation)) {
    for (const { candidate, watch } of runs) {
      candidate.add(attempt);
      watch.look(attempt.row);
    }
  }
  return runs.map(({ name, tally, candidate, watch }) => {
    candidate.finish();
    return tally.result({ ...about, scenario: scenario.name, candidate: name, outcomesMissedAfter: watch.missedAfter });
  });
}

export function simulationOf({ variant, attack, days }: Scenario, seed: number): Simulation {
  if (variant === "random") return new World(seed, randomVariant(seed), days, [], MEASURED_FROM);
  return simulate({ seed, variant, days, attacks: attack === undefined ? [] : [attack], measuredFrom: MEASURED_FROM });
}

/** Who set the candidates up knows where the account's people live. */
export function settingOf({ world }: Simulation): Setting {
  const usual = new Map(
    world.settings.accounts.map(({ account, markets }) => {
      const all = markets.reduce((sum, { weight }) => sum + weight, 0);
      const large = markets.filter(({ weight }) => weight >= USUAL_SHARE * all);
      return [account, new Set<string>(large.map(({ destination }) => destination))];
    }),
  );
  return { usualDestinations: (account) => usual.get(account) ?? new Set() };
}

/** The rows that count: an attack's world ends soon after it, or a day later where people come then. */
function* rowsOf(simulation: Simulation, { people }: Pick<Scenario, "people">): Generator<SimulatedRow> {
  const [attack] = simulation.attacks;
  if (attack === undefined) {
    yield* simulation;
    return;
  }
  const attackEnds = attack.startsAt + attack.plan.hours * HOUR;
  const end = Math.min(
    simulation.endsAt,
    attackEnds + (people === undefined ? 2 * HOUR : people.after + (PEOPLE_AFTER_ATTACK + 1) * people.every),
  );
  let lastAttacked: SimulatedRow | undefined;
  let visits: Generator<SimulatedRow> | undefined;
  let visitor: SimulatedRow | undefined;
  for (let row = simulation.next(); row !== undefined && row.time < end; row = simulation.next()) {
    if (row.label.kind === "attack") lastAttacked = row;
    else if (
      people !== undefined &&
      visits === undefined &&
      lastAttacked !== undefined &&
      row.time > attackEnds + HOUR / 30
    ) {
      visits = peopleAfterAttack(lastAttacked, people.after, people.every);
      visitor = visits.next().value ?? undefined;
    }
    while (visits !== undefined && visitor !== undefined && visitor.time <= row.time) {
      yield visitor;
      visitor = visits.next().value ?? undefined;
    }
    yield row;
  }
}

/** Parses numbers once for all candidates, and keeps the truth about numbers and destinations. */
export function* attemptsOf(
  rows: Iterable<SimulatedRow>,
  { measuredFrom, attacks }: Pick<Simulation, "measuredFrom" | "attacks">,
): Generator<LabelledAttempt> {
  const verified = new Map<string, number>();
  const attackedFrom = new Map<string, number>();
  const attackedUntil = Math.max(...attacks.map(({ startsAt, plan }) => startsAt + (plan.hours + 1) * HOUR));
  let attackNumber = 0;
  for (const row of rows) {
    const parsed = parseRecipient(row.to, "csv");
    if (!parsed.ok) throw new Error(`the simulator made ${row.to}, which is no number: ${parsed.code}`);
    const { recipient } = parsed;
    const [destination] = recipient.candidates;
    const key = `${row.account} ${row.to}`;
    let verifiedSince = verified.get(key);
    const verifies = verifiedSince === undefined && row.convertedAt !== undefined;
    if (verifies && row.convertedAt !== undefined) {
      verifiedSince = row.convertedAt;
      verified.set(key, verifiedSince);
    }
    const isMain = row.label.kind === "attack" && row.label.phase === "main";
    if (isMain && !attackedFrom.has(destination)) attackedFrom.set(destination, row.time);
    if (isMain) attackNumber += 1;
    yield {
      row,
      recipient,
      measured: row.time >= measuredFrom,
      verifiedSince,
      verifies,
      attacked: row.time >= (attackedFrom.get(destination) ?? Number.POSITIVE_INFINITY) && row.time < attackedUntil,
      attackNumber: isMain ? attackNumber : 0,
    };
  }
}
