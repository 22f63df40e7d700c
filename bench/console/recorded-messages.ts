/**
 * Fills a data folder with messages of the last months through the real server's own API, in a process of its own:
 * `node recorded-messages.ts FOLDER COUNT DAYS`. Prints a line of JSON when all of them are in the record.
 */
import { listen } from "../../packages/server/src/composition.ts";
import { readConfig } from "../../packages/server/src/config/config.ts";
import { processEnvironment } from "../../packages/server/src/config/environment.ts";
import { makeFirstAccount } from "../../packages/server/src/first-start.ts";
import { firstPolicy } from "../../packages/server/src/policies/first-policy.ts";
import { openSafeguard } from "../../packages/server/src/safeguard.ts";

const [dataDirectory = "", count = "0", days = "80"] = process.argv.slice(2);
const COUNT = Number(count);
const BATCH = 1000;
const LANES = 4;
/** Mobile numbers of twenty destinations, as people have them. */
const PREFIXES: readonly (readonly [prefix: string, digits: number])[] = [
  ["+316", 8],
  ["+3247", 7],
  ["+4915", 9],
  ["+336", 8],
  ["+447", 9],
  ["+346", 8],
  ["+393", 9],
  ["+4677", 7],
  ["+4791", 6],
  ["+4520", 6],
  ["+48512", 6],
  ["+420602", 6],
  ["+43664", 7],
  ["+4179", 7],
  ["+35191", 7],
  ["+30694", 7],
  ["+35385", 7],
  ["+358401", 6],
  ["+361", 8],
  ["+4072", 7],
];

const began = Date.now();
let made = 0;
const wall = (): number => began - Number(days) * 86_400_000 + Math.floor((Number(days) * 86_400_000 * made) / COUNT);
const config = { ...readConfig("dev", processEnvironment(), { dataDirectory, port: 0 }), logLevel: "error" as const };
const safeguard = await openSafeguard(config, wall);
const policy = firstPolicy([]);
if (!policy.ok) throw new Error(policy.problems.join());
const first = await makeFirstAccount(safeguard.services, policy.document, { mode: "dev", at: safeguard.now() });
const running = await listen(safeguard, config, first);
const [account] = safeguard.directory.accounts();

const numberOf = (index: number): string => {
  const [prefix, digits] = PREFIXES[index % PREFIXES.length] ?? ["+316", 8];
  return prefix + String((Math.floor(index / PREFIXES.length) * 7919 + 1_234_567) % 10 ** digits).padStart(digits, "0");
};

async function post(messages: readonly object[]): Promise<void> {
  const answer = await fetch(`${running.url}/v1/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${first.minted.secret}`, "content-type": "application/json" },
    body: JSON.stringify({ messages }),
  });
  const text = await answer.text();
  if (answer.ok) return;
  // The server is behind, and did nothing: as a client should, it comes again.
  if (answer.status !== 503 && answer.status !== 429) throw new Error(`${answer.status}: ${text.slice(0, 300)}`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await post(messages);
}

async function lane(): Promise<void> {
  while (made < COUNT) {
    const start = made;
    made = Math.min(COUNT, made + BATCH);
    await post(
      Array.from({ length: made - start }, (_, offset) => ({
        to: numberOf(start + offset),
        from: "Shop",
        text: "Your order is on its way",
        purpose: "notification",
      })),
    );
  }
}
await Promise.all(Array.from({ length: LANES }, lane));
const usage = await fetch(
  `${running.url}/v1/usage?from=${new Date(began - 90 * 86_400_000).toISOString().slice(0, 10)}`,
  {
    headers: { authorization: `Bearer ${safeguard.operatorSecret}`, "safeguard-account": account?.id ?? "" },
  },
);
const { total } = (await usage.json()) as { readonly total: { readonly decided: number } };
if (total.decided !== COUNT) throw new Error(`of ${COUNT} messages the usage tells ${total.decided}`);
await running.stop();
process.stdout.write(`${JSON.stringify({ filled: COUNT, seconds: (Date.now() - began) / 1000 })}\n`);
