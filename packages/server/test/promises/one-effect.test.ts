import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChildServer, callApi, spawnServer } from "./child-server.ts";
import { type CountingProvider, startCountingProvider } from "./counting-provider.ts";

/** More of them: `SAFEGUARD_CRASH_ROUNDS=200`. */
const ROUNDS = Number(process.env["SAFEGUARD_CRASH_ROUNDS"] ?? "4");

let dataDirectory: string;
let provider: CountingProvider;
let server: ChildServer;
beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-once-"));
  provider = await startCountingProvider(() => ({ type: "take", afterMs: 5 }));
  server = spawnServer(dataDirectory);
});
afterAll(async () => {
  await server.kill();
  await provider.close();
  rmSync(dataDirectory, { recursive: true });
});

test(`an Idempotency-Key has one effect, whenever the server is killed while many requests come with it (${ROUNDS} kills)`, {
  timeout: 60_000 + ROUNDS * 30_000,
}, async () => {
  const { url, operatorToken } = await server.ready;
  const { body } = await callApi(url, operatorToken, "GET", "/v1/accounts");
  const named = { "safeguard-account": (body as { items: [{ id: string }] }).items[0].id };
  const asOperator = (method: string, path: string, given: unknown) =>
    callApi(url, operatorToken, method, path, given, named);
  await asOperator("POST", "/v1/policies/default/detection", { mode: "off", reason: "not what is tested" });
  const settings = { baseUrl: provider.url, timeoutMs: 10_000 };
  await asOperator("POST", "/v1/providers", { id: "p", kind: "cm", settings, secrets: { productToken: "t" } });
  await asOperator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["p"] }] });
  const key = { name: "once", mode: "live", scopes: ["messages:send", "messages:read"] };
  const { secret } = (await asOperator("POST", "/v1/keys", key)).body as { secret: string };

  for (let round = 0; round < ROUNDS; round++) {
    const orders = Array.from({ length: 8 }, (_, index) => `+3161${String(round * 8 + index).padStart(7, "0")}`);
    const once = async (to: string, text: string) => {
      const { url: now } = await server.ready;
      return callApi(now, secret, "POST", "/v1/messages", { to, from: "Shop", text }, { "idempotency-key": to });
    };
    const order = async (to: string, text = "Your code is 12345") => {
      for (;;) {
        const answer = await once(to, text);
        if (!isTurnedAway(answer.body)) return answer;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const underway = orders.flatMap((to) => [1, 2, 3].map(() => once(to, "Your code is 12345").catch(() => undefined)));
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 60));
    await server.kill();
    const early = await Promise.all(underway);
    server = spawnServer(dataDirectory);
    const { url: again } = await server.ready;
    for (const [index, to] of orders.entries()) {
      const answers = [await order(to), ...(await Promise.all([order(to), order(to)]))];
      // Whoever got an answer before the kill gets the same now, and all who ask now get one. (Who came while the server
      // was behind, and was turned away at the door, has asked nothing.)
      const earlier = early.slice(index * 3, index * 3 + 3).filter((answer) => answer !== undefined);
      const known = [...earlier.filter(({ body: said }) => !isTurnedAway(said)), ...answers];
      const told = known.map(({ status, body: said }) => `${status} ${statusOf(said)}`);
      expect([to, [...new Set(told)]]).toEqual([to, told.slice(-1)]);
      expect([201, 409]).toContain(answers[0]?.status);
      const other = await order(to, "Another text");
      expect([to, other.status]).toEqual([to, 422]);
      expect(other.body).toMatchObject({ code: "idempotency_mismatch" });
      // One message at most, and what reached the provider is in the record as that.
      const sent = provider.deliveries.filter((delivery) => delivery.to === to).length;
      const list = await callApi(again, secret, "POST", "/v1/messages/search", { to });
      const { items } = list.body as { items: { status: string }[] };
      expect([to, items.length <= 1, sent <= 1]).toEqual([to, true, true]);
      if (answers[0]?.status === 201) expect([to, items.length]).toEqual([to, 1]);
      if (sent === 1) expect(["submitted", "in_doubt"]).toContain(items[0]?.status);
    }
  }
  console.log(`${ROUNDS} kills under ${ROUNDS * 8} keys: ${provider.deliveries.length} sent, none twice`);
});

/** The server was behind: nothing was done. */
function isTurnedAway(body: unknown): boolean {
  const { code } = body as { code?: string };
  return code === "rate_limited" || code === "unavailable";
}

function statusOf(body: unknown): string {
  const { status, code } = body as { status?: string; code?: string };
  return code ?? status ?? "";
}
