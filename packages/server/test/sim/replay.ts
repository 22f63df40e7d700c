import { loadSeason } from "./load-season.ts";
import { PLANTED_BUGS, type PlantedBugName } from "./planted-bugs.ts";

/**
 * Lives through one seed again and tells everything that happens:
 * `node packages/server/test/sim/replay.ts SEED ["PLANTED BUG"]`.
 */
const [seed = "", bug] = process.argv.slice(2);
if (!Number.isInteger(Number(seed)) || seed === "") throw new Error("The first argument is the seed, a whole number.");
if (bug !== undefined && !(bug in PLANTED_BUGS))
  throw new Error(`No such bug is planted: write one of ${Object.keys(PLANTED_BUGS).join("; ")}.`);
const { liveThrough } = await loadSeason(bug as PlantedBugName | undefined);
const { violation } = await liveThrough(Number(seed), (line) => console.log(line));
console.log(violation === undefined ? "No promise was broken." : `BROKEN: ${violation}`);
process.exitCode = violation === undefined ? 0 : 1;
