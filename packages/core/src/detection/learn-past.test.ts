import { describe, expect, it } from "vitest";
import { ACCOUNT, messageTo } from "../../test/message-to.ts";
import {
  consecutive,
  DAY,
  DAY_ONE,
  engineWith,
  HOUR,
  MINUTE,
  people,
  recorded,
  SECOND,
  type Sent,
} from "../../test/traffic.ts";
import { count, peopleToday, rangesOf, story, TODAY } from "../../test/warm-engine.ts";
import type { EpochMilliseconds } from "../brand.ts";
import { Engine } from "../engine.ts";
import { lineOf } from "./detection-query.ts";
import type { PastStep } from "./past-step.ts";

const ATTACKED = "+992001230000";
const TOLD_AT = (TODAY + MINUTE) as EpochMilliseconds;

/** Traffic as steps, in the order of time. */
function stepsOf(...traffic: readonly (readonly Sent[])[]): readonly PastStep[] {
  const steps = recorded(...traffic).flatMap(({ message: { recipient, at }, deliveredAt, convertedAt }): PastStep[] => {
    const line = lineOf(recipient.e164);
    const outcome = (kind: "delivered" | "verified", when: EpochMilliseconds | undefined): PastStep[] =>
      when === undefined ? [] : [{ type: "outcome", line, kind, sentAt: at, at: when }];
    return [
      { type: "message", line, destination: recipient.candidates[0], at, device: 0, address: 0 },
      ...outcome("delivered", deliveredAt),
      ...outcome("verified", convertedAt),
    ];
  });
  return steps.toSorted((a, b) => a.at - b.at).filter(({ at }) => at <= TODAY);
}

function tell(engine: Engine, steps: readonly PastStep[], at: EpochMilliseconds = TOLD_AT): void {
  engine.apply({ type: "past_learned", account: ACCOUNT, steps, at });
}

function end(engine: Engine, at: EpochMilliseconds = TOLD_AT): void {
  engine.apply({ type: "learning_ended", account: ACCOUNT, at });
}

function warmed(...traffic: readonly (readonly Sent[])[]): Engine {
  const engine = engineWith();
  tell(engine, stepsOf(...traffic));
  end(engine);
  return engine;
}

/** An attack on a block of the country where most people are, minutes after the first live message. */
const attackAtHome = () =>
  consecutive("+31612340000", { from: TODAY + 5 * MINUTE, count: 150, everyMs: 2 * SECOND, step: 37 });

describe("learning from past traffic", () => {
  it("knows what living through it would have taught", () => {
    const { signals, incidents, knownTo } = warmed(people()).detectionOf(ACCOUNT);
    expect(signals.conversions).toBeGreaterThan(900);
    expect(signals.feedback).toBe("reported");
    expect(signals.completionShare).toBeCloseTo(0.8, 1);
    expect(signals.latency.quantile(0.5) / SECOND).toBeGreaterThan(8);
    expect(signals.latency.quantile(0.5) / SECOND).toBeLessThan(20);
    expect(knownTo).toBeGreaterThan(TODAY - HOUR);
    expect(incidents.list()).toEqual([]);
    const [known] = people().filter(({ at, convertedAfter }) => at < TODAY - 2 * DAY && convertedAfter !== undefined);
    expect(known).toBeDefined();
    const verdict = warmed(people()).decide(messageTo(known?.to ?? "", { at: TOLD_AT }), "default");
    expect(verdict.findings.at(-1)).toMatchObject({ opinion: { reason: "verified_number" } });
  });

  it("contains an attack in a popular destination on day one, sooner than without, and stops nobody else", () => {
    const warm = story(warmed(people()), attackAtHome());
    const cold = story(engineWith(), attackAtHome());
    expect(count(warm.people, "block", "challenge", "hold")).toBe(0);
    expect(count(warm.attack, "allow")).toBeLessThanOrEqual(5);
    expect(warm.incidents.length).toBe(1);
    expect(count(cold.attack, "allow")).toBeGreaterThan(10);
  });

  it("learns nothing from what was attacked: neither its block nor who faked completions there", () => {
    const from = TODAY - 6 * HOUR;
    const faked = consecutive(ATTACKED, {
      from,
      count: 300,
      everyMs: 20 * SECOND,
      outcome: () => ({ deliveredAfter: 2_000, convertedAfter: 9_000 }),
    });
    const engine = warmed(people(), faked);
    const { signals, incidents, watches } = engine.detectionOf(ACCOUNT);
    expect(incidents.list()).toEqual([]);
    expect([...watches]).toEqual([]);
    const verified = faked.filter(({ to }) => {
      const slot = signals.numbers.find(lineOf(to));
      return slot !== -1 && signals.numbers.isVerified(slot);
    });
    expect(verified).toEqual([]);
    // A day later they are as suspect as ever.
    const again = consecutive(ATTACKED, { from: TODAY + DAY, count: 60, everyMs: 2 * SECOND });
    const { attack, incidents: found } = story(engine, again, peopleToday());
    expect(count(attack, "allow")).toBeLessThanOrEqual(8);
    expect(rangesOf(found).join()).toContain("+99200123");
  });

  it("goes on from a snapshot at any place to the same state, however often time is let pass meanwhile", () => {
    const steps = stepsOf(people({ people: 300 }), consecutive(ATTACKED, { from: DAY_ONE + 2 * DAY, count: 50 }));
    const straight = engineWith();
    let interrupted = engineWith();
    for (let place = 0; place < steps.length; place += 97) {
      const piece = steps.slice(place, place + 97);
      tell(straight, piece);
      tell(interrupted, piece);
      interrupted.advance((TOLD_AT + place) as EpochMilliseconds);
      interrupted = Engine.restore(structuredClone(interrupted.snapshot()));
    }
    expect(interrupted.snapshot()).toEqual(straight.snapshot());
    for (const engine of [straight, interrupted]) end(engine);
    expect(interrupted.snapshot()).toEqual(straight.snapshot());
  });

  it("ends with the first live message, and is as if it had ended just before", () => {
    const message = messageTo("+31687654321", { at: (TOLD_AT + HOUR) as EpochMilliseconds });
    const steps = stepsOf(people({ people: 200 }));
    const [ended, open] = [engineWith(), engineWith()];
    for (const engine of [ended, open]) tell(engine, steps);
    end(ended, message.at);
    expect(open.detectionOf(ACCOUNT).isLearning).toBe(true);
    expect(open.decide(message, "default")).toEqual(ended.decide(message, "default"));
    expect(open.snapshot()).toEqual(ended.snapshot());
    expect(open.detectionOf(ACCOUNT)).toMatchObject({ isLearning: false, knownTo: message.at });
  });

  it("is not disturbed by what people do meanwhile, and keeps it", () => {
    const engine = engineWith();
    const steps = stepsOf(people({ people: 200 }));
    tell(engine, steps.slice(0, 100));
    const until = (TOLD_AT + DAY) as EpochMilliseconds;
    const scope = { type: "block", prefix: "+3161234", size: 10_000 } as const;
    engine.apply({ type: "range_contained", account: ACCOUNT, scope, incident: undefined, until, at: TOLD_AT });
    engine.apply({ type: "lockdown_set", account: ACCOUNT, until, at: TOLD_AT });
    tell(engine, steps.slice(100));
    end(engine);
    const alone = warmed(people({ people: 200 })).detectionOf(ACCOUNT);
    const detection = engine.detectionOf(ACCOUNT);
    expect(detection.signals.snapshot()).toEqual(alone.signals.snapshot());
    expect([detection.lockdownUntil, [...detection.watches].length]).toEqual([until, 1]);
  });
});

describe("beginning anew", () => {
  it("forgets what was measured and watched, and keeps who is verified and what people contained", () => {
    const engine = warmed(people({ people: 300 }));
    const account = ACCOUNT;
    const known = messageTo("+31611111111", { at: TOLD_AT });
    const until = (TOLD_AT + DAY) as EpochMilliseconds;
    const verifiedAt = (TOLD_AT - 3 * DAY) as EpochMilliseconds;
    engine.apply({
      type: "verified_known",
      account,
      to: known.recipient.e164,
      firstAt: verifiedAt,
      lastAt: verifiedAt,
    });
    story(engine, consecutive(ATTACKED, { from: TOLD_AT, count: 40 }), []);
    const scope = { type: "block", prefix: "+3161234", size: 10_000 } as const;
    const at = (TOLD_AT + HOUR) as EpochMilliseconds;
    engine.apply({ type: "range_contained", account, scope, incident: undefined, until, at });
    engine.apply({ type: "begun_anew", account, wasTrial: false, at });
    const { signals, watches, knownTo, incidents } = engine.detectionOf(account);
    expect([knownTo, signals.clock, signals.conversions, incidents.list().length]).toEqual([0, 0, 0, 1]);
    expect([...watches].map(({ evidence }) => evidence.scope)).toEqual([scope]);
    expect(engine.decide({ ...known, at }, "default").findings.at(-1)).toMatchObject({
      opinion: { reason: "verified_number" },
    });
    expect([...signals.numbers.known()].length).toBeGreaterThan(150);
  });

  it("after a trial forgets also who verified in it, but not who was said to be verified", () => {
    const engine = warmed(people({ people: 300 }));
    const to = messageTo("+31611111111").recipient.e164;
    const firstAt = (TODAY - 3 * DAY) as EpochMilliseconds;
    engine.apply({ type: "verified_known", account: ACCOUNT, to, firstAt, lastAt: firstAt });
    engine.apply({ type: "begun_anew", account: ACCOUNT, wasTrial: true, at: TOLD_AT });
    const known = [...engine.detectionOf(ACCOUNT).signals.numbers.known()];
    expect(known.map(({ line }) => line)).toEqual([31611111111]);
  });
});
