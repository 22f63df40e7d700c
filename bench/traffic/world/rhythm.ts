import type { Random } from "../random/random.ts";
import { WeightedChoice } from "../random/weighted-choice.ts";
import type { Market } from "./markets.ts";

export const MINUTE = 60_000;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;
/** Rates hold for so long before they are worked out again. */
export const SLOT: number = 10 * MINUTE;

/** Relative activity by local hour: quiet at night, a morning rise, the top in the evening. Judgement, mean 1 after scaling. */
const BY_HOUR: readonly number[] = scaled([
  30, 17, 10, 7, 7, 11, 24, 48, 74, 92, 103, 110, 116, 114, 110, 110, 114, 122, 132, 140, 138, 122, 90, 56,
]);
const WEEKEND = 0.86;

/** How busy each market is through the local day and week, with its clock changes. */
export class Rhythm {
  readonly #markets: readonly Market[];
  readonly #choice: WeightedChoice;
  readonly #total: number;
  readonly #offsets: Float64Array;
  #offsetsOf = Number.NaN;
  #perDay: number;

  /** `perDay`: sessions on a week day over all markets. */
  constructor(markets: readonly Market[], perDay: number) {
    this.#markets = markets;
    this.#choice = new WeightedChoice(markets.length);
    this.#total = markets.reduce((sum, market) => sum + market.weight, 0);
    this.#offsets = new Float64Array(markets.length);
    this.#perDay = perDay;
  }

  /** Sets the rates of the slot that begins at `time`. Returns sessions per millisecond. */
  enter(time: number): number {
    const day = Math.floor(time / DAY);
    if (day !== this.#offsetsOf) {
      this.#offsetsOf = day;
      this.#markets.forEach((market, index) => {
        this.#offsets[index] = zoneOffset(market.zone, time);
      });
    }
    this.#choice.setAll((index) => {
      const market = this.#markets[index];
      return market === undefined ? 0 : market.weight * activityAt(time + (this.#offsets[index] ?? 0));
    });
    return (this.#perDay * this.#choice.total) / this.#total / DAY;
  }

  /** A market, as busy as they are in the slot. */
  draw(random: Random): number {
    return this.#choice.draw(random);
  }
}

/** Relative activity at a local time (milliseconds since 1970 as a wall clock there would have them). */
export function activityAt(local: number): number {
  const hours = (local / HOUR) % 24;
  const hour = Math.floor(hours);
  const here = BY_HOUR[hour] ?? 1;
  const next = BY_HOUR[(hour + 1) % 24] ?? 1;
  // 1 January 1970 was a Thursday.
  const weekday = Math.floor(local / DAY + 4) % 7;
  return (here + (next - here) * (hours - hour)) * (weekday === 0 || weekday === 6 ? WEEKEND : 1);
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** What a wall clock in the zone is ahead of UTC, in milliseconds, at noon of the day of `time`: clock changes count by the day. */
export function zoneOffset(zone: string, time: number): number {
  let format = FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" });
    FORMATS.set(zone, format);
  }
  const noon = Math.floor(time / DAY) * DAY + 12 * HOUR;
  const text = format.formatToParts(noon).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
}

function scaled(weights: readonly number[]): readonly number[] {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}
