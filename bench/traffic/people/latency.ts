import type { Random } from "../random/random.ts";

/*
 * Published figures for one-time codes: about 72 % completed, median 13.5 s from request to completion; handset to handset
 * 6 to 8 s. Milliseconds throughout.
 */
const LEAST_TYPING = 3_000;
const TYPING_MEDIAN = 10_300;
const TYPING_SIGMA = 0.55;
const LONG_TAIL = 0.04;
const LONGEST = 10 * 60_000;

/** From the request to the handset. */
export function transit(random: Random): number {
  const late = random.chance(0.02);
  const usual = 900 + random.lognormal(2_400, 0.5);
  return late ? usual + random.exponential(25_000) : usual;
}

/** From the request to completion, by a person who types a code: 3 s and a lognormal part; 4 in 100 take minutes. */
export function humanLatency(random: Random): number {
  const slow = random.chance(LONG_TAIL);
  const usual = LEAST_TYPING + random.lognormal(TYPING_MEDIAN, TYPING_SIGMA);
  return Math.min(LONGEST, slow ? LEAST_TYPING + random.lognormal(110_000, 0.7) : usual);
}

/** From the request to completion by a link that is opened when it suits: median four minutes, up to hours. */
export function linkLatency(random: Random): number {
  return 20_000 + random.lognormal(240_000, 1.1);
}

/** From the handset to the delivery report: mostly a second, sometimes behind the person's own typing. */
export function reportLag(random: Random): number {
  const kind = random.uniform();
  const usual = 150 + random.exponential(900);
  if (kind < 0.94) return usual;
  return kind < 0.995 ? usual + random.exponential(15_000) : usual + random.exponential(3_600_000);
}
