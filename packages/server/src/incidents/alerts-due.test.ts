import { type DetectionSettings, Engine, NUMBERING_TABLE } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { ACME, NOON } from "../store/testing/sample-records.ts";
import { alertsDue } from "./alerts-due.ts";

const AUDIT = { share: 0.01, maximumPerDay: 100 };

function levels(detection: DetectionSettings) {
  return [{ account: ACME, policy: "default", revision: 1, document: { detection }, numberingTable: NUMBERING_TABLE }];
}

describe("the false-block budget", () => {
  it("is said to be in danger when audit releases show it, and only where they decide", () => {
    const detection = new Engine().detectionOf(ACME);
    const due = (settings: DetectionSettings) => alertsDue(detection, levels(settings), NOON);
    expect(due({ mode: "enforce", audit: AUDIT })).toEqual([]);

    detection.audit.stopped = 5000;
    for (let release = 0; release < 20; release++) detection.audit.observe(true);
    expect(due({ mode: "enforce", audit: AUDIT })).toEqual([
      {
        code: "stepped_down",
        facts: { code: "stepped_down", to: "tell" },
        sentence: expect.stringContaining("stops nothing by itself"),
      },
    ]);
    expect(due({ mode: "enforce" })).toEqual([]);
    expect(due({ mode: "monitor", audit: AUDIT })).toEqual([]);
  });
});
