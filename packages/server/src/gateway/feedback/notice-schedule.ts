import type { OutgoingNotice } from "../../store/journal-record.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** From each failed attempt to the next, as Standard Webhooks advises: ten attempts in a little over three days. */
const THREE_DAYS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** CM.com repeats its status reports for seven days, and its customers count on that. */
const SEVEN_DAYS = [...THREE_DAYS, 24 * HOUR, 24 * HOUR, 24 * HOUR, 20 * HOUR];

/** Up to this share of a delay is added at random, so that what failed together does not come back together. */
const JITTER = 0.2;

/** How long to wait after the `attempt`-th failure (1, 2 …). Undefined: that was the last. `random`: 0 to 1. */
export function retryDelayMs(
  dialect: OutgoingNotice["dialect"],
  attempt: number,
  random: () => number,
): number | undefined {
  const delay = (dialect === "cm" ? SEVEN_DAYS : THREE_DAYS)[attempt - 1];
  return delay === undefined ? undefined : Math.round(delay * (1 + JITTER * random()));
}
