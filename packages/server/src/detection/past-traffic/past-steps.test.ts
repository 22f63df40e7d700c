import type { Destination, EpochMilliseconds, PastStep } from "@safeguard/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { packSteps, unpackSteps } from "./past-steps.ts";

const hash = fc.oneof(fc.constant(0), fc.nat(0xffff_ffff));
const step = fc.record({
  gap: fc.nat(90_000_000),
  line: fc.integer({ min: 1_000_000, max: 999_999_999_999_999 }),
  destination: fc.constantFrom("NL", "TJ", "001"),
  device: hash,
  address: fc.oneof(fc.constant(0), fc.nat(0xff_ffff)),
  outcome: fc.option(
    fc.record({
      kind: fc.constantFrom("delivered" as const, "verified" as const),
      ago: fc.nat(1e9),
      attempts: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    }),
  ),
});

it("comes out of a record as it went in, whatever the steps are", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (drawn) => {
      let time = 1_767_225_600_000;
      const steps = drawn.map(({ gap, line, destination, device, address, outcome }): PastStep => {
        time += gap;
        const at = time as EpochMilliseconds;
        if (outcome === null)
          return { type: "message", line, destination: destination as Destination, at, device, address };
        const { kind, ago, attempts } = outcome;
        const counted = attempts === undefined ? {} : { attempts };
        return { type: "outcome", line, kind, sentAt: (at - ago) as EpochMilliseconds, at, ...counted };
      });
      expect(unpackSteps(JSON.parse(JSON.stringify(packSteps(steps))))).toEqual(steps);
    }),
  );
});

it("takes some twenty bytes for a message and thirty for what became of it", () => {
  const at = 1_767_225_600_000 as EpochMilliseconds;
  const message = {
    type: "message",
    line: 31612345678,
    destination: "NL" as Destination,
    device: 0,
    address: 0,
  } as const;
  const verified = { type: "outcome", line: 31612345678, kind: "verified", sentAt: at } as const;
  const steps = [
    { ...message, at },
    { ...verified, at: (at + 12_345) as EpochMilliseconds },
  ];
  expect(JSON.stringify(packSteps(steps).steps)).toBe("[[0,31612345678,0],[12345,31612345678,-2,12345]]");
});
