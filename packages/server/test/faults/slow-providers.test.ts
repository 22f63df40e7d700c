import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepOutcome } from "../long-form.ts";
import { type ChildServer, callApi, spawnServer } from "../promises/child-server.ts";
import { type CountingProvider, startCountingProvider } from "../promises/counting-provider.ts";

const folder = mkdtempSync(join(tmpdir(), "safeguard-names-"));
const shim = join(folder, "slow-names.so");
const source = fileURLToPath(new URL("./slow-names.c", import.meta.url));
const compiled = spawnSync("cc", ["-shared", "-fPIC", "-o", shim, source, "-ldl"]);
const absent = compiled.status === 0 ? undefined : "no C compiler is here";

const NEIGHBOURS = 60;
const STALLED = 24;
/** An answer to a neighbour; the machine may be loaded by ten. */
const PATIENCE_MS = 8_000;

let server: ChildServer;
let provider: CountingProvider;
let secret = "";
beforeAll(async () => {
  if (absent !== undefined) return;
  provider = await startCountingProvider((to) =>
    to.startsWith("+352") ? { type: "silent" } : { type: "take", afterMs: 0 },
  );
  server = spawnServer(join(folder, "data"), { countries: "NL,BE,LU", environment: { LD_PRELOAD: shim } });
  const { url, operatorToken } = await server.ready;
  const call = async (method: string, path: string, body: unknown) => {
    const answer = await callApi(url, operatorToken, method, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await call("POST", "/v1/policies/default/detection", { mode: "off", reason: "not what is tested" });
  const port = new URL(provider.url).port;
  const add = (id: string, baseUrl: string, timeoutMs: number) =>
    call("POST", "/v1/providers", {
      id,
      kind: "twilio",
      settings: { baseUrl, accountSid: `AC${"7".repeat(32)}`, timeoutMs },
      secrets: { authToken: "8".repeat(32) },
    });
  await add("stalled", "http://sms.stall.test:80", 2000);
  await add("by-name", `http://localhost:${port}`, 6000);
  await add("by-address", provider.url, 2000);
  await call("PUT", "/v1/routes", {
    routes: [
      { destination: "NL", providers: ["by-name"] },
      { destination: "BE", providers: ["stalled"] },
      { destination: "LU", providers: ["by-address"] },
    ],
  });
  ({ secret } = (await call("POST", "/v1/keys", {
    name: "slow",
    mode: "live",
    scopes: ["messages:send", "messages:read"],
  })) as { secret: string });
});
afterAll(async () => {
  await server?.kill();
  await provider?.close();
  rmSync(folder, { recursive: true });
});

async function send(to: string): Promise<{ status: string; error: { code: string } | null; ms: number }> {
  const { url } = await server.ready;
  const start = performance.now();
  const { body } = await callApi(url, secret, "POST", "/v1/messages", { to, from: "Shop", text: "Your code is 12345" });
  return { ...(body as { status: string; error: { code: string } | null }), ms: performance.now() - start };
}

const many = (count: number, prefix: string) =>
  Promise.all(Array.from({ length: count }, (_, index) => send(`${prefix}${String(index).padStart(2, "0")}`)));

describe.skipIf(absent !== undefined)(`slow providers${absent === undefined ? "" : ` (skipped: ${absent})`}`, () => {
  it("names that do not resolve hold up neither other providers nor their own messages' end", {
    timeout: 120_000,
  }, async () => {
    const stalled = many(STALLED, "+324701234");
    const neighbours = await many(NEIGHBOURS, "+316123456");
    const slowest = Math.max(...neighbours.map(({ ms }) => ms));
    expect(neighbours.map(({ status }) => status)).toEqual(Array.from({ length: NEIGHBOURS }, () => "submitted"));
    expect(slowest).toBeLessThan(PATIENCE_MS);
    // Nothing was sent: a definite refusal, after the provider's own time and not the name server's.
    for (const { status, ms } of await stalled) {
      expect(status).toBe("refused");
      expect(ms).toBeLessThan(PATIENCE_MS);
    }
    keepOutcome("slow-names", {
      title: "Names that do not resolve",
      command: "npm run test:faults",
      about:
        "One provider's name takes 20 seconds to fail, with more lookups at once than there are threads for them; another's is looked up meanwhile.",
      counts: {
        "messages to the stalled name, all refused": STALLED,
        "messages to another name, all sent": NEIGHBOURS,
        "slowest of the others, ms": Math.round(slowest),
      },
    });
  });

  it("a provider that takes messages and never answers leaves them in doubt, and nobody else waits", {
    timeout: 120_000,
  }, async () => {
    const before = provider.deliveries.length;
    const silent = many(12, "+3526281234");
    const neighbours = await many(20, "+316223456");
    expect(new Set(neighbours.map(({ status }) => status))).toEqual(new Set(["submitted"]));
    expect(new Set((await silent).map(({ status }) => status))).toEqual(new Set(["in_doubt"]));
    expect(provider.deliveries.length - before).toBe(32);
  });
});
