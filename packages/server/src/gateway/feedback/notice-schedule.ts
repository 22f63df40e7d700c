import type { Notice } from "../../store/journal-record.ts";

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

/** How long to wait after the `attempt`-th failure (1, 2 …). Undefined: that was the last. */
export function retryDelayMs(dialect: Notice["dialect"], attempt: number): number | undefined {
  return (dialect === "cm" ? SEVEN_DAYS : THREE_DAYS)[attempt - 1];
}
