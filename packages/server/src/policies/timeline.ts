import type { EpochMilliseconds } from "@safeguard/core";
import { holdsAt } from "./policy-book.ts";
import type { PolicyRevision } from "./policy-revision.ts";

/** The policy that stands in where an account has no revision of another one in force. */
export const STAND_IN = "default";

export interface Stretch {
  /** Undefined: none is in force. */
  readonly revision: PolicyRevision | undefined;
  readonly from: EpochMilliseconds;
  /** Absent: for ever. */
  readonly until?: EpochMilliseconds;
}

/** The timeline of a policy; where it has nothing in force, that of what stands in. */
export function filledTimeline(
  newestFirst: readonly PolicyRevision[],
  standIn: readonly PolicyRevision[],
  at: EpochMilliseconds,
): readonly Stretch[] {
  return timeline(newestFirst, at).flatMap((stretch): readonly Stretch[] => {
    if (stretch.revision !== undefined) return [stretch];
    const { until: end = Number.POSITIVE_INFINITY } = stretch;
    return timeline(standIn, stretch.from).flatMap(({ revision, from, until = Number.POSITIVE_INFINITY }) => {
      const ends = Math.min(until, end);
      if (from >= ends) return [];
      return [{ revision, from, ...(Number.isFinite(ends) && { until: ends as EpochMilliseconds }) }];
    });
  });
}

/** Which revision holds from `at` on, and when another takes over. */
export function timeline(newestFirst: readonly PolicyRevision[], at: EpochMilliseconds): readonly Stretch[] {
  const changes = newestFirst
    .filter(({ state }) => state === "in_force")
    .flatMap(({ from, until }) => (until === undefined ? [from] : [from, until]))
    .filter((time) => time > at)
    .sort((one, other) => one - other);
  const stretches: Stretch[] = [];
  for (const from of [at, ...changes]) {
    const revision = newestFirst.find((candidate) => holdsAt(candidate, from));
    const last = stretches.at(-1);
    if (last?.revision === revision && last !== undefined) continue;
    if (last !== undefined) stretches[stretches.length - 1] = { ...last, until: from };
    stretches.push({ revision, from });
  }
  return stretches;
}
