import type { Watch } from "./watch.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A watched scope lets one more new number through after so long, then after three times as long, and so on. */
const WATCH_PROBE_MS = 10 * MINUTE_MS;
const WATCH_PROBE_FACTOR = 3;
/** A contained range, while attempts go on. */
const BUSY_PROBE_MS = HOUR_MS;
const BUSY_PROBE_FACTOR = 3;
/** The same where people are known: most who ask may soon be people again. */
const KNOWN_PROBE_MS = 15 * MINUTE_MS;
const KNOWN_PROBE_FACTOR = 1.5;
const MOST_STEPS = 6;
const LONGEST_PROBE_MS = 24 * HOUR_MS;
/** After a quiet time both are asked sooner; after a quiet time in which the attack only paused, not again. */
const QUIET_PROBE_MS = 15 * MINUTE_MS;
const LONGER = 1.5;
/** A schedule that was not used for so long is forgotten: the next one begins anew. */
const FORGOTTEN_MS = 24 * HOUR_MS;

/**
 * Messages that were let pass in a destination to learn whether an attack goes on. One schedule for all its watched scopes:
 * an attack on many ranges gets no more of them than one on a single range.
 */
export interface ProbeSchedule {
  count: number;
  lastAt: number;
  /** The longest quiet time after which the next message was let through; 0: none was since a probe was completed. */
  pause: number;
}

/** May one message pass now? */
export function isProbeDue(
  { count, lastAt, pause }: ProbeSchedule,
  { key, contained, quietFor, isNew }: Watch,
  at: number,
): boolean {
  if (quietFor >= Math.max(QUIET_PROBE_MS, LONGER * pause)) return true;
  const isContained = contained !== undefined;
  if (key > 0 && !isNew) return at - lastAt >= KNOWN_PROBE_MS * KNOWN_PROBE_FACTOR ** Math.min(count, MOST_STEPS);
  const busy = isContained ? BUSY_PROBE_MS * BUSY_PROBE_FACTOR ** count : WATCH_PROBE_MS * WATCH_PROBE_FACTOR ** count;
  return at - lastAt >= Math.min(busy, LONGEST_PROBE_MS);
}

/** The schedules of an account, by destination. */
export class ProbeSchedules {
  readonly #schedules: Map<number, ProbeSchedule> = new Map();

  /** Begins to count now where there was none. */
  of(destination: number, at: number): ProbeSchedule {
    const known = this.#schedules.get(destination);
    if (known !== undefined) return known;
    const begun: ProbeSchedule = { count: 0, lastAt: at, pause: 0 };
    this.#schedules.set(destination, begun);
    return begun;
  }

  advance(until: number): void {
    for (const [destination, { lastAt }] of this.#schedules) {
      if (until - lastAt >= FORGOTTEN_MS) this.#schedules.delete(destination);
    }
  }

  snapshot(): ProbeSchedulesSnapshot {
    return [...this.#schedules].map(([destination, schedule]) => [destination, { ...schedule }]);
  }

  static restore(snapshot: ProbeSchedulesSnapshot): ProbeSchedules {
    const schedules = new ProbeSchedules();
    for (const [destination, schedule] of snapshot) schedules.#schedules.set(destination, { ...schedule });
    return schedules;
  }
}

export type ProbeSchedulesSnapshot = readonly (readonly [number, ProbeSchedule])[];
