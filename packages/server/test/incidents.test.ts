import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type IncidentDetail, type SafeguardClient } from "@safeguard/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JournalRecord } from "../src/store/journal-record.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

interface Sent {
  readonly id: string;
  readonly action: string;
  readonly reason: string;
}

const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-incidents-"));
let safeguard: TestSafeguard;
let client: SafeguardClient;
beforeAll(async () => {
  await start();
  await send(Array.from({ length: 300 }, (_, person) => dutch(person)));
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  rmSync(dataDirectory, { recursive: true });
});

async function start(): Promise<void> {
  safeguard = await startSafeguard({ dataDirectory });
  client = createClient({ baseUrl: safeguard.url, key: safeguard.liveKey.secret });
}

/** People all over the Netherlands. */
function dutch(person: number): string {
  return `+316${String((person * 7_919_317 + 12_345_678) % 100_000_000).padStart(8, "0")}`;
}

/** Consecutive numbers of a block of 10,000. */
function consecutive(block: string, count: number, first = 4000): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${block}${String(first + index).padStart(4, "0")}`);
}

async function send(numbers: readonly string[]): Promise<readonly Sent[]> {
  const messages = numbers.map((to) => ({ to, from: "Shop", text: "Your code is 123456", purpose: "otp" }) as const);
  return client.messages.sendBatch(messages);
}

/** An attack on one block of a country: the incident that it opens. */
async function attack(block: string, count = 40): Promise<IncidentDetail> {
  await send(consecutive(block, count));
  for (let tries = 0; tries < 50; tries++) {
    const { items } = await client.incidents.list({ state: "ongoing" });
    const found = items.find(({ ranges }) => ranges.some(({ prefix }) => prefix?.startsWith(block)));
    if (found !== undefined) return client.incidents.get(found.number);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no incident was opened");
}

const reasonOf = async (to: string): Promise<string> => (await send([to]))[0]?.reason ?? "";

async function recorded<T extends JournalRecord["type"]>(type: T): Promise<Extract<JournalRecord, { type: T }>[]> {
  const records: JournalRecord[] = [];
  for await (const { record } of safeguard.safeguard.store.journal.read(1)) {
    if (record.type === type) records.push(record);
  }
  return records as never;
}

describe("an attack on consecutive numbers", () => {
  let incident: IncidentDetail;
  beforeAll(async () => {
    incident = await attack("+99200123");
  });

  it("opens an incident after a handful, which says why, what it cost and what it would cost", async () => {
    expect(incident).toMatchObject({ number: 1, state: "contained", destinations: ["TJ"] });
    expect(incident.sentence).toMatch(/new numbers in Tajikistan fell in \+992 0?0/);
    expect(incident.counts.leaked).toBeLessThanOrEqual(15);
    expect(incident.counts.leaked + incident.counts.challenged + incident.counts.blocked).toBe(40);
    expect(Number(incident.money.saved?.amount)).toBeGreaterThan(Number(incident.money.lost?.amount));
    expect(incident.money.formula).toContain(`${incident.counts.leaked} leaked`);
    expect(incident.timeline.map(({ type }) => type)).toContain("opened");
    expect(incident.collateral).toMatchObject({ verifiedNumbers: 0, completed: 0 });
    const { items } = await client.incidents.list();
    expect(items.map(({ number }) => number)).toEqual([1]);
    expect((await client.incidents.list({ state: "closed" })).items).toEqual([]);
  });

  it("is written at most about once a second, however many messages come", async () => {
    const saved = (await recorded("incident_saved")).filter((record) => record.incident.number === 1);
    expect(saved.length).toBeGreaterThan(0);
    expect(saved.length).toBeLessThan(5);
  });

  it("is shown as it was, each attempt where its number stands, and numbers whole only when asked", async () => {
    const masked = await client.incidents.evidence(1);
    expect(masked.masked).toBe(true);
    expect(masked.line.ticks.length).toBeGreaterThan(20);
    expect(masked.line.ticks.every(({ offset }) => offset % 10 === 0)).toBe(true);
    expect(masked.rate.buckets.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(20);
    expect(masked.latency.at(-1)?.toMs).toBeNull();
    expect(await recorded("evidence_revealed")).toEqual([]);
    const whole = await client.incidents.evidence(1, { reveal: true });
    expect(whole.line.ticks.some(({ offset }) => offset % 10 !== 0)).toBe(true);
    expect(await recorded("evidence_revealed")).toMatchObject([{ incident: 1, actor: { type: "key" } }]);
  });

  it("alerts once", async () => {
    const { items } = await client.detection.alerts({ state: "open" });
    expect(items.map(({ code }) => code).sort()).toEqual(["incident_contained", "incident_opened"]);
    await safeguard.safeguard.incidents.checkAlerts(safeguard.safeguard.now());
    expect((await client.detection.alerts({ state: "open" })).items).toEqual(items);
  });

  it("says first what containing would do, and then does it, from the next message on", async () => {
    const dry = await client.incidents.contain(1, { reason: "look", forSeconds: 60, dryRun: true });
    expect(dry).toMatchObject({ contained: false, ranges: incident.ranges.map(({ range }) => range) });
    expect(dry.sentence).toContain("No new number in");
    const [first] = incident.ranges;
    const inside = `${first?.prefix}${"9".repeat(String(first?.size).length - 1)}`;
    expect(await reasonOf(inside)).not.toBe("range_contained");

    const done = await client.incidents.contain(1, { reason: "pumping", forSeconds: 3600 });
    expect(done.contained).toBe(true);
    expect(done.incident.ranges[0]?.containment).toMatchObject({ by: "operator", action: "block" });
    expect(done.incident.containing).toBeNull();
    expect(await reasonOf(inside)).toBe("range_contained");
    expect((await client.detection.status()).contained).toContainEqual(
      expect.objectContaining({ by: "operator", action: "block", incident: 1 }),
    );
  });

  it("refuses what is not right, and names it", async () => {
    const days8 = 8 * 86_400;
    const refused = (how: object) => client.incidents.contain(1, { reason: "x", ...how }).catch((error) => error);
    expect(await refused({ forSeconds: days8 })).toMatchObject({
      code: "invalid_request",
      problems: [{ field: "forSeconds", message: "must be within 7 days from now" }],
    });
    expect(await refused({ until: "2020-01-01T00:00:00Z" })).toMatchObject({ problems: [{ field: "until" }] });
    expect(await refused({ until: "2099-01-01T00:00:00Z", forSeconds: 5 })).toMatchObject({
      problems: [{ field: "forSeconds" }],
    });
    expect(await refused({ reason: " " })).toMatchObject({ problems: [{ field: "reason" }] });
    await expect(client.incidents.undoFalseAlarm(1, "none")).rejects.toMatchObject({ code: "conflict" });
  });

  it("is there again after another start, contained as before", async () => {
    await safeguard.stop();
    await start();
    const again = await client.incidents.get(1);
    expect(again).toMatchObject({ state: "contained", sentence: incident.sentence });
    expect(again.ranges[0]?.containment).toMatchObject({ by: "operator" });
    const [first] = incident.ranges;
    expect(await reasonOf(`${first?.prefix}${"8".repeat(String(first?.size).length - 1)}`)).toBe("range_contained");
    expect((await client.detection.alerts({ state: "open" })).items).toHaveLength(2);
  }, 30_000);

  it("can be acknowledged, released and closed, each with its reason", async () => {
    expect(await client.incidents.acknowledge(1, "on it")).toMatchObject({ state: "contained" });
    const released = await client.incidents.release(1, "a campaign");
    expect(released.ranges.every(({ containment }) => containment === null)).toBe(true);
    expect(released.releasedAt).toBe(released.timeline.at(-1)?.at);
    const closed = await client.incidents.close(1, "over");
    expect(closed).toMatchObject({ state: "closed", releasedAt: null, containing: null });
    await expect(client.incidents.close(1, "again")).rejects.toMatchObject({ code: "conflict" });
    expect(closed.timeline.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["acknowledged", "released", "closed"]),
    );
    const acts = closed.timeline.flatMap(({ type, act }) => (act === null ? [] : [`${type}: ${act.reason}`]));
    expect([...new Set(acts)]).toEqual([
      "contained: pumping",
      "acknowledged: on it",
      "released: a campaign",
      "closed: over",
    ]);
    expect(closed.timeline.at(-1)?.act?.who).toEqual({ type: "key", name: safeguard.liveKey.id, person: null });
    const [contained, ...others] = closed.timeline.filter(({ type }) => type === "contained");
    expect(contained?.act).toBeNull();
    const byPerson = others.filter(({ act }) => act !== null);
    expect(byPerson).toHaveLength(incident.ranges.length);
    for (const { at, act } of byPerson) expect(Date.parse(act?.until ?? "") - Date.parse(at)).toBe(3_600_000);
    expect((await recorded("incident_judged")).map(({ word, reason }) => `${word}: ${reason}`)).toEqual([
      "acknowledge: on it",
      "release: a campaign",
      "close: over",
    ]);
    expect((await client.detection.alerts({ state: "open" })).items).toEqual([]);
  });
});

describe("a false alarm", () => {
  it("teaches to let the range be, can be seen, and can be undone", async () => {
    const { number, ranges } = await attack("+99890123");
    const [{ prefix, size } = { prefix: "", size: 0 }] = ranges;
    const inside = (digit: string): string => `${prefix}${digit.repeat(String(size).length - 1)}`;
    expect(await reasonOf(inside("9"))).toBe("range_surge");

    const judged = await client.incidents.falseAlarm(number, "our launch, seen at +998901234567");
    expect(judged).toMatchObject({ state: "false_alarm", lesson: { ranges: [ranges[0]?.range] } });
    expect(judged.timeline.at(-1)).toMatchObject({
      type: "false_alarm",
      act: { reason: "our launch, seen at +9989******67", until: null },
    });
    expect((await client.detection.status()).lessons).toMatchObject([{ incident: number }]);
    expect((await send([inside("8"), inside("7")])).map(({ action }) => action)).toEqual(["allow", "allow"]);

    expect((await client.incidents.undoFalseAlarm(number, "it was one")).lesson).toBeNull();
    expect((await client.detection.status()).lessons).toEqual([]);
    const sent = await send(consecutive(prefix?.slice(0, 9) ?? "", 30, 4100));
    expect(sent.at(-1)?.action).toBe("challenge");
  });
});

describe("lockdown and bypass", () => {
  it("let only verified numbers through, or detection stand aside, for a bounded time", async () => {
    const status = await client.detection.lockDown({ reason: "from everywhere", forSeconds: 600 });
    expect(status.lockdown).toMatchObject({ reason: "from everywhere", by: safeguard.liveKey.id });
    expect(await reasonOf(dutch(1000))).toBe("lockdown");
    expect((await client.detection.alerts({ state: "open" })).items.map(({ code }) => code)).toContain("lockdown");

    expect((await client.detection.bypass({ reason: "launch" })).bypass).not.toBeNull();
    expect(await reasonOf(dutch(1001))).toBe("destination_allowed");
    await client.detection.endBypass("launch is over");
    expect(await reasonOf(dutch(1002))).toBe("lockdown");

    expect((await client.detection.endLockdown("over")).lockdown).toBeNull();
    expect(await reasonOf(dutch(1003))).toBe("destination_allowed");
    await expect(client.detection.endLockdown("again")).rejects.toMatchObject({ code: "conflict" });
    await expect(client.detection.bypass({ reason: "x", forSeconds: 90_000 })).rejects.toMatchObject({
      problems: [{ field: "forSeconds", message: "must be within 24 hours from now" }],
    });
    const open = (await client.detection.alerts({ state: "open" })).items.map(({ code }) => code);
    expect(open).not.toContain("lockdown");
    expect(open).not.toContain("bypass");
  });

  it("lockdown reaches what detection does not judge: other purposes, and accounts whose detection is off", async () => {
    const ask = async (to: string, purpose: "otp" | "marketing" | "notification") =>
      (await client.decisions.decide({ to, purpose })).reason;
    const verified = dutch(1100);
    await client.verifiedNumbers.import([{ to: verified }]);
    await client.detection.lockDown({ reason: "from everywhere", forSeconds: 600 });
    expect(
      await Promise.all((["otp", "marketing", "notification"] as const).map((why) => ask(dutch(1101), why))),
    ).toEqual(["lockdown", "lockdown", "lockdown"]);
    expect(await ask(verified, "marketing")).toBe("destination_allowed");
    const mode = async (name: string) => {
      const body = { mode: name, reason: "test" };
      expect((await safeguard.operator("POST", "/v1/policies/default/detection", body)).status).toBe(201);
    };
    await mode("off");
    expect(await ask(dutch(1102), "otp")).toBe("lockdown");
    await client.detection.endLockdown("over");
    expect((await client.detection.lockDown({ reason: "once more", forSeconds: 600 })).lockdown).not.toBeNull();
    expect(await ask(dutch(1103), "otp")).toBe("lockdown");
    await client.detection.endLockdown("over");
    expect(await ask(dutch(1104), "otp")).toBe("destination_allowed");
    await mode("enforce");
  });
});

describe("a range without an incident", () => {
  const contain = (body: Record<string, unknown>) => safeguard.api("POST", "/v1/detection/ranges", body);

  it("is contained for a bounded time in one step, after a dry run said who else is there, and released", async () => {
    const body = { range: "+31 6 1000 9xxx", reason: "seen elsewhere", forSeconds: 600 };
    const dry = await contain({ ...body, dryRun: true });
    expect(dry.body).toMatchObject({ contained: false, range: "+31 610 009 xxx" });
    expect(await reasonOf("+31610009100")).toBe("destination_allowed");
    const done = await contain(body);
    expect(done.body).toMatchObject({ contained: true, collateral: { verifiedNumbers: 0 } });
    expect(await reasonOf("+31610009200")).toBe("range_contained");
    const status = await client.detection.status();
    expect(status.contained).toContainEqual(expect.objectContaining({ prefix: "+31610009", by: "operator" }));
    // Who stopped what, and why, stands in the record.
    const records: JournalRecord[] = [];
    for await (const { record } of safeguard.safeguard.store.journal.read(1)) records.push(record);
    expect(records.findLast(({ type }) => type === "range_contained")).toMatchObject({
      reason: "seen elsewhere",
      actor: { type: "key", key: safeguard.liveKey.id },
      scope: { prefix: "+31610009", size: 1_000 },
    });
    const released = () =>
      safeguard.api("DELETE", `/v1/detection/ranges?${new URLSearchParams({ range: "+31610009xxx", reason: "over" })}`);
    expect((await released()).status).toBe(200);
    expect(await reasonOf("+31610009300")).toBe("destination_allowed");
    expect((await released()).status).toBe(404);
  });

  it("is refused with the field where it is none, or too long", async () => {
    expect((await contain({ range: "Dushanbe", reason: "x" })).body).toMatchObject({ problems: [{ field: "range" }] });
    expect((await contain({ range: "+31610009xxx", reason: "x", forSeconds: 700_000 })).body).toMatchObject({
      problems: [{ field: "forSeconds" }],
    });
  });
});

describe("an incident of another account", () => {
  it("is as one that is not there, byte for byte, whatever is asked of it", async () => {
    const made = await safeguard.operator("POST", "/v1/accounts", { name: "Other" });
    const other = (made.body as { readonly id: string }).id;
    const key = await fetch(`${safeguard.url}/v1/keys`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${safeguard.safeguard.operatorSecret}`,
        "content-type": "application/json",
        "safeguard-account": other,
      },
      body: JSON.stringify({ name: "k", mode: "test", scopes: ["incidents:read", "incidents:write"] }),
    });
    const { secret } = (await key.json()) as { readonly secret: string };
    const ask = async (method: string, path: string) => {
      const body = method === "POST" ? { reason: "x" } : undefined;
      const { status, body: answer } = await safeguard.api(method, path, body, secret);
      return { status, answer: JSON.stringify({ ...(answer as object), requestId: "" }) };
    };
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/evidence"],
      ...["acknowledge", "contain", "release", "close", "false-alarm", "undo-false-alarm"].map(
        (word) => ["POST", `/${word}`] as const,
      ),
    ] as const) {
      const foreign = await ask(method, `/v1/incidents/1${path}`);
      expect(foreign.status).toBe(404);
      expect(foreign).toEqual(await ask(method, `/v1/incidents/999${path}`));
      expect(foreign).toEqual(await ask(method, `/v1/incidents/x${path}`));
    }
    expect((await safeguard.api("GET", "/v1/incidents", undefined, secret)).body).toEqual({ items: [], next: null });
    expect((await safeguard.api("GET", "/v1/alerts", undefined, secret)).body).toEqual({ items: [], next: null });
    const revealed = await safeguard.api("GET", "/v1/incidents/1/evidence?reveal=true", undefined, secret);
    expect(revealed.status).toBe(403);
  });
});
