import type { AccountId, Destination, EpochMilliseconds, Incident } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countAttacks } from "./count-attacks.ts";
import { LOGGED, LOGGED_STOP, MessageLog } from "./message-log.ts";
import { madeUpEvidence, madeUpIncident, START } from "./testing/made-up-results.ts";

const ACCOUNT = "acc_00000000000000000000" as AccountId;
const OTHER = "acc_11111111111111111111" as AccountId;
const MINUTE = 60_000;

interface Logged {
  readonly to: string;
  readonly minute: number;
  readonly flags?: number;
  readonly incident?: number;
  readonly account?: AccountId;
  readonly destination?: string;
}

function logOf(messages: readonly Logged[]): MessageLog {
  const log = new MessageLog();
  for (const { to, minute, flags = 0, incident = 0, account = ACCOUNT, destination = "EG" } of messages) {
    const at = START + minute * MINUTE;
    const price = { micros: 1_000, currency: "USD" };
    log.add({ account, destination: destination as Destination, line: Number(to), at, flags, incident, price });
  }
  return log;
}

function attack(scopes: Incident["evidence"]["scope"][], from: number, to: number, number = 1): Incident {
  const openedAt = (START + from * MINUTE) as EpochMilliseconds;
  const [scope] = scopes;
  if (scope === undefined) throw new Error("an attack has a range");
  return madeUpIncident({
    account: ACCOUNT,
    number,
    openedAt,
    lastSeenAt: (START + to * MINUTE) as EpochMilliseconds,
    evidence: madeUpEvidence({ scope, since: openedAt }),
    ranges: scopes.map((each) => ({ scope: each, foundAt: openedAt, containment: undefined })),
  });
}

const block = (prefix: string, size: number) => ({ type: "block", prefix, size }) as const;
const newBlocks = (size: number) => ({ type: "new_blocks", destination: "EG" as Destination, size }) as const;
const each = (from: number, to: number, make: (minute: number) => Logged): readonly Logged[] =>
  Array.from({ length: to - from }, (_, index) => make(from + index));

describe("the messages of an attack", () => {
  it("begin before it was seen: with the first that no quiet time parts from the others", () => {
    const log = logOf([
      ...each(0, 2, (minute) => ({ to: `20112856${1000 + minute}`, minute })),
      ...each(120, 200, (minute) => ({
        to: `20112856${1000 + minute}`,
        minute,
        flags: minute < 160 ? 0 : LOGGED.block,
      })),
    ]);
    const [count] = countAttacks(log, [attack([block("+20112856", 10_000)], 160, 199)], START + 1e9);
    expect(count).toMatchObject({
      begunAt: START + 120 * MINUTE,
      leakedBeforeFirstStop: 40,
      counts: { attempts: 80, leaked: 40, blocked: 40 },
    });
  });

  it("are all in its ranges, also in those that were found last", () => {
    const hop = (minute: number): Logged => ({
      to: `2010${100 + Math.floor(minute / 4)}${10_000 + minute}`,
      minute,
      ...(minute >= 40 && { flags: LOGGED.challenge, incident: 1 }),
    });
    const log = logOf(each(0, 80, hop));
    const incident = attack([block("+201011010", 1_000), newBlocks(10_000)], 40, 79);
    const [count] = countAttacks(log, [incident], START + 1e9);
    expect(count).toMatchObject({ leakedBeforeFirstStop: 40, counts: { attempts: 80, challenged: 40, leaked: 40 } });
  });

  it("are not those of blocks in which somebody had completed a verification", () => {
    const log = logOf([
      { to: "201012340001", minute: 0, flags: LOGGED.converted },
      { to: "201012340002", minute: 1 },
      { to: "201099990001", minute: 1, flags: LOGGED.converted | LOGGED.block },
      { to: "201099990002", minute: 2, flags: LOGGED.block, incident: 1 },
      { to: "311099990002", minute: 2, destination: "NL" },
    ]);
    const [count] = countAttacks(log, [attack([newBlocks(10_000)], 1, 2)], START + 1e9);
    expect(count?.messages.map((message) => log.line(message))).toEqual([201012340001, 201099990001, 201099990002]);
  });

  it("belong to one attack only, and to none of another account", () => {
    const log = logOf([
      ...each(0, 10, (minute) => ({ to: `20112856${1000 + minute}`, minute, incident: minute < 6 ? 1 : 2 })),
      { to: "201128561111", minute: 3, account: OTHER },
    ]);
    const scope = block("+20112856", 10_000);
    const counted = countAttacks(log, [attack([scope], 0, 9, 1), attack([scope], 6, 9, 2)], START + 1e9);
    expect(counted.map(({ messages }) => messages.length)).toEqual([6, 4]);
  });

  it("range by range: attempts, stops, what was unanswered in time, what was ever completed", () => {
    const log = logOf([
      { to: "201128561000", minute: -9_000, flags: LOGGED.converted },
      { to: "201128561001", minute: 0 },
      { to: "201128561002", minute: 1, flags: LOGGED.block },
      { to: "201128561003", minute: 2, flags: LOGGED.challenge | LOGGED.converted },
      { to: "201128561004", minute: 3, flags: LOGGED.verifiedNumber | LOGGED.converted },
      { to: "201128569005", minute: 4 },
    ]);
    const incident = attack([block("+20112856", 10_000), block("+201128561", 1_000)], 0, 4);
    const [count] = countAttacks(log, [incident], START + 15 * MINUTE);
    expect(count?.ranges).toMatchObject([
      {
        attempts: 4,
        verified: 1,
        blocked: 1,
        stopped: 2,
        unanswered: 1,
        completed: 1,
        completedEver: 3,
        costMicros: 4_000,
      },
      {
        attempts: 3,
        verified: 1,
        blocked: 1,
        stopped: 2,
        unanswered: 1,
        completed: 1,
        completedEver: 3,
        costMicros: 3_000,
      },
    ]);
    expect(count?.counts.verified).toBe(1);
  });

  it("add up, whatever they are", () => {
    const message = fc.record<Logged>({
      to: fc.integer({ min: 201128560000, max: 201128571000 }).map(String),
      minute: fc.nat(300),
      flags: fc
        .constantFrom(0, LOGGED.block, LOGGED.hold, LOGGED.challenge, LOGGED.wouldStop)
        .chain((action) =>
          fc.constantFrom(action, action | LOGGED.converted, action === 0 ? LOGGED.verifiedNumber : action),
        ),
      incident: fc.constantFrom(0, 0, 1, 2),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
        const log = logOf(messages.toSorted((a, b) => a.minute - b.minute));
        const incidents = [attack([block("+20112856", 10_000)], 100, 200, 1), attack([newBlocks(10_000)], 150, 300, 2)];
        const counted = countAttacks(log, incidents, START + 1e9);
        const all = counted.flatMap((count) => count.messages);
        expect(new Set(all).size).toBe(all.length);
        for (let each = 0; each < log.added; each++) {
          const number = log.incident(each);
          if (number > 0) expect(counted[number - 1]?.messages).toContain(each);
        }
        for (const { counts, messages: own, leakedBeforeFirstStop } of counted) {
          const { attempts, leaked, converted, held, challenged, blocked, wouldStop, verified, money } = counts;
          expect(attempts).toBe(own.length);
          const stopped = held + challenged + blocked + wouldStop;
          expect(leaked + converted + verified + stopped).toBe(attempts);
          expect(money).toMatchObject({ savedMicros: 1_000 * stopped, lostMicros: 1_000 * leaked });
          expect(stopped).toBe(own.filter((each) => (log.flags(each) & LOGGED_STOP) !== 0).length);
          expect(leakedBeforeFirstStop).toBeLessThanOrEqual(leaked + converted);
        }
      }),
    );
  });
});
