import { describe, expect, it } from "vitest";
import type { EpochMilliseconds } from "../src/brand.ts";
import { agreesWithEvidence } from "../src/detection/agrees-with-evidence.ts";
import type { DetectionEvent } from "../src/detection/detection-event.ts";
import type { Engine } from "../src/engine.ts";
import { detectionFinding } from "../src/verdict/explain-verdict.ts";
import type { Verdict } from "../src/verdict/verdict.ts";
import { ACCOUNT, messageTo } from "./message-to.ts";
import { seeded } from "./seeded.ts";
import {
  consecutive,
  DAY,
  DAY_ONE,
  engineWith,
  HOUR,
  MINUTE,
  people,
  personsTime,
  recorded,
  replayed,
  SECOND,
  type Sent,
} from "./traffic.ts";
import { ATTACK, count, peopleToday, rangesOf, reasons, story, TODAY, warmEngine } from "./warm-engine.ts";

const FIRST = "+992935001000";

function pumping(options: Parameters<typeof consecutive>[1] = {}): readonly Sent[] {
  return consecutive(FIRST, { from: ATTACK, count: 120, ...options });
}

function apply(
  engine: Engine,
  event: { [Type in DetectionEvent as Type["type"]]: Omit<Type, "account"> }[DetectionEvent["type"]],
): void {
  engine.apply({ account: ACCOUNT, ...event } as DetectionEvent);
}

function verify(engine: Engine, to: string, at: number): void {
  const { e164 } = messageTo(to).recipient;
  const firstAt = at as EpochMilliseconds;
  apply(engine, { type: "verified_known", to: e164, firstAt, lastAt: firstAt });
}

function ask(engine: Engine, to: string, at: number): Verdict {
  return engine.decide(messageTo(to, { at: at as EpochMilliseconds }), "default");
}

const time = (at: number): EpochMilliseconds => at as EpochMilliseconds;

describe("an attack on consecutive numbers", () => {
  it.each([
    ["five a second", 200],
    ["one in two seconds", 2 * SECOND],
    ["one in ten seconds", 10 * SECOND],
    ["one a minute", MINUTE],
  ])("at %s is stopped after a handful, and nobody else is", (_, everyMs) => {
    const { people: others, attack } = story(warmEngine(), pumping({ everyMs }));
    expect(count(attack, "allow")).toBeLessThanOrEqual(8);
    expect(attack.slice(0, 10).at(-1)?.action).not.toBe("allow");
    expect(count(others, "allow")).toBe(others.length);
  });

  it("is named by the smallest blocks that hold it", () => {
    const within100 = story(warmEngine(), pumping({ count: 60 }));
    expect(rangesOf(within100.incidents)).toEqual(["+9929350010/100"]);
    const two = story(warmEngine(), pumping({ count: 150 }));
    expect(rangesOf(two.incidents)).toEqual(["+9929350010/100", "+9929350011/100"]);
  });

  it("over a whole block of 10,000 numbers in any order is named by that block", () => {
    const draw = seeded(5);
    const scattered = pumping({ count: 150 }).map((sent) => ({
      ...sent,
      to: `+99293500${String(Math.floor(1e4 * draw())).padStart(4, "0")}`,
    }));
    const { attack, incidents } = story(warmEngine(), scattered);
    expect(count(attack, "allow")).toBeLessThanOrEqual(8);
    expect(rangesOf(incidents)).toEqual(["+99293500/10000"]);
  });

  it("is one incident, with what it got, what it was refused, and the price of both", () => {
    const says = { price: { micros: 60_000, currency: "EUR" } };
    const { attack, incidents } = story(warmEngine(), pumping({ says }));
    const [incident] = incidents;
    expect(incidents).toHaveLength(1);
    const leaked = count(attack, "allow");
    expect(incident?.counts).toMatchObject({ attempts: 120, leaked, verified: 0, converted: 0, wouldStop: 0 });
    expect(incident?.counts.money).toEqual({
      currency: "EUR",
      lostMicros: leaked * 60_000,
      savedMicros: (120 - leaked) * 60_000,
      unpriced: 0,
    });
    expect(incident?.destinations).toEqual(["TJ"]);
  });

  it("lets verified numbers of its range pass, every time, and counts them apart", () => {
    const engine = warmEngine();
    const verified = ["+992935001005", "+992935001050", "+992935001099"];
    for (const to of verified) verify(engine, to, TODAY - 10 * DAY);
    const logins = verified.flatMap((to) => [1, 2, 3].map((minute) => ({ at: ATTACK + minute * MINUTE, to })));
    const words = story(engine, [...pumping({ step: 3 }), ...logins]);
    const theirs = words.attack.filter(({ recorded: { message } }) => verified.includes(message.recipient.e164));
    expect(theirs.length).toBeGreaterThanOrEqual(9);
    expect(count(theirs, "allow")).toBe(theirs.length);
    expect(theirs.map(({ verdict }) => detectionFinding(verdict)?.opinion.reason)).toEqual(
      theirs.map(() => "verified_number"),
    );
    expect(words.incidents[0]?.counts.verified).toBeGreaterThan(0);
  });

  it("gets one message to ask whether it goes on, ever more seldom", () => {
    const { attack } = story(warmEngine(), pumping({ everyMs: 10 * MINUTE, count: 144 }), []);
    expect(count(attack, "allow")).toBeLessThanOrEqual(14);
    const probes = attack.filter(({ verdict }) => verdict.reason === "probe").map(({ decidedAt }) => decidedAt);
    expect(probes.length).toBeGreaterThan(2);
    const waits = probes.slice(1).map((at, index) => at - (probes[index] ?? 0));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  });
});

describe("real people in a place of their own", () => {
  it("are let through when they complete, though all sit in one block: a company rolls out", () => {
    const draw = seeded(6);
    const rollOut = consecutive("+31612345000", {
      from: ATTACK,
      count: 200,
      everyMs: 2 * MINUTE,
      outcome: () => ({ deliveredAfter: 2 * SECOND, ...(draw() < 0.85 ? { convertedAfter: personsTime(draw) } : {}) }),
    });
    const { attack, incidents } = story(warmEngine(), rollOut);
    expect(count(attack, "allow")).toBe(200);
    expect(attack.some(({ verdict }) => verdict.reason === "range_watched")).toBe(true);
    expect(incidents).toEqual([]);
  });

  it("prove themselves first where more come within the hour than a block should have, however well they complete", () => {
    const draw = seeded(7);
    const crowd = pumping({
      everyMs: 5 * SECOND,
      outcome: () => ({ deliveredAfter: 2 * SECOND, convertedAfter: personsTime(draw) }),
    });
    const { attack } = story(warmEngine(), crowd);
    expect(count(attack, "allow")).toBeGreaterThan(40);
    expect(count(attack, "allow")).toBeLessThan(60);
    expect(reasons(attack)["large_cluster"]).toBe(count(attack, "challenge"));
    expect(count(attack, "block")).toBe(0);
  });
});

describe("an outage of the outcomes", () => {
  it("blocks nobody, and who asks elsewhere than in a suspected range is let through", () => {
    const { people: others } = story(warmEngine(), [], peopleToday(0));
    expect(count(others, "block")).toBe(0);
    expect(count(others, "allow") / others.length).toBeGreaterThan(0.99);
  });

  it("does not let an attack through for good, and still blocks nobody for what nobody can know", () => {
    const { people: others, attack } = story(warmEngine(), pumping({ from: TODAY + 8 * HOUR }), peopleToday(0));
    expect(count([...others, ...attack], "block")).toBe(0);
    expect(count(attack, "allow")).toBeLessThanOrEqual(30);
    expect(count(others, "allow") / others.length).toBeGreaterThan(0.99);
  });
});

describe("an account that reports no outcomes", () => {
  it("is never given a block: what its blocks share speaks for an attack is challenged at most", () => {
    const engine = engineWith();
    const before = replayed(engine, recorded(people({ completes: 0 })));
    expect(count(before, "allow")).toBe(before.length);
    const { people: others, attack } = story(engine, pumping(), peopleToday(0));
    expect(count(others, "allow")).toBe(others.length);
    expect(count(attack, "allow")).toBeLessThanOrEqual(10);
    expect(count(attack, "challenge")).toBe(attack.length - count(attack, "allow"));
  });
});

describe("monitor", () => {
  it("stops nothing, and says of each message what enforce does with it", () => {
    const enforced = story(warmEngine(), pumping());
    const monitored = story(warmEngine({ mode: "monitor" }), pumping());
    const all = [...monitored.people, ...monitored.attack];
    expect(count(all, "allow")).toBe(all.length);
    const stops = ({ would }: { would: string }): boolean => would !== "allow";
    expect(monitored.attack.map(stops)).toEqual(enforced.attack.map(stops));
    expect(monitored.people.some(stops)).toBe(false);
    const [incident] = monitored.incidents;
    expect(incident?.counts.wouldStop).toBe(monitored.attack.filter(stops).length);
    expect([incident?.counts.blocked, incident?.counts.challenged, incident?.counts.held]).toEqual([0, 0, 0]);
    expect(rangesOf(monitored.incidents)).toEqual(rangesOf(enforced.incidents));
  });
});

describe("what a destination says", () => {
  it("allow: detection does not look, and what passes there teaches it nothing", () => {
    const engine = warmEngine({}, { destinations: { TJ: { action: "allow" } } });
    const { attack, incidents } = story(engine, pumping());
    expect(count(attack, "allow")).toBe(attack.length);
    expect(attack.every(({ verdict }) => verdict.score === 0 && detectionFinding(verdict) === undefined)).toBe(true);
    expect(incidents).toEqual([]);
  });

  it("monitor: what would have been stopped is recorded, and goes out", () => {
    const { attack, incidents } = story(warmEngine({}, { destinations: { TJ: { action: "monitor" } } }), pumping());
    expect(count(attack, "allow")).toBe(attack.length);
    expect(attack.filter(({ would }) => would !== "allow").length).toBeGreaterThan(100);
    expect(incidents[0]?.counts.wouldStop).toBeGreaterThan(50);
  });
});

describe("lockdown", () => {
  it("lets only verified numbers through, and ends to the millisecond", () => {
    const engine = warmEngine();
    verify(engine, "+31612345678", TODAY - 10 * DAY);
    const until = time(ATTACK + 2 * HOUR);
    apply(engine, { type: "lockdown_set", until, at: time(ATTACK) });
    expect(ask(engine, "+31687654321", ATTACK)).toMatchObject({ action: "block", reason: "lockdown", score: 100 });
    expect(ask(engine, "+31612345678", ATTACK + 1)).toMatchObject({ action: "allow" });
    expect(ask(engine, "+31687654321", until - 1)).toMatchObject({ action: "block", reason: "lockdown" });
    expect(ask(engine, "+31687654321", until)).toMatchObject({ action: "allow", reason: "destination_allowed" });
  });

  it("acts in monitor, too: it is a person's word; and ends when that person says so", () => {
    const engine = warmEngine({ mode: "monitor" });
    apply(engine, { type: "lockdown_set", until: time(ATTACK + HOUR), at: time(ATTACK) });
    expect(ask(engine, "+31687654321", ATTACK).action).toBe("block");
    apply(engine, { type: "lockdown_set", until: time(ATTACK + 1), at: time(ATTACK + 1) });
    expect(ask(engine, "+31687654321", ATTACK + 1).action).toBe("allow");
  });
});

describe("lockdown", () => {
  it("reaches what detection does not judge, but for verified numbers, what was exempted, and a bypass", () => {
    const engine = warmEngine({ mode: "off" }, { destinations: { BE: { action: "allow" } }, exceptions: [] });
    verify(engine, "+31612345678", TODAY - 10 * DAY);
    const reasons = (at: number) =>
      ["+31687654321", "+31612345678", "+32470123456"].map((to) => ask(engine, to, at).reason);
    const open = reasons(ATTACK - 1);
    apply(engine, { type: "lockdown_set", until: time(ATTACK + HOUR), at: time(ATTACK) });
    expect(reasons(ATTACK)).toEqual(["lockdown", ...open.slice(1)]);
    const message = messageTo("+31687654321", { at: time(ATTACK), purpose: "marketing" });
    expect(engine.decide(message, "default").reason).toBe("lockdown");
    apply(engine, { type: "bypass_set", until: time(ATTACK + 2), at: time(ATTACK + 1) });
    expect(reasons(ATTACK + 1)).toEqual(open);
    expect(reasons(ATTACK + 2)).toEqual(["lockdown", ...open.slice(1)]);
    expect(reasons(ATTACK + HOUR)).toEqual(open);
    // Nothing of this counts as traffic.
    expect(engine.detectionOf(ACCOUNT).knownTo).toBeLessThan(ATTACK - 1);
  });
});

describe("bypass", () => {
  it("lets all pass what the rules let pass, until it ends; then an attack is stopped as before", () => {
    const engine = warmEngine({}, { destinations: { BE: { action: "block" } } });
    apply(engine, { type: "bypass_set", until: time(ATTACK + 2 * MINUTE), at: time(ATTACK) });
    const { attack } = story(engine, pumping({ everyMs: SECOND, count: 200 }));
    expect(count(attack.slice(0, 120), "allow")).toBe(120);
    // What went out unanswered meanwhile may have been an outage: twice the usual handful.
    expect(count(attack.slice(120), "allow")).toBeLessThanOrEqual(16);
    apply(engine, { type: "bypass_set", until: time(TODAY + 2 * DAY), at: time(TODAY + DAY) });
    expect(ask(engine, "+32470123456", TODAY + DAY)).toMatchObject({
      action: "block",
      reason: "destination_blocked",
    });
  });
});

describe("an operator", () => {
  const judge = (engine: Engine, word: "false_alarm" | "undo_false_alarm" | "release", at: number): void =>
    apply(engine, { type: "incident_judged", incident: 1, word, at: time(at) });

  it("calls a false alarm: the range is let be for thirty days, and no longer", () => {
    const engine = warmEngine();
    story(engine, pumping({ count: 60 }), []);
    judge(engine, "false_alarm", ATTACK + HOUR);
    expect(engine.detectionOf(ACCOUNT).incidents.get(1)?.state).toBe("false_alarm");
    const again = story(engine, pumping({ from: ATTACK + 2 * HOUR, count: 30, step: 3 }), []);
    expect(count(again.attack, "allow")).toBe(30);
    const monthLater = people({ seed: 3, from: TODAY + 30 * DAY, for: DAY, people: 400 });
    const later = story(engine, pumping({ from: ATTACK + HOUR + 30 * DAY, count: 30, step: 3 }), monthLater);
    expect(count(later.attack, "allow")).toBeLessThanOrEqual(10);
  });

  it("calls a false alarm on many new blocks: all together they are let be for seven days, each block is not", () => {
    /** New numbers all over a country, each in a block that nobody verified in. */
    const spread = (from: number, seed: number) => {
      const draw = seeded(seed);
      return Array.from({ length: 120 }, (_, index) => ({
        at: from + index * 20 * SECOND,
        to: `+99293${String(Math.floor(10_000_000 * draw())).padStart(7, "0")}`,
      }));
    };
    const others = (day: number) => people({ seed: 3 + day, from: TODAY + day * DAY, for: DAY, people: 400 });
    const engine = warmEngine();
    const [found] = story(engine, spread(ATTACK, 1), others(0)).incidents;
    expect(found?.ranges.some(({ scope }) => scope.type === "new_blocks")).toBe(true);
    judge(engine, "false_alarm", TODAY + DAY);
    const again = story(engine, spread(ATTACK + DAY, 2), others(1));
    expect(count(again.attack, "allow")).toBe(120);
    const block = story(engine, pumping({ from: ATTACK + 2 * DAY, count: 60 }), others(2));
    expect(count(block.attack, "allow")).toBeLessThanOrEqual(10);
    const later = story(engine, spread(ATTACK + 8 * DAY, 3), others(8));
    expect(count(later.attack, "allow")).toBeLessThan(60);
  });

  it("takes the lesson back: the range is looked at again", () => {
    const engine = warmEngine();
    story(engine, pumping({ count: 60 }), []);
    judge(engine, "false_alarm", ATTACK + HOUR);
    judge(engine, "undo_false_alarm", ATTACK + 2 * HOUR);
    const again = story(engine, pumping({ from: ATTACK + 26 * HOUR, count: 30 }), []);
    expect(count(again.attack, "allow")).toBeLessThanOrEqual(8);
  });

  it("contains a range, which acts in monitor, too, lets verified numbers pass, and ends when it was said to", () => {
    const engine = warmEngine({ mode: "monitor" });
    verify(engine, "+992935001001", TODAY - 10 * DAY);
    const scope = { type: "block", prefix: "+992935001", size: 1_000 } as const;
    const until = time(ATTACK + HOUR);
    apply(engine, { type: "range_contained", scope, incident: undefined, until, at: time(ATTACK) });
    expect(ask(engine, "+992935001555", ATTACK + 1)).toMatchObject({ action: "block", reason: "range_contained" });
    expect(ask(engine, "+992935001001", ATTACK + 2).action).toBe("allow");
    expect(ask(engine, "+992935002555", ATTACK + 3).action).toBe("allow");
    expect(ask(engine, "+992935001556", until - 1).action).toBe("block");
    expect(ask(engine, "+992935001557", until + MINUTE)).toMatchObject({ action: "allow" });
  });

  it("contains that range alone: a number just beyond its end is let through", () => {
    const engine = warmEngine({ mode: "monitor" });
    const scope = { type: "block", prefix: "+992935001", size: 1_000 } as const;
    const until = time(ATTACK + HOUR);
    apply(engine, { type: "range_contained", scope, incident: undefined, until, at: time(ATTACK) });
    expect(ask(engine, "+992935001998", ATTACK + 1).action).toBe("block");
    expect(ask(engine, "+992935002003", ATTACK + 2).action).toBe("allow");
  });

  it("leaves no trace of a containment that has ended: who asks then is let through", () => {
    const engine = warmEngine();
    const scope = { type: "block", prefix: "+992935001", size: 1_000 } as const;
    const until = time(ATTACK + HOUR);
    apply(engine, { type: "range_contained", scope, incident: undefined, until, at: time(ATTACK) });
    expect(ask(engine, "+992935001555", ATTACK + 1).action).toBe("block");
    expect(ask(engine, "+992935001557", until + MINUTE)).toMatchObject({ action: "allow" });
  });
});

describe("a containment", () => {
  const faked = { deliveredAfter: 3 * SECOND, convertedAfter: 9 * SECOND };

  it("goes on while somebody asks, and is over when nobody does any more and the evidence is a day old", () => {
    const engine = warmEngine();
    const { attack, incidents } = story(engine, pumping({ outcome: () => faked }), []);
    expect(incidents[0]?.state).toBe("contained");
    const end = attack.at(-1)?.decidedAt ?? 0;
    expect(ask(engine, "+992935001111", end + HOUR + 50 * MINUTE).reason).not.toBe("destination_allowed");
    engine.advance(time(end + 6 * HOUR));
    expect(engine.detectionOf(ACCOUNT).incidents.get(1)?.state).toBe("closed");
    expect(
      engine
        .detectionOf(ACCOUNT)
        .incidents.get(1)
        ?.timeline.map(({ type }) => type),
    ).toContain("expired");
    expect(ask(engine, "+992935001112", end + 30 * HOUR).action).toBe("allow");
  });
});

describe("completions that no person makes", () => {
  const draw = seeded(9);
  it.each([
    [
      "all after the same time",
      5 * SECOND,
      () => ({ deliveredAfter: 3_000, convertedAfter: 9_000 + Math.round(300 * draw()) }),
    ],
    [
      "faster than people",
      5 * SECOND,
      () => ({ deliveredAfter: 500, convertedAfter: 900 + Math.round(1_500 * draw()) }),
    ],
    [
      "before the message was delivered",
      60 * SECOND,
      () => ({ deliveredAfter: 60_000, convertedAfter: personsTime(draw) }),
    ],
  ] as const)("are seen through: %s", (_, everyMs, outcome) => {
    const { people: others, attack, incidents } = story(warmEngine(), pumping({ everyMs, count: 150, outcome }));
    expect(count(attack, "allow")).toBeLessThanOrEqual(15);
    expect(reasons(attack)).toMatchObject({ range_faked: 1, range_contained: expect.any(Number) });
    expect(incidents[0]?.pattern).toBe("faked_completion");
    expect(count(others, "allow")).toBe(others.length);
  });
});

describe("one number that does not answer", () => {
  const again = (everyMs: number, times: number): readonly Sent[] =>
    Array.from({ length: times }, (_, index) => ({ at: ATTACK + index * everyMs, to: "+31612345678" }));

  it("gets five codes an hour and ten a day, verified or not", () => {
    for (const isVerified of [false, true]) {
      const engine = warmEngine();
      if (isVerified) verify(engine, "+31612345678", TODAY - 10 * DAY);
      const { attack } = story(engine, again(20 * SECOND, 30), []);
      expect(count(attack, "allow")).toBe(5);
      expect(reasons(attack.slice(5))).toEqual({ number_unanswered: 25 });
      const slowly = story(warmEngine(), again(20 * MINUTE, 60), []);
      expect(count(slowly.attack, "allow")).toBe(10);
    }
  });

  it("begins anew with a code that is answered", () => {
    const engine = warmEngine();
    const answered = again(20 * SECOND, 8).map((sent, index) =>
      index === 3 ? { ...sent, convertedAfter: 10 * SECOND } : sent,
    );
    expect(count(story(engine, answered, []).attack, "allow")).toBe(8);
  });
});

describe("a held message", () => {
  const burst = (completing: (index: number) => boolean): readonly Sent[] =>
    pumping({
      everyMs: 200,
      count: 40,
      outcome: (index) =>
        completing(index) ? { deliveredAfter: SECOND, convertedAfter: 4_500 + ((index * 1_709) % 3_100) } : {},
    });

  it("goes out when others of its range complete in the meantime", () => {
    const { attack } = story(
      warmEngine(),
      burst(() => true),
    );
    const waited = attack.filter(({ recorded: { message }, decidedAt }) => decidedAt > message.at);
    expect(count(waited, "allow")).toBeGreaterThan(0);
  });

  it("ends as held, and within the time that the account allows, where nobody completes", () => {
    for (const holdSeconds of [5, 15]) {
      const { attack } = story(
        warmEngine({ holdSeconds }),
        burst(() => false),
      );
      const waited = attack.filter(({ recorded: { message }, decidedAt }) => decidedAt > message.at);
      expect(waited.length).toBeGreaterThan(0);
      expect(count(waited, "hold")).toBe(waited.length);
      for (const {
        recorded: { message },
        decidedAt,
      } of waited)
        expect(decidedAt - message.at).toBeLessThanOrEqual(holdSeconds * SECOND);
    }
  });

  it("is not held at all where the account waits for nothing", () => {
    const { attack } = story(
      warmEngine({ holdSeconds: 0 }),
      burst(() => false),
    );
    expect(count(attack, "hold")).toBe(0);
    expect(attack.every(({ recorded: { message }, decidedAt }) => decidedAt === message.at)).toBe(true);
  });
});

describe("the finding of a verdict", () => {
  it("agrees with its own numbers, whatever was decided", () => {
    const draw = seeded(11);
    const outcome = (index: number) =>
      index % 3 === 0 ? { deliveredAfter: SECOND, convertedAfter: personsTime(draw) } : {};
    const scenes = [
      pumping(),
      pumping({ outcome }),
      pumping({ outcome: () => ({ deliveredAfter: SECOND, convertedAfter: 9_000 }) }),
      pumping({ everyMs: 5 * MINUTE, step: 7 }),
    ];
    const seen = new Set<string>();
    for (const mode of ["enforce", "monitor"] as const) {
      for (const attack of scenes) {
        const words = story(warmEngine({ mode }), attack);
        for (const { verdict } of [...words.people, ...words.attack]) {
          const finding = detectionFinding(verdict);
          if (finding === undefined) continue;
          expect(agreesWithEvidence(finding), JSON.stringify(finding)).toBe(true);
          if (finding.opinion.reason !== undefined) seen.add(finding.opinion.reason);
        }
      }
    }
    for (const reason of [
      "probe",
      "range_contained",
      "range_faked",
      "range_surge",
      "range_watched",
      "verified_number",
    ]) {
      expect(seen).toContain(reason);
    }
  });
});

describe("a number that is known to be verified", () => {
  it("is new again when that is forgotten, and is not trusted on the day it was verified", () => {
    const engine = warmEngine();
    verify(engine, "+31612345678", DAY_ONE);
    verify(engine, "+31612345679", ATTACK - HOUR);
    const reason = (to: string): unknown => detectionFinding(ask(engine, to, ATTACK))?.opinion.reason;
    expect([reason("+31612345678"), reason("+31612345679")]).toEqual(["verified_number", undefined]);
    apply(engine, { type: "verified_forgotten", to: messageTo("+31612345678").recipient.e164 });
    expect(reason("+31612345678")).toBeUndefined();
  });
});
