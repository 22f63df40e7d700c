import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, databaseUrl, startCluster } from "./cluster.ts";

const script = fileURLToPath(new URL("../../bin/safeguard.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "safeguard-cli-"));

let cluster: Cluster;
let url: string;
beforeAll(async () => {
  cluster = await startCluster();
  url = databaseUrl(await cluster.database());
});
afterAll(async () => {
  await cluster?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function start(words: readonly string[], environment: Record<string, string>, data = "data") {
  const variables = { SAFEGUARD_DATA_DIR: join(folder, data), SAFEGUARD_LOG_LEVEL: "silent", ...environment };
  return spawn(process.execPath, [script, ...words], {
    env: { PATH: process.env["PATH"], ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function run(words: readonly string[], environment: Record<string, string>, data?: string) {
  const child = start(words, environment, data);
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, output, errors };
}

/** Starts a server, and stops it when it has said where its store is. */
async function startAndStop(environment: Record<string, string>, data?: string): Promise<string> {
  const child = start(["dev", "--port", "0"], environment, data);
  const errors = text(child.stderr);
  let output = "";
  for await (const chunk of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
    output += chunk;
    if (/^ {2}Sending/m.test(output)) child.kill("SIGTERM");
  }
  return output + (await errors);
}

describe("safeguard with DATABASE_URL", () => {
  it("makes no store in a database, but by a start", async () => {
    const { code, errors } = await run(["policy", "list"], { DATABASE_URL: url });
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/There is no data in the database store_1 at 127\.0\.0\.1/),
    ]);
  });

  it("says at the start which store it keeps everything in, and makes no other", async () => {
    const output = await startAndStop({ DATABASE_URL: url });
    expect(output).toMatch(/^ {2}Store +PostgreSQL, store_1 at 127\.0\.0\.1:\d+ \(no TLS\)$/m);
    expect(existsSync(join(folder, "data", "journal.db"))).toBe(false);
    expect(await startAndStop({}, "embedded")).toMatch(/^ {2}Store +embedded, in the data folder$/m);
  });

  it("opens the database itself where no server runs", async () => {
    const listed = await run(["policy", "list", "--json"], { DATABASE_URL: url });
    expect([listed.errors, listed.code]).toEqual(["", 0]);
    expect(JSON.parse(listed.output)).toMatchObject([{ policy: "default", revision: 1 }]);
    const { output } = await run(["doctor"], { DATABASE_URL: url });
    expect(output).toMatch(/PostgreSQL, store_1 at 127\.0\.0\.1:\d+ \(no TLS\)/);
  });

  it("never falls back to the embedded store", async () => {
    for (const words of [["dev", "--port", "0"], ["policy", "list"], ["doctor"]]) {
      const empty = await run(words, { DATABASE_URL: "" });
      expect([empty.code, empty.errors]).toEqual([1, expect.stringContaining("DATABASE_URL is set, but empty")]);
    }
    const forgotten = await run(["policy", "list"], {});
    expect(forgotten.code).toBe(1);
    expect(forgotten.errors).toContain("belongs to a store in PostgreSQL (store_1 at 127.0.0.1");
    const wrong = await run(["dev", "--port", "0"], { DATABASE_URL: url.replace(/:\d+\//, ":1/") }, "other");
    expect([wrong.code, wrong.errors]).toEqual([1, expect.stringMatching(/cannot be used: .*ECONNREFUSED/)]);
    expect(existsSync(join(folder, "other", "journal.db"))).toBe(false);
    expect(existsSync(join(folder, "data", "journal.db"))).toBe(false);
  });

  it("refuses a second server on the database, from whatever folder", async () => {
    const first = start(["dev", "--port", "0", "--json"], { DATABASE_URL: url });
    await once(first.stdout, "data");
    // The key that was made at the first start stands in the first folder.
    const key = readFileSync(join(folder, "data", "master.key"), "utf8").trim();
    const second = await run(["dev", "--port", "0"], { DATABASE_URL: url, SAFEGUARD_MASTER_KEY: key }, "second");
    expect([second.code, second.errors]).toEqual([
      1,
      expect.stringMatching(/is in use by safeguard .*:\d+ \(from 127/),
    ]);
    const ended = once(first, "exit");
    first.kill("SIGTERM");
    await ended;
  });
});
