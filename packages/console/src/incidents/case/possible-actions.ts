import type { IncidentDetail } from "@safeguard/client";

export type IncidentAction =
  | "contain"
  | "extend"
  | "release"
  | "acknowledge"
  | "false_alarm"
  | "close"
  | "undo_false_alarm";

/** Containing what detection contained is another thing to a reader: it blocks what is challenged, and for longer. */
export function wordsOf(
  action: IncidentAction,
  { ranges }: Pick<IncidentDetail, "ranges">,
): IncidentAction | "contain_longer" {
  return action === "contain" && ranges.some(({ containment }) => containment !== null) ? "contain_longer" : action;
}

/** What the server would not refuse, the most pressing first. */
export function possibleActions(
  incident: Pick<IncidentDetail, "state" | "closedAt" | "ranges" | "lesson">,
): readonly IncidentAction[] {
  const { state, closedAt, ranges, lesson } = incident;
  const hasBlock = ranges.some(({ type }) => type === "block");
  const isContained = ranges.some(({ containment }) => containment !== null);
  const byPerson = ranges.every(({ type, containment }) => type !== "block" || containment?.by === "operator");
  const actions: IncidentAction[] = [];
  if (closedAt === null) {
    if (hasBlock) actions.push(byPerson ? "extend" : "contain");
    if (isContained) actions.push("release");
    if (state === "open") actions.push("acknowledge");
    actions.push("false_alarm", "close");
  } else if (state === "closed") actions.push("false_alarm");
  if (lesson !== null) actions.push("undo_false_alarm");
  return actions;
}
