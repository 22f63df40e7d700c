import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccountId, type EpochMilliseconds, NUMBERING_TABLE } from "@safeguard/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ALERT_KINDS } from "../src/alerts/alert-kinds.ts";
import { readConfig } from "../src/config/config.ts";
import { ConfigurationInvalid, environmentOf } from "../src/config/environment.ts";
import { FAIL_MODES, type FailMode, MISSING_PARTS, type MissingPart } from "../src/degraded/fail-modes.ts";
import { GroupJournal } from "../src/store/group-journal.ts";
import { type MovedClock, movedClock } from "./detection/people.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";
import { type RecordingServer, startRecordingServer } from "./stand-in/recording-server.ts";
import { startTwilioProvider, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } from "./stand-in/twilio-provider.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A running server, with a channel that hears its alerts. */
interface World {
  readonly safeguard: TestSafeguard;
  readonly clock: MovedClock;
  readonly alerts: RecordingServer;
}

interface Decided {
  readonly action: string;
  readonly reason: string;
  readonly degraded: readonly string[];
}

/** How a part is made to fail. */
interface Failure {
  /** Makes it fail; the decision of a message that was asked for then, where one was. */
  fail(world: World): Promise<Decided | undefined>;
  /** The action that its row comes to. Absent: nobody is answered with a decision. */
  readonly action?: "allow" | "block" | "challenge";
  /** What the metric's lines hold that count it, and by how much they grow. */
  readonly metric?: { readonly labels: string; readonly grows: number };
  /** Makes it whole. Its alert is looked at after this, and after six minutes. */
  mend?(world: World): Promise<void>;
}

const ALLOWED = "+31612345678";

async function ask({ safeguard }: World, to: string = ALLOWED): Promise<Decided> {
  const { status, body } = await safeguard.api("POST", "/v1/decisions", { to, purpose: "otp" });
  expect(status).toBe(201);
  return body as Decided;
}

async function put({ safeguard }: World, document: object): Promise<void> {
  const { status, body } = await safeguard.api("PUT", "/v1/policies/default", { document, reason: "test" });
  if (status >= 300) throw new Error(JSON.stringify(body));
}

async function setDetection({ safeguard }: World, change: object): Promise<void> {
  const { status, body } = await safeguard.api("POST", "/v1/policies/default/detection", { ...change, reason: "test" });
  if (status >= 300) throw new Error(JSON.stringify(body));
}

/** The account is said to be below `parent`, to the engine alone. */
function place({ safeguard: { safeguard, account } }: World, parent: AccountId | undefined): void {
  safeguard.engine.apply({ type: "account_placed", account: account.id, parent });
}

function readBy({ safeguard: { safeguard, account } }: World, numberingTable: string): void {
  const document = { destinations: { NL: { action: "filter" } } } as const;
  const [policy, from] = ["default", 0 as EpochMilliseconds];
  const revision = { account: account.id, policy, number: 900, state: "in_force", from, until: undefined } as const;
  safeguard.engine.apply({ type: "revision_put", ...revision, document, numberingTable });
}

const MARKED = (action: string, mark: string) => ({ labels: `mark="${mark}",action="${action}"`, grows: 1 });

/** In dollars: no rate to them from the account's euros is configured. */
const CEILING = { name: "spend", window: "day", money: { amount: 100, currency: "GBP" } } as const;

/** One for each row of the table: a row without one does not pass the type check, and fails here. */
const FAILURES: Readonly<Record<MissingPart, Failure>> = {
  journal: {
    async fail(world) {
      const { safeguard } = world;
      const provider = await startTwilioProvider();
      const send = { to: ALLOWED, from: "Shop", text: "Your code is 123456" };
      await safeguard.routeTo({
        id: "untouched",
        kind: "twilio",
        settings: { accountSid: TWILIO_ACCOUNT_SID, baseUrl: provider.url, from: "+31970000000" },
        secrets: { authToken: TWILIO_AUTH_TOKEN },
      });
      // The one that finds it out, and all that come after.
      failJournal();
      for (let message = 0; message < 3; message++) {
        const answer = await safeguard.api("POST", "/v1/messages", send);
        expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
      }
      expect(await sendByTwilio(safeguard)).toMatchObject({ status: 500, body: { code: 20500 } });
      expect(await sendByCm(safeguard)).toMatchObject({ status: 500, body: { errorCode: 500 } });
      expect(provider.received).toEqual([]);
      await provider.close();
      const ready = await safeguard.api("GET", "/readyz");
      expect(ready).toMatchObject({
        status: 503,
        body: { detail: expect.stringContaining(FAIL_MODES.journal.notReady) },
      });
      return undefined;
    },
    // (1 while it can be written)
    metric: { labels: "", grows: -1 },
  },
  store_reads: {
    action: "allow",
    async fail(world) {
      const { messages } = world.safeguard.safeguard.store;
      vi.spyOn(messages, "list").mockRejectedValue(new Error("disk I/O error"));
      expect(await world.safeguard.api("GET", "/v1/messages")).toMatchObject({ status: 500 });
      return ask(world);
    },
    async mend(world) {
      vi.restoreAllMocks();
      expect(await world.safeguard.api("GET", "/v1/messages")).toMatchObject({ status: 200 });
    },
  },
  restored: {
    action: "allow",
    // (the real thing is in backup.test.ts)
    async fail(world) {
      const held = { by: "copied", since: 0 as EpochMilliseconds, upTo: 1 } as const;
      vi.spyOn(world.safeguard.safeguard.sending, "held").mockReturnValue(held);
      return ask(world);
    },
    mend: async () => void vi.restoreAllMocks(),
  },
  policy: {
    action: "block",
    async fail(world) {
      place(world, "acc_that_never_came" as AccountId);
      const decided = await ask(world);
      expect(decided.reason).toBe("policy_missing");
      return decided;
    },
    metric: MARKED("block", "policy_missing"),
    mend: async (world) => place(world, undefined),
  },
  numbering_table: {
    action: "allow",
    async fail(world) {
      readBy(world, "of-a-version-nobody-knows");
      return ask(world);
    },
    metric: MARKED("allow", "numbering_table_unknown"),
    mend: async (world) => readBy(world, NUMBERING_TABLE),
  },
  signals: {
    action: "allow",
    async fail(world) {
      failDetection(world);
      expect(await world.safeguard.api("POST", "/v1/decisions", { to: "+3247012345" })).toMatchObject({
        body: { action: "block", degraded: [] },
      });
      return ask(world);
    },
    metric: MARKED("allow", "detection_failed"),
    mend: async () => void vi.restoreAllMocks(),
  },
  snapshot: {
    action: "allow",
    async fail(world) {
      const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-snapshot-"));
      const sessions = ({ safeguard, account }: TestSafeguard) =>
        safeguard.engine.detectionOf(account.id).signals.log.head;
      let again = await startSafeguard({ dataDirectory, countries: ["NL"] });
      for (let person = 0; person < 20; person++)
        await again.api("POST", "/v1/decisions", {
          to: numberOf(person),
          purpose: "otp",
        });
      const seen = sessions(again);
      expect(seen).toBeGreaterThan(5);
      await again.stop();
      expect(existsSync(join(dataDirectory, "detection.snapshot"))).toBe(true);
      writeFileSync(join(dataDirectory, "detection.snapshot"), "not a snapshot");
      again = await startSafeguard({ dataDirectory, countries: ["NL"] });
      expect(sessions(again)).toBe(seen);
      const decided = await ask({ ...world, safeguard: again }, "+31611111111");
      expect(await again.api("GET", "/v1/alerts")).toMatchObject({ body: { items: [] } });
      await again.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
      return decided;
    },
  },
  feedback: {
    action: "allow",
    async fail(world) {
      await silence(world);
      return ask(world, "+31687654321");
    },
    metric: { labels: `code="outcomes_missing"`, grows: 1 },
    async mend(world) {
      const { items } = (await world.safeguard.api("GET", "/v1/messages?limit=100")).body as {
        items: { id: string }[];
      };
      const events = items.map(({ id }) => ({ kind: "verified", id }));
      expect(await world.safeguard.api("POST", "/v1/events", { events })).toMatchObject({ status: 201 });
    },
  },
  connector: {
    async fail(world) {
      const provider = await startRecordingServer(() => ({ status: 503, body: "{}" }));
      await world.safeguard.routeTo({
        id: "failing",
        kind: "twilio",
        settings: { accountSid: TWILIO_ACCOUNT_SID, baseUrl: provider.url, from: "+31970000000" },
        secrets: { authToken: TWILIO_AUTH_TOKEN },
      });
      await setDetection(world, { mode: "off" });
      for (let message = 0; message < 20; message++) {
        const to = `+316123400${String(message).padStart(2, "0")}`;
        const { body } = await world.safeguard.api("POST", "/v1/messages", { to, from: "Shop", text: "Hello" });
        expect(["in_doubt", "failed", "refused"]).toContain((body as { status: string }).status);
      }
      // Not one was sent again.
      expect(provider.received).toHaveLength(20);
      await provider.close();
      return undefined;
    },
    metric: { labels: `provider="failing"`, grows: 20 },
  },
  clock: {
    action: "allow",
    async fail(world) {
      world.clock.pass(HOUR_MS);
      await secondsPass(1.2);
      const decided = await ask(world);
      world.clock.pass(-HOUR_MS);
      // It never goes back: what is asked now is decided at the latest time that there was.
      const before = (await ask(world)) as Decided & { readonly at: string };
      expect(Date.parse(before.at)).toBeGreaterThanOrEqual(Date.parse((decided as typeof before).at));
      return decided;
    },
    metric: { labels: `part="clock"`, grows: 1 },
    // It is behind until it has caught up.
    mend: async (world) => timePasses(world, HOUR_MS),
  },
  configuration: {
    async fail() {
      const data = join(tmpdir(), `safeguard-never-${process.pid}`);
      const wrong = { SAFEGUARD_PORT: "many", SAFEGUARD_LOG_LEVEL: "loud", SAFEGUARD_MASTER_KEY: "short" };
      let problems: readonly string[] = [];
      try {
        readConfig("production", environmentOf({ ...wrong, SAFEGUARD_DATA_DIR: data }));
      } catch (failure) {
        if (failure instanceof ConfigurationInvalid) problems = failure.problems;
      }
      for (const name of Object.keys(wrong)) expect(problems.join("\n")).toContain(name);
      expect(existsSync(data)).toBe(false);
      return undefined;
    },
  },
  policy_input: {
    action: "allow",
    async fail(world) {
      const document = { listMode: "no_list", destinations: { XX: { action: "block" }, NL: { action: "stop" } } };
      const refused = await world.safeguard.api("PUT", "/v1/policies/default", { document, reason: "test" });
      expect(refused.status).toBe(400);
      expect((refused.body as { problems: unknown[] }).problems.length).toBeGreaterThan(1);
      return ask(world);
    },
  },
  prices: {
    action: "block",
    async fail(world) {
      await put(world, { limits: { ceilings: [CEILING] } });
      const decided = await ask(world);
      expect(decided.reason).toBe("limit_price_unknown");
      return decided;
    },
    metric: MARKED("block", "price_unknown"),
    mend: (world) => put(world, {}),
  },
  receiver: {
    async fail(world) {
      const dead = await startRecordingServer(() => ({ status: 500, body: "" }));
      const { safeguard } = world;
      const reports = { webhookUrl: `${dead.url}/reports` };
      const set = await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { reports });
      expect(set.status).toBe(200);
      const body = { to: "+31612340005", from: "Shop", text: "Hello" };
      await safeguard.api("POST", "/v1/messages", { ...body, to: "+31612340001" });
      const { deliveries, pausedReceivers } = safeguard.safeguard.store;
      const tries = async (): Promise<number> => {
        const { items } = await deliveries.list(safeguard.account.id, {}, 100);
        return Math.max(0, ...items.filter(({ notice }) => notice.dialect !== "alert").map(({ attempts }) => attempts));
      };
      for (let done = 1; done <= 10; done++) {
        await expect.poll(tries, { timeout: 20_000 }).toBeGreaterThanOrEqual(done);
        timePasses(world, 30 * HOUR_MS);
        // (a message of its own wakes the queue; nothing comes of it)
        await safeguard.api("POST", "/v1/messages", body);
        await safeguard.api("POST", "/v1/alerts/test");
      }
      await expect.poll(async () => (await pausedReceivers.all()).map(({ type }) => type)).toContain("receiver_paused");
      await dead.close();
      return undefined;
    },
    metric: { labels: `outcome="given_up"`, grows: 1 },
  },
};

/** What the other values of each row's setting do. A choice without one fails here. */
const CHOICES: Readonly<Record<string, (world: World) => Promise<Decided>>> = {
  async "detection.whenFailed=closed"(world) {
    await setDetection(world, { whenFailed: "closed" });
    failDetection(world);
    const decided = await ask(world);
    expect(decided).toEqual(expect.objectContaining({ action: "block", reason: "detection_failed" }));
    vi.restoreAllMocks();
    return decided;
  },
  async "detection.whenOutcomesMissing=challenge_new"(world) {
    await silence(world);
    await setDetection(world, { mode: "enforce", whenOutcomesMissing: "challenge_new" });
    const decided = await ask(world, "+31687654321");
    expect(decided).toEqual(expect.objectContaining({ action: "challenge", reason: "outcomes_missing" }));
    // Numbers that it knows go on, and verified ones do.
    expect(await ask(world, numberOf(3))).toMatchObject({ action: "allow" });
    await setDetection(world, { mode: "monitor" });
    expect(await ask(world, "+31687654322")).toMatchObject({ action: "allow" });
    return decided;
  },
  async "limits.whenPriceUnknown=maximum_price"(world) {
    const maximumPrice = { amount: 40, currency: "GBP" };
    await put(world, { limits: { ceilings: [CEILING], maximumPrice, whenPriceUnknown: "maximum_price" } });
    const decided = await ask(world);
    expect(decided).toMatchObject({ action: "allow", degraded: ["price_unknown"] });
    expect(await ask(world)).toMatchObject({ action: "allow" });
    // Twice 40 of 100 are spent: the ceiling is as hard as it was.
    expect(await ask(world)).toMatchObject({ action: "block", reason: "ceiling_money" });
    return decided;
  },
};

/** With the next record that is given to it. */
function failJournal(): void {
  const { append, fail } = GroupJournal.prototype;
  vi.spyOn(GroupJournal.prototype, "append").mockImplementationOnce(function (this: GroupJournal, records) {
    fail.call(this, new Error("ENOSPC: no space left on device, write"));
    return append.call(this, records);
  });
}

async function sendByTwilio({ url, liveKey: { twilioSid, authToken } }: TestSafeguard) {
  const answer = await fetch(`${url}/2010-04-01/Accounts/${twilioSid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${twilioSid}:${authToken}`).toString("base64")}` },
    body: new URLSearchParams({ To: ALLOWED, From: "Shop", Body: "Hello" }),
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
}

async function sendByCm({ url, liveKey: { productToken } }: TestSafeguard) {
  const message = { from: "Shop", to: [{ number: `00${ALLOWED.slice(1)}` }], body: { content: "Hello" } };
  const answer = await fetch(`${url}/v1.0/message`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-cm-producttoken": productToken },
    body: JSON.stringify({ messages: { msg: [message] } }),
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
}

function failDetection({ safeguard: { safeguard, account } }: World): void {
  vi.spyOn(safeguard.engine.detectionOf(account.id), "decide").mockImplementation(() => {
    throw new Error("a planted fault");
  });
}

const numberOf = (person: number): string =>
  `+3161${String((person * 7_919_317 + 2_345_678) % 10_000_000).padStart(7, "0")}`;

/** People are sent codes, and what becomes of them is never reported. */
async function silence(world: World): Promise<void> {
  const { safeguard } = world;
  for (let person = 0; person < 30; person++) {
    const body = { to: numberOf(person), from: "Shop", text: "Your code is 123456", purpose: "otp" };
    expect(await safeguard.api("POST", "/v1/messages", body)).toMatchObject({ body: { action: "allow" } });
    timePasses(world, MINUTE_MS);
  }
  timePasses(world, HOUR_MS);
  safeguard.safeguard.engine.advance(safeguard.safeguard.now());
}

const monotonic = performance.now.bind(performance);
let passed = 0;

/** By the time of day and by the machine's own counter, so that nobody takes it for a clock that was set. */
function timePasses({ clock }: World, milliseconds: number): void {
  clock.pass(milliseconds);
  passed += milliseconds;
  vi.spyOn(performance, "now").mockImplementation(() => monotonic() + passed);
}

function secondsPass(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** The sum of a metric's series whose labels hold this text. */
async function measured({ safeguard }: World, name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${safeguard.url}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

interface Told {
  readonly type: string;
  readonly data: { readonly code: string; readonly facts: { readonly part?: string } };
}

/** What was told of the row's alert: of what else was so besides, nothing. */
function toldOf({ alerts }: World, part: MissingPart): readonly string[] {
  const { alert }: FailMode = FAIL_MODES[part];
  return alerts.received
    .map(({ body }) => JSON.parse(body) as Told)
    .filter(({ data }) => data.code === alert && (data.facts.part ?? part) === part)
    .map(({ type }) => type);
}

let world: World;
async function start(): Promise<World> {
  const clock = movedClock();
  const alerts = await startRecordingServer(() => ({ status: 200, body: "{}" }));
  const safeguard = await startSafeguard({ countries: ["NL"], wall: clock.now });
  const channels = [{ id: "ops", type: "webhook", url: `${alerts.url}/alerts` }];
  const set = await safeguard.api("PUT", "/v1/alerts/settings", { channels, repeatAfterMinutes: 0 });
  if (set.status !== 200) throw new Error(JSON.stringify(set.body));
  world = { safeguard, clock, alerts };
  return world;
}
afterEach(async () => {
  vi.restoreAllMocks();
  passed = 0;
  await world.safeguard.stop();
  await world.alerts.close();
});

describe("each row of the fail-mode table, made to fail", () => {
  test.each(MISSING_PARTS)(
    "%s",
    async (part) => {
      const row: FailMode = FAIL_MODES[part];
      const failure = FAILURES[part];
      await start();
      const { incidents, now } = world.safeguard.safeguard;
      const { metric } = failure;
      expect(metric === undefined, "a row and its test have a metric, or none").toBe(row.metric === undefined);
      const before = row.metric === undefined ? 0 : await measured(world, row.metric, metric?.labels ?? "");

      const decided = await failure.fail(world);
      expect(decided?.action, "the outcome").toBe(failure.action);
      if (decided !== undefined) expect(decided.degraded, "the mark").toEqual(row.mark === undefined ? [] : [row.mark]);

      // Looked at again and again while it lasts.
      for (let look = 0; look < 3; look++) await incidents.checkAlerts(now());
      const raised = row.alert === undefined ? [] : ["alert.raised"];
      if (row.alert !== undefined) await expect.poll(() => toldOf(world, part)).toEqual(raised);
      if (row.metric !== undefined) {
        const grown = (await measured(world, row.metric, metric?.labels ?? "")) - before;
        // (what waits beside it at a dead server may be given up with it)
        if (part === "receiver") expect(grown, "the metric").toBeGreaterThanOrEqual(1);
        else expect(grown, "the metric").toBe(metric?.grows);
      }

      await failure.mend?.(world);
      timePasses(world, 6 * MINUTE_MS);
      for (let look = 0; look < 3; look++) await incidents.checkAlerts(now());
      const ended = row.alert !== undefined && ALERT_KINDS[row.alert].tellsEnd ? [...raised, "alert.resolved"] : raised;
      await expect.poll(() => toldOf(world, part)).toEqual(ended);
      const degraded = world.alerts.received.filter(({ body }) => (JSON.parse(body) as Told).data.code === "degraded");
      if (row.alert === undefined) expect(degraded, "no alert").toEqual([]);
    },
    90_000,
  );
});

describe("what an account can choose instead", () => {
  const choices = MISSING_PARTS.flatMap((part) => {
    const { choice }: FailMode = FAIL_MODES[part];
    return (choice?.values.slice(1) ?? []).map((value) => ({ part, choice: `${choice?.setting}=${value}` }));
  });

  test.each(choices)(
    "$choice",
    async ({ part, choice }) => {
      await start();
      const { mark }: FailMode = FAIL_MODES[part];
      const decided = await CHOICES[choice]?.(world);
      expect(decided?.degraded, "marked all the same").toEqual(mark === undefined ? [] : [mark]);
      // It is part of the policy, and so a change that is audited.
      const { body } = await world.safeguard.operator("GET", "/v1/audit?limit=50");
      expect(JSON.stringify(body)).toContain(choice.split(".").at(-1)?.split("=")[0]);
    },
    90_000,
  );
});
