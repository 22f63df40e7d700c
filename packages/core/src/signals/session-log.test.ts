import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADDRESS_BITS, LINK, SESSION, SessionLog } from "./session-log.ts";

interface Kept {
  readonly line: number;
  readonly at: number;
  readonly clock: number;
  state: number;
  messages: number;
  lastAfter: number;
  convertedAfter: number | undefined;
  deliveredAfter: number | undefined;
  /** By link, the session that was named as the one before. */
  readonly before: Map<number, number>;
}

/** The largest: it shares a word with the number of messages. */
const ADDRESS = 2 ** ADDRESS_BITS - 1;
const LINKS = [LINK.block, LINK.new10k, LINK.number];

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant("append" as const), line: fc.nat(50), gap: fc.nat(5_000) }) },
    fc.record({
      type: fc.constantFrom("convert" as const, "deliver" as const, "sent" as const, "mark" as const),
      back: fc.nat(8),
      after: fc.integer({ min: -10, max: 100_000 }),
    }),
    fc.record({
      type: fc.constant("link" as const),
      back: fc.nat(3),
      further: fc.nat(12),
      link: fc.constantFrom(...LINKS),
    }),
    fc.constant({ type: "restore" as const }),
  ),
  { maxLength: 120 },
);

describe("the session log", () => {
  it("equals a list of sessions of which only the newest are kept, through growth, forgetting and restoring", () => {
    fc.assert(
      fc.property(steps, (history) => {
        const largest = 16;
        let log = new SessionLog(largest, 4);
        const all: Kept[] = [];
        let at = 1_000_000;
        for (const step of history) {
          if (step.type === "append") {
            at += step.gap;
            const isFull = all.length >= largest;
            expect(log.full).toBe(isFull);
            const clock = all.length * 3;
            const entry = { line: step.line, at, state: SESSION.near, clock, accountClock: clock, destination: 1 };
            expect(log.append({ ...entry, device: 7, address: ADDRESS })).toBe(all.length + 1);
            all.push({ ...entry, ...NOTHING_YET, before: new Map() });
            continue;
          }
          if (step.type === "restore") {
            log = SessionLog.restore(log.snapshot(), largest);
            continue;
          }
          const session = all.length - step.back;
          const known = all[session - 1];
          if (known === undefined || !log.has(session)) continue;
          if (step.type === "link") {
            const before = Math.max(session - 1 - step.further, 0);
            log.link(session, step.link, before);
            known.before.set(step.link, before);
            continue;
          }
          const after = Math.max(step.after, 0);
          if (step.type === "convert") {
            log.convert(session, known.at + step.after);
            Object.assign(known, { convertedAfter: after, state: known.state | SESSION.converted });
          } else if (step.type === "deliver") {
            log.deliver(session, known.at + step.after);
            Object.assign(known, { deliveredAfter: after, state: known.state | SESSION.delivered });
          } else if (step.type === "sent") {
            log.sent(session, known.at + step.after);
            Object.assign(known, { messages: known.messages + 1, lastAfter: after, state: known.state | SESSION.sent });
          } else {
            log.mark(session, SESSION.suspected);
            known.state |= SESSION.suspected;
          }
        }

        const oldest = Math.max(all.length - largest, 0) + 1;
        expect([log.tail, log.head]).toEqual([oldest, all.length + 1]);
        for (const [place, known] of all.entries()) {
          const session = place + 1;
          expect(log.has(session)).toBe(session >= oldest);
          if (session < oldest) continue;
          const { line, state, clock, messages, lastAfter, convertedAfter, deliveredAfter } = known;
          expect([log.line(session), log.at(session), log.state(session), log.clock(session)]).toEqual([
            line,
            known.at,
            state,
            clock,
          ]);
          expect([log.messages(session), log.lastAfter(session)]).toEqual([messages, lastAfter]);
          expect([log.convertedAfter(session), log.deliveredAfter(session)]).toEqual([convertedAfter, deliveredAfter]);
          expect([log.destination(session), log.device(session), log.address(session)]).toEqual([1, 7, ADDRESS]);
          for (const link of LINKS) {
            const before = known.before.get(link) ?? 0;
            expect(log.before(session, link)).toBe(before >= oldest ? before : 0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("counts messages up to 255 and no further: a limit is not escaped by overflow", () => {
    const log = new SessionLog(4, 4);
    const session = log.append({
      line: 1,
      at: 0,
      state: 0,
      clock: 0,
      accountClock: 0,
      destination: 0,
      device: 0,
      address: 0,
    });
    for (let message = 0; message < 300; message++) log.sent(session, message);
    expect([log.messages(session), log.address(session)]).toEqual([255, 0]);
  });

  it("tells an outcome in the same millisecond from none, and calls one before the message at once", () => {
    const log = new SessionLog(4, 4);
    const session = log.append({
      line: 1,
      at: 50,
      state: 0,
      clock: 0,
      accountClock: 0,
      destination: 0,
      device: 0,
      address: 0,
    });
    expect(log.convertedAfter(session)).toBeUndefined();
    log.convert(session, 50);
    log.deliver(session, 20);
    expect([log.convertedAfter(session), log.deliveredAfter(session)]).toEqual([0, 0]);
  });
});

const NOTHING_YET = { messages: 0, lastAfter: 0, convertedAfter: undefined, deliveredAfter: undefined };
