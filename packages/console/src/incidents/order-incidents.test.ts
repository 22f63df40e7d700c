import type { Incident } from "@safeguard/client";
import { expect, test } from "vitest";
import { atRiskNow, byRisk, sumMoney } from "./order-incidents.ts";

const incident = (number: number, state: Incident["state"], amount: string | null) =>
  ({ number, state, money: { atRiskPerHour: amount === null ? null : { amount, currency: "EUR" } } }) as Incident;

test("the dearest incidents stand first, and what is over last", () => {
  const incidents = [
    incident(1, "closed", "900"),
    incident(2, "open", "5"),
    incident(3, "contained", "70"),
    incident(4, "open", null),
  ];
  expect(byRisk(incidents).map(({ number }) => number)).toEqual([3, 2, 4, 1]);
});

test("money is added up by currency, exactly", () => {
  const money = (amount: string, currency = "EUR") => ({ amount, currency });
  expect(sumMoney([money("0.1"), money("0.2"), null, money("1", "USD")])).toEqual([money("0.3"), money("1", "USD")]);
  expect(sumMoney([null])).toEqual([]);
});

test("money is at risk while attempts come in", () => {
  const ongoing = { ...incident(1, "open", "5"), lastSeenAt: "2026-11-22T12:00:00Z" };
  const seen = Date.parse(ongoing.lastSeenAt);
  expect(atRiskNow(ongoing, seen + 4 * 60_000)).toEqual({ amount: "5", currency: "EUR" });
  expect(atRiskNow(ongoing, seen + 5 * 60_000)).toBeNull();
  expect(atRiskNow({ ...ongoing, state: "closed" }, seen)).toBeNull();
});
