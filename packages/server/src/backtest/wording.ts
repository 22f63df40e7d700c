import type { VerdictAction } from "@safeguard/core";
import { NO_CURRENCY } from "./amount-tally.ts";
import type { Amounts } from "./backtest-result.ts";

/** What stops a message. */
export const STOPS = ["block", "hold", "challenge"] as const satisfies readonly VerdictAction[];

/** What was done, in the past: `990 blocked`. */
export const DONE: Readonly<Record<VerdictAction, string>> = {
  allow: "allowed",
  block: "blocked",
  hold: "held",
  challenge: "challenged",
};

export function stoppedOf(stopped: Readonly<Record<(typeof STOPS)[number], number>>): number {
  return stopped.block + stopped.hold + stopped.challenge;
}

const COUNT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `1 message`, `6,120 messages`; without a noun the number alone. */
export function count(number: number, noun?: string, plural = `${noun ?? ""}s`): string {
  const text = COUNT.format(number);
  if (noun === undefined) return text;
  return `${text} ${number === 1 ? noun : plural}`;
}

/** `8 %`, `0.4 %`, `< 0.1 %`; of nothing `0 %`. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "0 %" : shareText(part / whole);
}

/** A share from 0 to 1 as {@link percent}. */
export function shareText(share: number): string {
  const hundredths = share * 100;
  if (hundredths > 0 && hundredths < 0.1) return "< 0.1 %";
  // 99.97 % is not everything.
  if (hundredths > 99.9 && hundredths < 100) return "> 99.9 %";
  return `${hundredths >= 10 || hundredths === 0 ? Math.round(hundredths) : Number(hundredths.toFixed(1))} %`;
}

/** `$212.40`, `€3.10 + $0.0075`, `12.00 without currency`; nothing: `0`. */
export function amountsText(amounts: Amounts): string {
  const texts = Object.entries(amounts).map(([currency, micros]) => moneyText(micros, currency));
  return texts.length === 0 ? "0" : texts.join(" + ");
}

/** Two decimals, or as many as a small amount needs. */
export function moneyText(micros: number, currency: string): string {
  const amount = micros / 1_000_000;
  const digits = micros === 0 || Math.abs(amount) >= 0.1 ? 2 : 4;
  const style = { minimumFractionDigits: 2, maximumFractionDigits: digits };
  // A currency out of a file may be anything.
  if (currency === NO_CURRENCY || !/^[A-Z]{3}$/.test(currency)) {
    return `${amount.toLocaleString("en-US", style)} without currency`;
  }
  return amount.toLocaleString("en-US", { style: "currency", currency, ...style });
}

/** Adds `addend` to `sum`, currency by currency. */
export function plus(sum: Amounts, addend: Amounts): Amounts {
  // A file may call its currency `toString`: no look-up by name in an object.
  const added = new Map(Object.entries(sum));
  for (const [currency, micros] of Object.entries(addend)) added.set(currency, (added.get(currency) ?? 0) + micros);
  return Object.fromEntries(added);
}

/** `2026-11-22 13:04 UTC`; with seconds where they matter. */
export function timeText(at: number | string, precision: "minutes" | "seconds" = "minutes"): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, precision === "minutes" ? 16 : 19)} UTC`;
}

/** `2026-11-22 13:04 to 14:10 UTC`: the day once where both are on it. */
export function spanText(from: number | string, until: number | string): string {
  const [first, last] = [timeText(from).slice(0, -4), timeText(until).slice(0, -4)];
  return `${first} to ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last} UTC`;
}

/** `40 s`, `12 min`, `3 h`, `2 days`. */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 120) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1);
  return words.length < 2 ? (last ?? "") : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** A number without its last three digits: `+44740010xxx`. */
export function maskedNumber(e164: string): string {
  return `${e164.slice(0, -3)}xxx`;
}

/** Hides the rest of whatever looks like a phone number: `+99200…`. A day such as 2026-11-22 is none. */
export function withoutNumbers(text: string): string {
  return text.replace(/(\+?\d{5})\d{2,}/g, "$1…");
}
