import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Admission, type Whose } from "./admission.ts";
import { overload } from "./testing/overload.ts";

const alone = (account: string): Whose => ({ account, family: account });

/** A server in steps of time: everything that is taken takes `steps` steps. Exact: no clock, no chance. */
function simulate(
  tenants: readonly { readonly name: string; readonly family?: string; readonly each: number }[],
  {
    capacity,
    steps,
    length,
    interleaved = false,
  }: { capacity: number; steps: number; length: number; interleaved?: boolean },
) {
  const door = new Admission({ capacity });
  const ends: Whose[][] = [];
  const counts = new Map(tenants.map(({ name }) => [name, { taken: 0, refused: 0 }]));
  for (let now = 0; now < length; now++) {
    for (const whose of ends[now] ?? []) door.leave(whose);
    const arrivals = tenants.flatMap(({ name, family = name, each }) =>
      Array.from({ length: each }, (_, turn) => ({ whose: { account: name, family }, turn })),
    );
    // One after the other, or the first tenant's all before the second's: the worst for whoever comes last.
    if (interleaved) arrivals.sort((a, b) => a.turn - b.turn);
    for (const { whose } of arrivals) {
      const count = counts.get(whose.account);
      if (count === undefined) continue;
      if (door.enter(whose) !== "taken") {
        count.refused += 1;
        continue;
      }
      count.taken += 1;
      const end = now + steps;
      ends[end] = [...(ends[end] ?? []), whose];
    }
    expect(door.underWay).toBeLessThanOrEqual(capacity);
  }
  return counts;
}

describe("the door", () => {
  test("one account's flood costs the others nothing: not one of their requests is refused", () => {
    const counts = simulate(
      [
        { name: "flood", each: 500 },
        { name: "shop", each: 2 },
        { name: "bank", each: 1 },
      ],
      { capacity: 100, steps: 5, length: 400 },
    );
    expect(counts.get("shop")).toEqual({ taken: 800, refused: 0 });
    expect(counts.get("bank")).toEqual({ taken: 400, refused: 0 });
    // The flood still gets most of what is left.
    expect(counts.get("flood")?.taken).toBeGreaterThan(400 * 10);
  });

  test("nor the flood's own siblings, parent and children", () => {
    const counts = simulate(
      [
        { name: "flood", family: "platform", each: 500 },
        { name: "sibling", family: "platform", each: 1 },
        { name: "platform", family: "platform", each: 1 },
        { name: "another", each: 1 },
      ],
      { capacity: 100, steps: 5, length: 400 },
    );
    expect(counts.get("another")).toEqual({ taken: 400, refused: 0 });
    // (while the room was still given to the flood alone)
    for (const name of ["sibling", "platform"]) expect(counts.get(name)?.refused, name).toBeLessThanOrEqual(2);
  });

  test("a customer gets no more by splitting into many accounts", () => {
    const split = Array.from({ length: 200 }, (_, index) => ({ name: `part ${index}`, family: "splitter", each: 3 }));
    const counts = simulate([...split, { name: "shop", each: 3 }], { capacity: 100, steps: 5, length: 300 });
    expect(counts.get("shop")).toEqual({ taken: 900, refused: 0 });
  });

  test("several floods that come side by side get the same", () => {
    const floods = ["a", "b", "c"].map((name) => ({ name, each: 100 }));
    const taken = [...simulate(floods, { capacity: 130, steps: 7, length: 700, interleaved: true }).values()].map(
      (one) => one.taken,
    );
    expect(Math.max(...taken) / Math.min(...taken)).toBeLessThan(1.1);
  });

  test("nobody is refused below the capacity's fifth, and what has left is forgotten", () => {
    const door = new Admission({ capacity: 1000 });
    for (let account = 0; account < 200; account++) expect(door.enter(alone(`account ${account}`))).toBe("taken");
    for (let account = 0; account < 200; account++) door.leave(alone(`account ${account}`));
    expect(door.underWay).toBe(0);
    // Ten thousand callers, one after the other, leave nothing behind that would change an answer.
    for (let account = 0; account < 10_000; account++) {
      expect(door.enter(alone(`made up ${account}`))).toBe("taken");
      door.leave(alone(`made up ${account}`));
    }
    let taken = 0;
    while (door.enter(alone("alone")) === "taken") taken += 1;
    expect(taken).toBe(667);
    expect(door.enter(alone("alone"))).toBe("share");
    expect(door.enter(alone("another"))).toBe("taken");
  });

  test("while the event loop is behind less is taken, of whom comes most, and all again when it has caught up", () => {
    const door = new Admission({ capacity: 1000 });
    const look = (late: number): { flood: number; shop: number } => {
      const taken = { flood: 0, shop: 0 };
      for (let request = 0; request < 300; request++) {
        for (const name of request < 3 ? (["flood", "shop"] as const) : (["flood"] as const)) {
          if (door.enter(alone(name)) !== "taken") continue;
          taken[name] += 1;
          door.leave(alone(name));
        }
      }
      door.lag(late);
      return taken;
    };
    expect(look(5)).toEqual({ flood: 300, shop: 3 });
    // One pause is none of anybody's doing.
    look(400);
    expect(door.pace).toBe(Number.POSITIVE_INFINITY);
    for (let late = 0; late < 10; late++) look(400);
    const late = look(400);
    expect(late.flood).toBeLessThan(60);
    expect(late.shop).toBe(3);
    for (let good = 0; good < 200; good++) look(5);
    expect(door.pace).toBe(Number.POSITIVE_INFINITY);
    expect(look(5)).toEqual({ flood: 300, shop: 3 });
  });

  test("a flood of batches leaves room as a flood of messages does: what is under way is counted in messages", () => {
    const door = new Admission({ capacity: 1000 });
    let batches = 0;
    while (door.enter(alone("flood"), 140) === "taken") batches += 1;
    expect(batches).toBe(5);
    expect(door.enter(alone("shop"), 140)).toBe("taken");
    for (; batches > 0; batches--) door.leave(alone("flood"), 140);
    door.leave(alone("shop"), 140);
    expect(door.underWay).toBe(0);
  });

  test("whatever comes and goes, what is under way is what entered and has not left", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 4 })), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 30 }), (all, capacity) => {
        const door = new Admission({ capacity });
        const inside: Whose[] = [];
        for (const [enters, who] of all) {
          const place = inside.findIndex(({ account }) => account === String(who));
          const whose = { account: String(who), family: String(who % 2) };
          if (enters && door.enter(whose) === "taken") inside.push(whose);
          if (!enters && place >= 0) for (const one of inside.splice(place, 1)) door.leave(one);
          expect(door.underWay).toBe(inside.length);
          expect(inside.length).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});

describe("a whole server in simulated time, past its capacity", () => {
  /** The victim asks 40 times a second. The flood asks 20 times its share, which of four accounts is a quarter of what the server can do. */
  const worlds = fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    cpuMs: fc.constantFrom(0.2, 0.5, 1),
    providerMs: fc.constantFrom(5, 40, 200),
    siblings: fc.boolean(),
    // What the flood's requests do: as others' do; fail at once inside; or wait for a provider that never answers.
    kind: fc.constantFrom("plain", "poison", "blackhole"),
  } as const);

  test("another account's errors are 0, and its latency is nearly what it is alone", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const calm = overload({ ...world, floodFactor: 0 });
        const flooded = overload({ ...world, floodFactor: 20 });
        expect(calm.victim.refused).toBe(0);
        // Of the flood's own family one may be refused now and then.
        expect(flooded.victim.refused).toBeLessThanOrEqual(world.siblings ? 0.1 * calm.victim.answered : 0);
        expect(flooded.victim.answered + flooded.victim.refused).toBe(calm.victim.answered);
        expect(flooded.flood.refused).toBeGreaterThan(0);
        // So many of the flood's may stand before it in the event loop, at most.
        expect(flooded.victim.p99 - calm.victim.p99).toBeLessThan(MOST_BEFORE_MS);
      }),
      { numRuns: 60 },
    );
  });

  test("control: without the door the same victim waits for seconds", () => {
    const world = { seed: 7, cpuMs: 0.5, providerMs: 40, siblings: false, kind: "plain" } as const;
    expect(overload({ ...world, floodFactor: 20, isOpen: true }).victim.p99).toBeGreaterThan(1000);
  });
});

const MOST_BEFORE_MS = 40;
