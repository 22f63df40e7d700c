/**
 * The detection scorecard: our detection in its presets and the published baselines on the same simulated worlds.
 * `npm run bench:detect` is a quick form on tuning seeds (under ten minutes on two cores), kept in
 * bench/results/detect-tuning.{md,json}; `--full` runs what is reported, on reporting seeds, into bench/results/detect.{md,json},
 * and does so once for each change of parameters unless `--again` is said.
 *
 *     node bench/detect.ts [--full] [--seeds tuning|reporting] [--only NAME]… [--candidate NAME]… [--json] [--workers N]
 *
 * `--only` takes a scenario (`slow_40_ranges in small`), or all of an attack, a variant or a kind (legitimate, random, attack,
 * reopening, cost); what is narrowed so is printed, not kept. `--list` names scenarios and candidates. Meant to be looked at
 * while it runs: progress goes to stderr. For one world in detail see bench/detect/look.ts.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { CANDIDATES, candidateOf } from "./detect/candidates.ts";
import { type Cost, measureCosts, measurePrefixes, measureSweep, type Sweep } from "./detect/cost.ts";
import type { Costs } from "./detect/goals.ts";
import { parameterHash, trafficHash } from "./detect/parameter-hash.ts";
import { runWorld } from "./detect/run-world.ts";
import { type Extent, type Job, jobsOf, SCENARIOS } from "./detect/scenarios.ts";
import { type Scorecard, scorecardOf, scorecardText } from "./detect/scorecard.ts";
import { summarise } from "./detect/summary.ts";
import type { WorldResult } from "./detect/world-result.ts";
import { seedsFor } from "./traffic/seeds.ts";

const RESULTS = fileURLToPath(new URL("results/", import.meta.url));
const MOST_WORKERS = 2;
/** A seed of each use for the cost, which is no matter of chance. */
const COST_SEEDS = { tuning: 1, reporting: 1_000 } as const;

/** What a worker is asked, and what it answers with. */
type Task =
  | { readonly type: "world"; readonly job: Job }
  | { readonly type: "cost"; readonly candidates: readonly string[]; readonly seed: number }
  | { readonly type: "prefixes" }
  | { readonly type: "sweep" };
type Answer =
  | { readonly type: "ready" }
  | { readonly type: "world"; readonly results: readonly WorldResult[] }
  | { readonly type: "cost"; readonly costs: readonly Cost[] }
  | { readonly type: "prefixes"; readonly prefixes: NonNullable<Costs["prefixes"]> }
  | { readonly type: "sweep"; readonly sweep: Sweep };

if (isMainThread) await main();
else {
  parentPort?.on("message", (task: Task) => parentPort?.postMessage(answer(task)));
  parentPort?.postMessage({ type: "ready" } satisfies Answer);
}

function answer(task: Task): Answer {
  if (task.type === "world") return { type: "world", results: runWorld(task.job) };
  if (task.type === "cost") return { type: "cost", costs: measureCosts(task.candidates, task.seed) };
  if (task.type === "sweep") return { type: "sweep", sweep: measureSweep() };
  return { type: "prefixes", prefixes: measurePrefixes() };
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      full: { type: "boolean", default: false },
      seeds: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      candidate: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
      again: { type: "boolean", default: false },
      workers: { type: "string", default: String(MOST_WORKERS) },
      list: { type: "boolean", default: false },
    },
  });
  if (options.list) {
    console.log(SCENARIOS.map(({ name, kind, intent }) => `${kind}  ${name}: ${intent}`).join("\n"));
    console.log(
      `cost  cost: CPU and memory\n\n${CANDIDATES.map(({ name, intent }) => `${name}: ${intent}`).join("\n")}`,
    );
    return;
  }
  const extent: Extent = options.full ? "full" : "quick";
  const seeds = options.seeds ?? (options.full ? "reporting" : "tuning");
  if (seeds !== "tuning" && seeds !== "reporting") return refuse(`--seeds ${seeds}: expected tuning or reporting`);
  const workers = Number(options.workers);
  if (!Number.isInteger(workers) || workers < 1) return refuse(`--workers ${options.workers}: expected 1, 2 …`);
  try {
    for (const name of options.candidate) candidateOf(name);
  } catch (error) {
    if (error instanceof RangeError) return refuse(error.message);
    throw error;
  }

  const parameters = parameterHash();
  const traffic = trafficHash();
  const file = `${RESULTS}${seeds === "reporting" ? "detect" : "detect-tuning"}`;
  const isNarrowed = options.only.length > 0 || options.candidate.length > 0;
  if (seeds === "reporting" && !options.again) {
    if (isNarrowed)
      return refuse("reporting seeds are run as a whole: use --seeds tuning, or say --again to look all the same");
    const kept = reportedParameters(`${file}.json`);
    if (kept === parameters) {
      return refuse(
        `parameters ${parameters} were reported already, in bench/results/detect.md: say --again to run them again`,
      );
    }
  }

  const jobs = jobsOf({
    extent,
    seeds: (count) => seedsFor(seeds, count),
    only: options.only,
    candidates: options.candidate,
  });
  const wantsCost = options.only.length === 0 || options.only.includes("cost");
  if (jobs.length === 0 && !wantsCost) return refuse(`--only ${options.only.join(", ")}: no scenario, see --list`);
  const started = performance.now();
  const commit = commitName();
  const pool = await Promise.all(Array.from({ length: Math.max(1, Math.min(workers, jobs.length)) }, startWorker));
  // What runs is what was loaded: later changes of the sources do not matter.
  if (parameterHash() !== parameters) {
    await Promise.all(pool.map((worker) => worker.terminate()));
    return refuse("the sources of detection changed while they were loaded: start again");
  }
  const answers = await ask(
    pool,
    jobs.map((job) => ({ type: "world", job })),
  );
  const results = answers.flatMap((each) => (each.type === "world" ? each.results : []));
  // One at a time, and alone: what is measured is time and memory.
  const costCandidates = options.candidate.length > 0 ? options.candidate : CANDIDATES.map(({ name }) => name);
  const costTasks: readonly Task[] = [
    { type: "cost", candidates: costCandidates, seed: COST_SEEDS[seeds] },
    { type: "prefixes" },
    { type: "sweep" },
  ];
  const measured = wantsCost ? await ask(pool.slice(0, 1), costTasks) : [];
  await Promise.all(pool.map((worker) => worker.terminate()));
  const card = scorecardOf(
    {
      date: new Date().toISOString(),
      seeds,
      extent,
      parameters,
      traffic,
      commit,
      machine: `Node ${process.version}, ${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, load ${loadavg()[0]?.toFixed(1)} at the end, ${workers} workers`,
      minutes: (performance.now() - started) / 60_000,
    },
    summarise(results),
    {
      candidates: measured.flatMap((each) => (each.type === "cost" ? each.costs : [])),
      prefixes: measured.find((each) => each.type === "prefixes")?.prefixes,
      ...measured.flatMap((each) => (each.type === "sweep" ? [{ sweep: each.sweep }] : []))[0],
    },
  );
  if (!isNarrowed) keep(file, card);
  console.log(options.json ? JSON.stringify(card, undefined, 2) : scorecardText(card));
}

function keep(file: string, card: Scorecard): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${file}.json`, `${JSON.stringify(card)}\n`);
  writeFileSync(`${file}.md`, scorecardText(card));
}

/** Deals the tasks out; a worker that has answered gets the next. Answers come in no order. */
async function ask(pool: readonly Worker[], tasks: readonly Task[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const waiting = tasks.values();
  const report = progress(tasks.length);
  await Promise.all(
    pool.map(async (worker) => {
      for (const task of waiting) {
        const answered = nextAnswer(worker);
        worker.postMessage(task);
        answers.push(await answered);
        report(answers.length, nameOf(task));
      }
    }),
  );
  return answers;
}

/** Resolves once the worker has loaded everything. */
async function startWorker(): Promise<Worker> {
  const worker = new Worker(fileURLToPath(import.meta.url));
  await nextAnswer(worker);
  return worker;
}

function nextAnswer(worker: Worker): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (answer: Answer) => {
      worker.off("error", reject);
      resolve(answer);
    });
  });
}

function nameOf(task: Task): string {
  if (task.type === "world")
    return `${task.job.scenario}, seed ${task.job.seed}, ${task.job.candidates.length} candidates`;
  if (task.type === "sweep") return "whole operators swept";
  return task.type === "cost" ? "cost of every candidate" : "a million prefixes";
}

/** On a terminal one line that changes, else a line now and then. */
function progress(total: number): (done: number, last: string) => void {
  const started = performance.now();
  let told = started;
  return (done, last) => {
    const now = performance.now();
    const seconds = (now - started) / 1_000;
    const line = `${done} of ${total} worlds and measurements, ${seconds.toFixed(0)} s; last: ${last}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}${done === total ? "\n" : ""}`);
    else if (now - told > 15_000 || done === total) {
      told = now;
      console.error(line);
    }
  };
}

function reportedParameters(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const kept: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof kept === "object" && kept !== null && "parameters" in kept ? String(kept.parameters) : undefined;
}

function commitName(): string {
  const git = (...words: readonly string[]): string => {
    try {
      return execFileSync("git", words, { encoding: "utf8", cwd: RESULTS }).trim();
    } catch {
      return "";
    }
  };
  const commit = git("rev-parse", "--short", "HEAD");
  return `${commit === "" ? "unknown" : commit}${git("status", "--porcelain", "../../packages/core/src", "../traffic") === "" ? "" : "+"}`;
}

function refuse(message: string): void {
  console.error(message);
  process.exitCode = 2;
}
