import type { Engine, EpochMilliseconds, Verdict } from "@safeguard/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Account } from "../../accounts/account.ts";
import { createPriceList } from "../../prices/price-list.ts";
import { heardJournal } from "../../store/heard-journal.ts";
import type { JournalRecord } from "../../store/journal-record.ts";
import type { MasterKey } from "../../store/master-key.ts";
import { openSqliteStore } from "../../store/sqlite/open-sqlite-store.ts";
import type { Store } from "../../store/store.ts";
import { HeldMessages } from "../held-messages.ts";
import type { Submission, SubmissionOutcome } from "../outbound/connector.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import type { ScreeningParts } from "../screening/screening-parts.ts";
import { createScreening } from "../screening.ts";
import { ACCEPTED, ACCOUNT, AT, KEY, outgoingMessage, scriptedConnector } from "../testing/screening-bench.ts";
import { ALLOW, BLOCK, HOLD, knowTestReasons } from "../testing/verdicts.ts";
import { createSubmissionQueue, type SubmissionQueue } from "./submission-queue.ts";
import { createThrottle } from "./throttle.ts";

knowTestReasons();

/** Real store, queue and screening; the engine and the provider follow a script. */
interface Bench {
  readonly store: Store;
  /** One life of the process: what it was told last stays. */
  start(): Promise<{ readonly queue: SubmissionQueue; send(message: OutgoingMessage): Promise<unknown> }>;
  verdict: Verdict;
  outcome: () => SubmissionOutcome;
  account: Account;
  now: number;
  readonly sent: Submission[];
  readonly records: JournalRecord[];
  /** How long each wait for the next look was to be. */
  readonly alarms: number[];
}

/** The look for what has expired has a rhythm of its own. */
const EXPIRY_MS = 5_000;

let bench: Bench;
let queue: SubmissionQueue | undefined;

beforeEach(async () => {
  const store = await openSqliteStore({ directory: ":memory:", masterKey: new Uint8Array(32) as MasterKey });
  const made: Bench = {
    store,
    verdict: ALLOW,
    outcome: () => ACCEPTED,
    account: { ...ACCOUNT, reports: { webhookUrl: "https://acme.example/hook" } },
    now: AT,
    sent: [],
    records: [],
    alarms: [],
    async start() {
      const decide: Engine["decide"] = () => made.verdict;
      const connector = scriptedConnector("p", (submission) => {
        made.sent.push(submission);
        return made.outcome();
      });
      const now = () => made.now as EpochMilliseconds;
      const journal = heardJournal(store.journal, (record) => {
        made.records.push(record);
        queue?.hear(record);
      });
      const parts: ScreeningParts = {
        journal,
        engine: {
          decide,
          decideByRules: decide,
          limitNeeds: () => undefined,
          preview: decide,
          previewByRules: decide,
          reconsider: decide,
          reconsiderByRules: decide,
        },
        held: new HeldMessages(now, 10),
        policyFor: () => "default",
        providers: { connectorsFor: () => [connector], connector: () => connector },
        prices: createPriceList({}),
        contentOf: (text) => text,
        callbackUrl: () => undefined,
        now,
        noticesQueued: () => {},
      };
      queue = createSubmissionQueue({
        ...parts,
        store,
        directory: {
          account: () => made.account,
          key: () => KEY,
          isSuspended: (id) => id === made.account.id && made.account.suspendedAt !== undefined,
        },
        throttle: createThrottle(now),
        above: () => 0,
        most: 100,
        heldNow: () => 0,
        random: () => 0,
        onFault(failure) {
          throw failure;
        },
        // Everything is due as soon as the clock says so.
        later(call, milliseconds) {
          if (milliseconds < EXPIRY_MS) made.alarms.push(milliseconds);
          const timer = setTimeout(call, 5);
          return () => clearTimeout(timer);
        },
      });
      await queue.start();
      const screening = createScreening({ ...parts, waiting: queue });
      return { queue, send: async (message) => (await screening.send([message]))[0] };
    },
  };
  bench = made;
});
afterEach(async () => {
  await queue?.close();
  queue = undefined;
  await bench.store.close();
});

const later = (changes: Partial<OutgoingMessage> = {}): OutgoingMessage =>
  outgoingMessage({ sending: { mode: "async" }, ...changes }, { account: bench.account });

const recorded = <T extends JournalRecord["type"]>(type: T): readonly Extract<JournalRecord, { type: T }>[] =>
  bench.records.filter((record) => record.type === type) as never;

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await isSo()); ) {
    if (Date.now() > end) throw new Error("it did not come to it");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const hasEnded = (): boolean => recorded("wait_ended").length > 0;

describe("a clock that stands still", () => {
  it("is looked at ever less often, until once a second", async () => {
    const { send } = await bench.start();
    await send(later({ sending: { mode: "async", sendAt: (AT + 50) as EpochMilliseconds } }));
    bench.alarms.length = 0;
    await until(() => bench.alarms.length > 8);
    const growing = bench.alarms.slice(bench.alarms.indexOf(100));
    expect(growing.slice(0, 7)).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
    bench.now = AT + 51;
    await until(() => bench.sent.length === 1);
  });
});

describe("a held message", () => {
  it("of a client that waited when the process was killed goes on, once, and is decided again", async () => {
    bench.verdict = { ...HOLD, until: (AT + 60_000) as EpochMilliseconds } as Verdict;
    const { send } = await bench.start();
    // Its answer never comes: the process is gone.
    void send(outgoingMessage({}, { account: bench.account }));
    await until(async () => (await bench.store.waiting.lanes(0)).length === 1);
    expect(bench.sent).toEqual([]);
    await queue?.close();

    bench.now = AT + 60_001;
    bench.verdict = ALLOW;
    await bench.start();
    await until(hasEnded);
    expect(bench.sent).toMatchObject([{ to: "+31612345678", text: "Your code is 123456" }]);
    expect(recorded("wait_ended")).toMatchObject([{ how: "submitted" }]);
    const [message] = recorded("message_decided");
    await bench.store.journal.settled();
    expect(await bench.store.messages.findById(message?.id ?? ("" as never))).toMatchObject({ status: "submitted" });
  });

  it("that is blocked by then is blocked, and its account hears of it", async () => {
    bench.verdict = { ...HOLD, until: (AT + 1_000) as EpochMilliseconds } as Verdict;
    const { send } = await bench.start();
    expect(await send(later())).toMatchObject({ type: "waits", state: "held" });
    bench.verdict = BLOCK;
    bench.now = AT + 1_001;
    await until(hasEnded);
    expect(bench.sent).toEqual([]);
    expect(recorded("wait_ended")).toMatchObject([{ how: "stopped" }]);
    expect(recorded("notice_queued")).toMatchObject([{ notice: { report: { status: "failed" } } }]);
  });
});

describe("what is kept of a waiting message", () => {
  it("is read back whole while it waits, and gone with its last word", async () => {
    const { send } = await bench.start();
    const sendAt = (AT + 5_000) as EpochMilliseconds;
    await send(later({ sending: { sendAt }, text: "kept until it is sent" }));
    const [decided] = recorded("message_decided");
    if (decided === undefined) throw new Error("nothing was decided");
    const [content] = await bench.store.waiting.contents([decided.id]);
    expect(content).toContain("kept until it is sent");
    expect(await bench.store.waiting.toNumber(bench.account.id, decided.to)).toMatchObject([{ id: decided.id }]);
    // In no record, whatever else is in there.
    for await (const { record } of bench.store.journal.read(1)) {
      expect(JSON.stringify(record)).not.toContain("kept until it is sent");
    }
    bench.now = AT + 5_000;
    await until(hasEnded);
    // (heard of before it is durable)
    await bench.store.journal.settled();
    expect(await bench.store.waiting.contents([decided.id])).toEqual([undefined]);
    expect(await bench.store.waiting.lanes(0)).toEqual([]);
  });
});

describe("a message that waits", () => {
  it("is not sent when its time is over, and its account hears of it", async () => {
    const { send } = await bench.start();
    const sendAt = (AT + 5_000) as EpochMilliseconds;
    await send(later({ sending: { sendAt, expiresAt: (AT + 6_000) as EpochMilliseconds } }));
    bench.now = AT + 60_000;
    await until(hasEnded);
    expect(bench.sent).toEqual([]);
    expect(recorded("wait_ended")).toMatchObject([{ how: "expired" }]);
    expect(recorded("notice_queued")).toMatchObject([{ notice: { report: { status: "failed", code: "expired" } } }]);
  });

  it("of an account that is suspended by then goes nowhere", async () => {
    const { send } = await bench.start();
    await send(later({ sending: { sendAt: (AT + 5_000) as EpochMilliseconds } }));
    bench.account = { ...bench.account, suspendedAt: AT };
    bench.now = AT + 5_000;
    await until(hasEnded);
    expect([bench.sent, recorded("wait_ended")]).toMatchObject([[], [{ how: "suspended" }]]);
  });

  it("counts again after each definite refusal, until its tries are used up", async () => {
    const { send } = await bench.start();
    bench.outcome = () => ({ type: "refused", kind: "unavailable", code: "down", text: "", answer: undefined });
    await send(later({ sending: { mode: "async", validityMs: 3_600_000 } }));
    for (let round = 0; round < 4 && !hasEnded(); round++) {
      const before = bench.sent.length;
      await until(() => bench.sent.length > before || hasEnded());
      await until(() => recorded("submission_ended").length === bench.sent.length);
      bench.now += 100_000;
    }
    await until(hasEnded);
    expect(bench.sent).toHaveLength(4);
    expect(recorded("submission_intended").map(({ intent }) => intent.attempt)).toEqual([1, 2, 3, 4]);
    expect(recorded("wait_ended")).toMatchObject([{ how: "refused" }]);
  });
});
