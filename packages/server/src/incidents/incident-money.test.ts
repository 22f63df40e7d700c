import { describe, expect, it } from "vitest";
import { sampleIncident } from "../store/testing/incident-contract.ts";
import { at, NOON } from "../store/testing/sample-records.ts";
import { moneyOfIncident } from "./incident-money.ts";

const MINUTE = 60_000;

describe("the money of an incident", () => {
  it("is what leaked, what was stopped, and its pace at the average price, with the formula", () => {
    const buckets = [0, 1, 2, 3].map((minute) => ({ at: NOON + minute * MINUTE, count: 10 }));
    expect(moneyOfIncident(sampleIncident(1), { bucketMs: MINUTE, buckets })).toEqual({
      lost: { amount: "0.8", currency: "USD" },
      saved: { amount: "7.2", currency: "USD" },
      wouldSave: { amount: "0", currency: "USD" },
      // 40 in 4 minutes are 600 an hour, each 0.2.
      atRiskPerHour: { amount: "120", currency: "USD" },
      formula: "Lost: 4 leaked; saved: 36 stopped; at risk: 600 attempts an hour, all × 0.2 USD each on average.",
      unpriced: 0,
    });
  });

  it("counts the last hour only, and the whole incident where its attempts are forgotten", () => {
    const old = { at: NOON, count: 10_000 };
    const recent = { at: NOON + 600 * MINUTE, count: 5 };
    const money = moneyOfIncident(sampleIncident(1), { bucketMs: MINUTE, buckets: [old, recent] });
    expect(money.atRiskPerHour?.amount).toBe("60");
    const forgotten = moneyOfIncident(sampleIncident(1, { lastSeenAt: at(120 * MINUTE) }), undefined);
    expect(forgotten.atRiskPerHour?.amount).toBe("4");
  });

  it("says in monitor what would have been saved, and how many have no price", () => {
    const incident = sampleIncident(1);
    const money = { ...incident.counts.money, unpriced: 4 };
    const counts = { ...incident.counts, challenged: 0, blocked: 0, wouldStop: 36, money };
    const shown = moneyOfIncident({ ...incident, counts }, undefined);
    expect(shown).toMatchObject({ saved: { amount: "0" }, wouldSave: { amount: "7.2" }, unpriced: 4 });
    expect(shown.formula).toContain("would have been saved: 36 that monitor let go");
    expect(shown.formula).toContain("4 without a price count as nothing");
  });

  it("is not known without prices", () => {
    const incident = sampleIncident(1);
    const money = { currency: undefined, lostMicros: 0, savedMicros: 0, unpriced: 40 };
    const shown = moneyOfIncident({ ...incident, counts: { ...incident.counts, money } }, undefined);
    expect(shown).toMatchObject({ lost: null, saved: null, atRiskPerHour: null, unpriced: 40 });
  });
});
