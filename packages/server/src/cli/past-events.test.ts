import { type EpochMilliseconds, parseRecipient } from "@safeguard/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { PastEvents } from "./past-events.ts";

const parsed = parseRecipient("+31612345678", "csv");
if (!parsed.ok) throw new Error("no number");
const { recipient } = parsed;

const rows = fc
  .array(
    fc.record({
      gap: fc.nat(50),
      deliveredAfter: fc.option(fc.integer({ min: -5, max: 100 })),
      convertedAfter: fc.option(fc.integer({ min: 0, max: 400 })),
    }),
  )
  .map((drawn) => {
    let time = 1_000;
    return drawn.map(({ gap, deliveredAfter, convertedAfter }) => {
      time += gap;
      const after = (ms: number | null) => (ms === null ? undefined : ((time + ms) as EpochMilliseconds));
      const row = {
        time: time as EpochMilliseconds,
        recipient,
        purpose: "otp",
        ip: undefined,
        device: undefined,
        attempts: undefined,
      } as const;
      return { ...row, deliveredAt: after(deliveredAfter), convertedAt: after(convertedAfter) };
    });
  });

it("tells every message and outcome once, in the order of time, from what is known up to now", () => {
  fc.assert(
    fc.property(rows, fc.nat(2_000), fc.integer({ min: 1_000, max: 5_000 }), (traffic, from, until) => {
      const events = new PastEvents(from, until);
      const told = [...traffic.flatMap((row) => [...events.add(row)]), ...events.finish()];
      expect(events.waiting).toBe(0);
      const times = told.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const expected = traffic.flatMap(({ time, deliveredAt, convertedAt }) => [
        ...(time > from ? [`message ${time}`] : []),
        ...[deliveredAt, convertedAt].flatMap((at, index) => {
          if (at === undefined) return [];
          const when = Math.max(at, time);
          return when > from && when <= until ? [`${["delivered", "verified"][index]} ${when} of ${time}`] : [];
        }),
      ]);
      const written = told.map((event) =>
        event.type === "message" ? `message ${event.at}` : `${event.type} ${event.at} of ${event.sentAt}`,
      );
      expect(written.toSorted()).toEqual(expected.toSorted());
    }),
  );
});
