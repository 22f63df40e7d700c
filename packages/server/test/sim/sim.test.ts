import { cpus } from "node:os";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { keepOutcome, LONG, size } from "../long-form.ts";
import { type Coverage, countInto, coverageTable, FAULTS } from "./coverage.ts";
import { PLANTED_BUGS, type PlantedBugName } from "./planted-bugs.ts";
import type { SeasonsLived, SeasonTask, WorkerWord } from "./season-worker.ts";

/** From this seed on; the same every time, so that a change of the product is what changes the result. */
const FIRST = size("SIM_FIRST", 1, 1);
const SEEDS = size("SIM_SEEDS", 150, 100_000);
/** A planted bug must show within so many. */
const SEEDS_FOR_A_BUG = 1_000;
/** The short form has those that show soonest. */
const SOON: readonly PlantedBugName[] = [
  "answers before the record is durable",
  "a start forgets what was under way",
  "a cancellation during the attempt",
  "what waited is not stopped",
  "a start forgets what was spent",
  "the content of what waits is not kept",
];
const BUGS = (LONG ? Object.keys(PLANTED_BUGS) : SOON) as readonly PlantedBugName[];
const WORKERS = LONG ? cpus().length : 1;
const AGAIN = "node packages/server/test/sim/replay.ts";

/** Each worker lives through its tasks, one after the other. */
async function work(tasks: readonly (readonly SeasonTask[])[]): Promise<ReadonlyMap<SeasonTask, SeasonsLived>> {
  const found = new Map<SeasonTask, SeasonsLived>();
  await Promise.all(
    tasks.map(
      (mine) =>
        new Promise<void>((done, failed) => {
          const worker = new Worker(new URL("./season-worker.ts", import.meta.url), { workerData: mine, execArgv: [] });
          worker.on("message", ({ task, lived }: WorkerWord) => {
            const of = mine[task];
            if (of !== undefined) found.set(of, lived);
          });
          worker.on("error", failed);
          worker.on("exit", () => done());
        }),
    ),
  );
  return found;
}

/**
 * An erasure that came between a doubt and the next attempt, after which the message was called canceled; between the look at
 * what waits and the attempt; and between two providers. A clock that stood still, and was looked at 16 times a second.
 */
const ONCE_BROKEN = [55_036, 57_345, 60_694, 22_579, 91_384, 65_269, 64_455];

describe("whatever happens around it, in whatever order", () => {
  it("breaks no promise and no ceiling, and comes to an end", { timeout: LONG ? 0 : 120_000 }, async () => {
    const began = performance.now();
    const end = FIRST + SEEDS;
    const tasks = Array.from({ length: WORKERS }, (_, worker): SeasonTask[] => [
      { first: FIRST + worker, end, step: WORKERS },
    ]);
    const lived = [...(await work(tasks)).values()];
    const coverage: Coverage = {};
    for (const one of lived) countInto(coverage, one.coverage);
    const sum = (of: "seeds" | "messages" | "lives" | "steps"): number =>
      lived.reduce((total, one) => total + one[of], 0);
    const violations = lived.flatMap((one) => one.violations);
    for (const { seed, what } of violations) console.error(`seed ${seed}: ${what}\n  again: ${AGAIN} ${seed}`);
    const seconds = (performance.now() - began) / 1_000;
    const transitions = new Set(Object.keys(coverage).map((cell) => cell.split(" | ")[0]));
    const table = coverageTable(coverage);
    keepOutcome("sim", {
      title: "Simulation of the engine and the submissions",
      command: `SAFEGUARD_SIM_SEEDS=${SEEDS} npm run test:sim`,
      about:
        "The production engine, journal, screening, queue and recovery in a world of simulated time, disk and network. Every seed is another sequence of requests, faults and changes; after the last fault every message must have its last word in time.",
      counts: {
        seeds: sum("seeds"),
        "first seed": FIRST,
        violations: violations.length,
        messages: sum("messages"),
        "lives of the process": sum("lives"),
        steps: sum("steps"),
        "transitions seen": transitions.size,
        "transition × fault seen": Object.keys(coverage).length,
        "seeds a second": Math.round(sum("seeds") / seconds),
      },
      again: `one seed again, with everything that happens: \`${AGAIN} SEED\``,
      ...(LONG && { more: `How often each transition came with each fault:\n\n${table}` }),
    });
    expect(violations).toEqual([]);
    expect(sum("seeds")).toBe(SEEDS);
    // It sees what it is for.
    for (const fault of FAULTS) expect(Object.keys(coverage).join("\n")).toContain(`| ${fault}`);
  });

  it("breaks none where it once did: each of these seeds has found a fault", async () => {
    const tasks = ONCE_BROKEN.map((seed): SeasonTask => ({ first: seed, end: seed + 1, step: 1 }));
    const lived = await work([tasks]);
    expect([...lived.values()].flatMap(({ violations }) => violations)).toEqual([]);
    expect(lived.size).toBe(ONCE_BROKEN.length);
  });

  it("shows each planted bug", { timeout: LONG ? 0 : 120_000 }, async () => {
    const all = BUGS.map((bug): SeasonTask => ({ first: 1, end: SEEDS_FOR_A_BUG + 1, step: 1, bug }));
    const found = await work(
      Array.from({ length: WORKERS }, (_, worker) => all.filter((_task, index) => index % WORKERS === worker)),
    );
    const shown = all.map((task) => ({ bug: task.bug, ...found.get(task)?.violations[0] }));
    for (const { bug, seed, what } of shown) console.log(`${bug}: seed ${seed}, ${what?.split("\n")[0]}`);
    expect(shown.filter(({ seed }) => seed === undefined).map(({ bug }) => bug)).toEqual([]);
    expect(all.length).toBeGreaterThanOrEqual(LONG ? 12 : 6);
  });

  it("is the same when a seed is lived through again", async () => {
    const seeds = [7, 8];
    const task = (seed: number): SeasonTask[] => [{ first: seed, end: seed + 1, step: 1 }];
    const once = [...(await work(seeds.map(task))).values()];
    const again = [...(await work(seeds.map(task))).values()];
    expect(byMessages(again)).toEqual(byMessages(once));
  });
});

function byMessages(lived: readonly SeasonsLived[]): readonly SeasonsLived[] {
  return lived.toSorted((a, b) => a.steps - b.steps || a.messages - b.messages);
}
