import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCOUNT, messageTo } from "../test/message-to.ts";
import { consecutive, DAY_ONE, engineWith, people, recorded, replayed, SECOND, type Sent } from "../test/traffic.ts";
import { Engine, type EngineEvent } from "./engine.ts";
import type { Message } from "./message.ts";
import { TrafficReplay } from "./replay-traffic.ts";
import type { Verdict } from "./verdict/verdict.ts";

type Happening = { readonly at: number; readonly what: string; readonly to: string };

/** An engine that keeps a list of what it lives through. */
class ListedEngine extends Engine {
  readonly happened: Happening[] = [];

  override apply(event: EngineEvent): void {
    if (event.type === "outcome") this.happened.push({ at: event.at, what: event.kind, to: event.to });
    super.apply(event);
  }

  override decide(message: Message, policy: string): Verdict {
    const verdict = super.decide(message, policy);
    const again = message.heldSince === undefined ? "" : "again ";
    this.happened.push({ at: message.at, what: again + verdict.action, to: message.recipient.e164 });
    return verdict;
  }
}

function listedEngine(): ListedEngine {
  const engine = new ListedEngine();
  for (const event of engineWith().snapshot().events) engine.apply(event);
  return engine;
}

const completing = { deliveredAfter: 2 * SECOND, convertedAfter: 5 * SECOND };

describe("the replay of recorded traffic", () => {
  it("lets an outcome take part from its own time on, before what is asked for at that very moment", () => {
    const engine = listedEngine();
    const first = { at: DAY_ONE, to: "+31612345601", ...completing };
    const others = [1_999, 2_000, 5_000, 5_001].map((after, index) => ({
      at: DAY_ONE + after,
      to: `+4915123456${700 + index}`,
    }));
    replayed(engine, recorded([first, ...others]));
    expect(engine.happened.map(({ at, what }) => [at - DAY_ONE, what])).toEqual([
      [0, "allow"],
      [1_999, "allow"],
      [2_000, "delivered"],
      [2_000, "allow"],
      [5_000, "verified"],
      [5_000, "allow"],
      [5_001, "allow"],
    ]);
  });

  it("never lets the outcome of a stopped message happen", () => {
    const engine = listedEngine();
    const attack = consecutive("+992935001000", {
      from: DAY_ONE,
      count: 60,
      everyMs: SECOND,
      outcome: () => completing,
    });
    const words = replayed(engine, recorded(attack));
    const stopped = words
      .filter(({ action }) => action !== "allow")
      .map(({ recorded: { message } }) => message.recipient.e164);
    expect(stopped.length).toBeGreaterThan(20);
    const heardOf = new Set<string>(
      engine.happened.filter(({ what }) => what === "verified" || what === "delivered").map(({ to }) => to),
    );
    expect(stopped.filter((to) => heardOf.has(to))).toEqual([]);
    expect(heardOf.size).toBe(60 - stopped.length);
  });

  it("keeps the order of what is asked for at the same time", () => {
    const engine = listedEngine();
    const numbers = Array.from({ length: 30 }, (_, index) => `+31${612_000_000 + index * 7_654_321}`);
    replayed(engine, recorded(numbers.map((to) => ({ at: DAY_ONE, to }))));
    expect(engine.happened.map(({ to }) => to)).toEqual(numbers);
  });

  it("asks again for what is held, and counts the outcomes from when it went out", () => {
    const engine = listedEngine();
    // People enough for outcomes to be known; then a burst that completes late enough to be held for a while.
    const before = people({ from: DAY_ONE - 86_400_000, for: 80_000_000, people: 300 });
    const burst = consecutive("+992935001000", {
      from: DAY_ONE,
      count: 30,
      everyMs: 200,
      outcome: (index) => ({ deliveredAfter: SECOND, convertedAfter: 4_500 + ((index * 1_709) % 3_100) }),
    });
    const words = replayed(engine, recorded(before, burst));
    const waited = words.filter(({ decidedAt, recorded: { message } }) => decidedAt > message.at);
    expect(waited.length).toBeGreaterThan(0);
    expect(waited.some(({ action }) => action === "allow")).toBe(true);
    for (const { recorded: word, decidedAt, action } of waited) {
      const to = word.message.recipient.e164;
      const story = engine.happened.filter((happening) => happening.to === to);
      expect(story[0]).toEqual({ at: word.message.at, what: "hold", to });
      expect(story.filter(({ what }) => what === "verified").map(({ at }) => at)).toEqual(
        action === "allow" ? [(word.convertedAt ?? 0) + decidedAt - word.message.at] : [],
      );
    }
  });

  it("says one last word on every message, in any traffic, and lives through everything in the order of time", () => {
    const sent: fc.Arbitrary<Sent> = fc.record({
      at: fc.nat(60 * SECOND).map((after) => DAY_ONE + after),
      to: fc.nat(80).map((offset) => `+9929350010${String(offset).padStart(2, "0")}`),
      deliveredAfter: fc.nat(4 * SECOND),
      convertedAfter: fc.nat(20 * SECOND),
    });
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 80, size: "max" }), (traffic) => {
        const engine = listedEngine();
        const messages = recorded(traffic);
        const positions: number[] = [];
        const replay = new TrafficReplay(
          engine,
          "default",
          ({ recorded: { position }, decidedAt, verdict, action, would }) => {
            positions.push(position);
            expect(decidedAt).toBeGreaterThanOrEqual(messages[position]?.message.at ?? 0);
            expect(action === verdict.action || (action === "hold" && verdict.action === "challenge")).toBe(true);
            expect(would).toBe(action);
          },
        );
        for (const message of messages) replay.add(message);
        replay.finish();
        expect(positions.toSorted((a, b) => a - b)).toEqual(messages.map(({ position }) => position));
        const times = engine.happened.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it("takes rules that block as the last word, without asking detection", () => {
    const engine = engineWith({}, { destinations: { TJ: { action: "block" } } });
    const words = replayed(engine, recorded(consecutive("+992935001000", { count: 20 })));
    expect(words.map(({ verdict }) => verdict.reason)).toEqual(words.map(() => "destination_blocked"));
    expect(engine.findDetection(ACCOUNT)).toBeUndefined();
    expect(engine.preview(messageTo("+992935001000"), "default").action).toBe("block");
  });
});
