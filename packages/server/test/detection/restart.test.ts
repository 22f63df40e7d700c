import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compilePolicy, Engine } from "@safeguard/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HeldDecisions } from "../../src/decisions/held-decisions.ts";
import { JournalReplay } from "../../src/detection/journal-replay.ts";
import { OpenHolds } from "../../src/detection/open-holds.ts";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { type MovedClock, movedClock, peopleVerify } from "./people.ts";

let dataDirectory: string;
let clock: MovedClock;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-restart-"));
  clock = movedClock();
});
afterEach(() => rmSync(dataDirectory, { recursive: true, force: true }));

const snapshotFile = (): string => join(dataDirectory, "detection.snapshot");
const start = () => startSafeguard({ dataDirectory, wall: clock.now });

/** What detection has measured and found, up to now. */
function stateOf({ safeguard: { engine, now } }: TestSafeguard) {
  engine.advance(now());
  return withoutNow(engine);
}

/** But for the minute that it was asked in: a start may take it into the next. */
function withoutNow(engine: Engine) {
  return engine.snapshot().detection.map(({ until: [lockdown, bypass], ...state }) => ({ ...state, lockdown, bypass }));
}

/** Messages to the next numbers of one block, several requests at once, and decisions between. */
async function attack(safeguard: TestSafeguard, from: number, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => `+99200123${from + index}`);
  const message = { from: "Shop", text: "Your code is 123456", purpose: "otp" };
  await Promise.all(
    numbers.map((to, index) =>
      index % 3 === 0
        ? safeguard.api("POST", "/v1/decisions", { to, purpose: "otp", endUser: { device: `d${index % 2}` } })
        : safeguard.api("POST", "/v1/messages", { to, ...message, endUser: { address: "192.0.2.7" } }),
    ),
  );
}

it("comes back with exactly the detection that it had: from its snapshot, from an older one, and from the journal alone", async () => {
  let person = 0;
  const people = async (safeguard: TestSafeguard, count: number): Promise<void> => {
    const persons = Array.from({ length: count }, () => person++);
    await peopleVerify(safeguard, clock, persons);
  };
  let safeguard = await start();
  const hold = { holdSeconds: 1, reason: "test" };
  expect((await safeguard.operator("POST", "/v1/policies/default/detection", hold)).status).toBe(201);
  await people(safeguard, 60);

  const older = `${snapshotFile()}.older`;
  for (const [round, way] of (["own", "none", "older", "own", "older", "none"] as const).entries()) {
    await attack(safeguard, 4000 + round * 40, 25);
    await people(safeguard, 15);
    // (what a client reads is recorded by then)
    const before = stateOf(safeguard);
    await safeguard.stop();
    expect(existsSync(snapshotFile())).toBe(true);
    if (way === "own") copyFileSync(snapshotFile(), older);
    if (way === "none") rmSync(snapshotFile());
    // As after a crash, minutes after the last snapshot.
    if (way === "older") copyFileSync(older, snapshotFile());
    safeguard = await start();
    expect(stateOf(safeguard), `${way}, round ${round}`).toEqual(before);
  }
  expect((await safeguard.api("GET", "/v1/incidents")).body).toMatchObject({ items: [{ state: "contained" }] });
  const { decisions, holds, ...relived } = await relive(safeguard);
  expect(relived).toEqual({ differing: 0, dues: 0, state: stateOf(safeguard) });
  expect([decisions > 200, holds > 0]).toEqual([true, true]);
  await safeguard.stop();
}, 120_000);

it("has counted scheduled messages when they were due, and counts them then again", async () => {
  let safeguard = await start();
  await peopleVerify(
    safeguard,
    clock,
    Array.from({ length: 60 }, (_, person) => person),
  );
  const sendAt = new Date(clock.now() + 600_000).toISOString();
  const message = { from: "Shop", text: "Your code is 123456", purpose: "otp" };
  const numbers = Array.from({ length: 30 }, (_, index) => `+99200123${4000 + index}`);
  const scheduled = await Promise.all(
    numbers.map((to) => safeguard.api("POST", "/v1/messages", { to, ...message, sendAt })),
  );
  const sent = (): number =>
    safeguard.safeguard.engine.findDetection(safeguard.account.id)?.signals.snapshot().log.records.length ?? 0;
  const before = sent();
  clock.pass(601_000);
  // (their timer goes by the real clock; another that is added has the queue look)
  await safeguard.api("POST", "/v1/messages", { to: "+31612345678", ...message, mode: "async" });
  for (const { body } of scheduled) {
    const { id } = body as { readonly id: string };
    await expect
      .poll(async () => ((await safeguard.api("GET", `/v1/messages/${id}`)).body as { status: string }).status, {
        timeout: 40_000,
      })
      .toMatch(/^(submitted|delivered|failed|blocked|challenged)$/);
  }
  expect(sent()).toBeGreaterThan(before);
  const state = stateOf(safeguard);
  await safeguard.stop();
  rmSync(snapshotFile());
  safeguard = await start();
  expect(stateOf(safeguard)).toEqual(state);
  const { dues, differing, state: relived } = await relive(safeguard);
  expect({ dues, differing, state: relived }).toEqual({ dues: 30, differing: 0, state: stateOf(safeguard) });
  await safeguard.stop();
}, 120_000);

/** Lives through the whole journal with a new engine, which sees accounts and policies only when they come. */
async function relive({ safeguard: { store, now } }: TestSafeguard) {
  const engine = new Engine();
  let holds = 0;
  let dues = 0;
  const replay = new JournalReplay({
    engine,
    holds: new OpenHolds(),
    heldDecisions: new HeldDecisions(),
    policyOf: (account, { policy }, at) => compilePolicy(engine.levelsFor(account, policy, at)),
  });
  for await (const { record } of store.journal.read(1)) {
    if (record.type === "account_saved") {
      engine.apply({ type: "account_placed", account: record.account.id, parent: record.account.parent });
    } else if (record.type === "revision_saved") {
      const { account, policy, number, state, from, until, document, numberingTable } = record.revision;
      engine.apply({ type: "revision_put", account, policy, number, state, from, until, document, numberingTable });
    } else {
      if ("verdict" in record && record.verdict.action === "hold") holds++;
      if (record.type === "message_due") dues++;
      replay.apply(record);
    }
  }
  engine.advance(now());
  return { differing: replay.differing, decisions: replay.decisions, holds, dues, state: withoutNow(engine) };
}
