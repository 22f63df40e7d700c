import type { EpochMilliseconds } from "@safeguard/core";
import type { QuietTime } from "./alert-settings.ts";

const MINUTES_OF_DAY = 24 * 60;
const MINUTE_MS = 60_000;

/** `07:30` → 450. */
export function minuteOfDay(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** What a clock on the wall there shows, as minutes since midnight. */
export function minuteThere(at: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(at);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return (part("hour") % 24) * 60 + part("minute");
}

/** When the quiet time that holds this instant is over; undefined: it is not quiet. By the wall's clock, to the minute. */
export function quietUntil(quiet: QuietTime, at: EpochMilliseconds): EpochMilliseconds | undefined {
  const [from, until] = [minuteOfDay(quiet.from), minuteOfDay(quiet.until)];
  const now = minuteThere(at, quiet.timeZone);
  const isQuiet = from <= until ? now >= from && now < until : now >= from || now < until;
  if (!isQuiet) return undefined;
  const left = (until - now + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  return (Math.floor(at / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS) as EpochMilliseconds;
}

const CLOCKS = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = CLOCKS.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    CLOCKS.set(timeZone, clock);
  }
  return clock;
}
