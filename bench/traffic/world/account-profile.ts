import { destinationInfo } from "@safeguard/core";
import { MARKETS, type Market } from "./markets.ts";

/** Where a company's people live, by continent: multiplies the weights of {@link MARKETS}. */
const REGIONS = {
  europe: {},
  americas: { europe: 0.25, north_america: 4, south_america: 5 },
  asia: { europe: 0.15, asia: 6, oceania: 4, north_america: 0.5 },
  africa: { europe: 0.3, africa: 9 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

export type Region = keyof typeof REGIONS;
export const REGION_NAMES: readonly Region[] = Object.keys(REGIONS) as Region[];

/** One account (tenant) of a world. */
export interface AccountProfile {
  readonly account: string;
  readonly from: string;
  readonly sessionsPerDay: number;
  /** Where it is active. */
  readonly markets: readonly Market[];
}

/** Destinations in which no account has anybody until a company launches there. */
export const UNUSED_DESTINATIONS: readonly string[] = ["EC", "GE", "HR", "JO", "KE", "LK", "PE", "SN", "TZ", "UG"];

export function accountProfile(account: string, region: Region, sessionsPerDay: number): AccountProfile {
  const factors: Readonly<Record<string, number>> = REGIONS[region];
  const markets = MARKETS.filter((market) => !UNUSED_DESTINATIONS.includes(market.destination)).map((market) => {
    const continent = destinationInfo(market.destination)?.continent ?? "";
    return { ...market, weight: market.weight * (factors[continent] ?? 1) };
  });
  return { account, from: account.slice(0, 11), sessionsPerDay, markets };
}
