import { DEFAULT_UNANSWERED, type UnansweredSettings } from "../limits/limit-settings.ts";
import { LINK, SESSION, type SessionLog, type SessionNumber } from "../signals/session-log.ts";
import type { UnansweredLimit } from "./detection-finding.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The number's unanswered codes of the last hour and day, back to the last completed one. A session counts whole while its
 * last message is inside the window, so never too few.
 */
export function unansweredOf(log: SessionLog, last: SessionNumber, at: number): Unanswered {
  let [inHour, inDay] = [0, 0];
  for (let session = last; session !== 0 && session >= log.tail; session = log.before(session, LINK.number)) {
    const age = at - (log.at(session) + log.lastAfter(session));
    if (age > DAY_MS || (log.state(session) & SESSION.converted) !== 0) break;
    const messages = log.messages(session);
    inDay += messages;
    if (age <= HOUR_MS) inHour += messages;
  }
  return { inHour, inDay };
}

/** The limit that one more message would break. */
export function brokenLimit(
  { inHour, inDay }: Unanswered,
  { perHour, perDay }: Required<UnansweredSettings> = DEFAULT_UNANSWERED,
): UnansweredLimit | undefined {
  if (inHour >= perHour) return { count: inHour, limit: perHour, window: "hour" };
  if (inDay >= perDay) return { count: inDay, limit: perDay, window: "day" };
  return undefined;
}

/** Messages to a number that nobody answered, back to the last completed one. */
export interface Unanswered {
  readonly inHour: number;
  readonly inDay: number;
}

export const NONE_UNANSWERED: Unanswered = { inHour: 0, inDay: 0 };
