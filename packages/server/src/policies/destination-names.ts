import {
  DESTINATION_GROUPS,
  DESTINATIONS,
  type Destination,
  destinationGroup,
  destinationInfo,
  isDestination,
  TWINS,
} from "@safeguard/core";

export type NamedDestinations =
  | {
      readonly ok: true;
      readonly destinations: readonly Destination[];
      /** The group that was named; undefined: it was one destination. */
      readonly group: string | undefined;
    }
  | { readonly ok: false; readonly message: string };

/** What people write although ISO 3166-1 says otherwise. */
const SLIPS: ReadonlyMap<string, string> = new Map([
  ["UK", "GB"],
  ["EL", "GR"],
]);

/** Reads a destination (`NG`, `870`) or group (`africa`) as a person wrote it; capitals do not matter. */
export function destinationsNamed(text: string): NamedDestinations {
  const code = text.trim().toUpperCase();
  if (isDestination(code)) return { ok: true, destinations: [code], group: undefined };
  const group = text.trim().toLowerCase().replaceAll(/[ -]/g, "_");
  const members = destinationGroup(group);
  if (members !== undefined && members.length > 0) return { ok: true, destinations: members, group };
  return { ok: false, message: whatIsRight(text, code) };
}

function whatIsRight(text: string, code: string): string {
  const written = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  const main = Object.hasOwn(TWINS, code) ? TWINS[code] : undefined;
  if (main !== undefined) return `${code} (${destinationName(code)}) follows ${main}: name ${main}`;
  const meant = SLIPS.get(code) ?? codeOfName(text);
  if (meant !== undefined) return `${written} is no destination: write ${meant}`;
  return `${written} is no destination: write an ISO 3166-1 code such as NL, a non-geographic code such as 881, or a group (${destinationGroups()
    .map(([name]) => name)
    .join(", ")})`;
}

/** Groups that have members, with them. */
export function destinationGroups(): readonly (readonly [name: string, members: readonly Destination[]])[] {
  return DESTINATION_GROUPS.flatMap((name) => {
    const members = destinationGroup(name) ?? [];
    return members.length === 0 ? [] : [[name, members] as const];
  });
}

/** Codes, for people: where nearly all of a group is among them its name, `africa (but not ZA)`; sorted, groups first. */
export function foldCodes(codes: readonly string[]): readonly string[] {
  const left = new Set(codes);
  const groups = destinationGroups().flatMap(([group, members]) => {
    const missing = members.filter((code) => !left.has(code));
    if (members.length < 2 || missing.length * 10 > members.length) return [];
    for (const code of members) left.delete(code);
    return [missing.length === 0 ? group : `${group} (but not ${missing.join(", ")})`];
  });
  return [...groups, ...[...left].sort()];
}

const NAMES = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

/** In English: `Nigeria`, `non-geographic network +881 (satellite)`. */
export function destinationName(code: string): string {
  const info = destinationInfo(code);
  if (info?.kind === "non_geographic") {
    return `non-geographic network +${code}${info.mark === undefined ? "" : ` (${info.mark})`}`;
  }
  return NAMES.of(code) ?? code;
}

function codeOfName(text: string): string | undefined {
  const name = text.trim().toLowerCase();
  return DESTINATIONS.find(({ code }) => destinationName(code).toLowerCase() === name)?.code;
}
