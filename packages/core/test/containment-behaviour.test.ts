import { describe, expect, it } from "vitest";
import type { EpochMilliseconds } from "../src/brand.ts";
import type { Engine } from "../src/engine.ts";
import type { ReplayedMessage } from "../src/replay-traffic.ts";
import type { Verdict } from "../src/verdict/verdict.ts";
import { ACCOUNT, messageTo } from "./message-to.ts";
import { seeded } from "./seeded.ts";
import { consecutive, DAY, HOUR, MINUTE, people, personsTime, SECOND, type Sent } from "./traffic.ts";
import { ATTACK, count, peopleToday, reasons, story, TODAY, warmEngine } from "./warm-engine.ts";

const FIRST = "+992935001000";

/** One number after the other of a block that nobody had a code in before. */
function pumping(options: Parameters<typeof consecutive>[1] = {}): readonly Sent[] {
  return consecutive(FIRST, { from: ATTACK, count: 400, everyMs: 4 * SECOND, ...options });
}

/** Numbers of a block in no particular order. */
function scattered(block: string, options: Parameters<typeof consecutive>[1] = {}, seed = 5): readonly Sent[] {
  const draw = seeded(seed);
  const digits = 13 - block.length;
  const numberIn = (): string => block + String(Math.floor(10 ** digits * draw())).padStart(digits, "0");
  return pumping(options).map((sent) => ({ ...sent, to: numberIn() }));
}

/** As many blocks of 10,000 of one country, in turn, random numbers of each. */
function manyBlocks(blocks: number, options: Parameters<typeof consecutive>[1] = {}): readonly Sent[] {
  const draw = seeded(8);
  return pumping(options).map((sent, index) => {
    const block = 100 + (((index % blocks) * 13) % 900);
    return { ...sent, to: `+99293${block}${String(Math.floor(10_000 * draw())).padStart(4, "0")}` };
  });
}

function ask(engine: Engine, to: string, at: number): Verdict {
  return engine.decide(messageTo(to, { at: at as EpochMilliseconds }), "default");
}

function end(words: readonly ReplayedMessage[]): readonly string[] {
  return words.slice(-20).map(({ action }) => action);
}

const ALL_BLOCKED: readonly string[] = Array.from({ length: 20 }, () => "block");
const asPeople = (draw: () => number) => () => ({ deliveredAfter: 2 * SECOND, convertedAfter: personsTime(draw) });

describe("an attack on a block that nobody ever verified in", () => {
  it.each([
    ["five a second", 200, 4_000],
    ["one a second", SECOND, 800],
    ["one in four seconds", 4 * SECOND, 400],
    ["one in twenty seconds", 20 * SECOND, 400],
  ])("ends contained, not challenged for ever: consecutive numbers, %s", (_, everyMs, size) => {
    const { people: others, attack, incidents } = story(warmEngine(), pumping({ everyMs, count: size }));
    expect(end(attack)).toEqual(ALL_BLOCKED);
    expect(count(attack, "allow")).toBeLessThanOrEqual(8);
    expect(incidents.map(({ pattern }) => pattern)).toEqual([expect.stringMatching(/^(unanswered|number_block)$/)]);
    expect(count(others, "allow")).toBe(others.length);
  });

  it("ends contained though its numbers come in no order, once more of them are turned away", () => {
    const { attack } = story(warmEngine(), scattered("+99293500", { count: 1_500 }));
    expect(end(attack)).toEqual(ALL_BLOCKED);
    const inOrder = story(warmEngine(), pumping({ count: 1_500 }));
    const first = ({ action }: ReplayedMessage): boolean => action === "block";
    expect(inOrder.attack.findIndex(first)).toBeLessThan(attack.findIndex(first));
  });

  it("is contained in the smallest range that explains it, and lets the country around it be", () => {
    const beside = people({ seed: 4, from: ATTACK, for: HOUR, people: 20 }).map((sent, index) => ({
      ...sent,
      to: `+99291${String(7_000_000 + index * 31_337).slice(0, 7)}`,
    }));
    const { people: others, attack, incidents } = story(warmEngine(), pumping({ count: 900 }), beside);
    expect(end(attack)).toEqual(ALL_BLOCKED);
    const contained = incidents.flatMap(({ ranges }) =>
      ranges.flatMap(({ scope, containment }) => (containment?.action === "block" ? [scope] : [])),
    );
    expect(contained.length).toBeGreaterThan(0);
    for (const scope of contained)
      expect(scope).toMatchObject({ type: "block", prefix: expect.stringMatching(/^\+9929350/) });
    for (const { size } of contained) expect(size).toBeLessThanOrEqual(10_000);
    expect(count(others, "block")).toBe(0);
    expect(count(others, "allow")).toBe(others.length);
  });

  it("is counted from its first message, in what it got and what it was refused", () => {
    const { attack, incidents } = story(warmEngine(), pumping());
    const [incident] = incidents;
    expect(incident?.countedFrom).toBe(ATTACK);
    const stopped = count(attack, "block", "challenge", "hold");
    expect(incident?.counts).toMatchObject({ attempts: 400, leaked: count(attack, "allow"), converted: 0 });
    const { blocked = 0, challenged = 0, held = 0 } = incident?.counts ?? {};
    expect(blocked + challenged + held).toBe(stopped);
  });

  it("never stops the verified numbers of the range", () => {
    const engine = warmEngine();
    const verified = messageTo("+992935001501").recipient.e164;
    const long = (TODAY - 10 * DAY) as EpochMilliseconds;
    engine.apply({ type: "verified_known", account: ACCOUNT, to: verified, firstAt: long, lastAt: long });
    const ofThem = [5, 15, 25].map(
      (minute): Sent => ({ at: ATTACK + minute * MINUTE, to: verified, ...asPeople(seeded(minute))() }),
    );
    const { attack } = story(engine, [...pumping({ step: 2 }), ...ofThem]);
    const theirs = attack.filter(({ recorded: { message } }) => message.recipient.e164 === verified);
    expect(theirs.map(({ action }) => action)).toEqual(["allow", "allow", "allow"]);
    expect(end(attack)).toEqual(ALL_BLOCKED);
  });
});

describe("an attack on many new blocks", () => {
  it("has each of its blocks contained by itself when a second number asks for it", () => {
    const {
      people: others,
      attack,
      incidents,
    } = story(warmEngine(), manyBlocks(20, { count: 600, everyMs: 10 * SECOND }));
    expect(end(attack)).toEqual(ALL_BLOCKED);
    expect(count(attack, "allow")).toBeLessThan(3 * 20);
    const contained = incidents.flatMap(({ timeline }) => timeline.filter(({ type }) => type === "contained"));
    expect(contained.length).toBeGreaterThanOrEqual(15);
    expect(count(others, "block")).toBe(0);
  });

  it("gives a number that was turned away no code for asking again, and one that got a code one more", () => {
    const spread = manyBlocks(300, { count: 150, everyMs: 10 * SECOND });
    const first = story(warmEngine(), spread);
    const lastAllowed = first.attack.findIndex(({ action }) => action !== "allow") - 1;
    const again = (index: number): readonly Sent[] =>
      [1, 2, 3, 4].map((minute) => {
        const { at, to } = spread[index] as Sent;
        return { at: at + minute * MINUTE + SECOND, to };
      });
    const { attack } = story(warmEngine(), [...spread, ...again(lastAllowed), ...again(lastAllowed + 5)]);
    const of = (index: number): readonly ReplayedMessage[] =>
      attack.filter(({ recorded: { message } }) => message.recipient.e164 === spread[index]?.to);
    expect(of(lastAllowed).map(({ action }) => action)).toEqual([
      "allow",
      "allow",
      "challenge",
      "challenge",
      "challenge",
    ]);
    expect(count(of(lastAllowed + 5), "allow")).toBe(0);
  });
});

describe("a popular block", () => {
  const POPULAR = "+31622199";
  /** People of one block, as they usually come: one in half an hour. */
  const regulars = (from: number, span: number, seed: number): readonly Sent[] => {
    const draw = seeded(seed);
    return scattered(
      POPULAR,
      { from, everyMs: 20 * MINUTE, count: span / (20 * MINUTE), outcome: asPeople(draw) },
      seed,
    );
  };

  it("is open again within hours after the attack ends; those who know it pass meanwhile, and nobody is blocked", () => {
    const engine = warmEngine();
    const before = story(
      engine,
      regulars(TODAY, 4 * DAY, 11),
      people({ seed: 12, from: TODAY, for: 4 * DAY, people: 1_600 }),
    );
    expect(count(before.attack, "allow")).toBe(before.attack.length);
    const from = TODAY + 4 * DAY;
    const others = people({ seed: 13, from, for: DAY, people: 400 });
    const known = before.attack.slice(0, 30).map(
      ({ recorded: { message } }, index): Sent => ({
        at: from + HOUR + index * 2 * MINUTE,
        to: message.recipient.e164,
        ...asPeople(seeded(index + 1))(),
      }),
    );
    const attacked = story(
      engine,
      scattered(POPULAR, { from: from + HOUR, everyMs: 2 * SECOND, count: 1_500 }, 14),
      [...others, ...known].toSorted((a, b) => a.at - b.at),
    );
    expect(count(attacked.attack, "allow")).toBeLessThan(150);
    expect(count(attacked.people, "block")).toBe(0);
    const logins = new Set(known.map(({ to }) => to));
    const theirs = attacked.people.filter(({ recorded: { message } }) => logins.has(message.recipient.e164));
    expect(count(theirs, "allow")).toBe(theirs.length);
    const after = story(engine, regulars(from + DAY + 2 * HOUR, 6 * HOUR, 15), []);
    expect(count(after.attack, "allow")).toBe(after.attack.length);
  });
});

describe("completions as people do, over consecutive blocks", () => {
  it("are challenged when they are too many, and never blocked", () => {
    const draw = seeded(16);
    const crowd = pumping({ count: 600, everyMs: 5 * SECOND, step: 40, outcome: asPeople(draw) });
    const { attack } = story(warmEngine(), crowd);
    expect(count(attack, "block")).toBe(0);
    expect(count(attack, "challenge")).toBeGreaterThan(0);
  });
});

describe("a containment", () => {
  it("is renewed while the attack goes on, expires after it, and lets people in again", () => {
    const engine = warmEngine();
    const { attack } = story(engine, pumping({ count: 4_000 }));
    expect(end(attack)).toEqual(ALL_BLOCKED);
    const until = ATTACK + 4_000 * 4 * SECOND;
    engine.advance((until + 12 * HOUR) as EpochMilliseconds);
    const [incident] = engine.detectionOf(ACCOUNT).incidents.list();
    expect(incident?.state).toBe("closed");
    expect(incident?.timeline.map(({ type }) => type)).toContain("expired");
    expect(ask(engine, "+992935009999", until + 12 * HOUR).action).toBe("allow");
  });

  it("is opened by probes that people complete", () => {
    const engine = warmEngine();
    story(engine, pumping());
    const draw = seeded(17);
    const from = ATTACK + 400 * 4 * SECOND + 20 * MINUTE;
    const persons = scattered("+9929350", { from, everyMs: 15 * MINUTE, count: 24, outcome: asPeople(draw) }, 18);
    const within = persons.map((sent) => ({ ...sent, to: `+99293500${sent.to.slice(-4)}` }));
    const { attack } = story(engine, within, []);
    expect(reasons(attack)["probe"]).toBeGreaterThan(0);
    expect(count(attack.slice(-12), "allow")).toBe(12);
  });

  it("needs outcomes: an account that has none reported is given no block, however many are turned away", () => {
    const engine = warmEngine();
    const { attack, people: others } = story(engine, pumping({ from: TODAY + 8 * HOUR, count: 2_000 }), peopleToday(0));
    expect(count([...attack, ...others], "block")).toBe(0);
    expect(count(attack, "challenge", "hold")).toBeGreaterThan(1_900);
  });
});
