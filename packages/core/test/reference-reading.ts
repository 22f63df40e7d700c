import type { Expectation } from "../src/detectors/reading.ts";
import type { LatencyBaseline } from "../src/signals/latency-baseline.ts";

/** One session of a chain, newest first, as the reference reads it. */
export interface ChainedSession {
  readonly age: number;
  /** Trials from this one to now, without it. */
  readonly trialsSince: number;
  readonly isNear: boolean;
  readonly isSent: boolean;
  /** Outcomes of what was sent at the same time are known to have arrived. */
  readonly isHeard: boolean;
  readonly convertedAfter: number | undefined;
  readonly deliveredAfter: number | undefined;
  readonly isActive: boolean;
  readonly device: number;
  readonly address: number;
  /** Codes entered until one was right; undefined: not known. */
  readonly attempts: number | undefined;
}

/** The shares that the account's people are known for; undefined: not known. */
export interface UsualHabits {
  readonly delivered: number | undefined;
  readonly enteredOnce: number | undefined;
  readonly sharedAddress: number | undefined;
}

export interface ReadOff {
  readonly total: number;
  readonly share: number;
  readonly adjacency: number;
  readonly unanswered: number;
  readonly faked: number;
  readonly credit: number;
}

const DAY = 86_400_000;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const either = (is: boolean, attack: number, chance: number): number =>
  is ? Math.log(attack / chance) : Math.log((1 - attack) / (1 - chance));

/**
 * The evidence that an attack began with the oldest of these sessions, straight from its definition: of the trials since
 * then, all but these were misses, and the first hit is free. `active`: share of completions that activity follows.
 */
export function evidenceOf(
  sessions: readonly ChainedSession[],
  expected: Expectation,
  latency: LatencyBaseline,
  active: number,
  usual: UsualHabits = { delivered: undefined, enteredOnce: undefined, sharedAddress: undefined },
): ReadOff {
  const hits = sessions.length - 1;
  const misses = (sessions.at(-1)?.trialsSince ?? 0) - hits;
  const attacks = [0.5, 0.1, 0.02, 0.004].filter((attack) => attack > 1.5 * expected.share);
  const shares = attacks.map(
    (attack) => hits * Math.log(attack / expected.share) + misses * Math.log((1 - attack) / (1 - expected.share)),
  );
  // An attack takes more than is usual, or as much.
  const strongest = Math.max(...shares, 0);
  const share = strongest - Math.log(4);

  const near = sum(sessions.slice(0, hits).map(({ isNear }) => either(isNear, 0.8, 0.041)));
  const adjacency = expected.adjacency ? Math.max(near - Math.LN2, 0) : 0;

  const p0 = expected.completion;
  const p1 = expected.scope === "block" ? 0.03 : Math.min(0.15, p0 / 2);
  const sent = sessions.filter(({ isSent }) => isSent);
  const completed = sent.filter(({ convertedAfter }) => convertedAfter !== undefined);
  const silence = sent.map(({ age, isHeard, convertedAfter }) => {
    if (convertedAfter !== undefined) return Math.log(p1 / p0);
    const due = latency.slowShare(age);
    return isHeard ? Math.log((1 - p1 * due) / (1 - p0 * due)) : 0;
  });
  const unanswered = expected.outcomesCount ? sum(silence) : 0;

  const times = completed.map(({ convertedAfter = 0 }) => convertedAfter);
  const alike = sum(
    times.slice(1).map((time, index) => {
      const other = times[index] ?? 0;
      return either(Math.abs(time - other) <= 0.1 * Math.max(time, other), 0.9, 0.2);
    }),
  );
  const fast = sum(times.map((time) => either(time < latency.fastest / 1.2, 0.9, 0.03)));
  const order = sum(
    completed.map(({ convertedAfter = 0, deliveredAfter }) =>
      deliveredAfter === undefined ? 0 : either(convertedAfter < deliveredAfter, 0.9, expected.beforeDelivery),
    ),
  );
  const devices = sum(
    sent.map(({ device }, index) => {
      const newer = sent.slice(0, index).filter((other) => other.device !== 0);
      const repeated = newer.some((other) => other.device === device);
      return device === 0 || index === 0 ? 0 : either(repeated, 0.6, 0.1);
    }),
  );
  const activity = sum(
    completed.map(({ age, isActive }) => (active > 0 && age > DAY ? either(isActive, 0.05, active) : 0)),
  );
  const looks = Math.max(alike, fast, order, activity);
  const isKnown = Object.values(usual).some((habit) => habit !== undefined);
  const isCompared = isKnown && share + adjacency >= Math.log(20);
  const fakes = isCompared ? habitsWith(sent, usual, looks, devices) : Math.max(looks, devices) - Math.log(5);
  const faked = expected.outcomesCount && completed.length >= 4 ? fakes : 0;

  return {
    total: share + adjacency + Math.max(unanswered, faked, 0) - Math.log(3),
    share,
    adjacency,
    unanswered,
    faked,
    credit: creditOf(sent, expected.allowance),
  };
}

/** What a completion gives back is two; but never may more than 16 be open in a row. Only the last day counts. */
function creditOf(sent: readonly ChainedSession[], allowance: number): number {
  const lately = sent.filter(({ age }) => age < DAY);
  const balances = lately.map((_, index) => {
    const newer = lately.slice(0, index + 1);
    const completed = newer.filter(({ convertedAfter }) => convertedAfter !== undefined).length;
    return 2 * completed - (newer.length - completed);
  });
  return Math.min(allowance + (balances.at(-1) ?? 0), 16 + Math.min(...balances, 0));
}

/** Ways to look faked, times the habits that go with them. Each halves what it says at most, and multiplies it by ten at most. */
function habitsWith(sent: readonly ChainedSession[], usual: UsualHabits, looks: number, devices: number): number {
  const inTime = ({ deliveredAfter }: ChainedSession): boolean =>
    (deliveredAfter ?? Number.POSITIVE_INFINITY) <= 30_000;
  const reports = sent.flatMap((session, index) => {
    const before = sent[index + 1];
    return before !== undefined && inTime(before) && session.age >= 30_000 ? [inTime(session)] : [];
  });
  const entered = sent.flatMap(({ convertedAfter, attempts }) =>
    convertedAfter === undefined || attempts === undefined ? [] : [attempts === 1],
  );
  const addresses = sent.filter(({ address }) => address !== 0).map(({ address }) => address);
  const repeated = addresses
    .slice(1)
    .map((address, index) => addresses.slice(Math.max(index - 15, 0), index + 1).includes(address));
  const factor = (cases: readonly boolean[], attack: number, chance: number | undefined): number => {
    const nats = chance === undefined ? 0 : sum(cases.map((is) => either(is, attack, chance)));
    return Math.min(Math.log((1 + Math.exp(nats)) / 2), Math.log(10));
  };
  const others = factor(reports, 0.99, usual.delivered) + factor(entered, 0.99, usual.enteredOnce);
  const least = Math.max(looks, 0);
  const shared = Math.min(factor(repeated, 0.6, usual.sharedAddress), Math.max(least + others, 0));
  return Math.max(least + shared, devices) + others - Math.log(6);
}
