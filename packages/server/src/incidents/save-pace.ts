import type { Incident } from "@safeguard/core";

/** What is remembered of an incident as it was last written. */
export interface SavedIncident {
  readonly at: number;
  readonly state: Incident["state"];
  /** Changes when anything but a count or a deadline does. */
  readonly shape: string;
}

/** What matters is written at most once a second, the more seldom the more ranges there are to write … */
const LEAST_MS = 1000;
const LEAST_MS_A_RANGE = 50;
/** … and mere counts after this part of the incident's age: an attack of a week is written some hundred times. */
const PART_OF_AGE = 20;

export function savedIncident(incident: Incident, at: number): SavedIncident {
  return { at, state: incident.state, shape: shapeOf(incident) };
}

/** Is the incident, which has changed, to be written now? `before`: as it was last written. */
export function isSaveDue(incident: Incident, before: SavedIncident | undefined, at: number): boolean {
  if (before === undefined || incident.state !== before.state) return true;
  const since = at - before.at;
  if (since < Math.max(LEAST_MS, incident.ranges.length * LEAST_MS_A_RANGE)) return false;
  return since >= (at - incident.openedAt) / PART_OF_AGE || shapeOf(incident) !== before.shape;
}

function shapeOf({ state, ranges, timeline }: Incident): string {
  const contained = ranges.map(({ containment }) => containment?.action ?? "").join();
  return `${state} ${contained} ${timeline.length} ${timeline.at(-1)?.at}`;
}
