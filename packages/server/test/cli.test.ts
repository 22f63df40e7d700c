import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../bin/safeguard.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "safeguard-cli-"));
const data = join(folder, "data");

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [script, ...words], {
    env: { PATH: process.env["PATH"], SAFEGUARD_DATA_DIR: data, SAFEGUARD_LOG_LEVEL: "silent", ...environment },
  });
}

async function run(words: readonly string[], input = "", environment: Record<string, string> = {}): Promise<Ended> {
  const child = start(words, environment);
  child.stdin?.end(input);
  if (child.stdout === null || child.stderr === null) throw new Error("the child has no streams");
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, output, errors };
}

async function json(words: readonly string[], input = ""): Promise<unknown> {
  const { code, output, errors } = await run([...words, "--json"], input);
  if (code !== 0) throw new Error(`exit code ${code}: ${errors}`);
  return JSON.parse(output);
}

/** Starts a server and waits for the line that says where it listens. */
async function serve(words: readonly string[], environment: Record<string, string> = {}) {
  const child = start([...words, "--port", "0", "--json"], environment);
  const errors = child.stderr === null ? Promise.resolve("") : text(child.stderr);
  const ready = child.stdout === null ? [""] : await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  const line = String(ready[0]);
  if (!line.startsWith("{")) throw new Error(`it did not start: ${line} ${await errors}`);
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    async stop(): Promise<number | null> {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}

let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  server = await serve(["dev"]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the command line beside a running server", () => {
  it("finds it through the data folder, which only its owner can read", async () => {
    expect(await json(["policy", "list"])).toMatchObject([{ policy: "default", revision: 1, default: true }]);
    expect(statSync(data).mode & 0o077).toBe(0);
    expect(statSync(join(data, "server.json")).mode & 0o077).toBe(0);
  });

  it("blocks a country, and says why a number is blocked", async () => {
    expect((await run(["check", "+2348012345678", "--expect", "allow"])).code).toBe(0);
    const blocked = await run(["policy", "block", "NG", "--reason", "pumping since Monday"]);
    expect([blocked.code, blocked.output]).toEqual([0, "default: revision 2 is in force.\n"]);
    const check = await run(["check", "+2348012345678", "--expect", "allow"]);
    expect(check.code).toBe(3);
    expect(check.output).toMatch(/^Blocked: Nigeria is blocked\.\n/);
    expect(check.output).toMatch(/policy +default, revision 2/);
    expect(check.output).not.toContain("\u001b");
  });

  it("decides many numbers, one JSON line each in their order", async () => {
    const { code, output } = await run(["check", "-"], "+2348012345678\r\nnonsense\n\n+31 6 1234 5678\n+4779123456");
    const lines = output.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        input: "+2348012345678",
        to: "+2348012345678",
        destination: "NG",
        type: "mobile",
        possible: true,
        action: "block",
        reason: "destination_blocked",
        policyRevision: 2,
      },
      expect.objectContaining({ input: "nonsense", to: null, destination: null, possible: false, action: "block" }),
      expect.objectContaining({ input: "", rejection: "number_missing", reason: "number_rejected" }),
      expect.objectContaining({ input: "+31 6 1234 5678", to: "+31612345678", destination: "NL", action: "allow" }),
      expect.objectContaining({ destination: "NO", twin: "SJ" }),
    ]);
  });

  it("applies a policy file, says what it changes, and keeps others from changing it unnoticed", async () => {
    const file = join(folder, "policy.yaml");
    const { output } = await run(["policy", "get"]);
    expect(output).toMatch(/^# yaml-language-server: \$schema=http/);
    writeFileSync(file, output.replace("block: [non_geographic, NG]", "block: [non_geographic]\n  monitor: [NG]"));
    const diff = await run(["policy", "diff", file, "--exit-code"]);
    expect([diff.code, diff.output]).toEqual([
      3,
      expect.stringMatching(/^~ destinations.NG: block → monitor +\(loosens\)/),
    ]);
    expect((await run(["policy", "apply", file])).errors).toContain("--reason");
    const applied = await run(["policy", "apply", file, "--reason", "look closer"]);
    expect(applied.output).toBe("default: revision 3 is in force.\n");
    expect((await run(["policy", "apply", file, "--reason", "again"])).output).toContain("no revision was made");
    const refused = await run(["policy", "block", "NG", "--reason", "no"]);
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("kept in policy.yaml")]);
    expect((await run(["policy", "block", "NG", "--reason", "yes", "--force"])).code).toBe(0);
    const draft = ["policy", "apply", file, "--draft", "--reason", "for review", "--no-managed"];
    expect((await run(draft)).output).toContain("revision 5 is a draft");
    expect((await run(["policy", "history"])).output).toMatch(/ 4 +in force .* yes\n(.*\n)*.* 1 .*first start/);
  });

  it("names file and line of what is wrong in a policy file", async () => {
    const { code, errors } = await run(["policy", "apply", "-", "--reason", "x"], "policy: default\nlistMode: allow\n");
    expect(code).toBe(1);
    expect(errors).toBe(
      "error: standard input is not a valid policy.\n" +
        "  -:2:1: listMode: must be one of allow_all, block_list, allow_list\n",
    );
  });

  it("makes, lists and revokes keys; secrets are shown once", async () => {
    const made = (await json(["keys", "create", "web shop"])) as { id: string; secret: string };
    const sent = await fetch(`${server.url}/v1/decisions`, {
      method: "POST",
      headers: { authorization: `Bearer ${made.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ to: "+31612345678" }),
    });
    const { id } = (await sent.json()) as { id: string };
    const explained = await run(["explain", id]);
    expect([explained.code, explained.output]).toEqual([0, expect.stringContaining("it comes to the same")]);
    const listed = await run(["keys", "list", "--json"]);
    expect(listed.output).toContain(made.id);
    expect(listed.output).not.toContain(made.secret);
    expect((await run(["keys", "revoke", made.id])).code).toBe(0);
    const tail = await run(["tail", "-n", "50"]);
    expect(tail.output).toContain("+3161*****78");
    expect(tail.output).not.toContain("+31612345678");
  });

  it("adds a provider with its secret from standard input, routes to it, and keeps it while it is routed to", async () => {
    const words = [
      "providers",
      "add",
      "cm",
      "--kind",
      "cm",
      "--set",
      "baseUrl=http://127.0.0.1:9",
      "--secrets-from",
      "-",
    ];
    const added = await run(words, "productToken=00000000-0000-0000-0000-000000000000\n");
    expect([added.code, added.output]).toEqual([0, expect.stringContaining("cm is there.")]);
    expect((await run(["providers", "test", "cm"])).code).toBe(3);
    expect((await run(["routes", "set", "NL=cm,sandbox", "*=sandbox"])).output).toContain("cm, sandbox");
    expect((await run(["providers", "remove", "cm"])).code).toBe(1);
    const without = await run(["providers", "add", "cm2", "--kind", "cm"]);
    expect([without.code, without.errors]).toEqual([2, expect.stringContaining("--secrets-from")]);
  });

  it("tells what it does not understand, with what is near, and with exit code 2", async () => {
    for (const [words, expected] of [
      [["polcy"], /unknown command 'polcy'\n\(Did you mean policy\?\)/],
      [["check", "+31612345678", "--chanel", "sms"], /unknown option '--chanel'\n\(Did you mean --channel\?\)/],
      [["check", "+31612345678", "--at", "soon"], /--at is "soon"; write it as/],
      [["check", "+31612345678", "--policy", "nothing-like-it", "--account", "Nobody"], /no account Nobody/],
      [["policy", "block", "UK", "--reason", "x"], /UK.*write GB/],
      [["destinations", "atlantis"], /write an ISO 3166-1 code/],
    ] as const) {
      const { code, errors, output } = await run(words);
      expect([code, errors, output]).toEqual([2, expect.stringMatching(expected), ""]);
      expect(errors).not.toMatch(/\n\s+at /);
    }
  });

  it("begins every help with examples", async () => {
    const { output } = await run(["help", "policy"]);
    expect(output).toMatch(/^Examples:\n {2}# .*\n {2}\$ safeguard policy get/);
    for (const command of output.matchAll(/^ {2}([a-z]+) {2,}/gm)) {
      expect((await run(["policy", command[1] ?? "", "--help"])).output).toMatch(/^Examples:/);
    }
  });

  it("finds nothing wrong", async () => {
    await run(["routes", "set", "*=sandbox"]);
    await run(["providers", "remove", "cm"]);
    expect(await json(["usage"])).toMatchObject({ total: { decided: 1, blocked: 0 } });
    const doctor = await run(["doctor"]);
    expect([doctor.code, doctor.output]).toEqual([0, expect.stringContaining(server.url)]);
  });

  it("talks to a server at an address with a key, and says what is missing", async () => {
    const { secret } = (await json(["keys", "create", "remote", "--scope", "policies:read"])) as { secret: string };
    const remote = { SAFEGUARD_URL: server.url, SAFEGUARD_DATA_DIR: join(folder, "none") };
    expect((await run(["policy", "list"], "", { ...remote, SAFEGUARD_KEY: secret })).code).toBe(0);
    const forbidden = await run(["policy", "block", "NL", "--reason", "x"], "", { ...remote, SAFEGUARD_KEY: secret });
    expect([forbidden.code, forbidden.errors]).toEqual([1, expect.stringContaining("policies:write")]);
    expect((await run(["policy", "list"], "", remote)).errors).toContain("SAFEGUARD_KEY_FILE");
    const gone = { ...remote, SAFEGUARD_URL: "http://127.0.0.1:9", SAFEGUARD_KEY: secret };
    expect((await run(["policy", "list"], "", gone)).errors).toContain("No answer from http://127.0.0.1:9");
  });

  it("leaves the folder to the next, which opens it itself when no server runs", async () => {
    expect(await server.stop()).toBe(0);
    expect(await json(["policy", "list"])).toMatchObject([{ policy: "default", revision: 4, latestRevision: 5 }]);
    expect((await run(["policy", "allow", "NG", "--reason", "over"])).code).toBe(0);
    expect((await run(["check", "+2348012345678", "--expect", "allow"])).code).toBe(0);
    server = await serve(["dev"]);
    expect(await json(["policy", "list"])).toMatchObject([{ policy: "default", revision: 6 }]);
    const second = await run(["dev", "--port", "0"]);
    expect([second.code, second.errors]).toEqual([1, expect.stringContaining("is in use by process")]);
    expect(await server.stop()).toBe(0);
  });
});

describe("safeguard up", () => {
  const fresh = join(folder, "production");
  const environment = {
    SAFEGUARD_DATA_DIR: fresh,
    SAFEGUARD_MASTER_KEY: "00".repeat(32),
    SAFEGUARD_TRUSTED_PROXIES: "127.0.0.1",
  };

  it("refuses what is not safe, all at once", async () => {
    const { code, errors } = await run(["up"], "", { SAFEGUARD_DATA_DIR: fresh });
    expect(code).toBe(1);
    expect(errors).toMatch(/SAFEGUARD_MASTER_KEY/);
    expect(errors).toMatch(/SAFEGUARD_TLS_CERT/);
  });

  it("does not start for the first time before somebody says where messages may go", async () => {
    const { code, errors } = await run(["up"], "", environment);
    expect([code, errors]).toEqual([2, expect.stringContaining("--countries NL,BE")]);
    expect((await run(["up", "--countries", "NL,UK"], "", environment)).errors).toContain("write GB");
  });

  it("allows only the countries of business", async () => {
    const up = await serve(["up", "--countries", "NL,BE"], environment);
    const check = async (number: string) =>
      JSON.parse((await run(["check", number, "--json"], "", environment)).output) as unknown;
    expect(await check("+31612345678")).toMatchObject({ action: "allow" });
    expect(await check("+447911123456")).toMatchObject({ action: "block", reason: "destination_not_listed" });
    expect(await check("+88161234567")).toMatchObject({ action: "block" });
    expect(await up.stop()).toBe(0);
    expect(readFileSync(join(fresh, "lock.json"), "utf8")).toContain("pid");
  });
});
