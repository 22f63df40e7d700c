import { describe, expect, it } from "vitest";
import { formatIn } from "./format.ts";

const english = formatIn("en");
const now = Date.parse("2026-11-22T12:00:00Z");

describe("what pages write", () => {
  it("is relative in the largest unit that fits", () => {
    expect(english.since("2026-11-22T11:59:30Z", now)).toBe("30 seconds ago");
    expect(english.since("2026-11-22T11:58:30Z", now)).toBe("1 minute ago");
    expect(english.since("2026-11-22T14:00:00Z", now)).toBe("in 2 hours");
    expect(english.since("2026-11-22T20:59:50Z", now)).toBe("in 9 hours");
    expect(english.since("2026-11-21T10:00:00Z", now)).toBe("yesterday");
    expect(formatIn("nl").since("2026-11-22T11:58:00Z", now)).toBe("2 minuten geleden");
  });

  it("is money to the cent, and below one to where it can be seen", () => {
    expect(english.money({ amount: "12.3", currency: "EUR" })).toBe("€12.30");
    expect(english.money({ amount: "0.0075", currency: "EUR" })).toBe("€0.0075");
    expect(english.money({ amount: "0", currency: "USD" })).toBe("$0.00");
  });

  it("names destinations, and those without a name by their code", () => {
    expect(english.place("TJ")).toBe("Tajikistan");
    expect(formatIn("nl").place("DE")).toBe("Duitsland");
    expect(english.place("+870")).toBe("+870");
  });
});
