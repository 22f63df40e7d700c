import { describe, expect, it } from "vitest";
import type { AccountId, EpochMilliseconds } from "../src/brand.ts";
import type { DetectionMode } from "../src/detection/detection-settings.ts";
import { Engine } from "../src/engine.ts";
import { collateralOf } from "../src/incidents/collateral-of.ts";
import type { Incident } from "../src/incidents/incident.ts";
import { NUMBERING_TABLE } from "../src/numbering/plan.generated.ts";
import type { Verdict } from "../src/verdict/verdict.ts";
import { ACCOUNT, messageTo, NOON } from "./message-to.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** An account with some traffic, on a clock that moves with every message. */
function account(mode: DetectionMode) {
  const engine = new Engine();
  let now = NOON;
  const pass = (milliseconds: number): EpochMilliseconds => {
    now = (now + milliseconds) as EpochMilliseconds;
    engine.advance(now);
    return now;
  };
  engine.apply({ type: "account_placed", account: ACCOUNT, parent: undefined });
  engine.apply({
    type: "revision_put",
    account: ACCOUNT,
    policy: "default",
    number: 1,
    state: "in_force",
    from: NOON,
    until: undefined,
    document: { listMode: "allow_all", detection: { mode } },
    numberingTable: NUMBERING_TABLE,
  });
  const send = (number: string): Verdict => engine.decide(messageTo(number, { at: pass(SECOND) }), "default");
  for (let person = 0; person < 200; person++) {
    send(`+316${String((person * 7_919_317 + 12_345_678) % 100_000_000).padStart(8, "0")}`);
  }
  return {
    engine,
    pass,
    send,
    /** Consecutive numbers in Tajikistan; the incident that they open. */
    attack(count = 40): Incident {
      for (let index = 0; index < count; index++) send(`+99200123${4000 + index}`);
      const incident = engine.detectionOf(ACCOUNT).incidents.list().at(-1);
      if (incident === undefined) throw new Error("no incident was opened");
      return incident;
    },
    judge: (incident: number, word: "acknowledge" | "release" | "close" | "false_alarm" | "undo_false_alarm") =>
      engine.apply({ type: "incident_judged", account: ACCOUNT, incident, word, at: now }),
    incident: (number: number): Incident | undefined => engine.detectionOf(ACCOUNT).incidents.get(number),
  };
}

describe("an incident", () => {
  it("that is contained stays so when somebody acknowledges it", () => {
    const { attack, judge, incident } = account("enforce");
    const { number } = attack();
    judge(number, "acknowledge");
    expect(incident(number)?.state).toBe("contained");
    expect(incident(number)?.timeline.at(-1)?.type).toBe("acknowledged");
  });

  it("that was no attack teaches to let all of its ranges be, also when it has closed by itself", () => {
    const { engine, attack, judge, incident, send, pass } = account("enforce");
    const { number, ranges } = attack();
    pass(5 * HOUR);
    expect(incident(number)?.state).toBe("closed");
    judge(number, "false_alarm");
    expect(incident(number)?.state).toBe("false_alarm");
    expect(engine.detectionOf(ACCOUNT).lessons.map(({ scope }) => scope)).toEqual(ranges.map(({ scope }) => scope));
    const again = Array.from({ length: 30 }, (_, index) => send(`+99200123${4060 + index}`));
    expect(again.every(({ action }) => action === "allow")).toBe(true);

    judge(number, "undo_false_alarm");
    expect(engine.detectionOf(ACCOUNT).lessons).toEqual([]);
    const after = Array.from({ length: 9 }, (_, index) => send(`+99200123${4090 + index}`));
    expect(after.at(-1)?.action).not.toBe("allow");
  });
});

describe("the collateral of an incident", () => {
  it("is the verified numbers in its ranges, and the new ones that completed", () => {
    const { engine, attack, send, pass } = account("monitor");
    const inside = messageTo("+992001234000").recipient.e164;
    send(inside);
    const sentAt = pass(0);
    engine.apply({ type: "outcome", account: ACCOUNT, to: inside, kind: "verified", sentAt, at: pass(20 * SECOND) });
    const found = attack();
    const collateral = collateralOf(engine.detectionOf(ACCOUNT), found);
    expect(collateral).toMatchObject({ verifiedNumbers: 1, completed: 1 });
    expect(collateral.newNumbers).toBeGreaterThan(1);
    expect(collateral.since).toBeLessThanOrEqual(sentAt);
    // A range inside another counts once.
    const [range] = found.ranges;
    if (range?.scope.type !== "block") throw new Error("the range is a block");
    const inner = {
      ...range,
      scope: { ...range.scope, prefix: `${range.scope.prefix}0`, size: range.scope.size / 10 },
    };
    expect(collateralOf(engine.detectionOf(ACCOUNT), { ranges: [inner, range, range] })).toEqual(collateral);
  });

  it("is nothing for an account of which nothing was seen", () => {
    const engine = new Engine();
    const detection = engine.detectionOf("acc_new" as AccountId);
    expect(collateralOf(detection, { ranges: [] })).toEqual({
      verifiedNumbers: 0,
      since: undefined,
      newNumbers: 0,
      completed: 0,
    });
  });
});
