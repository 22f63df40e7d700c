import {
  type AccountId,
  type DetectionMode,
  Engine,
  type EpochMilliseconds,
  NUMBERING_TABLE,
  parseRecipient,
} from "@safeguard/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JournalRecord } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import { openMemoryStore } from "../store/testing/memory-store.ts";
import { ACME, at, NOON, sampleAccount } from "../store/testing/sample-records.ts";
import { createIncidents } from "./create-incidents.ts";
import type { Incidents } from "./incidents.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ACCOUNTS = [sampleAccount(ACME, "Acme")];

let store: Store;
let engine: Engine;
let incidents: Incidents;
let now: EpochMilliseconds;
let warnings: string[];
beforeEach(async () => {
  store = await openMemoryStore();
  now = NOON;
  warnings = [];
  await begin();
});
afterEach(async () => {
  await incidents.close();
  await store.close();
});

async function begin(mode: DetectionMode = "enforce"): Promise<void> {
  engine = new Engine();
  engine.apply({ type: "account_placed", account: ACME, parent: undefined });
  engine.apply({
    type: "revision_put",
    account: ACME,
    policy: "default",
    number: 1,
    state: "in_force",
    from: 0 as EpochMilliseconds,
    until: undefined,
    document: { listMode: "allow_all", detection: { mode } },
    numberingTable: NUMBERING_TABLE,
  });
  incidents = createIncidents({
    store,
    engine,
    directory: { accounts: () => ACCOUNTS, account: (id: AccountId) => ACCOUNTS.find((one) => one.id === id) },
    now: () => now,
    warn: (_, text) => warnings.push(text),
    onFault(failure) {
      throw failure;
    },
  });
  await incidents.start();
}

/** As the composition root does each minute. */
async function pass(milliseconds: number): Promise<void> {
  const end = now + milliseconds;
  while (now < end) {
    now = Math.min(now + MINUTE, end) as EpochMilliseconds;
    engine.advance(now);
    incidents.record(engine.takeIncidents());
    await incidents.checkAlerts(now);
  }
}

function send(number: string) {
  const parsed = parseRecipient(number, "native");
  if (!parsed.ok) throw new Error(number);
  now = (now + SECOND) as EpochMilliseconds;
  const message = { account: ACME, originator: "", channel: "sms", purpose: "otp" } as const;
  return engine.decide({ ...message, recipient: parsed.recipient, at: now }, "default");
}

const dutch = (person: number) => `+316${String((person * 7_919_317 + 12_345_678) % 100_000_000).padStart(8, "0")}`;

function completed(number: string, sentAt: EpochMilliseconds): void {
  const parsed = parseRecipient(number, "native");
  if (!parsed.ok) throw new Error(number);
  const to = parsed.recipient.e164;
  engine.apply({ type: "outcome", account: ACME, to, kind: "verified", sentAt, at: now });
}

async function open(): Promise<readonly string[]> {
  return (await store.alerts.list(ACME, { openOnly: true }, 100)).items.map(({ code }) => code).sort();
}

async function recorded(type: JournalRecord["type"]): Promise<number> {
  let count = 0;
  for await (const { record } of store.journal.read(1)) if (record.type === type) count++;
  return count;
}

describe("outcomes that do not arrive", () => {
  it("are said within five minutes, once, and no more when they come again", async () => {
    for (let person = 0; person < 40; person++) send(dutch(person));
    await pass(5 * MINUTE);
    expect(await open()).toEqual(["outcomes_missing"]);
    await pass(30 * MINUTE);
    expect(await recorded("detection_alert")).toBe(1);
    expect(warnings).toEqual([expect.stringContaining("Nothing that was sent is reported as verified")]);

    send(dutch(100));
    completed(dutch(100), now);
    await pass(MINUTE);
    expect(await open()).toEqual([]);
    const [alert] = (await store.alerts.list(ACME, {}, 10)).items;
    expect(alert?.resolvedAt).toBe(now);

    for (let person = 200; person < 240; person++) send(dutch(person));
    await pass(5 * MINUTE);
    expect(await open()).toEqual(["outcomes_missing"]);
    expect(await recorded("detection_alert")).toBe(2);
  });

  it("are no matter where detection is off, or nothing is sent", async () => {
    await incidents.close();
    await begin("off");
    for (let person = 0; person < 40; person++) send(dutch(person));
    await pass(10 * MINUTE);
    expect(await recorded("detection_alert")).toBe(0);
  });

  it("are not said anew after another start", async () => {
    for (let person = 0; person < 40; person++) send(dutch(person));
    await pass(5 * MINUTE);
    await incidents.close();
    await begin();
    for (let person = 0; person < 40; person++) send(dutch(person));
    await pass(5 * MINUTE);
    expect(await recorded("detection_alert")).toBe(1);
  });
});

describe("an incident", () => {
  async function attack(): Promise<void> {
    for (let person = 0; person < 100; person++) send(dutch(person));
    for (let index = 0; index < 40; index++) {
      send(`+99200123${4000 + index}`);
      incidents.record(engine.takeIncidents());
    }
    await incidents.flush();
  }

  it("alerts while it goes on, without a whole number", async () => {
    await attack();
    expect(await open()).toEqual(expect.arrayContaining(["incident_contained", "incident_opened"]));
    expect(warnings.join()).toContain("Incident 1 in Tajikistan");
    expect(warnings.join()).not.toMatch(/\d{9}/);
    await pass(5 * 60 * MINUTE);
    await incidents.flush();
    expect((await store.incidents.find(ACME, 1))?.state).toBe("closed");
    expect((await open()).filter((code) => code !== "outcomes_missing")).toEqual([]);
  });

  it("is in the store as the engine has it, in few records", async () => {
    await attack();
    expect(await store.incidents.find(ACME, 1)).toEqual(
      JSON.parse(JSON.stringify(engine.detectionOf(ACME).incidents.get(1))),
    );
    expect(await recorded("incident_saved")).toBeLessThan(40);
  });
});

describe("a lockdown", () => {
  it("holds after another start, whatever became of the engine's state", async () => {
    const said = { at: NOON, actor: { type: "operator", name: "test" }, account: ACME, reason: "x" } as const;
    await store.journal.append([{ ...said, type: "lockdown_set", until: at(MINUTE) }]);
    await incidents.close();
    await begin();
    expect(send(dutch(1)).reason).toBe("lockdown");
    await incidents.checkAlerts(now);
    expect(await open()).toEqual(["lockdown"]);
    await pass(MINUTE);
    expect(send(dutch(2)).action).toBe("allow");
    expect(await open()).toEqual([]);
  });
});
