import { describe, expect, it } from "vitest";
import { ACCOUNT } from "../../test/message-to.ts";
import type { EpochMilliseconds } from "../brand.ts";
import type { Evidence, Scope } from "../detectors/evidence.ts";
import type { Destination } from "../numbering/e164.ts";
import type { Containment } from "./incident.ts";
import { type IncidentAttempt, IncidentLog } from "./incident-log.ts";
import type { MessagesBefore } from "./messages-before.ts";

const HOUR = 3_600_000;
const START = 20_000 * 24 * HOUR;
const TJ = "TJ" as Destination;
const FIRST: Scope = { type: "block", prefix: "+9929350010", size: 100 };
const SECOND: Scope = { type: "block", prefix: "+9929350011", size: 100 };
const NEVER = (): boolean => false;

function evidence(scope: Scope = FIRST, changes: Partial<Evidence> = {}): Evidence {
  return {
    scope,
    since: time(START),
    counts: { sessions: 5, sent: 4, converted: 1, pending: 0, unanswered: 3, stopped: 1 },
    trials: 6,
    hits: 5,
    expectedShare: 0.001,
    share: 15,
    adjacency: 0,
    unanswered: 4,
    faked: 0,
    expectedConversion: 0.7,
    total: 18,
    threshold: 13.8,
    credit: 0,
    ...changes,
  };
}

function time(at: number): EpochMilliseconds {
  return at as EpochMilliseconds;
}

/** What went out before: as the evidence has it. */
function before(sent = 4, converted = 1): () => MessagesBefore {
  return () => ({ sent, converted, from: sent === 0 ? undefined : time(START - HOUR) });
}

function attempt(at: number, changes: Partial<IncidentAttempt> = {}): IncidentAttempt {
  return { line: 992_935_001_000, destination: TJ, at: time(at), priceMicros: 50_000, currency: "EUR", ...changes };
}

function contained(scope: Scope, at: number): Containment {
  return { scope, by: "detection", action: "block", from: time(at), until: time(at + HOUR) };
}

describe("the incidents of an account", () => {
  it("begin with what went out before anybody knew, at the price of the attempt that gave it away", () => {
    const log = new IncidentLog(ACCOUNT);
    expect(log.open(evidence(), attempt(START), before())).toBe(1);
    expect(log.get(1)).toMatchObject({
      state: "open",
      pattern: "unanswered",
      destinations: ["TJ"],
      counts: { attempts: 4, leaked: 3, converted: 1, money: { lostMicros: 150_000, savedMicros: 0 } },
    });
  });

  it("count from the first message of all their ranges, and no number twice", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before());
    const [inFirst, inSecond] = [992_935_001_099, 992_935_001_100];
    log.open(evidence(SECOND), attempt(START + 1), (isCounted) => {
      expect([isCounted(inFirst), isCounted(inSecond)]).toEqual([true, false]);
      return { sent: 2, converted: 0, from: time(START - 2 * HOUR) };
    });
    expect(log.get(1)).toMatchObject({
      countedFrom: START - 2 * HOUR,
      counts: { attempts: 6, leaked: 5, converted: 1 },
    });
  });

  it("hold all ranges of a destination that are found while it goes on, each once", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before());
    expect(log.open(evidence(SECOND), attempt(START + HOUR), before())).toBe(1);
    expect(log.open(evidence(SECOND), attempt(START + HOUR), before())).toBe(1);
    expect(log.get(1)?.ranges.map(({ scope }) => scope)).toEqual([FIRST, SECOND]);
    expect(log.get(1)?.timeline.map(({ type }) => type)).toEqual(["opened", "range_found"]);
    expect(log.open(evidence(), attempt(START + HOUR, { destination: "NL" as Destination }), before())).toBe(2);
    expect(log.open(evidence(), attempt(START + 4 * HOUR), before())).toBe(3);
  });

  it("count every end of an attempt once, and the money of what leaked and what was stopped", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before(0, 0));
    for (const end of ["leaked", "hold", "challenge", "block", "would_stop", "verified"] as const)
      log.attempt(1, attempt(START + 1), end);
    log.attempt(1, attempt(START + 2, { priceMicros: undefined, currency: undefined }), "block");
    expect(log.get(1)?.counts).toEqual({
      attempts: 7,
      leaked: 1,
      converted: 0,
      held: 1,
      challenged: 1,
      blocked: 2,
      wouldStop: 1,
      verified: 1,
      money: { currency: "EUR", lostMicros: 50_000, savedMicros: 200_000, unpriced: 1 },
    });
    log.converted(1, 992_935_001_000);
    expect(log.get(1)?.counts).toMatchObject({ leaked: 0, converted: 1, money: { lostMicros: 0 } });
  });

  it("are contained while one of their ranges is, and open again when none is", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before());
    log.contained(1, contained(FIRST, START));
    log.contained(1, contained(SECOND, START + 1));
    expect(log.get(1)?.state).toBe("contained");
    expect(log.setState(1, "acknowledged", time(START + 2))).toBe(true);
    expect(log.get(1)?.state).toBe("contained");
    log.note(1, START + 3, "reopened", FIRST);
    expect(log.get(1)?.state).toBe("contained");
    log.note(1, START + HOUR, "expired", SECOND);
    expect(log.get(1)?.state).toBe("open");
    expect(log.get(1)?.timeline.map(({ type }) => type)).toEqual([
      "opened",
      "contained",
      "contained",
      "acknowledged",
      "reopened",
      "expired",
    ]);
  });

  it("close two hours after their last attempt, but not while something is contained", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before());
    log.attempt(1, attempt(START + HOUR), "block");
    log.advance(START + 3 * HOUR - 1, NEVER);
    expect(log.get(1)?.closedAt).toBeUndefined();
    log.advance(START + 5 * HOUR, () => true);
    expect(log.get(1)?.closedAt).toBeUndefined();
    log.advance(START + 5 * HOUR, NEVER);
    expect(log.get(1)).toMatchObject({ state: "closed", closedAt: START + 3 * HOUR });
  });

  it("can be called a false alarm also when they are over, but nothing else then, and only once", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before());
    expect(log.setState(1, "closed", time(START + 1))).toBe(true);
    expect(log.setState(1, "acknowledged", time(START + 2))).toBe(false);
    expect(log.setState(1, "closed", time(START + 2))).toBe(false);
    expect(log.setState(1, "false_alarm", time(START + 3))).toBe(true);
    expect(log.get(1)).toMatchObject({ state: "false_alarm", closedAt: START + 1 });
    expect(log.setState(1, "false_alarm", time(START + 4))).toBe(false);
    expect(log.setState(2, "closed", time(START))).toBe(false);
  });

  it("tell what changed since it was last asked", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before());
    log.open(evidence(), attempt(START, { destination: "NL" as Destination }), before());
    expect(log.takeChanged().map(({ number }) => number)).toEqual([1, 2]);
    expect(log.takeChanged()).toEqual([]);
    log.attempt(2, attempt(START + 1), "block");
    expect(log.takeChanged().map(({ number }) => number)).toEqual([2]);
  });

  it("keep 200 that are over, the newest, and every one that is not", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START, { destination: "NL" as Destination }), before());
    for (let day = 0; day < 300; day++) {
      log.open(evidence(), attempt(START + day * 24 * HOUR), before());
      log.takeChanged();
      log.advance(START + day * 24 * HOUR + 3 * HOUR, (incident) => incident === 1);
    }
    log.takeChanged();
    log.advance(START + 301 * 24 * HOUR, (incident) => incident === 1);
    const numbers = log.list().map(({ number }) => number);
    expect(numbers).toHaveLength(200);
    expect([numbers[0], numbers.at(-1)]).toEqual([1, 301]);
  });

  it("have a timeline that leaves out its middle when it is long", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before());
    for (let probe = 1; probe <= 500; probe++) log.note(1, START + probe, "probed", FIRST);
    const timeline = log.get(1)?.timeline ?? [];
    expect(timeline).toHaveLength(200);
    expect([timeline[0]?.type, timeline[1]?.at, timeline.at(-1)?.at]).toEqual(["opened", START + 1, START + 500]);
  });

  it("come back from their snapshot the same", () => {
    const log = new IncidentLog(ACCOUNT);
    log.open(evidence(), attempt(START), before());
    log.contained(1, contained(FIRST, START));
    log.attempt(1, attempt(START + 1), "leaked");
    const restored = new IncidentLog(ACCOUNT);
    restored.restore(log.snapshot());
    for (const each of [log, restored]) {
      each.attempt(1, attempt(START + 2), "block");
      each.converted(1, 992_935_001_000);
      each.open(evidence(), attempt(START + 9 * HOUR), before());
    }
    expect(restored.snapshot()).toEqual(log.snapshot());
  });
});
