import { describe, expect, it } from "vitest";
import { SessionLog } from "../signals/session-log.ts";
import { messagesBefore } from "./messages-before.ts";

const MINUTE = 60_000;
const LINK_OF_RANGE = 0;
const NEVER = (): boolean => false;

/** Sessions of one range, each so many minutes after the one before, with so many messages and perhaps a completion. */
function range(
  sessions: readonly { readonly after: number; readonly messages?: number; readonly completed?: boolean }[],
) {
  const log = new SessionLog(1 << 10);
  const times: number[] = [];
  let at = 1_000 * MINUTE;
  let newest = 0;
  for (const [index, { after, messages = 1, completed = false }] of sessions.entries()) {
    at += after * MINUTE;
    times.push(at);
    const about = { state: 0, destination: 0, clock: index, accountClock: index, device: 0, address: 0 };
    const session = log.append({ line: 100 + index, at, ...about });
    log.link(session, LINK_OF_RANGE, newest);
    newest = session;
    for (let message = 0; message < messages; message++) log.sent(session, at + message);
    if (completed) log.convert(session, at + 10);
  }
  return { times, chain: (since: number) => ({ log, link: LINK_OF_RANGE, newest, since: times[since] ?? 0 }) };
}

describe("what went out before an attack was known", () => {
  it("is counted from its first message on, also where the evidence begins later", () => {
    const { times, chain } = range([{ after: 0 }, { after: 1 }, { after: 1 }, { after: 1 }, { after: 1 }]);
    expect(messagesBefore(chain(2), NEVER)).toEqual({ sent: 5, converted: 0, from: times[0] });
  });

  it("is not what came before a quiet time, of twenty usual gaps", () => {
    const { times, chain } = range([{ after: 0 }, { after: 30 }, { after: 1 }, { after: 1 }, { after: 1 }]);
    expect(messagesBefore(chain(2), NEVER)).toEqual({ sent: 4, converted: 0, from: times[1] });
    const slow = range([{ after: 0 }, { after: 30 }, { after: 2 }, { after: 2 }, { after: 2 }]);
    expect(messagesBefore(slow.chain(2), NEVER).from).toBe(slow.times[0]);
  });

  it("has every message of a session, and its completion; nothing of those that were stopped or are counted already", () => {
    const { times, chain } = range([
      { after: 0, messages: 0 },
      { after: 1, messages: 3 },
      { after: 1, completed: true },
      { after: 1 },
    ]);
    expect(messagesBefore(chain(0), (line) => line === 103)).toEqual({ sent: 4, converted: 1, from: times[1] });
  });

  it("is nothing where nothing is remembered", () => {
    const log = new SessionLog(16);
    const none = { sent: 0, converted: 0, from: undefined };
    expect(messagesBefore({ log, link: LINK_OF_RANGE, newest: 0, since: 5 }, NEVER)).toEqual(none);
  });
});
