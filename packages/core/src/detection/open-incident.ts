import type { Watch } from "../containment/watch.ts";
import { type ChainOfSessions, messagesBefore } from "../incidents/messages-before.ts";
import { levelOfKey } from "../signals/block-table.ts";
import { LINK } from "../signals/session-log.ts";
import type { DetectionQuery } from "./detection-query.ts";
import type { DetectionState } from "./detection-state.ts";

/** What is stopped in a watched scope belongs to an incident: opens one where it has none. */
export function openIncident(state: DetectionState, watch: Watch, query: DetectionQuery): void {
  if (watch.incident !== 0) return;
  const chain = chainOf(state, watch);
  watch.incident = state.incidents.open(watch.evidence, query, (isCounted) => messagesBefore(chain, isCounted));
}

/** The sessions of a watched scope. */
function chainOf(state: DetectionState, watch: Watch): ChainOfSessions {
  const {
    key,
    destination,
    evidence: { scope, since },
  } = watch;
  const { log, blocks } = state.signals;
  if (scope.type === "block") {
    const slot = blocks.find(key);
    return { log, link: LINK.block + levelOfKey(key), newest: slot === -1 ? 0 : blocks.last(slot), since };
  }
  const signals = state.signals.destinationAt(destination);
  const [link, newest = 0] =
    scope.size === 10_000 ? [LINK.new10k, signals?.lastNew10k] : [LINK.new100k, signals?.lastNew100k];
  return { log, link, newest, since };
}
