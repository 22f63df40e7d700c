/**
 * Fills a data folder with open records through the real server, in a process of its own that ends by being killed: one-time
 * codes that a provider took, or may have taken, and that nobody has completed. Prints a line of JSON for each step.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { listen } from "../../packages/server/src/composition.ts";
import { readConfig } from "../../packages/server/src/config/config.ts";
import { processEnvironment } from "../../packages/server/src/config/environment.ts";
import { makeFirstAccount } from "../../packages/server/src/first-start.ts";
import { firstPolicy } from "../../packages/server/src/policies/first-policy.ts";
import { openSafeguard } from "../../packages/server/src/safeguard.ts";

const [dataDirectory = "", count = 0, cutOff = 0] = process.argv
  .slice(2)
  .map((word, at) => (at === 0 ? word : Number(word))) as [string, number, number];
const BATCH = 1000;
const LANES = 4;
/** All of it happened so long ago: codes are waited for longer. */
const SPAN_MS = 10 * 60_000;
/** Of a thousand batches so many have no clear answer. */
const UNCLEAR = 30;
const PREFIXES = ["+316", "+3247", "+4915", "+336", "+447", "+346", "+393", "+4677", "+4791", "+4520"] as const;
const DIGITS = {
  "+316": 8,
  "+3247": 7,
  "+4915": 9,
  "+336": 8,
  "+447": 9,
  "+346": 8,
  "+393": 9,
  "+4677": 7,
  "+4791": 6,
  "+4520": 6,
};

/** Takes every batch at once. One of each `1000 / UNCLEAR` it takes and hangs up; `silent`: it does not answer any more. */
let silent = false;
let batches = 0;
const provider = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    if (silent) return;
    batches += 1;
    if ((batches * UNCLEAR) % 1000 < UNCLEAR) {
      request.socket.destroy();
      return;
    }
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as {
      messages: { msg: { reference?: string; to: { number: string }[] }[] };
    };
    const items = messages.msg.flatMap(({ reference = "", to }) =>
      to.map(({ number }) => ({
        to: number,
        status: "Accepted",
        reference,
        parts: 1,
        messageDetails: null,
        messageErrorCode: 0,
      })),
    );
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ details: "Created", errorCode: 0, messages: items }));
  });
});
await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));

const began = Date.now();
let made = 0;
/** The time of day passes with the messages, and ends now. */
const wall = (): number => began - SPAN_MS + Math.floor((SPAN_MS * made) / count);
const config = {
  ...readConfig("dev", processEnvironment(), { dataDirectory, port: 0 }),
  logLevel: "error" as const,
};
const safeguard = await openSafeguard(config, wall);
const policy = firstPolicy([]);
if (!policy.ok) throw new Error(policy.problems.join());
const first = await makeFirstAccount(safeguard.services, policy.document, { mode: "production", at: safeguard.now() });
const running = await listen(safeguard, config, first);
const [account] = safeguard.directory.accounts();

async function call(method: string, path: string, body: unknown, secret: string): Promise<void> {
  const answer = await fetch(`${running.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      connection: "close",
      ...(secret === safeguard.operatorSecret && { "safeguard-account": account?.id ?? "" }),
    },
    body: JSON.stringify(body),
  });
  // The server is behind, and did nothing: as a client should, it comes again.
  if (answer.status === 503 || answer.status === 429) {
    await answer.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return call(method, path, body, secret);
  }
  if (answer.status >= 300)
    throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  await answer.arrayBuffer();
}
const { operatorSecret } = safeguard;
const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
await call(
  "POST",
  "/v1/providers",
  { id: "taking", kind: "cm", settings: { baseUrl, timeoutMs: 60_000 }, secrets: { productToken: "token" } },
  operatorSecret,
);
await call("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["taking"] }] }, operatorSecret);

/** Every number once, spread over the range so that they look like people. */
function numberOf(index: number): string {
  const prefix = PREFIXES[index % PREFIXES.length] ?? PREFIXES[0];
  const digits = DIGITS[prefix];
  return prefix + String((Math.floor(index / PREFIXES.length) * 7919 + 1234567) % 10 ** digits).padStart(digits, "0");
}

function batchFrom(start: number): unknown {
  const messages = Array.from({ length: BATCH }, (_, offset) => ({
    to: numberOf(start + offset),
    from: "Shop",
    text: "Your code is 12345",
  }));
  return { messages };
}

/** So many decisions are in the record. */
async function decided(): Promise<number> {
  const headers = { authorization: `Bearer ${operatorSecret}`, "safeguard-account": account?.id ?? "" };
  const usage = await (await fetch(`${running.url}/v1/usage`, { headers })).json();
  return (usage as { total: { decided: number } }).total.decided;
}

const lane = async (until: number): Promise<void> => {
  while (made < until) {
    const start = made;
    made += BATCH;
    await call("POST", "/v1/messages", batchFrom(start), first.minted.secret);
  }
};
const answered = count - cutOff;
await Promise.all(Array.from({ length: LANES }, () => lane(answered)));
silent = true;
while (made < count) {
  const start = made;
  made += BATCH;
  void call("POST", "/v1/messages", batchFrom(start), first.minted.secret).catch(() => undefined);
}
// The last intents become durable; their answers never come.
while ((await decided()) < count) await new Promise((resolve) => setTimeout(resolve, 200));
await safeguard.store.journal.settled();
await safeguard.store.notices.nextDueAt();
process.stdout.write(
  `${JSON.stringify({ filled: made, seconds: (Date.now() - began) / 1000, rss: process.memoryUsage().rss })}\n`,
);
