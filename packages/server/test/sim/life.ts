import {
  type AccountId,
  compilePolicy,
  type Engine,
  type EngineEvent,
  type EpochMilliseconds,
  type Message,
  type Verdict,
} from "@safeguard/core";
import { createDirectory } from "../../src/accounts/create-directory.ts";
import type { Directory } from "../../src/accounts/directory.ts";
import { createSerially } from "../../src/accounts/serially.ts";
import type { Changes, LiveView } from "../../src/changes.ts";
import { createClock } from "../../src/clock.ts";
import { levelsOfStamp } from "../../src/decisions/recompute-decision.ts";
import { createLiveDetection } from "../../src/detection/live-detection.ts";
import { beginDetection, replayJournal } from "../../src/detection/restore-detection.ts";
import type { Feedback } from "../../src/gateway/feedback/feedback.ts";
import { createFeedback } from "../../src/gateway/feedback/record-feedback.ts";
import { HeldMessages } from "../../src/gateway/held-messages.ts";
import type { Connector } from "../../src/gateway/outbound/connector.ts";
import type { DecidingEngine, ScreeningParts } from "../../src/gateway/screening/screening-parts.ts";
import { createScreening } from "../../src/gateway/screening.ts";
import type { Screening } from "../../src/gateway/screening-port.ts";
import { settleHeld } from "../../src/gateway/settle-held.ts";
import { settleUnresolved } from "../../src/gateway/settle-unresolved.ts";
import { createSubmissionQueue, type SubmissionQueue } from "../../src/gateway/submissions/submission-queue.ts";
import { createThrottle } from "../../src/gateway/submissions/throttle.ts";
import { createPolicyBook } from "../../src/policies/policy-book.ts";
import { revisionSinceStart } from "../../src/policies/revision-since-start.ts";
import { createPriceList } from "../../src/prices/price-list.ts";
import { createErasing, type Erasing } from "../../src/privacy/erase-number.ts";
import { heardJournal } from "../../src/store/heard-journal.ts";
import type { JournalRecord } from "../../src/store/journal-record.ts";
import type { SealedFile } from "../../src/store/sealed-file.ts";
import type { SimulatedDisk } from "../../src/store/testing/simulated-disk.ts";
import { openSimulatedStore, type SimulatedStore, type StoreTimes } from "./simulated-store.ts";

/** What one life of the process has of the world around it. */
export interface Surroundings {
  readonly disk: SimulatedDisk;
  readonly times: StoreTimes;
  readonly snapshot: SealedFile;
  wall(): number;
  later(call: () => void, milliseconds: number): () => void;
  random(): number;
  connectorsFor(account: AccountId): readonly Connector[];
  connector(id: string): Connector | undefined;
  /** Given to the journal. */
  heard(record: JournalRecord): void;
  /** Durable, and in force from now on. */
  applied(record: JournalRecord): void;
  onFault(failure: unknown): void;
}

/** One life of the process: the production parts, put together as the composition root does, and recovered. */
export interface Life {
  readonly store: SimulatedStore;
  readonly directory: Directory;
  readonly screening: Screening;
  readonly queue: SubmissionQueue;
  readonly feedback: Feedback;
  readonly erasing: Erasing;
  readonly changes: Changes;
  readonly engine: Engine;
  now(): EpochMilliseconds;
  saveSnapshot(): Promise<void>;
  close(): Promise<void>;
}

const PRICES = createPriceList({});
const NOTHING = async (): Promise<void> => undefined;

export async function beginLife(around: Surroundings): Promise<Life> {
  const now = createClock(around.wall);
  const opened = await openSimulatedStore(around.disk, around.times);
  const begun = await beginDetection(around.snapshot, opened, around.onFault);
  const { engine, holds, heldDecisions } = begun;
  const directory = createDirectory();
  const book = createPolicyBook();
  const views: readonly LiveView[] = [directory, book, { apply: (record) => toEngine(engine, record) }];
  const apply = (record: JournalRecord): void => {
    for (const view of views) view.apply(record);
    around.applied(record);
  };
  const { table } = opened;
  const kept = { at: 0 as EpochMilliseconds, actor: { type: "operator", name: "start" } } as const;
  for (const account of table.accounts.values()) apply({ type: "account_saved", ...kept, account });
  for (const key of table.keys.values()) apply({ type: "key_saved", ...kept, key });
  const startedAt = now();
  for (const revision of table.revisions)
    apply({ type: "revision_saved", ...kept, revision: revisionSinceStart(revision, startedAt) });
  await replayJournal(
    begun,
    opened,
    directory.accounts().map(({ id }) => id),
    (account, stamp, at) => {
      const levels = levelsOfStamp({ book, directory, engine }, account, stamp, at);
      return typeof levels === "string" ? undefined : compilePolicy(levels);
    },
  );
  let queue: SubmissionQueue | undefined;
  const journal = heardJournal(opened.journal, (record) => {
    detection.hear(record);
    queue?.hear(record);
    around.heard(record);
  });
  const detection = createLiveDetection({
    journal,
    engine,
    holds,
    heldDecisions,
    file: around.snapshot,
    savedSequence: begun.sequence === 0 ? -1 : begun.sequence,
    incidents: { record: () => undefined, checkAlerts: NOTHING },
    now,
    onFault: around.onFault,
  });
  const store: SimulatedStore = { ...opened, journal };
  const changes: Changes = {
    async commit(records) {
      await journal.append(records);
      for (const record of records) apply(record);
    },
  };
  const feedback = createFeedback({
    journal,
    outcomes: { report: async () => [] },
    messages: store.messages,
    directory,
    // What became of messages is no news here: detection is off.
    counts: () => false,
    now,
    noticesQueued: () => undefined,
  });
  const held = new HeldMessages(now, 10_000, around.later);
  const throttle = createThrottle(now);
  const parts: ScreeningParts = {
    journal,
    engine: withHolds(engine),
    held,
    isSuspended: (account) => directory.isSuspended(account),
    policyFor: () => "default",
    providers: { connectorsFor: around.connectorsFor, connector: around.connector },
    prices: PRICES,
    contentOf: (text) => text,
    callbackUrl: () => undefined,
    now,
    noticesQueued: () => undefined,
  };
  queue = createSubmissionQueue({
    ...parts,
    store,
    directory,
    throttle,
    above: () => 0,
    most: 50,
    heldNow: () => holds.size,
    random: around.random,
    onFault: around.onFault,
    later: around.later,
  });
  const submissions = queue;
  const screening = createScreening({
    ...parts,
    waiting: submissions,
    spent: (connector, messages) => throttle.spend(connector, messages),
  });
  const erasing = createErasing({
    store,
    journal,
    changes,
    engine,
    holds,
    heldDecisions,
    sandbox: { forget: () => undefined },
    accounts: () => directory.accounts(),
    pending: { read: async () => undefined, save: NOTHING, clear: NOTHING },
    serially: createSerially(),
    reloadKept: NOTHING,
    saveDetection: NOTHING,
  });
  await settleUnresolved(
    store,
    now(),
    (account, provider) =>
      directory.account(account)?.onInDoubt === "resend" || around.connector(provider)?.isIdempotent === true,
  );
  await settleHeld(store, holds.list(), directory, now());
  await submissions.start();
  return {
    store,
    directory,
    screening,
    queue: submissions,
    feedback,
    erasing,
    changes,
    engine,
    now,
    saveSnapshot: () => detection.save(),
    async close() {
      held.close();
      await submissions.close();
      await journal.settled();
    },
  };
}

function toEngine(engine: Engine, record: JournalRecord): void {
  if (record.type === "account_saved") {
    const { id, parent } = record.account;
    engine.apply({ type: "account_placed", account: id, parent });
  } else if (record.type === "revision_saved") {
    const event: EngineEvent = { type: "revision_put", ...record.revision, until: record.revision.until };
    engine.apply(event);
  }
}

/** Senders whose messages detection holds: `H` and for how many seconds. Then it lets them go. */
const HELD = /^H(\d+)$/;
const ASK_AGAIN_MS = 2_000;

/** The engine, with a detection that holds what a sender's name says: traffic that makes the real one hold takes too long. */
function withHolds(engine: Engine): DecidingEngine {
  const ask = (message: Message, policy: string, decide: () => Verdict): Verdict => {
    const [, seconds] = HELD.exec(message.originator) ?? [];
    const { at, heldSince = at } = message;
    if (seconds === undefined || at >= heldSince + Number(seconds) * 1_000) return decide();
    const verdict = engine.preview(message, policy);
    if (verdict.action !== "allow") return verdict;
    return { ...verdict, action: "hold", reason: "range_surge", until: (at + ASK_AGAIN_MS) as EpochMilliseconds };
  };
  return {
    decide: (message, policy) => ask(message, policy, () => engine.decide(message, policy)),
    decideByRules: (message, policy) => engine.decideByRules(message, policy),
    preview: (message, policy) => ask(message, policy, () => engine.preview(message, policy)),
    previewByRules: (message, policy) => engine.previewByRules(message, policy),
    reconsider: (message, policy, earlier) => engine.reconsider(message, policy, earlier),
    reconsiderByRules: (message, policy) => engine.reconsiderByRules(message, policy),
    limitNeeds: (account, policy, at) => engine.limitNeeds(account, policy, at),
  };
}
