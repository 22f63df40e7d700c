import type { Destination, DestinationAction, PolicyImpact } from "@safeguard/client";
import { type Draft, type DraftBase, expectedAction } from "./draft.ts";
import { answersTo } from "./find-destinations.ts";

type Impact = PolicyImpact["destinations"][number];

/** A destination as the page shows it. */
export interface DestinationLine {
  readonly destination: Destination;
  /** As it would be with the draft. */
  readonly action: DestinationAction;
  readonly because: Impact["now"]["because"];
  readonly now: DestinationAction;
  readonly isChanged: boolean;
  readonly traffic: Impact["traffic"];
  readonly incidents: number;
}

/** `impact`: what holds now. `after`: of the draft, as soon as the server has said it. */
export function linesOf(
  destinations: readonly Destination[],
  base: DraftBase,
  draft: Draft,
  impact: PolicyImpact,
  after: PolicyImpact | undefined,
): readonly DestinationLine[] {
  const now = new Map(impact.destinations.map((one) => [one.code, one]));
  const then = new Map(after?.destinations.map((one) => [one.code, one.after]));
  return destinations.flatMap((destination) => {
    const its = now.get(destination.code);
    if (its === undefined) return [];
    const said = then.get(destination.code);
    const action = said?.action ?? expectedAction(base, draft, destination.code, its.now);
    return [
      {
        destination,
        action,
        because: said?.because ?? its.now.because,
        now: its.now.action,
        isChanged: action !== its.now.action,
        traffic: its.traffic,
        incidents: its.incidents ?? 0,
      },
    ];
  });
}

export const SHOWN = ["all", "allowed", "blocked", "changed", "risk", "traffic"] as const;
export type Shown = (typeof SHOWN)[number];

export const SORTS = ["name", "sent", "verified", "spend"] as const;
export type Sort = (typeof SORTS)[number];

export function isShown(line: DestinationLine, shown: Shown, typed: string): boolean {
  return answersTo(line.destination, typed) && isAmong(line, shown);
}

function isAmong({ action, isChanged, destination, traffic }: DestinationLine, shown: Shown): boolean {
  switch (shown) {
    case "all":
      return true;
    case "allowed":
      return action !== "block";
    case "blocked":
      return action === "block";
    case "changed":
      return isChanged;
    case "risk":
      return destination.risk !== null || destination.mark !== null;
    case "traffic":
      return (traffic?.decided ?? 0) > 0;
  }
}

/** Of those that were sent there, how many were verified; undefined: nothing was sent. */
export function verifiedShare({ traffic }: Pick<DestinationLine, "traffic">): number | undefined {
  if (traffic === null) return undefined;
  const passed = traffic.decided - traffic.blocked;
  return passed <= 0 ? undefined : Math.min(1, traffic.verified / passed);
}

export function sorted(
  lines: readonly DestinationLine[],
  sort: Sort,
  collator: Intl.Collator,
): readonly DestinationLine[] {
  const byName = (one: DestinationLine, other: DestinationLine) =>
    collator.compare(one.destination.name, other.destination.name);
  const sizeOf = (line: DestinationLine): number => {
    if (sort === "sent") return line.traffic?.billable ?? 0;
    if (sort === "verified") return verifiedShare(line) ?? -1;
    return Math.max(0, ...(line.traffic?.spend.map(({ amount }) => Number(amount)) ?? []));
  };
  return lines.toSorted((one, other) => (sort === "name" ? 0 : sizeOf(other) - sizeOf(one)) || byName(one, other));
}

/** Is it risky to let this pass that is blocked now? */
export function isRisky({ destination, incidents }: DestinationLine): boolean {
  return destination.risk !== null || destination.mark !== null || incidents > 0;
}

export const CONTINENTS = [
  "africa",
  "asia",
  "europe",
  "north_america",
  "oceania",
  "south_america",
  "non_geographic",
] as const;

export function continentOf({ groups }: Destination): (typeof CONTINENTS)[number] {
  return CONTINENTS.find((continent) => groups.includes(continent)) ?? "non_geographic";
}
