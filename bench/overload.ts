/**
 * `npm run bench:overload [-- --seconds 10 --only poison]`: one account's flood, its poison, and its webhooks that nobody takes, and what they
 * cost another account. The victim asks 40 decisions a second, at its own pace whatever the answers do (open loop); the flood
 * keeps hundreds of requests under way. Refused requests are told how soon they were refused.
 *
 * Results go to bench/results/overload.md.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { startMeasured } from "./http/measured-server.ts";
import { ask } from "./overload/ask.ts";
import type { FloodOrder } from "./overload/flood-process.ts";
import { decision, floods } from "./overload/floods.ts";
import { type Side, Tally } from "./overload/tally.ts";

const { values: flags } = parseArgs({
  options: { seconds: { type: "string", default: "10" }, only: { type: "string" } },
});
const SECONDS = Number(flags.seconds);
const VICTIM_EVERY_MS = 25;
const VICTIM_BEGINS_MS = 500;
const FLOOD_AT_ONCE = 800;

const server = await startMeasured("../overload-server.ts");
const flooding = fork(new URL("overload/flood-process.ts", import.meta.url), {
  // (NaN stays NaN)
  stdio: "inherit",
  serialization: "advanced",
});
let serial = 0;

async function run(name: string): Promise<{ readonly victim: Side; readonly flood: Side }> {
  const secret = server.extra["flood"] ?? "";
  const flood = nextSide(flooding);
  flooding.send({ port: server.port, secret, name, seconds: SECONDS, atOnce: FLOOD_AT_ONCE } satisfies FloodOrder);
  const tally = new Tally();
  const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: 64 });
  const asked: Promise<void>[] = [];
  const end = performance.now() + SECONDS * 1000;
  for (let due = performance.now() + VICTIM_BEGINS_MS; due < end; due += VICTIM_EVERY_MS) {
    await sleep(Math.max(0, due - performance.now()));
    const answered = ask(pool, server.extra["victim"] ?? "", "/v1/decisions", decision(5_000_000 + serial++));
    // From when it was due: a generator that is late must not hide it.
    asked.push(answered.then((status) => tally.count(status, performance.now() - due)));
  }
  await Promise.all(asked);
  await pool.close();
  return { victim: tally.side(), flood: await flood };
}

async function nextSide(child: ChildProcess): Promise<Side> {
  const [side] = await once(child, "message");
  return side as Side;
}

await run("decisions");
const rows: string[] = [];
for (const { name, what } of floods.filter(({ name }) => flags.only === undefined || name === flags.only)) {
  const { victim, flood } = await run(name);
  const refusedShare = flood.asked === 0 ? "–" : `${Math.round((100 * flood.refused) / flood.asked)} %`;
  rows.push(
    `| ${name}: ${what} | ${victim.asked} | ${victim.errors + victim.refused} | ${ms(victim.p50)} | ${ms(victim.p99)} | ${Math.round(flood.answered / SECONDS)} | ${refusedShare} | ${ms(flood.p99)} | ${ms(flood.refusedP99)} |`,
  );
  console.error(rows.at(-1));
  await sleep(1000);
}
flooding.disconnect();
server.stop();

function ms(value: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(1);
}

const report = `# Overload

\`npm run bench:overload\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${SECONDS} s each. The flood keeps ${FLOOD_AT_ONCE} requests under way, and asks again 20 ms after a refusal; the victim asks every
${VICTIM_EVERY_MS} ms, counted from when it was due. Server, flood and victim are three processes that share the cores, so that the
victim's latency holds that as well; the exact statement is the property test in simulated time
(\`packages/server/src/gateway/inbound/admission.test.ts\`).

| the other account asks | victim: requests | errors and refusals | p50 ms | p99 ms | other: taken/s | refused | p99 ms of what was taken | p99 ms to a refusal |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
console.log(report);
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(new URL("overload.md", results), report);
