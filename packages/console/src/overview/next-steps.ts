const STEPS = ["send", "outcomes", "watch", "enforce"] as const;
export type Step = (typeof STEPS)[number];

/** Days with traffic that are enough to judge what detection would do. */
export const DAYS_TO_WATCH = 7;

export interface Progress {
  readonly decided: number;
  /** Days on which something was decided. */
  readonly days: number;
  readonly outcomesArrive: boolean;
  readonly mode: "off" | "monitor" | "enforce";
}

/** What is shown of the way: who lets detection act already need not watch it first. */
export function stepsShown(done: ReadonlySet<Step>): readonly Step[] {
  return STEPS.filter((step) => step !== "watch" || done.has("watch") || !done.has("enforce"));
}

/** Which steps of the way from nothing to protected are done. */
export function stepsDone({ decided, days, outcomesArrive, mode }: Progress): ReadonlySet<Step> {
  const done = new Set<Step>();
  if (decided > 0) done.add("send");
  if (outcomesArrive) done.add("outcomes");
  if (days >= DAYS_TO_WATCH) done.add("watch");
  if (mode === "enforce") done.add("enforce");
  return done;
}
