import { DESTINATION_TABLE } from "./destinations.generated.ts";
import type { Destination } from "./e164.ts";

export const CONTINENTS = [
  "africa",
  "antarctica",
  "asia",
  "europe",
  "north_america",
  "oceania",
  "south_america",
] as const;
export type Continent = (typeof CONTINENTS)[number];

/** What is known of a destination beside its ranges. Names are not here: `Intl.DisplayNames` has them in all languages. */
export interface DestinationInfo {
  readonly code: Destination;
  /** Without `+`. */
  readonly callingCode: string;
  readonly kind: "country" | "territory" | "non_geographic";
  /** Absent for non-geographic networks. */
  readonly continent: Continent | undefined;
  /** Networks whose calls and messages are dear enough to be abused for their price alone. */
  readonly mark: "satellite" | "premium" | undefined;
  /** Territories that follow this destination in every rule. */
  readonly twins: readonly string[];
}

/** Every destination, in alphabetical order of its code. */
export const DESTINATIONS: readonly DestinationInfo[] = DESTINATION_TABLE.map(
  ([code, callingCode, kind, continent, mark, ...twins]) => ({
    code: code as Destination,
    callingCode,
    kind: kind as DestinationInfo["kind"],
    continent: continent === "" ? undefined : (continent as Continent),
    mark: mark === "" ? undefined : (mark as DestinationInfo["mark"]),
    twins,
  }),
);

const BY_CODE: ReadonlyMap<string, DestinationInfo> = new Map(DESTINATIONS.map((info) => [info.code, info]));

/** Is `code` a destination of its own? A twin is not; {@link mainDestinationOf} names the one it follows. */
export function isDestination(code: string): code is Destination {
  return BY_CODE.has(code);
}

/** What is known of `code`, or undefined: it is no destination. */
export function destinationInfo(code: string): DestinationInfo | undefined {
  return BY_CODE.get(code);
}
