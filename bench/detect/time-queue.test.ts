import fc from "fast-check";
import { expect, it } from "vitest";
import { TimeQueue } from "./time-queue.ts";

it("gives back in the order of time, and what came at one time in the order of coming", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const queue = new TimeQueue<readonly [number, number]>();
      for (const [index, at] of times.entries()) queue.push(at, [at, index]);
      const given: (readonly [number, number])[] = [];
      for (let at = queue.nextAt; at !== Number.POSITIVE_INFINITY; at = queue.nextAt) {
        const item = queue.pop();
        expect(item?.[0]).toBe(at);
        if (item !== undefined) given.push(item);
      }
      const expected = times.map((at, index) => [at, index] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      expect(given).toEqual(expected);
      expect(queue.pop()).toBeUndefined();
    }),
  );
});
