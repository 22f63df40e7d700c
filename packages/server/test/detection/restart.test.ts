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
  expect(await relive(safeguard)).toEqual({ differing: 0, state: stateOf(safeguard) });
  await safeguard.stop();
}, 120_000);

/** Lives through the whole journal with a new engine, which sees accounts and policies only when they come. */
async function relive({ safeguard: { store, now } }: TestSafeguard) {
  const engine = new Engine();
  let holds = 0;
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
      replay.apply(record);
    }
  }
  engine.advance(now());
  expect([replay.decisions > 200, holds > 0]).toEqual([true, true]);
  return { differing: replay.differing, state: withoutNow(engine) };
}
