import type { AccountId } from "@safeguard/core";
import type { JournalRecord, MessageWaits } from "../../store/journal-record.ts";
import type { Store, WaitingLane, WaitingMessage } from "../../store/store.ts";
import type { MessageId } from "../message-id.ts";
import type { WaitingRoom } from "../screening/screening-parts.ts";
import { type DueParts, principalOf } from "./due-message.ts";
import { endUnsent } from "./end-unsent.ts";
import { submitDue } from "./submit-due.ts";
import type { Throttle } from "./throttle.ts";
import { outgoingOf, readWaitingContent } from "./waiting-content.ts";

export interface SubmissionQueueParts extends Omit<DueParts, "store" | "waiting"> {
  readonly store: Pick<Store, "waiting"> & { readonly messages: Pick<Store["messages"], "findById"> };
  readonly throttle: Throttle;
  /** Messages up to this record of the journal are left waiting. 0: none is. */
  above(): number;
  /** Messages of one account that may wait. */
  readonly most: number;
  /** How many messages detection holds. */
  heldNow(): number;
  /** Hears that the store could not be read or the journal not written. */
  onFault(failure: unknown): void;
  /** Calls back once after a time; returns how to cancel that. Default: a timer that keeps no process alive. */
  readonly later?: (call: () => void, milliseconds: number) => () => void;
}

/** Sends what waits, when its time has come. */
export interface SubmissionQueue extends WaitingRoom {
  start(): Promise<void>;
  /** `above` says something else now. */
  lookAnew(): Promise<void>;
  /** What is given to the journal. */
  hear(record: JournalRecord): void;
  /** How many messages wait, those that are left waiting not among them. */
  count(): number;
  /** Does work on a waiting message while the queue leaves it alone. Undefined: it is being submitted, or waits no more. */
  alone<T>(account: AccountId, id: MessageId, work: (waiting: WaitingMessage) => Promise<T>): Promise<T | undefined>;
  /** Ends the wait for good. False: it was submitted, or ended, before. */
  cancel(account: AccountId, id: MessageId): Promise<boolean>;
  /** Resolves when no submission is under way. What waits stays in the store. */
  close(): Promise<void>;
}

/** Submissions under way at one provider. */
const UNDER_WAY = 128;
/** Messages of one lane that one look takes: of many accounts each has its turn. */
const PAGE = 32;
/** As many may be held as hold a request open. */
const MOST_HELD = 10_000;
const EXPIRY_INTERVAL_MS = 5_000;
const EXPIRED_PAGE = 500;
/** What is due, and not to be taken now, is looked at again so soon. */
const AGAIN_MS = 1_000;
const PAUSE_MS = 5_000;
const LONGEST_TIMER_MS = 3_600_000;

/** The messages of one account that wait for one provider: in memory only when the first of them is due. */
interface Lane extends WaitingLane {
  dueAt: number;
  isLooking: boolean;
}

/**
 * The store holds the queue; memory holds when each lane is due, which messages are being submitted, and how many wait.
 * Lanes have turns: neither a slow provider nor an account with a million messages holds up another.
 */
export function createSubmissionQueue(parts: SubmissionQueueParts): SubmissionQueue {
  const { store, throttle, now } = parts;
  const later = parts.later ?? unrefTimer;
  const lanes = new Map<string, Lane>();
  const counts = new Map<AccountId, number>();
  const underWay = new Map<string, number>();
  /** Being submitted, or ended by hand, or waiting with their clients. */
  const taken = new Set<MessageId>();
  /** Of those, whose wait has ended. */
  const ended = new Set<MessageId>();
  /** Their wait was ended from elsewhere, and the store may not say so yet. */
  const ending = new Set<MessageId>();
  /** Of each look into the store: those of whom it may say what is so no more. */
  const looks = new Set<Set<MessageId>>();
  const work = new Set<Promise<void>>();
  let running = false;
  let closed = false;
  let cancelTimer: () => void = () => undefined;
  let cancelExpiry: () => void = () => undefined;

  function laneOf(provider: string, account: AccountId): Lane {
    const key = `${provider} ${account}`;
    let lane = lanes.get(key);
    if (lane === undefined) {
      lane = { provider, account, dueAt: Number.POSITIVE_INFINITY, isLooking: false };
      lanes.set(key, lane);
    }
    return lane;
  }

  function expect(provider: string, account: AccountId, dueAt: number): void {
    const lane = laneOf(provider, account);
    if (dueAt < lane.dueAt) lane.dueAt = dueAt;
  }

  /** Gives every lane that is due its turn, and sets the alarm for the next. `alarm`: the one that has called. */
  function pump(alarm?: { readonly setAt: number; readonly wait: number }): void {
    if (!running) return;
    cancelTimer();
    const at = now();
    // Where the time of day was set back it stands still until it has caught up: looking ever so often makes nothing due.
    const least = alarm === undefined || at > alarm.setAt ? 1 : Math.min(2 * alarm.wait, AGAIN_MS);
    let next = LONGEST_TIMER_MS;
    for (const [key, lane] of [...lanes]) {
      if (lane.isLooking) continue;
      if (lane.dueAt === Number.POSITIVE_INFINITY) {
        lanes.delete(key);
        continue;
      }
      const wait = lane.dueAt - at;
      if (wait > 0) {
        next = Math.min(next, wait);
        continue;
      }
      const connector = parts.providers.connector(lane.provider);
      const free = UNDER_WAY - (underWay.get(lane.provider) ?? 0);
      // (the end of what is under way brings the next turn)
      if (free <= 0) continue;
      const room = throttle.take(connector, Math.min(PAGE, free));
      if (room === 0) {
        next = Math.min(next, throttle.wait(connector));
        continue;
      }
      // It goes to the end of the line.
      lanes.delete(key);
      lanes.set(key, lane);
      busy(lane.provider, room);
      track(turn(lane, room));
    }
    const wait = Math.max(least, next);
    cancelTimer = later(() => pump({ setAt: at, wait }), wait);
  }

  function busy(provider: string, messages: number): void {
    const count = (underWay.get(provider) ?? 0) + messages;
    if (count > 0) underWay.set(provider, count);
    else underWay.delete(provider);
  }

  function track(done: Promise<void>): void {
    const settled = done
      .catch((failure: unknown) => {
        // Neither a store that cannot be read nor a journal that cannot be written gets better by hurrying.
        parts.onFault(failure);
        running = false;
        cancelTimer = later(resume, PAUSE_MS);
      })
      .finally(() => {
        work.delete(settled);
        pump();
      });
    work.add(settled);
  }

  /** After a fault. */
  function resume(): void {
    if (closed) return;
    running = true;
    pump();
  }

  /** One look at a lane: takes what is due, at most `room`, and submits it. */
  async function turn(lane: Lane, room: number): Promise<void> {
    lane.isLooking = true;
    const dueBefore = lane.dueAt;
    lane.dueAt = Number.POSITIVE_INFINITY;
    const stale = new Set<MessageId>();
    looks.add(stale);
    let due: readonly WaitingMessage[] = [];
    try {
      const first = await store.waiting.first(lane, parts.above(), room + taken.size + 1);
      const at = now();
      const mine = first.filter(({ id, dueAt }) => dueAt <= at && isFree(id, stale));
      due = mine.slice(0, room);
      for (const { id } of due) taken.add(id);
      const dueIds = new Set(due.map(({ id }) => id));
      for (const one of first) {
        if (dueIds.has(one.id)) continue;
        // What others have in hand may come back; they say so when it does.
        const isElsewhere = !isFree(one.id, stale);
        expect(lane.provider, lane.account, isElsewhere ? Math.max(one.dueAt, at + AGAIN_MS) : one.dueAt);
      }
    } catch (failure) {
      lane.dueAt = Math.min(lane.dueAt, dueBefore);
      throw failure;
    } finally {
      looks.delete(stale);
      lane.isLooking = false;
      throttle.spend(parts.providers.connector(lane.provider), due.length - room);
      busy(lane.provider, due.length - room);
    }
    if (due.length === 0) return;
    pump();
    const left = new Set(due.map(({ id }) => id));
    const letGoOf = (id: MessageId): void => {
      if (left.delete(id)) letGo(id);
    };
    try {
      // (from here on another look may take it again)
      const onWaits = (waits: readonly MessageWaits[]): void => {
        for (const { message } of waits) letGoOf(message);
        added(waits);
      };
      await submitDue(parts, due, onWaits, (id) => ended.has(id));
    } catch (failure) {
      // What was not recorded is there still.
      expect(lane.provider, lane.account, now() + PAUSE_MS);
      throw failure;
    } finally {
      for (const id of [...left]) letGoOf(id);
      busy(lane.provider, -due.length);
    }
  }

  function isFree(id: MessageId, stale: ReadonlySet<MessageId>): boolean {
    return !taken.has(id) && !ending.has(id) && !stale.has(id);
  }

  function endsElsewhere(id: MessageId): void {
    ending.add(id);
    const isKnown = (): void => {
      ending.delete(id);
      outdate(id);
    };
    parts.journal.settled().then(isKnown, isKnown);
  }

  function letGo(id: MessageId): void {
    taken.delete(id);
    if (ended.delete(id)) endsElsewhere(id);
    outdate(id);
  }

  /** What was done with it is durable: a look that is under way may have seen it as it was before. */
  function outdate(id: MessageId): void {
    for (const stale of looks) stale.add(id);
  }

  async function readLanes(): Promise<void> {
    const found = await store.waiting.lanes(parts.above());
    counts.clear();
    for (const { provider, account, count, dueAt } of found) {
      counts.set(account, (counts.get(account) ?? 0) + count);
      expect(provider, account, dueAt);
    }
  }

  function added(waits: readonly MessageWaits[]): void {
    for (const { provider, account, dueAt } of waits) expect(provider, account, dueAt);
    pump();
  }

  async function endExpired(): Promise<void> {
    const stale = new Set<MessageId>();
    looks.add(stale);
    try {
      const found = await store.waiting.expired(now(), parts.above(), EXPIRED_PAGE);
      const over = found.filter(({ id }) => isFree(id, stale));
      for (const { id } of over) taken.add(id);
      try {
        await end(over, "expired");
      } finally {
        for (const { id } of over) letGo(id);
      }
    } finally {
      looks.delete(stale);
    }
  }

  /** Ends waits without an attempt, and tells those who want to hear of it. */
  async function end(waiting: readonly WaitingMessage[], how: Parameters<typeof endUnsent>[4]): Promise<void> {
    const contents = await store.waiting.contents(waiting.map(({ id }) => id));
    const records: JournalRecord[] = [];
    let notices = 0;
    const at = now();
    for (const [index, one] of waiting.entries()) {
      const text = contents[index];
      const content = text === undefined ? undefined : readWaitingContent(text);
      const principal = content && principalOf(parts.directory, one, content);
      const outgoing = content && principal && outgoingOf(content, principal);
      notices += endUnsent(parts, records, one, outgoing, how, at);
    }
    await parts.journal.append(records);
    if (notices > 0) parts.noticesQueued();
  }

  function lookForExpired(): void {
    cancelExpiry = later(() => {
      const looked = counts.size === 0 ? Promise.resolve() : endExpired();
      const settled = looked.catch(parts.onFault).finally(() => {
        work.delete(settled);
        if (!closed) lookForExpired();
      });
      work.add(settled);
    }, EXPIRY_INTERVAL_MS);
  }

  async function alone<T>(
    account: AccountId,
    id: MessageId,
    act: (waiting: WaitingMessage) => Promise<T>,
  ): Promise<T | undefined> {
    if (taken.has(id)) return undefined;
    taken.add(id);
    try {
      const waiting = await store.waiting.find(account, id);
      return waiting === undefined ? undefined : await act(waiting);
    } finally {
      letGo(id);
    }
  }

  return {
    async start() {
      await readLanes();
      running = true;
      pump();
      lookForExpired();
    },
    async lookAnew() {
      await readLanes();
      pump();
    },
    hear(record) {
      if (record.type !== "message_waits" && record.type !== "wait_ended") return;
      for (const stale of looks) stale.add(record.message);
      if (ended.has(record.message)) return;
      if (record.type === "wait_ended") {
        if (taken.has(record.message)) ended.add(record.message);
        else endsElsewhere(record.message);
      }
      const { account } = record;
      const isNew = record.type === "message_waits" && record.content !== undefined;
      const change = isNew ? 1 : record.type === "wait_ended" ? -1 : 0;
      const count = (counts.get(account) ?? 0) + change;
      if (count > 0) counts.set(account, count);
      else counts.delete(account);
    },
    count() {
      let total = 0;
      for (const count of counts.values()) total += count;
      return total;
    },
    roomFor: (account) => parts.most - (counts.get(account) ?? 0),
    mayHold: () => parts.heldNow() < MOST_HELD,
    added,
    claim: (id) => void taken.add(id),
    unclaim: letGo,
    hasEnded: (id) => ended.has(id),
    alone,
    async cancel(account, id) {
      const done = await alone(account, id, async (waiting) => {
        await end([waiting], "canceled");
        return true;
      });
      return done === true;
    },
    async close() {
      closed = true;
      running = false;
      cancelTimer();
      cancelExpiry();
      while (work.size > 0) await Promise.all(work);
      cancelTimer();
    },
  };
}

function unrefTimer(call: () => void, milliseconds: number): () => void {
  const timer = setTimeout(call, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
