/**
 * `npm run bench:memory [-- --count 10000000]`: one account brings that many decisions, each with a number, an end user's
 * address, a device and a key that never came before, through the real server (HTTP, engine, journal on disk). The account's ceilings
 * count by each of these. Memory must stop growing when its bounds are reached.
 *
 * Results go to bench/results/memory.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { startMeasured } from "./http/measured-server.ts";

const { values: flags } = parseArgs({ options: { count: { type: "string", default: "10000000" } } });
const COUNT = Number(flags.count);
const BATCH = 1000;
const LINES_AT_ONCE = 4;
const POINTS = 20;

const server = await startMeasured("../memory-server.ts");
const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: LINES_AT_ONCE });
const headers = { authorization: `Bearer ${server.extra["secret"]}`, "content-type": "application/json" };

/** Each once: countries with long numbers, so that ten million fit. */
function decision(serial: number): string {
  const to = `+4917${String((serial * 7_919) % 1_000_000_000).padStart(9, "0")}`;
  const address = `2001:db8:${(serial >>> 16).toString(16)}:${(serial & 0xffff).toString(16)}::1`;
  return `{"to":"${to}","purpose":"otp","endUser":{"address":"${address}","device":"device-${serial}"},"keys":{"user":"user-${serial}"}}`;
}

const points: { readonly done: number; readonly mebibytes: number }[] = [];
const measure = async (done: number): Promise<void> => {
  points.push({ done, mebibytes: (await server.report()).residentBytes / 1024 / 1024 });
  console.error(`${done.toLocaleString("en")}: ${points.at(-1)?.mebibytes.toFixed(0)} MiB`);
};

await measure(0);
const began = performance.now();
let [next, done] = [0, 0];
/** Batches that were refused at the door. */
const again: number[] = [];
const step = Math.ceil(COUNT / POINTS / BATCH) * BATCH;
const lane = async (): Promise<void> => {
  while (again.length > 0 || next < COUNT) {
    const first = again.pop() ?? next;
    if (first === next) next += BATCH;
    const body = `{"decisions":[${Array.from({ length: BATCH }, (_, at) => decision(first + at)).join(",")}]}`;
    const answer = await pool.request({ method: "POST", path: "/v1/decisions", headers, body });
    const text = await answer.body.text();
    if (answer.statusCode === 429 || answer.statusCode === 503) {
      // The door is shut while the server is behind: the same ones once more, in a moment.
      again.push(first);
      await sleep(200);
      continue;
    }
    if (answer.statusCode >= 300) throw new Error(`${answer.statusCode}: ${text.slice(0, 300)}`);
    done += BATCH;
    if (done % step === 0) await measure(done);
  }
};
await Promise.all(Array.from({ length: LINES_AT_ONCE }, lane));
const seconds = (performance.now() - began) / 1000;
await pool.close();
server.stop();

const half = points.find((point) => point.done >= COUNT / 2)?.mebibytes ?? Number.NaN;
const last = points.at(-1)?.mebibytes ?? Number.NaN;
const report = `# Memory against numbers, addresses and keys that nobody has seen

\`npm run bench:memory -- --count ${COUNT}\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}: ${COUNT.toLocaleString("en")} decisions of one account, each with a number, an end user's address, a device and a key
of its own, through HTTP, engine and journal (${Math.round(COUNT / seconds).toLocaleString("en")} a second); ceilings count by each of them. Memory is that of the server process, all threads.

From the half to the end it grew by ${(last - half).toFixed(0)} MiB (${((100 * (last - half)) / half).toFixed(1)} %).

| decisions | MiB |
| ---: | ---: |
${points.map((point) => `| ${point.done.toLocaleString("en")} | ${point.mebibytes.toFixed(0)} |`).join("\n")}
`;
console.log(report);
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(new URL("memory.md", results), report);
