import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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
  it("says at once that it starts, apart from what a program reads", async () => {
    const taken = await run(["dev", "--port", "0", "--json"]);
    expect(taken.output).toBe("");
    expect(taken.errors).toMatch(/^Starting Safeguard …\n/);
  });

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

  it("imports verified numbers from a file, says which lines are bad, counts and removes them", async () => {
    const file = join(folder, "verified.csv");
    writeFileSync(file, `name;Number;verified_at\nJane;+31612345678;\nJohn;hello;\n;+32470123456;2001-01-01\n`);
    const check = await run(["verified", "import", file, "--check"]);
    expect(check.code).toBe(3);
    expect(check.output).toMatch(
      /^1 of 3 lines would be imported as verified numbers\.\n2 bad lines:\n {2}line 3: must be/,
    );
    expect(check.output).toMatch(/line 4: must be within the last 180 days/);
    expect(await json(["verified", "summary"])).toMatchObject({ count: 0 });
    const imported = await run(["verified", "import", file]);
    expect([imported.code, imported.output]).toEqual([0, check.output.replace("would be", "were")]);
    expect(await json(["verified", "import", "-"], "+31612345678\n+31687654321\n")).toMatchObject({
      numbers: 2,
      badLines: 0,
    });
    const summary = await run(["verified", "summary"]);
    expect(summary.output).toMatch(/^2 verified numbers: the first on .*\n\nDESTINATION +NUMBERS\nNL +2\n$/);
    expect((await run(["verified", "remove", "+31687654321"])).output).toBe(
      "+31687654321 is a new number from now on.\n",
    );
    expect((await run(["verified", "remove", "+31687654321"])).errors).toContain("There is no such verified number.");
    expect((await run(["verified", "import", join(folder, "none.csv")])).errors).toContain("there is no such file");
    const unnamed = await run(["verified", "import", "-"], "+31612345678,2026-11-01\n");
    expect([unnamed.code, unnamed.errors]).toEqual([2, expect.stringContaining("number,verified_at")]);
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
    expect(refused.errors).toContain("give --force");
    expect(refused.errors).toContain("--force: must be true");
    const other = join(folder, "other.yaml");
    writeFileSync(other, "listMode: block_list\n");
    const kept = await run(["policy", "apply", other, "--reason", "x"]);
    expect([kept.code, kept.errors]).toEqual([1, expect.stringMatching(/^error: default is kept in policy.yaml/)]);
    expect((await run(["policy", "block", "NG", "--reason", "yes", "--force"])).code).toBe(0);
    const draft = ["policy", "apply", file, "--draft", "--reason", "for review", "--no-managed"];
    expect((await run(draft)).output).toContain(
      "revision 5 is a draft; `safeguard policy restore 5 --policy default --reason WHY` brings it into force",
    );
    expect((await run(["policy", "history"])).output).toMatch(/ 4 +in force .* yes\n(.*\n)*.* 1 .*first start/);
  });

  it("folds what changes alike, and calls only that loosening which lets more pass", async () => {
    const list = join(folder, "list.yaml");
    writeFileSync(
      list,
      "listMode: allow_list\ndestinations:\n  filter: [european_union]\n  block: [oceania]\ndetection: {mode: enforce}\n",
    );
    const { output } = await run(["policy", "diff", list]);
    expect(output).toMatch(/^~ listMode: block_list → allow_list$/m);
    expect(output).toMatch(/^\+ destinations\.european_union: filter$/m);
    expect(output).toMatch(/^\+ destinations\.oceania: block$/m);
    writeFileSync(list, "listMode: allow_list\ndestinations:\n  block: [africa, PK]\n  filter: [ZA]\n");
    expect((await run(["policy", "diff", list])).output).toMatch(
      /^\+ destinations\.\{africa \(but not NG, ZA\), PK\}: block$/m,
    );
    expect(output).not.toContain("(loosens)");
  });

  it("shows what detection may do, enforce in a first trial, and changes it", async () => {
    expect(await json(["policy", "detection"])).toMatchObject({ policy: "default", mode: "enforce", audit: null });
    expect((await run(["check", "+31612345678"])).output).toMatch(/^detection +may act$/m);
    expect((await run(["check", "+31612345678", "--purpose", "marketing"])).output).toMatch(
      /^detection +does not look$/m,
    );
    const words = ["--mode", "monitor", "--preset", "strict", "--purpose", "marketing=monitor"];
    const { output } = await run(["policy", "detection", "--policy", "looks", ...words, "--reason", "watch it first"]);
    expect(output).toMatch(/^looks: revision 1 is in force\.\nIt starts as a copy of default/);
    const shown = (await run(["policy", "detection", "--policy", "looks"])).output;
    expect(shown).toMatch(/^mode +monitor$/m);
    expect(shown).toMatch(/^purposes +otp enforce, notification off, marketing monitor$/m);
    expect(shown).toMatch(/^false-block budget +0\.0001 \(one in 10,000 legitimate messages\)$/m);
    const reset = ["policy", "detection", "--policy", "looks", "--reason", "x"];
    expect((await run([...reset, "--reset"])).code).toBe(0);
    expect(await json(["policy", "detection", "--policy", "looks"])).toMatchObject({
      mode: "monitor",
      holdSeconds: 15,
    });
    for (const [wrong, right] of [
      [["--budget", "0.5"], /--budget: must be at most 0.01/],
      [["--budget", "much"], /must be a number/],
      [["--purpose", "otp"], /otp=enforce/],
      [["--reset", "--hold", "5"], /give it alone/],
      [[], /nothing to change/],
    ] as const) {
      expect((await run([...reset, ...wrong])).errors).toMatch(right);
    }
  });

  it("says what a message may cost, and what becomes of one without a price", async () => {
    const limits = ["policy", "limits", "--policy", "costs", "--reason", "x"];
    const price = ["--maximum-price", "0.25EUR", "--when-price-unknown", "maximum_price"];
    expect((await run([...limits, ...price])).output).toMatch(/^costs: revision 1 is in force\.\n/);
    const shown = await json(["policy", "get", "costs"]);
    expect(shown).toMatchObject({
      document: {
        limits: { maximumPrice: { amount: 0.25, currency: "EUR" }, whenPriceUnknown: "maximum_price" },
      },
    });
    expect((await run([...limits, "--when-price-unknown", "closed"])).code).toBe(0);
    expect((await run([...limits, "--maximum-price", "none"])).code).toBe(0);
    for (const [wrong, right] of [
      [["--when-price-unknown", "maximum_price"], /--when-price-unknown.*needs/],
      [["--maximum-price", "cheap"], /such as 0\.25EUR/],
      [[], /Say --maximum-price/],
    ] as const) {
      expect((await run([...limits, ...wrong])).errors).toMatch(right);
    }
  });

  it("brings a draft into force by the command that it prints", async () => {
    const file = join(folder, "campaign.yaml");
    writeFileSync(file, "policy: campaign\nlistMode: block_list\n");
    expect((await run(["policy", "apply", file, "--reason", "first"])).code).toBe(0);
    writeFileSync(file, "policy: campaign\nlistMode: allow_list\n");
    const { output } = await run(["policy", "apply", file, "--draft", "--reason", "review"]);
    const printed = /`safeguard ([^`]+)`/.exec(output)?.[1]?.split(" ") ?? [];
    const restored = await run(printed);
    expect([restored.code, restored.output]).toEqual([0, expect.stringContaining("says what revision 2 said")]);
  });

  it("starts a policy's first quick change from what decided until then, and says so", async () => {
    const { output } = await run(["policy", "block", "PK", "--policy", "marketing", "--reason", "x"]);
    expect(output).toBe(
      "marketing: revision 1 is in force.\nIt starts as a copy of default, revision 4, which decided until now.\n",
    );
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
    // A Twilio client needs both of its words.
    expect((await run(["keys", "create", "twilio"])).output).toMatch(
      /\naccount SID +AC[0-9a-f]{32} +\(Twilio clients\)\nauth token +[0-9a-f]{32} +\(Twilio clients\)\n/,
    );
    const sent = await fetch(`${server.url}/v1/decisions`, {
      method: "POST",
      headers: { authorization: `Bearer ${made.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ to: "+31612345678" }),
    });
    const { id } = (await sent.json()) as { id: string };
    const explained = await run(["explain", id]);
    expect([explained.code, explained.output]).toEqual([0, expect.stringContaining("it comes to the same")]);
    expect(explained.output).toContain("Netherlands (NL)");
    const listed = await run(["keys", "list", "--json"]);
    expect(listed.output).toContain(made.id);
    expect(listed.output).not.toContain(made.secret);
    expect(await run(["keys", "revoke", made.id])).toMatchObject({ code: 0, errors: "" });
    const tail = await run(["tail", "-n", "50"]);
    expect(tail.output).toContain("+3161*****78");
    expect(tail.output).not.toContain("+31612345678");
  });

  it("lets a person into the console by a link, sets a new password, and ends its sessions", async () => {
    const email = "ann@example.com";
    const member = (await json(["members", "add", email, "--name", "Ann", "--role", "analyst"])) as { id: string };
    const invited = await run(["members", "invite", member.id]);
    expect([invited.code, invited.errors]).toEqual([0, expect.stringContaining("Good once, until ")]);
    expect(invited.output.trim()).toMatch(new RegExp(`^${server.url}/join#[\\w-]+$`));
    const send = (path: string, body: object, cookie = "") =>
      fetch(`${server.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: server.url, "safeguard-console": "1", cookie },
        body: JSON.stringify(body),
      });
    const take = (path: string, link: string, password: string) =>
      send(path, { token: link.trim().split("#")[1], password });
    expect((await take("/v1/sign-in/join", invited.output, "correct horse battery")).status).toBe(204);
    expect((await run(["members", "invite", member.id])).errors).toContain("This person has a login already");

    const reset = await run(["members", "reset-password", email]);
    expect(reset.output.trim()).toMatch(new RegExp(`^${server.url}/new-password#[\\w-]+$`));
    const password = "another good sentence";
    expect((await take("/v1/sign-in/new-password", reset.output, password)).status).toBe(204);
    const signedIn = await send("/sign-in-api/sign-in/email", { email, password });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const session = () => fetch(`${server.url}/v1/session`, { headers: { cookie } });
    expect((await session()).status).toBe(200);
    expect((await run(["members", "sign-out", email])).output).toBe(`${email} is signed in nowhere any more.\n`);
    expect((await session()).status).toBe(401);
    expect(await run(["members", "reset-password", "nobody@example.com"])).toMatchObject({
      code: 1,
      errors: expect.stringContaining("Nobody signs in with this address."),
    });
  });

  it("shows messages, and finds one by any id that a client has", async () => {
    const key = (await json(["keys", "create", "sender", "--test"])) as { id: string; secret: string };
    const sent = await fetch(`${server.url}/v1/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ to: "+31612345678", from: "Demo", text: "Your code is 12345" }),
    });
    const { id } = (await sent.json()) as { id: string };
    const digits = id.slice(4);
    expect(await json(["messages", "list", "--to", "+31612345678", "--limit", "5"])).toMatchObject([{ id }]);
    expect(await json(["messages", "list", "--status", "in_doubt"])).toEqual([]);
    for (const name of [id, `SM${digits}`, digits]) {
      expect(await json(["messages", "show", name])).toMatchObject({ id, provider: "sandbox" });
      const { code, output } = await run(["explain", name]);
      expect([code, output]).toEqual([0, expect.stringMatching(/status +(submitted|sent|delivered)/)]);
      expect(output).toMatch(/provider +sandbox/);
    }
    const wrong = await run(["explain", "foo"]);
    expect([wrong.code, wrong.errors]).toEqual([2, expect.stringContaining("Write msg_… or dec_…")]);
    expect((await run(["tail", "-n", "50"])).output).toMatch(/^\d\d:\d\d:\d\d\.\d{3}Z /m);
    await run(["keys", "revoke", key.id]);
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
    expect(added.output).toContain("Enter this at CM.com as the status report URL");
    const again = await run(words, "productToken=00000000-0000-0000-0000-000000000000\n");
    expect([again.code, again.errors]).toEqual([1, expect.stringContaining("give --replace")]);
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
      [["policy", "block", "NL", "UK", "--reason", "x"], /^ {2}"UK" is no destination: write GB$/m],
      [["policy", "trust", "+316123456xx", "--reason", "x"], /^ {2}\+316123456xx, --until: /m],
      [["usage", "--from", "2999-01-01"], /from: must not be after today/],
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
    const commands = [...output.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name = ""]) => name);
    expect(commands.length).toBeGreaterThan(5);
    const helps = await Promise.all(commands.map((name) => run(["policy", name, "--help"])));
    for (const help of helps) expect(help.output).toMatch(/^Examples:/);
  });

  it("finds nothing wrong", async () => {
    await run(["routes", "set", "*=sandbox"]);
    await run(["providers", "remove", "cm"]);
    expect(await json(["usage"])).toMatchObject({ total: { decided: 2, blocked: 0 } });
    const nope = await run(["check", "+31612345678", "--policy", "nope"]);
    expect([nope.code, nope.errors]).toEqual([
      1,
      "error: The account has no policy nope; it has campaign, costs, default, looks, marketing.\n",
    ]);
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
    const bad = await run(["policy", "list"], "", { ...remote, SAFEGUARD_KEY: "sg_live_nobody" });
    expect([bad.code, bad.errors]).toEqual([1, expect.stringContaining("Is SAFEGUARD_KEY")]);
    const gone = { ...remote, SAFEGUARD_URL: "http://127.0.0.1:9", SAFEGUARD_KEY: secret };
    expect((await run(["policy", "list"], "", gone)).errors).toContain("No answer from http://127.0.0.1:9");
  });

  it("makes no data in a folder that has none", async () => {
    const nowhere = join(folder, "nowhere");
    const { code, errors } = await run(["policy", "list", "--data", nowhere]);
    expect([code, errors]).toEqual([
      1,
      expect.stringContaining(`There is no data in ${nowhere}; run it from the folder`),
    ]);
    expect(existsSync(nowhere)).toBe(false);
  });

  it("leaves the folder to the next, which opens it itself when no server runs", async () => {
    expect(await server.stop()).toBe(0);
    expect(await json(["policy", "list"])).toMatchObject([
      { policy: "campaign" },
      { policy: "costs" },
      { policy: "default", revision: 4, latestRevision: 5 },
      { policy: "looks" },
      { policy: "marketing" },
    ]);
    expect((await run(["policy", "allow", "NG", "--reason", "over"])).code).toBe(0);
    expect((await run(["check", "+2348012345678", "--expect", "allow"])).code).toBe(0);
    server = await serve(["dev"]);
    expect(await json(["policy", "list"])).toMatchObject([{}, {}, { policy: "default", revision: 6 }, {}, {}]);
    const second = await run(["dev", "--port", "0"]);
    expect([second.code, second.errors]).toEqual([1, expect.stringContaining("is in use by process")]);
    expect(await server.stop()).toBe(0);
  });
});

describe("several accounts", () => {
  it("are named by what the command takes, and a child is told what stays blocked above", async () => {
    server = await serve(["dev"]);
    await json(["accounts", "create", "Customer 7"]);
    const { code, errors } = await run(["policy", "list"]);
    expect(code).toBe(2);
    expect(errors).toMatch(/^error: Several accounts: say --account ID or NAME \(acc_\w+ .+, acc_\w+ Customer 7\)\.\n/);
    expect(await json(["policy", "list", "--account", "customer 7"])).toMatchObject([{ policy: "default" }]);
    await run(["policy", "block", "AF", "--reason", "x", "--account", "Customer 7"]);
    await json(["accounts", "create", "Below", "--parent", "Customer 7"]);
    const { output } = await run(["policy", "allow", "AF", "--reason", "x", "--account", "Below"]);
    expect(output).toContain("But Afghanistan (AF) stays blocked by an account above.");
    const locked = join(folder, "locked.yaml");
    writeFileSync(locked, "destinations: {block: [AF]}\ndetection: {mode: enforce}\nlocked: [detection]\n");
    await run(["policy", "apply", locked, "--reason", "x", "--account", "Customer 7"]);
    const looser = ["policy", "detection", "--mode", "off", "--reason", "x", "--account", "Below"];
    expect((await run(looser)).output).toContain(
      "But detection's mode stays enforce, which an account above has locked.",
    );
    const get = await run(["policy", "get", "--account", "Below"]);
    expect(get.output).toContain('detection:\n  mode: "off"\n');
    expect(get.output).toContain("# Locked by an account above, may only be tightened here: detection.");
    expect(get.output).toContain("# Blocked by an account above, cannot be allowed here: AF.");
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
    const detection = await run(["policy", "detection", "--json"], "", environment);
    expect(JSON.parse(detection.output)).toMatchObject({ mode: "monitor" });
    expect(await check("+447911123456")).toMatchObject({ action: "block", reason: "destination_not_listed" });
    expect(await check("+88161234567")).toMatchObject({ action: "block" });
    expect(await up.stop()).toBe(0);
    expect(readFileSync(join(fresh, "lock.json"), "utf8")).toContain("pid");
  });
});
