import { SESSION, type SessionLog, type SessionNumber } from "./session-log.ts";

/** Most reports come within this time; who waits longer learns of an attack too late. */
export const REPORT_TIME_MS = 30_000;

/** Did a report say within {@link REPORT_TIME_MS} that a message of the session was delivered? `state`: the session's. */
export function deliveredInTime(log: SessionLog, session: SessionNumber, state: number): boolean {
  return (
    (state & SESSION.delivered) !== 0 && (log.deliveredAfter(session) ?? Number.POSITIVE_INFINITY) <= REPORT_TIME_MS
  );
}
