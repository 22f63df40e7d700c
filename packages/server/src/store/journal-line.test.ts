import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MessageId } from "../gateway/message-id.ts";
import { readCounted, readLine, writeLine } from "./journal-line.ts";
import { decisionMade, messageDecided, sampleVerdict } from "./testing/sample-records.ts";

const id = "0".repeat(32) as MessageId;

describe("A line of the journal", () => {
  test("holds a record whole, and no line break", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.boolean(), (originator, isMessage) => {
        const record = isMessage ? messageDecided(id, { originator }) : decisionMade(id, { originator });
        const line = writeLine(record);
        expect(line).not.toMatch(/\n/);
        expect(readLine(line)).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });

  test("says of a decision in front what is counted of it", () => {
    const decision = decisionMade(id, { candidates: ["GB", "GG"], verdict: sampleVerdict("block") });
    expect(readCounted(writeLine(decision))).toEqual({
      account: decision.account,
      at: decision.at,
      destination: "unknown",
      blocked: true,
    });
    expect(readCounted(writeLine(decisionMade(id)))).toMatchObject({ destination: "NL", blocked: false });
    expect(readCounted(writeLine(messageDecided(id)))).toBeUndefined();
  });
});
