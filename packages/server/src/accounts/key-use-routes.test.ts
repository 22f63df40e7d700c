import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { z } from "zod";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import type { keyUsesView } from "./key-use-routes.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-key-uses-"));
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

async function usesOf(product: TestSafeguard) {
  const { status, body } = await product.api("GET", "/v1/keys/uses");
  expect(status).toBe(200);
  return new Map((body as z.infer<typeof keyUsesView>).items.map(({ key, ...use }) => [key, use]));
}

it("says when a key was used last and how often, whichever of its credentials was shown, also after a restart", async () => {
  const first = await startSafeguard({ dataDirectory });
  const { liveKey, testKey } = first;
  expect((await usesOf(first)).get(testKey.id)).toEqual({ lastUsedAt: null, requests7Days: 0 });
  await first.api("GET", "/v1/messages", undefined, testKey.secret);
  await first.api("GET", "/v1/messages", undefined, "sg_test_wrong");
  await fetch(`${first.url}/v1.0/message`, {
    method: "POST",
    headers: { "x-cm-producttoken": testKey.productToken, "content-type": "application/json" },
    body: JSON.stringify({
      messages: { msg: [{ from: "Shop", to: [{ number: "0031612345678" }], body: { content: "x" } }] },
    }),
  });
  const used = await usesOf(first);
  expect(used.get(testKey.id)?.requests7Days).toBe(2);
  expect(Date.parse(used.get(testKey.id)?.lastUsedAt ?? "")).toBeGreaterThan(Date.now() - 120_000);
  expect(used.get(liveKey.id)?.requests7Days).toBe(2);
  await first.stop();

  const again = await startSafeguard({ dataDirectory });
  expect((await usesOf(again)).get(testKey.id)).toEqual(used.get(testKey.id));
  await again.stop();
});
