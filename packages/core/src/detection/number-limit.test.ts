import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LINK, SESSION, SessionLog } from "../signals/session-log.ts";
import { brokenLimit, unansweredOf } from "./number-limit.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Session {
  readonly at: number;
  /** When its further messages went out, after the first. */
  readonly further: readonly number[];
  readonly converted: boolean;
}

/** The sessions of one number, and the newest. */
function logOf(sessions: readonly Session[]): [SessionLog, number] {
  const log = new SessionLog(1024);
  let before = 0;
  for (const { at, further, converted } of sessions) {
    const session = log.append({
      line: 1,
      at,
      state: 0,
      destination: 0,
      clock: 0,
      accountClock: 0,
      device: 0,
      address: 0,
    });
    log.link(session, LINK.number, before);
    for (const after of [0, ...further]) log.sent(session, at + after);
    if (converted) log.convert(session, at + MINUTE);
    before = session;
  }
  return [log, before];
}

const sessions: fc.Arbitrary<readonly Session[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 10 * MINUTE, max: 5 * HOUR }),
      further: fc.array(fc.nat(10 * MINUTE), { maxLength: 3 }).map((times) => times.toSorted((a, b) => a - b)),
      converted: fc.constantFrom(false, false, false, true),
    }),
    { maxLength: 12 },
  )
  .map((drawn) => {
    let at = 20_000 * DAY;
    return drawn.map(({ gap, ...session }) => {
      at += gap;
      return { at, ...session };
    });
  });

describe("the unanswered codes of a number", () => {
  it("are at least those of the last hour and day since it answered, and none that came before", () => {
    fc.assert(
      fc.property(sessions, fc.nat(3 * HOUR), (all, later) => {
        const now = (all.at(-1)?.at ?? 0) + 10 * MINUTE + later;
        const [log, newest] = logOf(all);
        const since = all.slice(all.findLastIndex(({ converted }) => converted) + 1);
        const messages = since.flatMap(({ at, further }) => [at, ...further.map((after) => at + after)]);
        const within = (window: number): number => messages.filter((at) => now - at <= window).length;
        const { inHour, inDay } = unansweredOf(log, newest, now);
        expect(inHour).toBeGreaterThanOrEqual(within(HOUR));
        expect(inDay).toBeGreaterThanOrEqual(within(DAY));
        // A session counts whole: at most ten minutes too much.
        expect(inHour).toBeLessThanOrEqual(within(HOUR + 10 * MINUTE));
        expect(inDay).toBeLessThanOrEqual(within(DAY + 10 * MINUTE));
      }),
    );
  });

  it("are none for a number without sessions", () => {
    expect(unansweredOf(new SessionLog(16), 0, 0)).toEqual({ inHour: 0, inDay: 0 });
  });

  it("break the limit with the sixth in an hour, and with the eleventh in a day", () => {
    expect(brokenLimit({ inHour: 4, inDay: 9 })).toBeUndefined();
    expect(brokenLimit({ inHour: 5, inDay: 5 })).toEqual({ count: 5, limit: 5, window: "hour" });
    expect(brokenLimit({ inHour: 0, inDay: 10 })).toEqual({ count: 10, limit: 10, window: "day" });
  });

  it("do not count what was stopped", () => {
    const [log, newest] = logOf([{ at: 20_000 * DAY, further: [], converted: false }]);
    const entry = {
      line: 1,
      at: 20_000 * DAY + HOUR,
      state: SESSION.stopped,
      destination: 0,
      clock: 0,
      accountClock: 0,
    };
    const stopped = log.append({ ...entry, device: 0, address: 0 });
    log.link(stopped, LINK.number, newest);
    expect(unansweredOf(log, stopped, 20_000 * DAY + 2 * HOUR)).toEqual({ inHour: 0, inDay: 1 });
  });
});
