import { describe, expect, it } from "vitest";
import { OutcomeFlow } from "./outcome-flow.ts";

const HOUR = 3_600_000;

function flow(messages: number, knownUntil: number, each = 1): OutcomeFlow {
  const outcomes = new OutcomeFlow();
  for (let index = 0; index < messages; index++) {
    const at = index * HOUR;
    outcomes.add(at, index < knownUntil && index % each === 0 ? at + 9_000 : undefined);
  }
  return outcomes;
}

describe("outcomes that are reported", () => {
  it("end where messages go on without them, more of them than chance leaves out", () => {
    expect(flow(100, 50).end()).toEqual({ at: 49 * HOUR, messagesAfter: 50, shareBefore: 1 });
    expect(flow(100, 50).knownUntil).toBe(49 * HOUR);
  });

  it("go on to the end of the file, where what is missing may be chance", () => {
    expect(flow(60, 50).end()).toBeUndefined();
    expect(flow(400, 300, 20).end()).toBeUndefined();
    expect(flow(60, 50).knownUntil).toBe(59 * HOUR);
  });

  it("are never known where there is none", () => {
    expect(flow(100, 0).end()).toBeUndefined();
    expect(flow(100, 0).knownUntil).toBe(Number.NEGATIVE_INFINITY);
  });
});
