import { explainEvidence, type Incident } from "@safeguard/core";
import { NAMES } from "./names.ts";

/** In how many blocks it is, each within no other: how many attacks have joined it. New blocks of a destination are no block. */
export function attackedRanges({ ranges, furtherRanges = 0 }: Pick<Incident, "ranges" | "furtherRanges">): number {
  const prefixes = new Set(ranges.flatMap(({ scope }) => (scope.type === "block" ? [scope.prefix] : [])));
  const isWithinAnother = (prefix: string): boolean => {
    for (let length = prefix.length - 1; length > 1; length--) if (prefixes.has(prefix.slice(0, length))) return true;
    return false;
  };
  return [...prefixes].filter((prefix) => !isWithinAnother(prefix)).length + furtherRanges;
}

/**
 * The strongest evidence in plain words. Where several attacks have joined, it was true of one of them when it was
 * strongest, and says so.
 */
export function headlineOf(incident: Pick<Incident, "ranges" | "furtherRanges" | "evidence">): string {
  const said = `${explainEvidence(incident.evidence, NAMES)}.`;
  const attacked = attackedRanges(incident);
  if (attacked < 2 || incident.evidence.scope.type !== "block") return said;
  const then = said.startsWith("+") ? said : said.charAt(0).toLowerCase() + said.slice(1);
  return `${attacked} ranges are attacked; when the evidence was strongest, ${then}`;
}
