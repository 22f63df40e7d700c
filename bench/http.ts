/**
 * `npm run bench:http [-- --rounds 5 --seconds 3]`: CPU per request of the server process (all its threads) and wall time,
 * all variants in turn, round by round, in one run:
 *
 *   node        bare node:http with an answer of the same size: the floor under everything that sits on Node's HTTP
 *   echo        bare Fastify with the same schema and an answer of the same size: no authentication, decision or record
 *   decision    our decision API: authenticated, decided, recorded durably before the answer
 *   batch 100   the same, 100 decisions in one request (figures per decision)
 *   pass        bare Fastify + undici: takes a CM.com request, forwards it, gives back the answer
 *   gateway     our CM.com gateway before the same provider: authenticated, decided, intent and outcome recorded durably
 *   … memory    decision and gateway with the data in memory (tmpfs), where a sync costs nothing: what the promise of
 *               durability costs
 *
 * Results go to bench/results/http.json and http.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type LoadShape, load, spread } from "./http/load.ts";
import { type MeasuredServer, startMeasured } from "./http/measured-server.ts";

const { values: flags } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, seconds: { type: "string", default: "3" } },
});
const ROUNDS = Number(flags.rounds);
const SECONDS = Number(flags.seconds);
const AT_ONCE = 64;
const BATCH = 100;
const WARM_UP_SECONDS = 5;

interface Variant {
  readonly name: string;
  readonly server: MeasuredServer;
  readonly shape: LoadShape;
  /** Decisions or messages in one request. */
  readonly size: number;
}

interface Sample {
  readonly cpuMicrosPerItem: number;
  readonly itemsPerSecond: number;
  readonly p99: number;
  readonly refusedShare: number;
  readonly idleP50: number;
  /** CPU that the load generator took, of one core: at 1 it may be what limits the items per second. */
  readonly generator: number;
}

let serial = 0;
/** Dutch mobile numbers all over their range, as people have them: no two requests are the same, and none looks like an attack. */
const nextNumber = (): string => `+316${String(10_000_000 + ((serial++ * 7_919_317) % 89_999_999)).padStart(8, "0")}`;

const json = { "content-type": "application/json" };
const oneDecision = (): string => `{"to":"${nextNumber()}","from":"Bench","channel":"sms","purpose":"otp"}`;
const batchOfDecisions = (): string => `{"decisions":[${Array.from({ length: BATCH }, oneDecision).join(",")}]}`;
const cmMessage = (token: string): string =>
  JSON.stringify({
    messages: {
      authentication: { productToken: token },
      msg: [
        {
          from: "Bench",
          body: { content: "Your code is 12345", type: "AUTO" },
          reference: `r${serial}`,
          to: [{ number: nextNumber().replace("+", "00") }],
          allowedChannels: ["SMS"],
        },
      ],
    },
  });

const provider = await startMeasured("./provider.ts");
const PROVIDER = `http://127.0.0.1:${provider.port}`;
const ours = await startMeasured("./safeguard-server.ts", { PROVIDER });
const inMemory = await startMeasured("./safeguard-server.ts", { PROVIDER, DATA_IN: "/dev/shm" });
const secret = (server: MeasuredServer): string => server.extra["secret"] ?? "";
const productToken = (server: MeasuredServer): string => server.extra["productToken"] ?? "";
const sample = await fetch(`http://127.0.0.1:${ours.port}/v1/decisions`, {
  method: "POST",
  headers: { ...json, authorization: `Bearer ${secret(ours)}` },
  body: oneDecision(),
});
const ANSWER = await sample.text();
const bare = await startMeasured("./bare-server.ts", { ANSWER });
const echo = await startMeasured("./echo-server.ts", { ANSWER });
const pass = await startMeasured("./pass-through.ts", { PROVIDER });

const decisionShape = (server: MeasuredServer, body: () => string): LoadShape => ({
  path: "/v1/decisions",
  headers: { ...json, authorization: `Bearer ${secret(server)}` },
  body,
});
const cmShape = (server: MeasuredServer): LoadShape => ({
  path: "/v1.0/message",
  headers: json,
  body: () => cmMessage(productToken(server)),
});
const variants: readonly Variant[] = [
  { name: "node", server: bare, shape: { path: "/v1/decisions", headers: json, body: oneDecision }, size: 1 },
  { name: "echo", server: echo, shape: { path: "/v1/decisions", headers: json, body: oneDecision }, size: 1 },
  { name: "decision", server: ours, shape: decisionShape(ours, oneDecision), size: 1 },
  { name: "decision memory", server: inMemory, shape: decisionShape(inMemory, oneDecision), size: 1 },
  { name: `batch ${BATCH}`, server: ours, shape: decisionShape(ours, batchOfDecisions), size: BATCH },
  { name: "pass", server: pass, shape: { ...cmShape(ours) }, size: 1 },
  { name: "gateway", server: ours, shape: cmShape(ours), size: 1 },
  { name: "gateway memory", server: inMemory, shape: cmShape(inMemory), size: 1 },
];

const samples = new Map<string, Sample[]>(variants.map(({ name }) => [name, []]));
const residentAtStart = (await ours.report()).residentBytes;
for (const { server, shape } of variants) await load(server.port, shape, AT_ONCE, WARM_UP_SECONDS);
for (let round = 1; round <= ROUNDS; round += 1) {
  for (const variant of variants) {
    const idle = await load(variant.server.port, variant.shape, 1, SECONDS / 3);
    const before = await variant.server.report();
    const own = process.cpuUsage();
    const busy = await load(variant.server.port, variant.shape, AT_ONCE, SECONDS);
    const { user, system } = process.cpuUsage(own);
    const after = await variant.server.report();
    samples.get(variant.name)?.push({
      cpuMicrosPerItem: (after.cpuMicros - before.cpuMicros) / (busy.answered * variant.size),
      itemsPerSecond: (busy.answered * variant.size) / busy.seconds,
      p99: busy.p99,
      refusedShare: busy.refused / (busy.answered + busy.refused),
      idleP50: idle.p50,
      generator: (user + system) / 1e6 / busy.seconds,
    });
  }
  console.error(`round ${round} of ${ROUNDS}`);
}
const resident = (await ours.report()).residentBytes;
for (const server of [provider, ours, inMemory, bare, echo, pass]) server.stop();

const of = (name: string, what: keyof Sample): readonly number[] => (samples.get(name) ?? []).map((one) => one[what]);
/** Round by round, so that both sides of a ratio saw the same machine. */
const ratio = (over: string, under: string): ReturnType<typeof spread> =>
  spread(
    of(over, "cpuMicrosPerItem").map((value, round) => value / (of(under, "cpuMicrosPerItem")[round] ?? Number.NaN)),
  );
const goals = [
  { name: "decision API, echo's CPU over ours", goal: 1, ...ratio("echo", "decision") },
  {
    name: `batch of ${BATCH}, one decision's CPU alone over in a batch`,
    goal: 8,
    ...ratio("decision", `batch ${BATCH}`),
  },
  { name: "gateway, pass-through's CPU over ours", goal: 0.8, ...ratio("pass", "gateway") },
];
const added = spread(
  of("gateway", "idleP50").map((value, round) => value - (of("pass", "idleP50")[round] ?? Number.NaN)),
);
const durability = [
  { name: "decision: on disk over in memory, CPU", ...ratio("decision", "decision memory") },
  { name: "gateway: on disk over in memory, CPU", ...ratio("gateway", "gateway memory") },
];

const fixed = (value: number, digits = 2): string => value.toFixed(digits);
const mebibytes = (bytes: number): string => fixed(bytes / 1024 / 1024, 0);
const range = ({ median, least, greatest }: ReturnType<typeof spread>, digits = 2): string =>
  `${fixed(median, digits)} (${fixed(least, digits)}–${fixed(greatest, digits)})`;
const report = `# HTTP benchmark

\`npm run bench:http\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${ROUNDS} rounds of ${SECONDS} s, ${AT_ONCE} requests at once; median (least–greatest).
CPU is that of the server process with all its threads; the load generator and the provider share the machine.

| variant | CPU µs per item | items/s | p99 ms, busy | p50 ms, one at a time | refused at the door, busy | generator, of a core |
| --- | --- | --- | --- | --- | --- | --- |
${variants
  .map(
    ({ name }) =>
      `| ${name} | ${range(spread(of(name, "cpuMicrosPerItem")), 1)} | ${range(spread(of(name, "itemsPerSecond")), 0)} | ${range(spread(of(name, "p99")), 1)} | ${range(spread(of(name, "idleP50")))} | ${fixed(100 * spread(of(name, "refusedShare")).median, 1)} % | ${fixed(spread(of(name, "generator")).median)} |`,
  )
  .join("\n")}

| goal | wanted | measured |
| --- | --- | --- |
${goals.map((one) => `| ${one.name} | ≥ ${one.goal} | ${range(one)} |`).join("\n")}
| gateway, added at p50 (ms) | ≤ 1 | ${range(added)} |

What durability costs: ${durability.map((one) => `${one.name} ${range(one)}`).join("; ")}.
Memory of the server when loaded from source (the command line's start is leaner): ${mebibytes(residentAtStart)} MiB; after the run: ${mebibytes(resident)} MiB.
`;
console.log(report);
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(new URL("http.md", results), report);
writeFileSync(
  new URL("http.json", results),
  `${JSON.stringify({ node: process.version, rounds: ROUNDS, seconds: SECONDS, samples: Object.fromEntries(samples), goals, added, durability }, null, 2)}\n`,
);
