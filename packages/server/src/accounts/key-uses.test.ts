import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyUses } from "./key-uses.ts";

const DAY = 86_400_000;

describe("how keys are used", () => {
  it("is told to the minute, and counted over seven days", () => {
    const uses = new KeyUses();
    uses.count("key_a", 20 * DAY + 90_500);
    uses.count("key_a", 20 * DAY + 91_000);
    expect(uses.of("key_a")).toEqual({ lastAt: 20 * DAY + 60_000, days: [{ day: 20, requests: 2 }] });
    expect(uses.requests("key_a", 26 * DAY)).toBe(2);
    expect(uses.requests("key_a", 27 * DAY)).toBe(0);
    expect(uses.of("key_b")).toBeUndefined();
  });

  it("counts as a list of all uses would, and keeps no more than seven days of each key", () => {
    const times = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.integer({ min: 0, max: 30 * DAY })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(times, (all) => {
        const inOrder = all.toSorted(([, one], [, other]) => one - other);
        const uses = new KeyUses();
        for (const [key, at] of inOrder) uses.count(key, at);
        const now = inOrder.at(-1)?.[1] ?? 0;
        for (const key of ["a", "b"]) {
          const since = Math.floor(now / DAY) - 7;
          const own = inOrder.filter(([of]) => of === key);
          expect(uses.requests(key, now)).toBe(own.filter(([, at]) => Math.floor(at / DAY) > since).length);
          const last = own.at(-1)?.[1];
          expect(uses.of(key)?.lastAt).toBe(last === undefined ? undefined : Math.floor(last / 60_000) * 60_000);
          expect(uses.of(key)?.days.length ?? 0).toBeLessThanOrEqual(7);
        }
      }),
    );
  });

  it("is taken out as a whole when it has changed, and is the same when it is put back", () => {
    const uses = new KeyUses();
    expect(uses.take(0)).toBeUndefined();
    uses.count("key_a", 5 * DAY);
    uses.count("key_b", 6 * DAY);
    const text = uses.take(6 * DAY) ?? "";
    expect(uses.take(6 * DAY)).toBeUndefined();
    const again = new KeyUses();
    again.restore(text);
    expect([again.of("key_a"), again.of("key_b")]).toEqual([uses.of("key_a"), uses.of("key_b")]);
    expect(again.take(6 * DAY)).toBeUndefined();
  });

  it("forgets keys that nobody has used for more than a year", () => {
    const uses = new KeyUses();
    uses.count("key_old", 0);
    uses.count("key_new", 401 * DAY);
    uses.take(401 * DAY);
    expect([uses.of("key_old"), uses.of("key_new")?.lastAt]).toEqual([undefined, 401 * DAY]);
  });
});
