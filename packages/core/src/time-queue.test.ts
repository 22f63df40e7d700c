import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimeQueue } from "./time-queue.ts";

const steps = fc.array(fc.oneof({ weight: 2, arbitrary: fc.nat(20) }, fc.constant("pop" as const)), { maxLength: 200 });

describe("a time queue", () => {
  it("gives the earliest first, and of equal times the one that came first, like a sorted list", () => {
    fc.assert(
      fc.property(steps, (history) => {
        const queue = new TimeQueue<number>();
        const waiting: { readonly at: number; readonly number: number }[] = [];
        for (const [number, step] of history.entries()) {
          expect(queue.nextAt).toBe(waiting[0]?.at ?? Number.POSITIVE_INFINITY);
          if (step === "pop") expect(queue.pop()).toBe(waiting.shift()?.number);
          else {
            queue.push(step, number);
            waiting.push({ at: step, number });
            // A stable sort.
            waiting.sort((a, b) => a.at - b.at);
          }
        }
        while (waiting.length > 0) expect(queue.pop()).toBe(waiting.shift()?.number);
        expect(queue.pop()).toBeUndefined();
      }),
    );
  });
});
