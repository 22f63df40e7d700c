import { describe, expect, it } from "vitest";
import { readCmMessageAnswer } from "./cm-answer.ts";

const ACCEPTED = {
  to: "0031612345678",
  status: "Accepted",
  reference: "r",
  parts: 2,
  messageDetails: null,
  messageErrorCode: 0,
};

describe("readCmMessageAnswer", () => {
  it("reads a line in any casing", () => {
    const shouted = Object.fromEntries(Object.entries(ACCEPTED).map(([key, value]) => [key.toUpperCase(), value]));
    expect(readCmMessageAnswer(shouted)).toEqual(ACCEPTED);
  });

  it.each([
    ["Accepted with an error code", { ...ACCEPTED, messageErrorCode: 403 }],
    ["Rejected without one", { ...ACCEPTED, status: "Rejected" }],
    ["another status", { ...ACCEPTED, status: "Queued" }],
    ["a code as text", { ...ACCEPTED, messageErrorCode: "0" }],
    ["two statuses", { ...ACCEPTED, Status: "Rejected" }],
    ["no object", [ACCEPTED]],
  ])("does not guess: %s", (_, line) => {
    expect(readCmMessageAnswer(line)).toBeUndefined();
  });
});
