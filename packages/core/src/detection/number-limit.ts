import { LINK, SESSION, type SessionLog, type SessionNumber } from "../signals/session-log.ts";
import type { UnansweredLimit } from "./detection-finding.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Codes to one number that may stay unanswered: people who do not get theirs ask two or three times. */
const PER_HOUR = 5;
const PER_DAY = 10;

/**
 * The number's unanswered codes of the last hour and day, back to the last completed one. A session counts whole while its
 * last message is inside the window, so never too few.
 */
export function unansweredOf(log: SessionLog, last: SessionNumber, at: number): Unanswered {
  let [inHour, inDay] = [0, 0];
  for (let session = last; session !== 0 && session >= log.tail; session = log.before(session, LINK.number)) {
    const index = log.index(session);
    const age = at - ((log.at[index] ?? 0) + (log.lastAfter[index] ?? 0));
    if (age > DAY_MS || ((log.state[index] ?? 0) & SESSION.converted) !== 0) break;
    const messages = log.messages[index] ?? 0;
    inDay += messages;
    if (age <= HOUR_MS) inHour += messages;
  }
  return { inHour, inDay };
}

/** The limit that one more message would break. */
export function brokenLimit({ inHour, inDay }: Unanswered): UnansweredLimit | undefined {
  if (inHour >= PER_HOUR) return { count: inHour, limit: PER_HOUR, window: "hour" };
  if (inDay >= PER_DAY) return { count: inDay, limit: PER_DAY, window: "day" };
  return undefined;
}

/** A verified number that leaves so many codes of a day unanswered is judged like a new one. */
export const TRUST_LOST_AT = 4;

/** Messages to a number that nobody answered, back to the last completed one. */
export interface Unanswered {
  readonly inHour: number;
  readonly inDay: number;
}

export const NONE_UNANSWERED: Unanswered = { inHour: 0, inDay: 0 };
