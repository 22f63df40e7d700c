import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

const script = fileURLToPath(new URL("../bin/safeguard.js", import.meta.url));

let safeguard: TestSafeguard;
beforeAll(async () => {
  safeguard = await startSafeguard();
  const people = Array.from({ length: 100 }, (_, person) => `+316${String(10_000_000 + person * 791_931)}`);
  const pumped = Array.from({ length: 40 }, (_, index) => `+99200123${4000 + index}`);
  for (const numbers of [people, pumped]) {
    const messages = numbers.map((to) => ({ to, from: "Shop", text: "Your code is 123456", purpose: "otp" }));
    expect((await safeguard.api("POST", "/v1/messages", { messages })).status).toBeLessThan(300);
  }
  safeguard.safeguard.incidents.record(safeguard.safeguard.engine.takeIncidents());
  await safeguard.safeguard.incidents.flush();
}, 60_000);
afterAll(() => safeguard.stop());

async function run(...words: readonly string[]) {
  const child = spawn(process.execPath, [script, ...words, "--url", safeguard.url, "--no-input"], {
    env: { PATH: process.env["PATH"], SAFEGUARD_KEY: safeguard.liveKey.secret },
  });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, output, errors };
}

describe("incidents on the command line", () => {
  it("are listed, and shown with the plain sentence first", async () => {
    const list = await run("incidents", "list");
    expect(list.code).toBe(0);
    expect(list.output).toMatch(/1\s+contained .* \+992 .* 40 asked for: \d+ leaked, \d+ challenged/);
    const { output } = await run("incidents", "show", "1");
    expect(output).toMatch(/^Incident 1 \(contained\): \d+ of the last \d+ new numbers in Tajikistan fell in/);
    expect(output).toContain("RANGE");
    expect(output).toContain("To contain it: safeguard incidents contain 1");
    const json = JSON.parse((await run("incidents", "show", "1", "--json")).output) as { readonly number: number };
    expect(json.number).toBe(1);
    expect(await run("incidents", "show", "7")).toMatchObject({ code: 1, output: "" });
    expect((await run("incidents", "show", "first")).code).toBe(2);
  }, 30_000);

  it("are contained after a dry run said what that does, and released", async () => {
    const dry = await run("incidents", "contain", "1", "--dry-run", "--for", "2h");
    expect(dry.output).toMatch(/^Until .* No new number in \+992/);
    expect(dry.output).toContain("Nothing was done.");
    expect(await run("incidents", "contain", "1", "--for", "2h")).toMatchObject({ code: 2, output: "" });
    const done = await run("incidents", "contain", "1", "--for", "2h", "-m", "pumping");
    expect(done).toMatchObject({ code: 0 });
    expect(done.output).toMatch(/^Incident 1 is contained until .*: no new number in \+992/);
    expect((await run("incidents", "release", "1", "-m", "a campaign")).output).toBe("Incident 1 is released.\n");
    const alarm = await run("incidents", "false-alarm", "1", "-m", "our launch");
    expect(alarm.output).toContain("was a false alarm");
    expect((await run("detection")).output).toContain("LET BE");
    expect((await run("incidents", "undo-false-alarm", "1", "-m", "no")).code).toBe(0);
  }, 30_000);

  it("are no condition: any range is contained and released by name", async () => {
    expect((await run("incidents", "contain", "-m", "x")).code).toBe(2);
    expect((await run("incidents", "contain", "1", "--range", "+99290123xxxx", "-m", "x")).code).toBe(2);
    const dry = await run("incidents", "contain", "--range", "+99290123", "--dry-run", "--for", "2h");
    expect(dry.output).toMatch(
      /^Until .*: No new number in \+992 901 23x xxx gets a message .*\nNothing was done\.\n$/,
    );
    const done = await run("incidents", "contain", "--range", "+99290123xxxx", "--for", "2h", "-m", "seen elsewhere");
    expect(done.output).toMatch(/^\+992 901 23x xxx is contained until /);
    expect((await run("check", "+992901234567")).output).toMatch(/^Blocked: /);
    const released = await run("incidents", "release", "--range", "+99290123xxxx", "-m", "over");
    expect(released).toMatchObject({ code: 0, output: "New numbers in +992 901 23x xxx get messages again.\n" });
  }, 30_000);

  it("have an emergency brake, and a bypass, both bounded", async () => {
    expect((await run("lockdown", "--for", "2h", "-m", "from everywhere")).output).toMatch(
      /^Lockdown: only verified numbers get messages until /,
    );
    expect((await run("detection")).output).toMatch(/^Detection is in enforce\.\nLockdown until .*: from everywhere\./);
    expect((await run("lockdown", "--end", "-m", "over")).output).toBe("The lockdown has ended.\n");
    expect((await run("bypass", "--for", "2d", "-m", "x")).code).toBe(2);
    expect((await run("bypass", "--for", "30m", "-m", "launch", "--json")).output).toContain('"bypass": {');
    expect((await run("bypass", "--end", "-m", "over")).code).toBe(0);
    expect((await run("lockdown", "-m", "x")).errors).toContain("--for");
  }, 30_000);
});
