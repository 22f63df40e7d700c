import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard } from "./harness.ts";
import { databaseUrl } from "./postgres/cluster.ts";
import { databaseOf } from "./store-of-tests.ts";

const script = fileURLToPath(new URL("../bin/safeguard.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "safeguard-replaced-"));
const dataDirectory = join(folder, "data");
const NEXT = randomBytes(32).toString("base64");
let message: string;
let secret: string;

async function run(words: readonly string[], environment: Record<string, string> = {}) {
  const database = databaseOf(dataDirectory);
  const child = spawn(process.execPath, [script, ...words], {
    env: {
      PATH: process.env["PATH"],
      SAFEGUARD_DATA_DIR: dataDirectory,
      SAFEGUARD_LOG_LEVEL: "silent",
      ...(database !== undefined && { DATABASE_URL: databaseUrl(database) }),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, output, errors };
}
const replace = (environment: Record<string, string>, ...words: string[]) =>
  run(["master-key", "replace", ...words], environment);

beforeAll(async () => {
  const product = await startSafeguard({ dataDirectory });
  await product.operator("POST", "/v1/providers", {
    id: "sealed",
    kind: "cm",
    settings: {},
    secrets: { productToken: "a token that is sealed" },
  });
  const sent = await product.api("POST", "/v1/messages", { to: "+31612345678", from: "Shop", text: "hello" });
  message = (sent.body as { id: string }).id;
  secret = product.liveKey.secret;
  expect(await replace({ SAFEGUARD_NEW_MASTER_KEY: NEXT })).toMatchObject({
    code: 1,
    errors: expect.stringContaining("Stop it first"),
  });
  await product.stop();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("safeguard master-key replace", () => {
  it("wants a new master key that is one, and never as a flag", async () => {
    expect((await replace({})).errors).toContain("SAFEGUARD_NEW_MASTER_KEY_FILE=next.key");
    expect((await replace({ SAFEGUARD_NEW_MASTER_KEY: "short" })).errors).toContain("not a master key");
    expect((await replace({ SAFEGUARD_NEW_MASTER_KEY: NEXT }, "--url", "https://x.example")).errors).toContain(
      "not over --url",
    );
    const other = { SAFEGUARD_NEW_MASTER_KEY: NEXT, SAFEGUARD_MASTER_KEY: randomBytes(32).toString("hex") };
    expect((await replace(other)).errors).toContain("locked by another master key");
  });

  it("locks everything with the new one: the one before opens nothing, and says so", async () => {
    const file = join(folder, "next.key");
    writeFileSync(file, `${NEXT}\n`, { mode: 0o600 });
    const done = await replace({ SAFEGUARD_NEW_MASTER_KEY_FILE: file });
    expect(done).toMatchObject({ code: 0, errors: "" });
    expect(done.output).toContain(`Put it into ${dataDirectory}/master.key`);
    expect(done.output + done.errors).not.toContain(NEXT);
    const refused = await run(["keys", "list"]);
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("locked by another master key")]);
    // Not twice, and not back with the key that is not good any more.
    expect((await replace({ SAFEGUARD_NEW_MASTER_KEY: randomBytes(32).toString("hex") })).code).toBe(1);
    const same = await replace({ SAFEGUARD_NEW_MASTER_KEY: NEXT, SAFEGUARD_MASTER_KEY: NEXT });
    expect(same.errors).toContain("is the one that there is");
  });

  it("and with it everything is as it was: messages, keys, what was sealed, the audit trail", async () => {
    writeFileSync(join(dataDirectory, "master.key"), `${NEXT}\n`, { mode: 0o600 });
    const again = await startSafeguard({ dataDirectory });
    try {
      const { body } = await again.api("POST", "/v1/messages/search", { to: "+31612345678" }, secret);
      expect(body).toMatchObject({ items: [{ id: message, to: "+31612345678" }] });
      expect((await again.operator("POST", "/v1/providers/sealed/test")).body).not.toMatchObject({
        detail: expect.stringContaining("another master key"),
      });
      expect((await again.operator("GET", "/v1/audit/verify")).body).toMatchObject({ ok: true });
    } finally {
      await again.stop();
    }
  }, 60_000);
});
