import { ACTIONS, type Action } from "./live-search.ts";

export type Counts = Readonly<Record<Action, number>>;
export type Second = Counts & { readonly at: number };

export interface LiveDecision {
  readonly id: string;
  readonly at: string;
  readonly to: string;
  readonly destination: string;
  readonly purpose: string;
  readonly from: string;
  readonly action: Action;
  readonly would: Action | null;
  readonly reason: string;
  readonly sentence: string;
}

/** The answer of `/v1/traffic/live`. */
export interface LiveAnswer {
  readonly now: number;
  readonly seconds: readonly Second[];
  readonly latest: readonly LiveDecision[];
}

/** How long a time is in sight, in seconds, and how long one column of it. */
export const WINDOW_SECONDS = 900;
export const COLUMN_SECONDS = 5;
const LATEST_KEPT = 100;

/** The last 15 minutes as far as they are known: as large as that, whatever comes. */
export interface LiveWindow {
  /** The second that is under way. */
  readonly now: number;
  readonly seconds: readonly Second[];
  /** Newest first. */
  readonly latest: readonly LiveDecision[];
}

export const EMPTY: LiveWindow = { now: 0, seconds: [], latest: [] };

/** What was known, with what follows on it. */
export function joined(window: LiveWindow, { now, seconds, latest }: LiveAnswer): LiveWindow {
  const last = window.seconds.at(-1)?.at ?? 0;
  const known = new Set(window.latest.map(({ id }) => id));
  return {
    now,
    seconds: [...window.seconds, ...seconds.filter(({ at }) => at > last)].filter(
      ({ at }) => at >= now - WINDOW_SECONDS,
    ),
    latest: [...latest.filter(({ id }) => !known.has(id)), ...window.latest].slice(0, LATEST_KEPT),
  };
}

/** The window in columns, oldest first: each begins at a whole number of columns, so that they do not flicker. */
export function columnsOf({ now, seconds }: LiveWindow): readonly Second[] {
  const end = Math.ceil(now / COLUMN_SECONDS) * COLUMN_SECONDS;
  const begin = end - WINDOW_SECONDS;
  const columns = Array.from({ length: WINDOW_SECONDS / COLUMN_SECONDS }, (_, index) => ({
    at: begin + index * COLUMN_SECONDS,
    ...NONE,
  }));
  for (const second of seconds) {
    const column = columns[Math.floor((second.at - begin) / COLUMN_SECONDS)];
    if (column === undefined) continue;
    for (const action of ACTIONS) column[action] += second[action];
  }
  return columns;
}

const NONE = { allow: 0, challenge: 0, hold: 0, block: 0 };

/** How many of each in a span of time, the end not in it; without bounds: in all of the window. */
export function countsIn({ seconds }: LiveWindow, from = 0, until = Number.POSITIVE_INFINITY): Counts {
  const total = { ...NONE };
  for (const second of seconds) {
    if (second.at < from || second.at >= until) continue;
    for (const action of ACTIONS) total[action] += second[action];
  }
  return total;
}

/** The window minute by minute, newest first; minutes without traffic are left out. */
export function minutesOf({ seconds }: LiveWindow): readonly Second[] {
  const minutes = new Map<number, { at: number } & Record<Action, number>>();
  for (const second of seconds) {
    const at = second.at - (second.at % 60);
    const minute = minutes.get(at) ?? { at, ...NONE };
    for (const action of ACTIONS) minute[action] += second[action];
    minutes.set(at, minute);
  }
  return [...minutes.values()].sort((one, other) => other.at - one.at);
}

export function sumOf(counts: Counts): number {
  return ACTIONS.reduce((sum, action) => sum + counts[action], 0);
}
