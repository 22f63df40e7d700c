import { expect, it } from "vitest";
import type { E164 } from "./e164.ts";
import { formerDestinations, formerReading, tableChanges } from "./former-tables.ts";
import { NUMBERING_TABLE } from "./plan.generated.ts";

const number = "+31612345678" as E164;

it("finds nothing changed since the current table", () => {
  expect(NUMBERING_TABLE).toMatch(/^[0-9a-f]{64}$/);
  expect(formerDestinations(number, NUMBERING_TABLE)).toEqual([]);
  expect(formerReading(number, NUMBERING_TABLE)).toBeUndefined();
  expect(tableChanges(NUMBERING_TABLE)).toEqual([]);
});

it("does not guess what a table said that it does not know", () => {
  const unknown = "0".repeat(64);
  expect(formerDestinations(number, unknown)).toBe("unknown_table");
  expect(formerReading(number, unknown)).toBe("unknown_table");
  expect(tableChanges(unknown)).toBe("unknown_table");
});
