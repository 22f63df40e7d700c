import fc from "fast-check";
import { expect, test } from "vitest";
import { Fifo } from "./fifo.ts";

test("gives what an array gives that is shifted", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -2, max: 3 }), { maxLength: 1000 }), (steps) => {
      const fifo = new Fifo<number>();
      const array: number[] = [];
      for (const [index, step] of steps.entries()) {
        for (let times = 0; times < step; times++) {
          fifo.push(index);
          array.push(index);
        }
        for (let times = step; times < 0; times++) expect(fifo.shift()).toBe(array.shift());
        expect([fifo.length, fifo.first]).toEqual([array.length, array[0]]);
      }
    }),
  );
});
