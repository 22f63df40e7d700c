import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

/**
 * `npm test` runs each of these tests in a short form. `npm run test:crash` and its like set SAFEGUARD_LONG_FORM, run the
 * sizes that a promise is claimed by, and leave what came out in bench/results.
 */
const { SAFEGUARD_LONG_FORM = "", SAFEGUARD_SEED = String(Date.now() % 1_000_000_000) } = process.env;
export const LONG = SAFEGUARD_LONG_FORM !== "";

/** Of every random choice. `SAFEGUARD_SEED` makes the same ones again. */
export const SEED = Number(SAFEGUARD_SEED);

/** How much of something: `SAFEGUARD_<NAME>` where it is set, else by the form. */
export function size(name: string, short: number, long: number): number {
  const set = process.env[`SAFEGUARD_${name}`];
  return set === undefined ? (LONG ? long : short) : Number(set);
}

/** Says what failed, as soon as it does, and how to run it again with the same choices. */
export async function replayable<T>(command: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (failure) {
    console.error(failure);
    console.error(`To run it again with the same choices: SAFEGUARD_SEED=${SEED} ${command}`);
    throw failure;
  }
}

/** What a long form came to: one table of what was counted. */
export interface Outcome {
  readonly title: string;
  readonly command: string;
  /** What the counts mean, in a sentence or two. */
  readonly about: string;
  readonly counts: Readonly<Record<string, number | string>>;
  /** More of it, in Markdown. */
  readonly more?: string;
  /** How the same choices are made again. Default: by `SAFEGUARD_SEED`. */
  readonly again?: string;
}

const RESULTS = new URL("../../../bench/results/", import.meta.url);

/** Prints it; in the long form also writes `bench/results/NAME.{md,json}`. */
export function keepOutcome(name: string, outcome: Outcome): void {
  const { title, command, about, counts, more } = outcome;
  const again = outcome.again ?? `the same choices again: \`SAFEGUARD_SEED=${SEED} ${command}\``;
  console.log(`${title}, seed ${SEED}:`, counts);
  if (!LONG) return;
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}, Node ${process.versions.node}`;
  const rows = Object.entries(counts).map(([what, count]) => `| ${what} | ${shown(count)} |`);
  const lines = [
    `# ${title}`,
    "",
    about,
    "",
    "| | |",
    "| --- | --- |",
    ...rows,
    "",
    `${new Date().toISOString().slice(0, 10)}, ${machine}. \`${command}\`; ${again}.`,
    "",
    ...(more === undefined ? [] : [more, ""]),
  ];
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${name}.md`, RESULTS), lines.join("\n"));
  const json = { title, command, seed: SEED, at: new Date().toISOString(), machine, counts };
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(json, undefined, 2)}\n`);
}

function shown(count: number | string): string {
  return typeof count === "number" ? count.toLocaleString("en", { maximumFractionDigits: 3 }) : count;
}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
