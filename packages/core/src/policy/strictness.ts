import type { DestinationAction } from "./policy-document.ts";

/** How much an action restricts: 0 `allow`, 1 `monitor`, 2 `filter`, 3 `block`. Of several that hold, the greatest wins. */
export type Strictness = 0 | 1 | 2 | 3;

export const BLOCK = 3;
export const FILTER = 2;

export const STRICTNESS: Readonly<Record<DestinationAction, Strictness>> = {
  allow: 0,
  monitor: 1,
  filter: 2,
  block: 3,
};

/** The action by strictness. */
export const ACTION_OF: readonly [DestinationAction, DestinationAction, DestinationAction, DestinationAction] = [
  "allow",
  "monitor",
  "filter",
  "block",
];
