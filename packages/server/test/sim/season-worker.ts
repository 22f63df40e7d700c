import { parentPort, workerData } from "node:worker_threads";
import { type Coverage, countInto } from "./coverage.ts";
import { loadSeason } from "./load-season.ts";
import type { PlantedBugName } from "./planted-bugs.ts";

/** What a worker is to do: every `step`-th seed from the first on. */
export interface SeasonTask {
  readonly first: number;
  readonly end: number;
  readonly step: number;
  readonly bug?: PlantedBugName;
}

/** What came of it. It stops at the first violation where a bug is planted. */
export interface SeasonsLived {
  readonly seeds: number;
  readonly messages: number;
  readonly lives: number;
  readonly steps: number;
  readonly coverage: Coverage;
  readonly violations: readonly { readonly seed: number; readonly what: string }[];
}

/** Told when a task is done. */
export type WorkerWord = { readonly task: number; readonly lived: SeasonsLived };

const tasks = workerData as readonly SeasonTask[];
for (const [index, task] of tasks.entries()) {
  parentPort?.postMessage({ task: index, lived: await live(task) } satisfies WorkerWord);
}

async function live({ first, end, step, bug }: SeasonTask): Promise<SeasonsLived> {
  const { liveThrough } = await loadSeason(bug);
  const coverage: Coverage = {};
  const violations: { seed: number; what: string }[] = [];
  let [seeds, messages, lives, steps] = [0, 0, 0, 0];
  for (let seed = first; seed < end; seed += step) {
    const season = await liveThrough(seed);
    seeds++;
    messages += season.messages;
    lives += season.lives;
    steps += season.steps;
    countInto(coverage, season.coverage);
    if (season.violation === undefined) continue;
    violations.push({ seed, what: season.violation });
    if (bug !== undefined || violations.length >= 10) break;
  }
  return { seeds, messages, lives, steps, coverage, violations };
}
