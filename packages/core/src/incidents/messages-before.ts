import type { EpochMilliseconds } from "../brand.ts";
import { SESSION, type SessionLog, type SessionNumber } from "../signals/session-log.ts";

const MINUTE_MS = 60_000;
const LOOK_BACK_MS = 24 * 60 * MINUTE_MS;
/** Longer without a message than so many usual gaps of the attack: what was before is no part of it. */
const QUIET_GAPS = 20;
const SHORTEST_QUIET_MS = MINUTE_MS;
const LONGEST_QUIET_MS = 60 * MINUTE_MS;
const MOST_SESSIONS = 10_000;

/** What went out to a range before anybody knew that it was attacked. */
export interface MessagesBefore {
  /** Messages to new numbers, resends among them. */
  readonly sent: number;
  /** Sessions of these that were completed. */
  readonly converted: number;
  /** When the first of them was asked for; undefined: none was. */
  readonly from: EpochMilliseconds | undefined;
}

/** Where to count: a chain of sessions, newest first, in which the evidence of an attack begins at `since`. */
export interface ChainOfSessions {
  readonly log: SessionLog;
  readonly link: number;
  readonly newest: SessionNumber;
  readonly since: number;
}

/**
 * Counts from the attack's first message: back beyond where the evidence is strongest, until the range was quiet. At most a
 * day. `isCounted`: numbers that are counted already, because they lie in another range of the incident.
 */
export function messagesBefore(
  { log, link, newest, since }: ChainOfSessions,
  isCounted: (line: number) => boolean,
): MessagesBefore {
  let [sent, converted, seen] = [0, 0, 0];
  let from: number | undefined;
  let laterAt = log.has(newest) ? log.at(newest) : since;
  const lastAt = laterAt;
  let quiet = LONGEST_QUIET_MS;
  for (
    let session = log.has(newest) ? newest : 0;
    session !== 0 && seen < MOST_SESSIONS;
    session = log.before(session, link), seen++
  ) {
    const at = log.at(session);
    if (at >= since) quiet = quietTime((lastAt - at) / Math.max(seen, 1));
    else if (laterAt - at > quiet || since - at > LOOK_BACK_MS) break;
    laterAt = at;
    const state = log.state(session);
    if ((state & SESSION.sent) === 0 || isCounted(log.line(session))) continue;
    sent += log.messages(session);
    if ((state & SESSION.converted) !== 0) converted++;
    from = at;
  }
  return { sent, converted, from: from as EpochMilliseconds | undefined };
}

/** How long an attack whose messages are so far apart would not be silent. */
function quietTime(gap: number): number {
  return Math.min(Math.max(gap * QUIET_GAPS, SHORTEST_QUIET_MS), LONGEST_QUIET_MS);
}
