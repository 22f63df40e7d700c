import type { IncidentRange } from "@safeguard/client";

/** A range that lies in no other of the incident. */
export interface OutermostRange extends Pick<IncidentRange, "range" | "containment"> {
  /** Others of the incident that lie in it. */
  readonly inside: number;
}

/** The ranges that hold all others, the one that was found, or grew, last first. */
export function outermost(ranges: readonly IncidentRange[]): readonly OutermostRange[] {
  return ranges
    .filter((one) => !ranges.some((other) => contains(other, one)))
    .map((one) => {
      const within = ranges.filter((other) => contains(one, other));
      const latest = Math.max(...[one, ...within].map(({ foundAt }) => Date.parse(foundAt)));
      return { range: one.range, containment: one.containment, inside: within.length, latest };
    })
    .sort((a, b) => b.latest - a.latest)
    .map(({ latest: _, ...one }) => one);
}

function contains(outer: IncidentRange, inner: IncidentRange): boolean {
  return (
    outer.prefix !== null && inner.prefix !== null && outer.size > inner.size && inner.prefix.startsWith(outer.prefix)
  );
}
