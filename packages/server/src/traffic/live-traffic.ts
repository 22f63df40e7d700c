import { type AccountId, shownNumber, type VerdictAction } from "@safeguard/core";
import { maskedNumber } from "../decisions/masked-number.ts";
import { type Explain, publicId } from "../decisions/view-decision.ts";
import type { Journal } from "../store/journal.ts";
import type { DecisionRecord, JournalRecord } from "../store/journal-record.ts";

/** How far back the counts reach, in seconds, and how many entries of the journal are read for what was before the first look. */
export const LIVE_SECONDS = 900;
const BACKFILL_ENTRIES = 10_000;
/** Decisions that are shown one by one. */
const LATEST_KEPT = 500;
/** An account that nobody has looked at for so long is counted no more, in milliseconds. */
const FORGOTTEN_AFTER_MS = 60_000;

/** In the order of what they do to the person who waits for a message. */
export const ACTIONS = ["allow", "challenge", "hold", "block"] as const satisfies readonly VerdictAction[];

export type ActionCounts = Readonly<Record<VerdictAction, number>>;

export interface LiveFilter {
  readonly destination?: string | undefined;
  readonly purpose?: string | undefined;
  readonly action?: VerdictAction | undefined;
}

/** One decision, as it is shown while it goes by: its number masked. */
export interface LiveDecision {
  readonly id: string;
  readonly at: number;
  readonly to: string;
  readonly destination: string;
  readonly purpose: string;
  readonly from: string;
  readonly action: VerdictAction;
  readonly would: VerdictAction | undefined;
  readonly reason: string;
  readonly sentence: string;
}

type Decided = Exclude<DecisionRecord, { type: "message_rejected" }>;

/** The last minutes of one account. */
interface Watched {
  lastLook: number;
  /** By second, then by destination and purpose: how many of each action, in the order of ACTIONS. */
  readonly seconds: Map<number, Map<string, Uint32Array>>;
  /** Oldest first. */
  readonly latest: Decided[];
  /** What was before the first look is being read. */
  filled: Promise<void>;
}

export interface LiveCounts {
  /** Whole seconds since 1970, oldest first; those in which nothing was decided are left out. */
  readonly seconds: readonly ({ readonly at: number } & ActionCounts)[];
  /** Newest first. */
  readonly latest: readonly LiveDecision[];
}

/**
 * Counts decisions as they are made, for accounts that somebody looks at: nothing is kept of others, and nothing of these
 * beyond 15 minutes.
 */
export class LiveTraffic {
  readonly #journal: Pick<Journal, "lastSequence" | "settled" | "read">;
  readonly #explain: Explain;
  readonly #watched = new Map<AccountId, Watched>();

  constructor(journal: Pick<Journal, "lastSequence" | "settled" | "read">, explain: Explain) {
    this.#journal = journal;
    this.#explain = explain;
  }

  /** Every record, in the order of the journal. */
  hear(record: JournalRecord): void {
    if (this.#watched.size === 0 || !isDecided(record)) return;
    const watched = this.#watched.get(record.account);
    if (watched === undefined) return;
    count(watched, record);
    watched.latest.push(record);
    if (watched.latest.length > 2 * LATEST_KEPT) watched.latest.splice(0, watched.latest.length - LATEST_KEPT);
  }

  /** What was decided in the whole seconds after `after` and before `now`, at most the last 15 minutes of them. */
  async look(account: AccountId, filter: LiveFilter, after: number, now: number, most: number): Promise<LiveCounts> {
    this.#forget(now);
    const watched = this.#watched.get(account) ?? this.#watch(account, now);
    watched.lastLook = now;
    await watched.filled;
    const thisSecond = Math.floor(now / 1000);
    for (const second of watched.seconds.keys()) if (second < thisSecond - LIVE_SECONDS) watched.seconds.delete(second);
    const seconds = [...watched.seconds]
      .filter(([second]) => second > after && second < thisSecond)
      .sort(([one], [other]) => one - other)
      .map(([at, counts]) => ({ at, ...sum(counts, filter) }))
      .filter((one) => ACTIONS.some((action) => one[action] > 0));
    return { seconds, latest: this.#latest(watched, filter, after, most) };
  }

  #watch(account: AccountId, now: number): Watched {
    const watched: Watched = { lastLook: now, seconds: new Map(), latest: [], filled: Promise.resolve() };
    this.#watched.set(account, watched);
    // What comes from here on is heard; what was before is read when it is durable.
    watched.filled = this.#fill(watched, account, this.#journal.lastSequence, now - LIVE_SECONDS * 1000);
    return watched;
  }

  async #fill(watched: Watched, account: AccountId, until: number, since: number): Promise<void> {
    await this.#journal.settled();
    const before: Decided[] = [];
    for await (const { sequence, record } of this.#journal.read(Math.max(1, until - BACKFILL_ENTRIES + 1))) {
      if (sequence > until) break;
      if (!isDecided(record) || record.account !== account || record.at < since) continue;
      count(watched, record);
      before.push(record);
    }
    watched.latest.unshift(...before.slice(-LATEST_KEPT));
  }

  #forget(now: number): void {
    for (const [account, { lastLook }] of this.#watched)
      if (now - lastLook > FORGOTTEN_AFTER_MS) this.#watched.delete(account);
  }

  #latest({ latest }: Watched, filter: LiveFilter, after: number, most: number): readonly LiveDecision[] {
    const found: LiveDecision[] = [];
    for (let index = latest.length - 1; index >= 0 && found.length < most; index--) {
      const record = latest[index];
      if (record === undefined || record.at < (after + 1) * 1000) break;
      if (passes(record, filter)) found.push(this.#view(record));
    }
    return found;
  }

  #view(record: Decided): LiveDecision {
    const { id, at, to, originator, purpose, verdict } = record;
    const number = shownNumber(to);
    return {
      id: publicId(record.type === "decision_made" ? "dec_" : "msg_", id),
      at,
      to: maskedNumber(number),
      destination: destinationOf(record),
      purpose,
      from: originator,
      action: verdict.action,
      would: verdict.would,
      reason: verdict.reason,
      sentence: this.#explain(verdict).replaceAll(number, maskedNumber),
    };
  }
}

function isDecided(record: JournalRecord): record is Decided {
  return record.type === "message_decided" || record.type === "decision_made";
}

function destinationOf({ candidates }: Decided): string {
  return candidates.length === 1 ? (candidates[0] ?? "unknown") : "unknown";
}

function passes(record: Decided, { destination, purpose, action }: LiveFilter): boolean {
  return (
    (destination ?? destinationOf(record)) === destinationOf(record) &&
    (purpose ?? record.purpose) === record.purpose &&
    (action ?? record.verdict.action) === record.verdict.action
  );
}

function count({ seconds }: Watched, record: Decided): void {
  const second = Math.floor(record.at / 1000);
  let counts = seconds.get(second);
  if (counts === undefined) {
    counts = new Map();
    seconds.set(second, counts);
    for (const old of seconds.keys()) {
      if (old >= second - LIVE_SECONDS) break;
      seconds.delete(old);
    }
  }
  const key = `${destinationOf(record)} ${record.purpose}`;
  let line = counts.get(key);
  if (line === undefined) {
    line = new Uint32Array(ACTIONS.length);
    counts.set(key, line);
  }
  const index = ACTIONS.indexOf(record.verdict.action);
  line[index] = (line[index] ?? 0) + 1;
}

function sum(counts: ReadonlyMap<string, Uint32Array>, { destination, purpose, action }: LiveFilter): ActionCounts {
  const total = { allow: 0, hold: 0, challenge: 0, block: 0 };
  for (const [key, line] of counts) {
    const [there, what] = key.split(" ");
    if ((destination ?? there) !== there || (purpose ?? what) !== what) continue;
    for (const [index, one] of ACTIONS.entries()) if ((action ?? one) === one) total[one] += line[index] ?? 0;
  }
  return total;
}
