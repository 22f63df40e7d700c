import type { EpochMilliseconds } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { AT, outgoingMessage } from "../testing/screening-bench.ts";
import { retryDelayMs } from "./retry-schedule.ts";
import { sendingPlan } from "./sending-plan.ts";

const later = (milliseconds: number): EpochMilliseconds => (AT + milliseconds) as EpochMilliseconds;

describe("when a message is sent", () => {
  it("is by its own word, else its key's, else its account's, else at once", () => {
    const plan = (mode?: "sync" | "async", key?: "sync" | "async", account?: "sync" | "async"): boolean =>
      sendingPlan(
        outgoingMessage(mode === undefined ? {} : { sending: { mode } }, {
          key: key === undefined ? {} : { sendMode: key },
          account: account === undefined ? {} : { sendMode: account },
        }),
      ).later;
    expect([plan(), plan(undefined, undefined, "async"), plan(undefined, "sync", "async")]).toEqual([
      false,
      true,
      false,
    ]);
    expect([plan("async", "sync", "sync"), plan("sync", "async", "async")]).toEqual([true, false]);
  });

  it("is later where its client named a time, whatever else is set; a time that is over is now", () => {
    const at = sendingPlan(outgoingMessage({ sending: { sendAt: later(5_000) } }));
    expect(at).toMatchObject({ later: true, dueAt: later(5_000), sendAt: later(5_000) });
    expect(sendingPlan(outgoingMessage({ sending: { sendAt: later(-5_000) } }))).toMatchObject({ dueAt: AT });
  });

  it("ends ten minutes after it was to be for a code, a day for others, or as its client says", () => {
    const expiry = (message: Parameters<typeof outgoingMessage>[0]): unknown => {
      const plan = sendingPlan(outgoingMessage(message));
      return plan.later ? plan.expiresAt : plan.validUntil;
    };
    const sendAt = later(60_000);
    expect(expiry({ sending: { sendAt } })).toBe(later(660_000));
    expect(expiry({ sending: { mode: "async" }, purpose: "marketing" })).toBe(later(86_400_000));
    expect(expiry({ sending: { sendAt, validityMs: 1_000 } })).toBe(later(61_000));
    expect(expiry({ sending: { sendAt, expiresAt: later(70_000) } })).toBe(later(70_000));
    expect(expiry({ sending: { validityMs: 1_000 } })).toBe(later(1_000));
    expect(expiry({})).toBeUndefined();
  });
});

it("a retry waits longer each time, at least as the provider asks, and has an end", () => {
  const delays = [1, 2, 3, 4].map((tries) => retryDelayMs(tries, tries, 0, () => 0));
  expect(delays).toEqual([5_000, 20_000, 90_000, undefined]);
  expect(retryDelayMs(1, 1, 60_000, () => 0)).toBe(60_000);
  expect(retryDelayMs(1, 12, 0, () => 0)).toBeUndefined();
  expect(retryDelayMs(1, 1, 0, () => 1)).toBe(6_000);
});
