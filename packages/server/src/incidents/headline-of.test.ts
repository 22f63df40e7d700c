import type { EpochMilliseconds, Evidence, Incident } from "@safeguard/core";
import { expect, test } from "vitest";
import { attackedRanges, headlineOf } from "./headline-of.ts";

const evidence = (prefix: string, size = 1_000): Evidence => ({
  scope: { type: "block", prefix, size },
  since: 0 as EpochMilliseconds,
  counts: { sessions: 13, sent: 13, converted: 0, pending: 13, unanswered: 0, stopped: 0 },
  trials: 13,
  hits: 13,
  expectedShare: 0.0004,
  share: 60,
  adjacency: 0,
  unanswered: 0,
  faked: 0,
  expectedConversion: 0.6,
  total: 50,
  threshold: 10,
  credit: 3,
});

const incident = (...blocks: readonly (readonly [prefix: string, size: number])[]): Incident["ranges"] =>
  blocks.map(([prefix, size]) => ({
    scope: { type: "block", prefix, size },
    foundAt: 0 as EpochMilliseconds,
    containment: undefined,
  }));

test("the headline of one attack is its evidence, however its ranges grew", () => {
  const ranges = incident(["+923467323", 1_000], ["+92346732", 10_000]);
  expect(attackedRanges({ ranges })).toBe(1);
  expect(headlineOf({ ranges, evidence: evidence("+923467323") })).toMatch(
    /^13 of the last 13 new numbers in Pakistan fell in \+92 346 732 3xxx, /,
  );
});

test("attacks that joined are counted, and the evidence is said to be of then", () => {
  const ranges = incident(["+923467323", 1_000], ["+923001112", 1_000], ["+92300111", 10_000]);
  expect(attackedRanges({ ranges })).toBe(2);
  expect(attackedRanges({ ranges, furtherRanges: 5 })).toBe(7);
  expect(headlineOf({ ranges, evidence: evidence("+923467323") })).toMatch(
    /^2 ranges are attacked; when the evidence was strongest, 13 of the last 13 new numbers in Pakistan fell in \+92 346/,
  );
});

test("the new blocks of a destination are in no block, and speak for themselves", () => {
  const ranges = incident(["+923467323", 1_000], ["+923001112", 1_000]);
  const scope = { type: "new_blocks", destination: "PK", size: 10_000 } as unknown as Evidence["scope"];
  expect(attackedRanges({ ranges: [{ scope, foundAt: 0 as EpochMilliseconds, containment: undefined }] })).toBe(0);
  expect(headlineOf({ ranges, evidence: { ...evidence("+92"), scope } })).toMatch(
    /^13 of the last 13 new numbers fell in blocks of 10,000 numbers in Pakistan/,
  );
});
