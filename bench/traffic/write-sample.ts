/**
 * Writes the sample that the guide uses, docs/guide/examples/sample-traffic.csv: `node bench/traffic/write-sample.ts`.
 * Its seed is fixed, so the file changes only with the simulator. With `--labels FILE` it writes the truth as well.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeSimulation } from "./files/write-simulation.ts";
import { SAMPLE_COLUMNS, SAMPLE_FILE, sampleSimulation } from "./sample.ts";

const { values: options } = parseArgs({ options: { labels: { type: "string" } } });
const file = fileURLToPath(new URL(`../../${SAMPLE_FILE}`, import.meta.url));
const rows = writeSimulation(sampleSimulation(), file, options.labels, SAMPLE_COLUMNS);
console.log(`${SAMPLE_FILE}: ${rows} rows`);
