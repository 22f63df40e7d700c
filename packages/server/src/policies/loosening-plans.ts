import { diffPolicies, type EpochMilliseconds, loosens } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { standsAlone } from "./compare-revisions.ts";
import type { PolicyRevision } from "./policy-revision.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import type { PlannedRevision } from "./save-revisions.ts";
import { filledTimeline, STAND_IN } from "./timeline.ts";

/**
 * Would any of these treat some message less strictly, at any time of its window, than what would decide then? A numbering
 * table that is confirmed counts as looser: until then the stricter reading of both holds.
 */
export function loosenedBy(
  deps: Pick<PolicyServiceDeps, "book" | "directory">,
  { account, at }: AccountContext,
  policy: string,
  earlier: readonly PolicyRevision[],
  planned: readonly PlannedRevision[],
): boolean {
  const standIn = policy === STAND_IN ? [] : deps.book.revisions(account.id, STAND_IN);
  const alone = { standsAlone: standsAlone(deps.directory, account) };
  return planned.some(({ state, document, from, until = Number.POSITIVE_INFINITY, confirmsNumbering }) => {
    if (state !== "in_force") return false;
    if (confirmsNumbering === true) return true;
    const begins = Math.max(from, at) as EpochMilliseconds;
    return filledTimeline(earlier, standIn, begins)
      .filter((stretch) => stretch.from < until)
      .some(({ revision }) => loosens(diffPolicies(revision?.document ?? {}, document, alone)));
  });
}
