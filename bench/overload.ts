/**
 * `npm run bench:overload [-- --seconds 10]`: one account's flood, its poison, and its webhooks that nobody takes, and what they
 * cost another account. The victim asks 40 decisions a second, at its own pace whatever the answers do (open loop); the flood
 * keeps hundreds of requests under way. Refused requests are told how soon they were refused.
 *
 * Results go to bench/results/overload.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { quantile } from "./http/load.ts";
import { startMeasured } from "./http/measured-server.ts";

const { values: flags } = parseArgs({ options: { seconds: { type: "string", default: "10" } } });
const SECONDS = Number(flags.seconds);
const VICTIM_EVERY_MS = 25;
const FLOOD_AT_ONCE = 800;

interface Flood {
  readonly name: string;
  readonly what: string;
  readonly path?: string;
  body?(serial: number): string;
}

const number = (serial: number): string =>
  `+316${String(10_000_000 + ((serial * 7_919_317) % 89_999_999)).padStart(8, "0")}`;
const decision = (serial: number): string => `{"to":"${number(serial)}","purpose":"otp"}`;
const floods: readonly Flood[] = [
  { name: "alone", what: "nothing besides" },
  { name: "decisions", what: "as many decisions as it can", path: "/v1/decisions", body: decision },
  {
    name: "batches",
    what: "batches of 1,000 decisions, the dearest requests that there are",
    path: "/v1/decisions",
    body: (serial) =>
      `{"decisions":[${Array.from({ length: 1000 }, (_, at) => decision(serial * 1000 + at)).join(",")}]}`,
  },
  {
    name: "messages",
    what: "messages whose delivery is told to a webhook that never answers",
    path: "/v1/messages",
    body: (serial) => `{"to":"${number(serial)}","from":"Shop","text":"Hello","purpose":"otp"}`,
  },
  {
    name: "poison",
    what: "bodies that are no JSON, nested too deep, or hold no number",
    path: "/v1/messages",
    body: (serial) =>
      ["{", `${"[".repeat(5000)}`, `{"to":"not a number ${serial}","from":"Shop","text":"x"}`][serial % 3] ?? "",
  },
];

interface Side {
  readonly asked: number;
  readonly answered: number;
  readonly refused: number;
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
  readonly refusedP99: number;
}

class Tally {
  readonly #taken: number[] = [];
  readonly #refused: number[] = [];
  #errors = 0;

  count(status: number, milliseconds: number): void {
    if (status === 429 || status === 503) this.#refused.push(milliseconds);
    else if (status >= 500 || status === 0) this.#errors += 1;
    else this.#taken.push(milliseconds);
  }

  side(): Side {
    const [taken, refused] = [this.#taken.sort(ascending), this.#refused.sort(ascending)];
    return {
      asked: taken.length + refused.length + this.#errors,
      answered: taken.length,
      refused: refused.length,
      errors: this.#errors,
      p50: quantile(taken, 0.5),
      p99: quantile(taken, 0.99),
      refusedP99: quantile(refused, 0.99),
    };
  }
}

const ascending = (a: number, b: number): number => a - b;

const server = await startMeasured("../overload-server.ts");
const origin = `http://127.0.0.1:${server.port}`;

async function ask(pool: Pool, secret: string, path: string, body: string): Promise<{ status: number; took: number }> {
  const sent = performance.now();
  try {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    const answer = await pool.request({ method: "POST", path, headers, body });
    await answer.body.dump();
    return { status: answer.statusCode, took: performance.now() - sent };
  } catch {
    return { status: 0, took: performance.now() - sent };
  }
}

async function run({ path, body }: Flood): Promise<{ readonly victim: Side; readonly flood: Side }> {
  const [victim, flood] = [new Tally(), new Tally()];
  const ours = new Pool(origin, { connections: 64 });
  const theirs = new Pool(origin, { connections: FLOOD_AT_ONCE });
  const end = performance.now() + SECONDS * 1000;
  let serial = 0;
  const secret = server.extra["flood"] ?? "";
  const lane = async (): Promise<void> => {
    while (path !== undefined && body !== undefined && performance.now() < end) {
      const { status, took } = await ask(theirs, secret, path, body(serial++));
      flood.count(status, took);
      // As a client does that is told to come again: but hardly.
      if (status === 429 || status === 503) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const lanes = Array.from({ length: FLOOD_AT_ONCE }, lane);
  const asked: Promise<void>[] = [];
  for (let next = performance.now() + 500; next < end; next += VICTIM_EVERY_MS) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    const due = next;
    asked.push(
      ask(ours, server.extra["victim"] ?? "", "/v1/decisions", decision(5_000_000 + serial++)).then(({ status }) =>
        // From when it was due: a generator that is late must not hide it.
        victim.count(status, performance.now() - due),
      ),
    );
  }
  await Promise.all([...asked, ...lanes]);
  await Promise.all([ours.close(), theirs.close()]);
  return { victim: victim.side(), flood: flood.side() };
}

await run({ name: "warm-up", what: "", path: "/v1/decisions", body: decision });
const rows: string[] = [];
for (const flood of floods) {
  const { victim, flood: other } = await run(flood);
  const refusedShare = other.asked === 0 ? "–" : `${Math.round((100 * other.refused) / other.asked)} %`;
  rows.push(
    `| ${flood.name}: ${flood.what} | ${victim.asked} | ${victim.errors + victim.refused} | ${ms(victim.p50)} | ${ms(victim.p99)} | ${Math.round(other.answered / SECONDS)} | ${refusedShare} | ${ms(other.p99)} | ${ms(other.refusedP99)} |`,
  );
  console.error(rows.at(-1));
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
server.stop();

function ms(value: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(1);
}

const report = `# Overload

\`npm run bench:overload\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${SECONDS} s each. The flood keeps ${FLOOD_AT_ONCE} requests under way, and asks again 20 ms after a refusal; the victim asks every
${VICTIM_EVERY_MS} ms, counted from when it was due. Generator and server share the cores, so that the victim's latency holds the generator's own
waiting as well; the exact statement is the property test in simulated time (\`packages/server/src/gateway/inbound/admission.test.ts\`).

| the other account asks | victim: requests | errors and refusals | p50 ms | p99 ms | other: taken/s | refused | p99 ms of what was taken | p99 ms to a refusal |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
console.log(report);
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(new URL("overload.md", results), report);
