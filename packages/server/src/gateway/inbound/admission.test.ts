import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Admission } from "./admission.ts";

/** A server in steps of time: everything that is taken takes `steps` steps. Exact: no clock, no chance. */
function simulate(
  tenants: readonly { readonly name: string; readonly each: number }[],
  {
    capacity,
    steps,
    length,
    interleaved = false,
  }: { capacity: number; steps: number; length: number; interleaved?: boolean },
) {
  const door = new Admission({ capacity });
  const ends: string[][] = [];
  const counts = new Map(tenants.map(({ name }) => [name, { taken: 0, refused: 0 }]));
  for (let now = 0; now < length; now++) {
    for (const name of ends[now] ?? []) door.leave(name);
    const arrivals = tenants.flatMap(({ name, each }) => Array.from({ length: each }, (_, turn) => ({ name, turn })));
    // One after the other, or the first tenant's all before the second's: the worst for whoever comes last.
    if (interleaved) arrivals.sort((a, b) => a.turn - b.turn);
    for (const { name } of arrivals) {
      const count = counts.get(name);
      if (count === undefined) continue;
      if (door.enter(name) !== "taken") {
        count.refused += 1;
        continue;
      }
      count.taken += 1;
      const end = now + steps;
      ends[end] = [...(ends[end] ?? []), name];
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
    expect(counts.get("flood")?.taken).toBeGreaterThan(400 * 12);
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
    for (let account = 0; account < 200; account++) expect(door.enter(`account ${account}`)).toBe("taken");
    for (let account = 0; account < 200; account++) door.leave(`account ${account}`);
    expect(door.underWay).toBe(0);
    // Ten thousand credentials, one after the other, leave nothing behind that would change an answer.
    for (let account = 0; account < 10_000; account++) {
      expect(door.enter(`made up ${account}`)).toBe("taken");
      door.leave(`made up ${account}`);
    }
    for (let request = 0; request < 800; request++) expect(door.enter("alone")).toBe("taken");
    expect(door.enter("alone")).toBe("share");
    expect(door.enter("another")).toBe("taken");
  });

  test("while the event loop is behind less is taken, and all again when it has caught up", () => {
    const door = new Admission({ capacity: 1000 });
    for (let look = 0; look < 20; look++) door.lag(400);
    expect(door.capacity).toBe(32);
    door.lag(100);
    expect(door.capacity).toBe(32);
    for (let look = 0; look < 60; look++) door.lag(5);
    expect(door.capacity).toBe(1000);
  });

  test("whatever comes and goes, what is under way is what entered and has not left", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 4 })), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 30 }), (all, capacity) => {
        const door = new Admission({ capacity });
        const inside: string[] = [];
        for (const [enters, who] of all) {
          const whose = String(who);
          const place = inside.indexOf(whose);
          if (enters && door.enter(whose) === "taken") inside.push(whose);
          if (!enters && place >= 0) door.leave(inside.splice(place, 1)[0] ?? "");
          expect(door.underWay).toBe(inside.length);
          expect(inside.length).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});
