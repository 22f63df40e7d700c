import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord, OutgoingNotice } from "../../store/journal-record.ts";
import type { QueuedNotice, Store } from "../../store/store.ts";
import type { MessageId } from "../message-id.ts";
import { retryDelayMs } from "./notice-schedule.ts";
import type { PausedReceivers } from "./paused-receivers.ts";
import { receiverOf } from "./receiver.ts";
import { createReceiverHealth } from "./receiver-health.ts";
import { createTellNotice, type TellNoticeParts } from "./tell-notice.ts";

export interface NoticeQueueParts extends Omit<TellNoticeParts, "messages"> {
  readonly store: {
    readonly journal: Pick<Store["journal"], "append">;
    readonly notices: Pick<Store["notices"], "due" | "nextDueAt">;
    readonly messages: TellNoticeParts["messages"];
  };
  /** Hears that the store could not be read or the journal not written. */
  readonly onFault?: (failure: unknown) => void;
  /** Calls back once after a time; returns how to cancel that. Default: a timer that keeps no process alive. */
  readonly later?: (call: () => void, milliseconds: number) => () => void;
  /** Draws the jitter of retries, 0 to 1. Default: Math.random. */
  readonly random?: () => number;
  /** What is not to be told to: counts as given up, and can be replayed. Absent: nothing is ever paused. */
  readonly paused?: Pick<PausedReceivers, "isPaused">;
  /** A notice was given up after all its tries, the first of them at `since`. */
  readonly onGivenUp?: (account: AccountId, receiver: string, since: EpochMilliseconds) => void;
  /** Requests to one account's servers at once. Default 8. */
  readonly perAccount?: number;
}

/** Tells customers' servers what became of their messages, until each notice was taken or given up. */
export interface NoticeQueue {
  start(): void;
  /** New notices stand in the journal. */
  wake(): void;
  /** Resolves when no request is under way. What waits stays in the store. */
  close(): Promise<void>;
}

/** Notices that one look into the store brings. */
const PULL = 500;
/** Chains that wait in memory for their account's turn; more are put off, so that one account cannot fill the pull. */
const LANE = 1000;
const STORE_PAUSE_MS = 5_000;
/** Waiting notices that a start looks at, to know which chains wait. */
const SEED = 100_000;
const LONGEST_TIMER_MS = 3_600_000;

/** The notices of one message to one URL: told in the order in which things happened. */
interface Chain {
  readonly key: string;
  readonly lane: Lane;
  readonly notices: QueuedNotice[];
}

interface Lane {
  running: number;
  readonly waiting: Chain[];
}

/**
 * The store holds the queue; memory holds only what is being told now, and until when a chain must wait. A failure puts
 * off the whole chain to one time, so that the later notices of a message keep their place behind the one that failed,
 * also after a restart: of notices due at the same time the store gives the one queued first before the others.
 */
export function createNoticeQueue(parts: NoticeQueueParts): NoticeQueue {
  const later = parts.later ?? unrefTimer;
  const perAccount = parts.perAccount ?? 8;
  const random = parts.random ?? Math.random;
  const tell = createTellNotice({ ...parts, messages: parts.store.messages });
  const health = createReceiverHealth();
  const lanes = new Map<AccountId, Lane>();
  const chains = new Map<string, Chain>();
  /** Notices in `chains`: due in the store, and already here. */
  const held = new Set<MessageId>();
  /** Let go while the store was being read: what that reading says of them is old. */
  const letGo = new Set<MessageId>();
  /** Chains that wait, and until when. */
  const putOff = new Map<string, number>();
  let cancelTimer: () => void = () => undefined;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let running = false;
  let recalled = false;
  let idle: (() => void) | undefined;

  function wake(): void {
    if (!running) return;
    lookAgain = true;
    looking ??= look()
      .catch((failure: unknown) => {
        // The store cannot be read, or the journal not written: neither gets better by hurrying.
        parts.onFault?.(failure);
        if (running) cancelTimer = later(wake, STORE_PAUSE_MS);
      })
      .finally(() => {
        looking = undefined;
        if (lookAgain) wake();
      });
  }

  async function look(): Promise<void> {
    cancelTimer();
    if (!recalled) await recall();
    while (lookAgain && running) {
      lookAgain = false;
      letGo.clear();
      const due = await parts.store.notices.due(parts.now(), PULL + held.size);
      const fresh = due.filter(({ id }) => !held.has(id) && !letGo.has(id));
      await take(fresh);
      if (fresh.length >= PULL) lookAgain = true;
    }
    const next = await parts.store.notices.nextDueAt();
    // What is due already is held here, and the end of its attempt brings the next look.
    const wait = next === undefined ? LONGEST_TIMER_MS : Math.max(next - parts.now(), held.size > 0 ? 1_000 : 0);
    if (running) cancelTimer = later(wake, Math.min(wait, LONGEST_TIMER_MS));
  }

  async function take(fresh: readonly QueuedNotice[]): Promise<void> {
    const records: JournalRecord[] = [];
    const now = parts.now();
    for (const queued of fresh) {
      const key = chainKey(queued.notice);
      const under = chains.get(key);
      if (under !== undefined) {
        under.notices.push(queued);
        held.add(queued.id);
        continue;
      }
      const until = putOff.get(key) ?? 0;
      if (now < until) {
        records.push(putOffRecord(queued, until));
        continue;
      }
      const lane = laneOf(queued.notice.account);
      if (lane.waiting.length >= LANE) {
        records.push(failedRecord(queued, { error: "account_busy" }));
        continue;
      }
      const { account } = queued.notice;
      if (parts.paused?.isPaused(account, receiverOf(queued.notice)) === true) {
        records.push(attemptRecord(queued, { taken: false, error: "receiver_paused" }));
        continue;
      }
      if (!health.mayTry(healthKey(queued.notice), now)) {
        records.push(failedRecord(queued, { error: "receiver_failing" }));
        continue;
      }
      const chain = { key, lane, notices: [queued] };
      held.add(queued.id);
      chains.set(key, chain);
      lane.waiting.push(chain);
      advance(lane);
    }
    if (records.length > 0) await parts.store.journal.append(records);
  }

  function release(chain: Chain): void {
    chains.delete(chain.key);
    for (const { id } of chain.notices) {
      held.delete(id);
      letGo.add(id);
    }
  }

  function laneOf(account: AccountId): Lane {
    let lane = lanes.get(account);
    if (lane === undefined) {
      lane = { running: 0, waiting: [] };
      lanes.set(account, lane);
    }
    return lane;
  }

  function advance(lane: Lane): void {
    while (running && lane.running < perAccount) {
      const chain = lane.waiting.shift();
      if (chain === undefined) return;
      lane.running += 1;
      void tellChain(chain).finally(() => {
        lane.running -= 1;
        release(chain);
        const account = chain.notices[0]?.notice.account;
        if (account !== undefined && lane.running === 0 && lane.waiting.length === 0) lanes.delete(account);
        advance(lane);
        wake();
        if (!running && held.size === 0) idle?.();
      });
    }
  }

  /** Tells the notices of a chain one after the other, until one fails. */
  async function tellChain(chain: Chain): Promise<void> {
    try {
      for (let told = 0; told < chain.notices.length && running; told += 1) {
        const queued = chain.notices[told];
        if (queued === undefined) return;
        const { end, ...outcome } = await tell(queued);
        health.tried(healthKey(queued.notice), end !== "try_again", parts.now());
        const record =
          end === "try_again"
            ? failedRecord(queued, outcome)
            : attemptRecord(queued, { taken: end === "taken", ...outcome });
        const records = [record];
        if (record.nextAt !== undefined)
          for (const behind of chain.notices.slice(told + 1)) records.push(putOffRecord(behind, record.nextAt));
        await parts.store.journal.append(records);
        if (record.nextAt !== undefined) return;
      }
    } catch (failure) {
      // The journal cannot be written. The notices stay due in the store; nothing more is told until a restart.
      running = false;
      parts.onFault?.(failure);
    }
  }

  /** A failed attempt; without `nextAt` it was the last. */
  function failedRecord(queued: QueuedNotice, outcome: AttemptOutcome): AttemptRecord {
    const attempt = queued.attempts + 1;
    const delay = retryDelayMs(queued.notice.dialect, attempt, random);
    if (delay === undefined) {
      parts.onGivenUp?.(queued.notice.account, receiverOf(queued.notice), queued.at);
      return attemptRecord(queued, { taken: false, ...outcome });
    }
    const nextAt = (parts.now() + delay) as EpochMilliseconds;
    putOff.set(chainKey(queued.notice), nextAt);
    if (putOff.size > SEED) forgetPast();
    return attemptRecord(queued, { taken: false, ...outcome, nextAt });
  }

  /** A notice behind one that failed: its attempt failed with it. */
  function putOffRecord(queued: QueuedNotice, nextAt: number): AttemptRecord {
    return attemptRecord(queued, {
      taken: false,
      error: "waits_for_earlier",
      nextAt: nextAt as EpochMilliseconds,
    });
  }

  function attemptRecord(
    { id, attempts }: QueuedNotice,
    outcome: Pick<AttemptRecord, "taken" | "status" | "error" | "nextAt">,
  ): AttemptRecord {
    return { type: "notice_attempted", id, at: parts.now(), attempt: attempts + 1, ...outcome };
  }

  function forgetPast(): void {
    const now = parts.now();
    for (const [key, until] of putOff) if (until <= now) putOff.delete(key);
  }

  /** After a restart the chains that wait are known from the store alone. */
  async function recall(): Promise<void> {
    const waiting = await parts.store.notices.due(Number.MAX_SAFE_INTEGER as EpochMilliseconds, SEED);
    const now = parts.now();
    for (const { notice, nextAt } of waiting) if (nextAt > now) putOff.set(chainKey(notice), nextAt);
    recalled = true;
  }

  return {
    start() {
      running = true;
      wake();
    },
    wake,
    async close() {
      running = false;
      cancelTimer();
      await looking;
      cancelTimer();
      for (const lane of lanes.values())
        for (const chain of lane.waiting.splice(0)) {
          release(chain);
        }
      if (held.size > 0)
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
    },
  };
}

type AttemptRecord = Extract<JournalRecord, { type: "notice_attempted" }>;
type AttemptOutcome = Pick<AttemptRecord, "status" | "error">;

/** What must keep its order: the notices of one message to one URL, of one alert to one channel. */
function chainKey(notice: OutgoingNotice): string {
  return notice.dialect === "alert"
    ? `alert ${notice.event.alert} ${notice.channel} ${notice.account}`
    : `${notice.message} ${notice.dialect} ${notice.url}`;
}

function healthKey(notice: OutgoingNotice): string {
  return `${notice.account} ${receiverOf(notice)}`;
}

function unrefTimer(call: () => void, milliseconds: number): () => void {
  const timer = setTimeout(call, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
