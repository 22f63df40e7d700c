import type { IncidentDetail, IncidentRange } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import { possibleActions, wordsOf } from "./possible-actions.ts";

const range = (by: "detection" | "operator" | null, type: IncidentRange["type"] = "block") =>
  ({ type, containment: by === null ? null : { by } }) as IncidentRange;
const incident = (state: IncidentDetail["state"], ranges: readonly IncidentRange[], isOver = false) => ({
  state,
  closedAt: isOver ? "2026-11-22T12:00:00Z" : null,
  ranges,
  lesson: null,
});

it("is called another thing where detection contained it already", () => {
  expect(wordsOf("contain", { ranges: [range(null)] })).toBe("contain");
  expect(wordsOf("contain", { ranges: [range(null), range("detection")] })).toBe("contain_longer");
  expect(wordsOf("extend", { ranges: [range("operator")] })).toBe("extend");
});

describe("what can be done about an incident", () => {
  it("is to contain what nobody contained, and to look after it", () => {
    expect(possibleActions(incident("open", [range(null)]))).toEqual([
      "contain",
      "acknowledge",
      "false_alarm",
      "close",
    ]);
  });

  it("is to make firm what detection contained, or to release it", () => {
    expect(possibleActions(incident("contained", [range("detection")]))).toEqual([
      "contain",
      "release",
      "false_alarm",
      "close",
    ]);
    expect(possibleActions(incident("contained", [range("operator")]))[0]).toBe("extend");
  });

  it("is not to contain new blocks, which are no range", () => {
    expect(possibleActions(incident("acknowledged", [range(null, "new_blocks")]))).toEqual(["false_alarm", "close"]);
  });

  it("is little when it is over, and to take back what it taught", () => {
    expect(possibleActions(incident("closed", [range(null)], true))).toEqual(["false_alarm"]);
    const lesson = { ranges: ["+992 001 23x xxx"], until: "2026-12-22T12:00:00Z" };
    expect(possibleActions({ ...incident("false_alarm", [range(null)], true), lesson })).toEqual(["undo_false_alarm"]);
  });
});
