import type { IncidentRange } from "@safeguard/client";
import { expect, test } from "vitest";
import { outermost } from "./outermost.ts";

const range = (prefix: string, size: number, minute: number) =>
  ({ range: prefix, prefix, size, foundAt: `2026-11-23T06:0${minute}:00Z`, containment: null }) as IncidentRange;

test("ranges within another are counted with it, and what was found last stands first", () => {
  const found = [
    range("+947608505", 100, 1),
    range("+9470217", 10_000, 2),
    range("+947608506", 100, 3),
    range("+94760850", 1_000, 4),
  ];
  expect(outermost(found).map(({ range, inside }) => [range, inside])).toEqual([
    ["+94760850", 2],
    ["+9470217", 0],
  ]);
  const [first] = found;
  expect(outermost(first === undefined ? [] : [{ ...first, prefix: null, type: "new_blocks" }])).toHaveLength(1);
});
