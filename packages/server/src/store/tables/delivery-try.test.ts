import type { EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readTries, writeTry } from "./delivery-try.ts";

const one = fc.record({
  at: fc.nat().map((at) => at as EpochMilliseconds),
  status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
  error: fc.option(fc.stringMatching(/^[a-z][a-z_]{0,20}$/), { nil: undefined }),
});

it("tries are read as they were written, in their order", () => {
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), (tries) => {
      expect(readTries(tries.map(writeTry).join(""))).toEqual(tries);
    }),
  );
  expect(readTries(null)).toEqual([]);
});

it("an error in words stays one try", () => {
  const at = 5 as EpochMilliseconds;
  expect(readTries(writeTry({ at, status: undefined, error: "no route\nto host" }))).toEqual([
    { at, status: undefined, error: "no_route_to_host" },
  ]);
});
