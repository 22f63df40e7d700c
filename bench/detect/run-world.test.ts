import { describe, expect, it } from "vitest";
import { simulate } from "../traffic/simulate.ts";
import type { SimulatedRow } from "../traffic/traffic-row.ts";
import type { Attempt, CandidatePlan } from "./candidate.ts";
import { MAIN_CANDIDATE } from "./candidates.ts";
import { goalsOf } from "./goals.ts";
import { peopleAfterAttack } from "./people-after-attack.ts";
import { runCandidates, runWorld } from "./run-world.ts";
import { jobsOf, SCENARIOS } from "./scenarios.ts";
import { scorecardOf, scorecardText } from "./scorecard.ts";
import { type Summary, summarise } from "./summary.ts";
import { stopped, type WorldResult } from "./world-result.ts";

const SCENARIO = { name: "sequential_400", attack: "sequential_400" } as const;

/** A candidate that knows what it should not. */
function omniscient(
  name: string,
  stops: (row: SimulatedRow) => boolean,
  action: "block" | "challenge" = "block",
): CandidatePlan {
  return {
    name,
    intent: name,
    begin: (hear) => ({
      add(attempt: Attempt & Parameters<typeof hear>[0]["attempt"]) {
        const stop = stops(attempt.row as SimulatedRow);
        hear({
          attempt,
          action: stop ? action : "allow",
          at: attempt.row.time,
          verdict: undefined,
          incident: stop ? "acme 1" : undefined,
        });
      },
      finish() {},
    }),
  };
}

const NOTHING = omniscient("allows everything", () => false);
const EVERYTHING = omniscient("blocks everything", () => true);
const ATTACK = omniscient("blocks the attack", ({ label }) => label.kind === "attack");
const CHALLENGES = omniscient("challenges everything", () => true, "challenge");

function world(): readonly WorldResult[] {
  const simulation = simulate({ seed: 7, variant: "small", days: 2, warmUpDays: 2, attacks: ["sequential_400"] });
  return runCandidates([NOTHING, EVERYTHING, ATTACK, CHALLENGES], simulation, SCENARIO, { seed: 7, botsSolve: false });
}

describe("the harness", () => {
  const results = world();
  const of = (plan: CandidatePlan): WorldResult => {
    const found = results.find(({ candidate }) => candidate === plan.name);
    if (found === undefined) throw new Error(`${plan.name} has no result`);
    return found;
  };
  const summaries = summarise(results);
  const summaryOf = (plan: CandidatePlan): Summary => {
    const found = summaries.find(({ candidate }) => candidate === plan.name);
    if (found === undefined) throw new Error(`${plan.name} has no summary`);
    return found;
  };

  it("says of one that allows everything that all leaks and nobody is stopped", () => {
    const { legitimate, attack, incidents, verified } = of(NOTHING);
    expect(legitimate.total).toBeGreaterThan(500);
    expect(stopped(legitimate)).toBe(0);
    expect(verified.total).toBeGreaterThan(20);
    expect(attack).toMatchObject({ counts: { total: 400, block: 0 }, firstStop: undefined, countries: 1 });
    expect(attack?.leakedInWorstCountry).toBe(400);
    expect(attack?.leakedMoney).toBeGreaterThan(10);
    expect(incidents).toBe(0);
  });

  it("says of one that blocks everything that nothing leaks and everybody is stopped", () => {
    const { legitimate, attack, verified, falseIncidents } = of(EVERYTHING);
    expect(stopped(legitimate)).toBe(legitimate.total);
    expect(attack).toMatchObject({
      counts: { total: 400, block: 400 },
      leakedMoney: 0,
      firstStop: { messages: 1, seconds: 0 },
    });
    // Nobody could verify, so no verified number was stopped.
    expect(verified.total).toBe(0);
    expect(falseIncidents).toBe(0);
    expect(summaryOf(EVERYTHING).legitimate.stopped.share).toBe(1);
  });

  it("says of one that blocks exactly the attack that nothing leaks and nobody is stopped", () => {
    const { legitimate, attack, verified, incidents, falseIncidents } = of(ATTACK);
    expect(legitimate).toEqual(of(NOTHING).legitimate);
    expect(verified).toEqual(of(NOTHING).verified);
    expect(attack).toMatchObject({ counts: { total: 400, block: 400 }, leakedMoney: 0 });
    expect([incidents, falseIncidents]).toEqual([1, 0]);
    const { legitimate: shares, attack: leak } = summaryOf(ATTACK);
    expect(shares.stopped).toMatchObject({ hits: 0, total: legitimate.total });
    expect(shares.stopped.upper).toBeCloseTo(3 / legitimate.total, 3);
    expect(leak?.leaked).toEqual({ median: 0, p99: 0, maximum: 0 });
  });

  it("keeps challenges apart from stops, and lets bots meet them", () => {
    const { legitimate, attack } = summaryOf(CHALLENGES);
    expect(legitimate.stopped.hits).toBe(0);
    expect(legitimate.challenged.share).toBe(1);
    expect(attack?.leaked.median).toBe(0);
    expect(attack?.leakedIfSolved.median).toBe(400);
    expect(attack?.money.median).toBe(0);
    expect(attack?.moneyIfSolved.median).toBeCloseTo(of(NOTHING).attack?.leakedMoney ?? 0, 6);
  });

  it("adds events up to all legitimate messages", () => {
    const { legitimate, events } = of(EVERYTHING);
    expect(Object.values(events).reduce((total, counts) => total + counts.total, 0)).toBe(legitimate.total);
  });

  it("gives the same result again", () => {
    expect(world()).toEqual(results);
  });
});

it("lets an attacker that learns see what became of its messages", () => {
  const run = (plan: CandidatePlan, botsSolve: boolean): WorldResult | undefined => {
    const simulation = simulate({
      seed: 3,
      variant: "small",
      days: 1,
      warmUpDays: 0,
      events: {},
      attacks: ["hop_after_blocks"],
    });
    return runCandidates([plan], simulation, { name: "hop", attack: "hop_after_blocks" }, { seed: 3, botsSolve })[0];
  };
  // It stays where all passes: consecutive numbers, so few blocks of a thousand.
  const blocks = new Set<string>();
  const counting = (action: "allow" | "challenge"): CandidatePlan =>
    omniscient(
      action,
      ({ to, label }) => {
        if (label.kind === "attack") blocks.add(to.slice(0, -4));
        return action === "challenge" && label.kind === "attack";
      },
      "challenge",
    );
  run(counting("allow"), false);
  expect(blocks.size).toBe(1);
  blocks.clear();
  run(counting("challenge"), false);
  expect(blocks.size).toBeGreaterThan(500);
  blocks.clear();
  // Challenges that its bots meet are no refusals.
  run(counting("challenge"), true);
  expect(blocks.size).toBe(1);
});

it("sends people to the attacked block once the attack is over", () => {
  const attacked = [
    ...simulate({ seed: 5, variant: "small", days: 1, warmUpDays: 0, attacks: ["sequential_400"] }),
  ].findLast(({ label }) => label.kind === "attack");
  if (attacked === undefined) throw new Error("there is no attack");
  const people = [...peopleAfterAttack(attacked, 1_000, 500)];
  expect(people.map(({ time }) => time - attacked.time)).toEqual(people.map((_, index) => 1_000 + index * 500));
  expect(new Set(people.map(({ to }) => to)).size).toBe(people.length);
  for (const { to, label } of people) {
    expect(to.slice(0, -4)).toBe(attacked.to.slice(0, -4));
    expect(label).toMatchObject({ kind: "legitimate" });
  }
});

describe("the product in the harness", () => {
  it("contains a sequential attack in a small account's world", () => {
    const simulation = simulate({
      seed: 11,
      variant: "small",
      days: 1,
      warmUpDays: 4,
      events: {},
      attacks: ["sequential_400"],
    });
    const [result] = runCandidates([MAIN_CANDIDATE], simulation, SCENARIO, { seed: 11, botsSolve: false });
    expect(result?.attack?.counts.total).toBe(400);
    expect(result?.attack?.firstStop?.messages).toBeLessThan(20);
    expect(stopped(result?.attack?.counts ?? { total: 0, block: 0, hold: 0, challenge: 0 })).toBeLessThan(401);
    expect(result?.verified.block).toBe(0);
  });
});

describe("jobs", () => {
  const select = (only: readonly string[], candidates: readonly string[] = []) =>
    jobsOf({
      extent: "quick",
      seeds: (count) => Array.from({ length: count }, (_, index) => index + 1),
      only,
      candidates,
    });

  it("are the worlds of the scenarios that were named, each with its candidates", () => {
    const quick = SCENARIOS.filter(({ seeds }) => seeds.quick.main > 0).map(({ name }) => name);
    expect([...new Set(select([]).map(({ scenario }) => scenario))].sort()).toEqual([...quick].sort());
    expect(new Set(quick).size).toBe(quick.length);
    expect(select(["calm"]).every(({ scenario }) => scenario === "calm")).toBe(true);
    expect(select(["sequential_20s"], ["authgear"]).every(({ candidates }) => candidates.join() === "authgear")).toBe(
      true,
    );
  });

  it("give every candidate an attacker of its own where the attacker learns, and ours one whose bots solve", () => {
    const jobs = select(["adaptive"]);
    expect(jobs.every(({ candidates }) => candidates.length === 1)).toBe(true);
    expect(jobs.filter(({ botsSolve }) => botsSolve).every(({ candidates }) => candidates[0]?.includes("ours"))).toBe(
      true,
    );
    expect(jobs.some(({ botsSolve }) => botsSolve)).toBe(true);
  });

  it("run by name", () => {
    expect(() => runWorld({ scenario: "no such", seed: 1, candidates: [], botsSolve: false })).toThrow(/no such/);
  });
});

describe("the scorecard", () => {
  const about = {
    date: "2026-01-01",
    seeds: "tuning",
    extent: "quick",
    parameters: "abc",
    traffic: "def",
    commit: "0",
    machine: "a machine",
    minutes: 1,
  } as const;
  /** The results of a candidate, as if they were those of the one that the goals are held against. */
  const cardOf = (plan: CandidatePlan): string => {
    const results = world()
      .filter(({ candidate }) => candidate === plan.name)
      .map((result) => ({ ...result, candidate: MAIN_CANDIDATE.name }));
    return scorecardText(scorecardOf(about, summarise(results), { candidates: [], prefixes: undefined }));
  };

  it("says which goals were met and which were missed", () => {
    expect(cardOf(ATTACK)).toMatch(/sequential_400: median ≤ 6, p99 ≤ 15 \| median 0, p99 0 \| 1 world \| met/);
    expect(cardOf(NOTHING)).toMatch(/sequential_400: .* \| median 400, p99 400 \| 1 world \| \*\*missed\*\*/);
  });

  it("says which seeds were used, and leaves goals out that were not run", () => {
    expect(cardOf(ATTACK)).toContain("not to be reported");
    expect(cardOf(ATTACK)).not.toContain("not run");
    expect(goalsOf([], { candidates: [], prefixes: undefined }).every(({ met }) => met === undefined)).toBe(true);
  });
});
