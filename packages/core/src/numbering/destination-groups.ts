import { DESTINATIONS, type DestinationInfo } from "./destinations.ts";
import type { Destination } from "./e164.ts";

/** Sets of destinations that a person picks at once. */
export const DESTINATION_GROUPS = [
  "africa",
  "antarctica",
  "asia",
  "europe",
  "north_america",
  "oceania",
  "south_america",
  "european_union",
  "non_geographic",
  "satellite",
  "premium",
] as const;
export type DestinationGroup = (typeof DESTINATION_GROUPS)[number];

/** The 27 member states; territories outside Europe that belong to one are left to be picked by themselves. */
const EUROPEAN_UNION: ReadonlySet<string> = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" "),
);

/** The destinations of a group, in alphabetical order, or undefined: there is no such group. Antarctica has none. */
export function destinationGroup(name: string): readonly Destination[] | undefined {
  if (!(DESTINATION_GROUPS as readonly string[]).includes(name)) return undefined;
  return DESTINATIONS.filter((info) => belongs(info, name as DestinationGroup)).map((info) => info.code);
}

function belongs(info: DestinationInfo, group: DestinationGroup): boolean {
  switch (group) {
    case "european_union":
      return EUROPEAN_UNION.has(info.code);
    case "non_geographic":
      return info.kind === "non_geographic";
    case "satellite":
    case "premium":
      return info.mark === group;
    default:
      return info.continent === group;
  }
}
