import type { EpochMilliseconds, Incident } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { sampleIncident } from "../store/testing/incident-contract.ts";
import { at, NOON } from "../store/testing/sample-records.ts";
import { isSaveDue, type SavedIncident, savedIncident } from "./save-pace.ts";

describe("an incident that changes is written", () => {
  const before = savedIncident(sampleIncident(1), NOON);

  it("at once when it is new or its state changes", () => {
    expect(isSaveDue(sampleIncident(1), undefined, NOON)).toBe(true);
    expect(isSaveDue(sampleIncident(1, { state: "contained" }), before, NOON)).toBe(true);
  });

  it("within a second when something happened, and later the older it is for mere counts", () => {
    const happened: Partial<Incident> = { timeline: [{ at: at(1), type: "probed", scope: undefined }] };
    expect(isSaveDue(sampleIncident(1, happened), before, at(999))).toBe(false);
    expect(isSaveDue(sampleIncident(1, happened), before, at(1000))).toBe(true);
    const old = sampleIncident(1, { openedAt: at(-3_600_000) });
    expect(isSaveDue(old, before, at(60_000))).toBe(false);
    expect(isSaveDue({ ...old, ...happened }, before, at(60_000))).toBe(true);
    expect(isSaveDue(old, before, at(200_000))).toBe(true);
  });

  it("the more seldom the more ranges it has, so that an attack on a thousand does not fill the disk", () => {
    const [range] = sampleIncident(1).ranges;
    if (range === undefined) throw new Error("the sample has a range");
    const ranges = Array.from({ length: 1_000 }, () => range);
    const wide = savedIncident(sampleIncident(1, { ranges }), NOON);
    const wider = sampleIncident(1, { ranges: [...ranges, { ...range, containment: undefined }] });
    expect(isSaveDue(wider, wide, at(50_000))).toBe(false);
    expect(isSaveDue(wider, wide, at(51_000))).toBe(true);
    expect(isSaveDue({ ...wider, state: "contained" }, wide, at(1))).toBe(true);
  });

  it("not often, at 1,000 messages a second for a day", () => {
    let saved: SavedIncident | undefined;
    let writes = 0;
    for (let second = 0; second < 86_400; second++) {
      // (looked at twice a second here; between two looks nothing is written)
      for (const now of [at(second * 1000), at(second * 1000 + 500)] satisfies EpochMilliseconds[]) {
        const incident = sampleIncident(1, { lastSeenAt: now });
        if (!isSaveDue(incident, saved, now)) continue;
        saved = savedIncident(incident, now);
        writes++;
      }
    }
    expect(writes).toBeGreaterThan(20);
    expect(writes).toBeLessThan(300);
  });
});
