import type { Watch } from "./watch.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A watched scope lets one more new number through after so long, then after three times as long, and so on. */
const WATCH_PROBE_MS = 10 * MINUTE_MS;
const WATCH_PROBE_FACTOR = 3;
/** After a quiet time both are asked sooner, the next time after twice as long; a contained range while attempts go on, later. */
const QUIET_PROBE_MS = 15 * MINUTE_MS;
const BUSY_PROBE_MS = HOUR_MS;
const LONGEST_PROBE_MS = 12 * HOUR_MS;
/** A schedule that was not used for so long is forgotten: the next one begins anew. */
const FORGOTTEN_MS = 24 * HOUR_MS;

/**
 * Messages that were let pass in a destination to learn whether an attack goes on. One schedule for all its watched scopes:
 * an attack on many ranges gets no more of them than one on a single range.
 */
export interface ProbeSchedule {
  count: number;
  lastAt: number;
}

/** May one message pass now? */
export function isProbeDue({ count, lastAt }: ProbeSchedule, { contained, quietFor }: Watch, at: number): boolean {
  const waited = at - lastAt;
  if (quietFor >= QUIET_PROBE_MS && waited >= QUIET_PROBE_MS * 2 ** count) return true;
  const busy = contained === undefined ? WATCH_PROBE_MS * WATCH_PROBE_FACTOR ** count : BUSY_PROBE_MS * 2 ** count;
  return waited >= Math.min(busy, LONGEST_PROBE_MS);
}

/** The schedules of an account, by destination. */
export class ProbeSchedules {
  readonly #schedules: Map<number, ProbeSchedule> = new Map();

  /** Begins to count now where there was none. */
  of(destination: number, at: number): ProbeSchedule {
    const known = this.#schedules.get(destination);
    if (known !== undefined) return known;
    const begun: ProbeSchedule = { count: 0, lastAt: at };
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
