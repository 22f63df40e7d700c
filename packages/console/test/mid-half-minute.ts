import { setTimeout as wait } from "node:timers/promises";

const HALF_MINUTE_MS = 30_000;
/** So much of a half minute must be left for a page to send a code of it. */
const LEFT_MS = 12_000;

/** The time, in epoch milliseconds, as soon as a code that is shown then is good for a while yet. */
export async function midHalfMinute(): Promise<number> {
  const left = HALF_MINUTE_MS - (Date.now() % HALF_MINUTE_MS);
  if (left < LEFT_MS) await wait(left + 500);
  return Date.now();
}
