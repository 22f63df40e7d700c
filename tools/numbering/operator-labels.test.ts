import { expect, it } from "vitest";
import type { E164 } from "../../packages/core/src/numbering/e164.ts";
import { operatorOf } from "../../packages/core/src/numbering/operators.ts";
import { operatorLabels } from "./operator-labels.ts";

it("gives every prefix on record the label of the longest prefix", () => {
  const labels = operatorLabels();
  expect(labels.size).toBeGreaterThan(20_000);
  const longest = (digits: string): string | undefined => {
    for (let length = digits.length; length > 0; length -= 1) {
      const label = labels.get(digits.slice(0, length));
      if (label !== undefined) return label;
    }
    return undefined;
  };
  for (const prefix of labels.keys()) {
    for (const digits of [prefix, `${prefix}0000`, `${prefix}5371`, `${prefix.slice(0, -1)}9999`]) {
      expect([digits, operatorOf(`+${digits}` as E164)]).toEqual([digits, longest(digits)]);
    }
  }
});
