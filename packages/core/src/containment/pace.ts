const HALF_LIFE_MS = 10 * 60_000;
/** As long as so much of its highest pace is left, an attack goes on. */
const STILL = 0.1;

/** How fast numbers of a scope are asked for: a count that decays by half in ten minutes, and the highest it ever was. */
export interface Pace {
  count: number;
  highest: number;
  at: number;
  /** When it was last fast enough for the attack that it was. */
  attackAt: number;
}

export function newPace(at: number): Pace {
  return { count: 0, highest: 0, at, attackAt: at };
}

export function notePace(pace: Pace, at: number): void {
  pace.count = pace.count * 2 ** (-Math.max(at - pace.at, 0) / HALF_LIFE_MS) + 1;
  pace.at = Math.max(pace.at, at);
  pace.highest = Math.max(pace.highest, pace.count);
  // What usually comes to a popular block does not keep it shut.
  if (pace.count >= STILL * pace.highest) pace.attackAt = pace.at;
}
