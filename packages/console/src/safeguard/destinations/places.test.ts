import { DESTINATIONS, TWINS } from "@safeguard/core";
import { expect, it } from "vitest";
import { DOT_PLACES, SHAPE_CODES, WESTERN_PARTS } from "./places.ts";

const placed = new Set([
  ...SHAPE_CODES.values(),
  ...[...WESTERN_PARTS.values(), ...DOT_PLACES].map(({ code }) => code),
]);

it("every destination that is somewhere has a place on the map", () => {
  const missing = DESTINATIONS.filter(({ code, kind }) => kind !== "non_geographic" && !placed.has(code));
  expect(missing.map(({ code }) => code)).toEqual([]);
});

it("nothing else has one, but twins, which follow a destination", () => {
  const known = new Set<string>([...DESTINATIONS.map(({ code }) => code), ...Object.keys(TWINS)]);
  expect([...placed].filter((code) => !known.has(code))).toEqual([]);
});
