import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MessageId } from "../gateway/message-id.ts";
import type { AlertEvent, AlertFacts } from "./alert-facts.ts";
import { alertNotices } from "./alert-notices.ts";
import { type AlertSettings, defaultAlertSettings } from "./alert-settings.ts";
import { quietUntil } from "./quiet-time.ts";

const ACCOUNT = "acc_1" as AccountId;
const at = (time: string) => Date.parse(time) as EpochMilliseconds;
const NIGHT = at("2026-11-22T23:30:00Z");
const DAY = at("2026-11-22T12:00:00Z");

const settings: AlertSettings = {
  ...defaultAlertSettings(ACCOUNT),
  channels: [
    { id: "all", type: "webhook", url: "https://example.com", secretSealed: "x", urgentOnly: false },
    { id: "pager", type: "slack", urlSealed: "x", urgentOnly: true },
  ],
};
const incident = (micros?: number): AlertFacts => ({
  code: "incident_opened",
  incident: 1,
  destinations: ["TJ"],
  needsConfirmation: true,
  ...(micros !== undefined && { atRiskPerHour: { micros, currency: "EUR" } }),
});
const NEAR: AlertFacts = { code: "ceiling_near", ceilings: ["a"] };
const event = (facts: AlertFacts, when = DAY, kind: AlertEvent["event"] = "raised"): AlertEvent => ({
  alert: "0".repeat(32) as MessageId,
  event: kind,
  at: when,
  sentence: "Something.",
  facts,
});
const told = (chosen: Partial<AlertSettings>, one: AlertEvent) =>
  alertNotices({ ...settings, ...chosen }, one).map(({ notice, dueAt }) => [notice.channel, dueAt]);

describe("whom an alert is told to", () => {
  test("urgent ones go everywhere, others only to channels that take them", () => {
    expect(told({}, event(incident()))).toEqual([
      ["all", undefined],
      ["pager", undefined],
    ]);
    expect(told({}, event(NEAR))).toEqual([["all", undefined]]);
  });

  test("quiet time holds back what can wait until it is over, and nothing else", () => {
    const quiet = { from: "22:00", until: "07:00", timeZone: "Europe/Amsterdam" };
    expect(told({ quiet }, event(NEAR, NIGHT))).toEqual([["all", at("2026-11-23T06:00:00Z")]]);
    expect(told({ quiet }, event(incident(), NIGHT))).toHaveLength(2);
    expect(told({ quiet }, event(NEAR, DAY))).toEqual([["all", undefined]]);
  });

  test("incidents below the threshold are listed only; without a price nobody can say that it is little", () => {
    const minimumPerHourMicros = 25_000_000;
    expect(told({ minimumPerHourMicros }, event(incident(24_999_999)))).toEqual([]);
    expect(told({ minimumPerHourMicros }, event(incident(25_000_000)))).toHaveLength(2);
    expect(told({ minimumPerHourMicros }, event(incident()))).toHaveLength(2);
    expect(told({ minimumPerHourMicros }, event(NEAR))).toHaveLength(1);
  });

  test("muted kinds are told to nobody, and ends only where they are worth it", () => {
    expect(told({ muted: ["incident_opened"] }, event(incident()))).toEqual([]);
    expect(told({}, event(incident(), DAY, "resolved"))).toHaveLength(2);
    expect(told({}, event(NEAR, DAY, "resolved"))).toEqual([]);
  });
});

const clockTime = fc
  .nat(1439)
  .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`);

test("quiet time ends at its end: the minute before is quiet, the end is not", () => {
  fc.assert(
    fc.property(clockTime, clockTime, fc.nat(86_400_000), (from, until, offset) => {
      fc.pre(from !== until);
      const quiet = { from, until, timeZone: "UTC" };
      const now = (DAY + offset) as EpochMilliseconds;
      const end = quietUntil(quiet, now);
      if (end === undefined) return;
      expect(end).toBeGreaterThan(now);
      expect(new Date(end).toISOString().slice(11, 16)).toBe(until);
      expect(quietUntil(quiet, end)).toBeUndefined();
      expect(quietUntil(quiet, (end - 60_000) as EpochMilliseconds)).toBe(end);
    }),
  );
});
