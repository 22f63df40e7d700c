import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { movedClock, peopleVerify, personsNumber } from "./people.ts";

const script = fileURLToPath(new URL("../../bin/safeguard.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "safeguard-warm-"));
const clock = movedClock();
const HOUR = 3_600_000;
/** Persons of the last three days before, one every three minutes; four of five complete. */
const PAST = 1_400;
const END = Date.now() - HOUR;

let safeguard: TestSafeguard;
const start = () => startSafeguard({ dataDirectory: join(folder, "data"), wall: clock.now });
beforeAll(async () => {
  const rows = Array.from({ length: PAST }, (_, person) => {
    const at = END - (PAST - person) * 3 * 60_000;
    const answer = person % 5 === 0 ? "" : new Date(at + 9_000 + ((person * 1_373) % 12_000)).toISOString();
    return `${new Date(at).toISOString()},${personsNumber(person)},${new Date(at + 2_500).toISOString()},${answer}`;
  });
  // A pump that the past did not stop, and its faked completions.
  const attack = Array.from({ length: 200 }, (_, index) => {
    const at = END - 20 * HOUR + index * 15_000;
    return `${new Date(at).toISOString()},+99200999${1000 + index},${new Date(at + 2_000).toISOString()},${new Date(at + 8_000).toISOString()}`;
  });
  const header = "time,to,delivered_at,converted_at";
  writeFileSync(file("past.csv"), [header, ...rows, ...attack, "yesterday,+31612345678,,"].join("\n"));
  safeguard = await start();
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string): string => join(folder, name);

async function cli(...words: string[]) {
  const child = spawn(process.execPath, [script, ...words, "--no-input"], {
    env: { PATH: process.env["PATH"], SAFEGUARD_URL: safeguard.url, SAFEGUARD_KEY: safeguard.liveKey.secret },
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { code, output, errors };
}

/** What detection knows, but for the minute that it was asked in. */
function stateOf({ safeguard: { engine, now } }: TestSafeguard) {
  engine.advance(now());
  return engine.snapshot().detection.map(({ until: [lockdown, bypass], ...state }) => ({ ...state, lockdown, bypass }));
}

async function leaksOf(target: TestSafeguard): Promise<number> {
  let leaked = 0;
  for (let index = 0; index < 60; index++) {
    const to = `+3161234${String(5000 + index * 37).padStart(4, "0")}`;
    const sent = await target.api("POST", "/v1/decisions", { to, purpose: "otp" });
    if ((sent.body as { readonly action: string }).action === "allow") leaked++;
    clock.pass(2_000);
  }
  return leaked;
}

describe("safeguard warm", () => {
  it("says what it would tell, and which rows are bad, and tells nothing", async () => {
    const checked = await cli("warm", file("past.csv"), "--check");
    expect(checked.code).toBe(3);
    expect(checked.output).toMatch(/^1,600 messages from .* would be told\./);
    expect(checked.output).toContain("1 rows are bad\n    line 1602: ");
    expect(await cli("warm", file("past.csv"), "--anew")).toMatchObject({ code: 2, output: "" });
    const known = await safeguard.api("GET", "/v1/past-traffic");
    expect(known.body).toMatchObject({ knownTo: null, numbers: 0, learning: false, trial: false });
  }, 30_000);

  it("learns what is usual and who is verified, sends and counts nothing, and opens no incident", async () => {
    const warmed = await cli("warm", file("past.csv"), "--json");
    expect(warmed.code).toBe(0);
    const result = JSON.parse(warmed.output) as { readonly known: { readonly verifiedNumbers: number } };
    expect(result).toMatchObject({
      file: { rows: 1_600, badRows: 1 },
      learned: { messages: 1_600, known: 0, blocked: 0, notJudged: 0 },
      known: {
        learning: false,
        completion: { share: expect.closeTo(0.8, 1), medianSeconds: expect.closeTo(15, -1) },
        destinations: [{ destination: "NL" }, { destination: "TJ" }],
      },
    });
    // (nobody of the attacked range is among them)
    expect(result.known.verifiedNumbers).toBe(PAST * 0.8);
    expect((await safeguard.api("GET", "/v1/verified-numbers/summary")).body).toMatchObject({ count: PAST * 0.8 });
    expect((await safeguard.api("GET", "/v1/incidents")).body).toMatchObject({ items: [] });
    expect((await safeguard.api("GET", "/v1/usage")).body).toMatchObject({ days: [], total: { decided: 0 } });
    const entries: string[] = [];
    for await (const { record } of safeguard.safeguard.store.journal.read(1)) entries.push(record.type);
    expect(entries.filter((type) => type === "message_decided" || type === "decision_made")).toEqual([]);
  }, 30_000);

  it("learns the same rows once, and says from where on it could go on", async () => {
    const again = await cli("warm", file("past.csv"));
    expect(again).toMatchObject({ code: 1, output: "" });
    expect(again.errors).toContain("the file ends before that");
    const { status } = await safeguard.api("POST", "/v1/past-traffic", {
      events: [{ type: "message", to: "+31612345678", at: END - 48 * HOUR }],
    });
    expect(status).toBe(409);
    const future = { type: "message", to: "+31612345678", at: clock.now() + HOUR };
    expect((await safeguard.api("POST", "/v1/past-traffic", { events: [future] })).status).toBe(400);
    const disordered = [END + 2_000, END + 1_000].map((at) => ({ type: "message", to: "+31612345678", at }));
    expect((await safeguard.api("POST", "/v1/past-traffic", { events: disordered })).status).toBe(400);
  }, 30_000);

  it("knows the same after a restart, from its snapshot and from the journal alone", async () => {
    const before = stateOf(safeguard);
    for (const keepsSnapshot of [true, false]) {
      await safeguard.stop();
      if (!keepsSnapshot) rmSync(file("data/detection.snapshot"));
      safeguard = await start();
      expect(stateOf(safeguard), String(keepsSnapshot)).toEqual(before);
    }
  }, 60_000);

  it("makes day one see: an attack in a popular destination leaks a handful, where an account without a past leaks more", async () => {
    const cold = await startSafeguard({ wall: clock.now });
    try {
      for (const target of [safeguard, cold]) {
        const persons = Array.from({ length: 15 }, (_, index) => PAST + index);
        const actions = await peopleVerify(target, clock, persons);
        expect(actions.filter((action) => action !== "allow")).toEqual([]);
      }
      const [warmLeaks, coldLeaks] = [await leaksOf(safeguard), await leaksOf(cold)];
      expect(warmLeaks).toBeLessThanOrEqual(6);
      expect(coldLeaks).toBeGreaterThan(warmLeaks);
      // Those who verified before may always pass.
      const known = await safeguard.api("POST", "/v1/decisions", { to: personsNumber(1), purpose: "otp" });
      expect(known.body).toMatchObject({ action: "allow", findings: [{}, { reason: "verified_number" }] });
    } finally {
      await cold.stop();
    }
  }, 60_000);

  it("shows in safeguard check what detection says now", async () => {
    const attacked = await cli("check", "+31612345001");
    expect(attacked.output).toMatch(/^now +detection answers (challenge|block) \(score \d+\)/m);
    const json = JSON.parse((await cli("check", "+31612345001", "--json")).output) as { readonly action: string };
    expect(["challenge", "block"]).toContain(json.action);
    expect((await cli("check", "+31612345001", "--expect", "allow")).code).toBe(3);
    expect((await cli("check", personsNumber(1))).output).toMatch(
      /^now +a verified number: detection leaves it alone/m,
    );
    expect((await cli("check", "+31687654321")).output).toMatch(/^now +nothing speaks against it/m);
    const later = await cli("check", "+31612345001", "--at", "2040-01-01T00:00:00Z");
    expect(later.output).not.toMatch(/^now /m);
  }, 30_000);

  it("refuses an account that has had messages since, unless it begins anew", async () => {
    expect((await cli("warm", file("past.csv"))).errors).toContain("--anew");
    const anew = await cli("warm", file("past.csv"), "--anew", "-m", "the file has it all");
    expect(anew.code).toBe(0);
    expect(anew.output).toMatch(/^1,600 messages from .* were learned from\./);
  }, 30_000);

  it("takes one account of a file that has several, and only traffic of the past", async () => {
    const time = new Date(END).toISOString();
    writeFileSync(file("two.csv"), `time,to,account\n${time},+31612345678,a\n${time},+31612345679,b\n`);
    const two = await cli("warm", file("two.csv"));
    expect(two).toMatchObject({ code: 2, output: "" });
    expect(two.errors).toContain("--only");
    const one = await cli("warm", file("two.csv"), "--only", "b", "--check", "--json");
    expect(JSON.parse(one.output)).toMatchObject({ learned: { messages: 1, otherAccounts: 1 } });
    writeFileSync(file("future.csv"), `time,to\n${new Date(Date.now() + HOUR).toISOString()},+31612345678\n`);
    expect((await cli("warm", file("future.csv"))).errors).toContain("in the future");
  }, 30_000);
});
