import { writeSync } from "node:fs";

/**
 * Where a test may have this process end as if its power were cut: `SAFEGUARD_FAILPOINT=after-intent-write` ends it the first
 * time that it comes by there, `after-intent-write:7` the seventh time. Not set, which is the rule, a failpoint is one
 * comparison with a constant.
 */
export const FAILPOINTS = [
  // The store, in its own thread.
  "before-journal-commit",
  "after-journal-commit",
  "before-journal-checkpoint",
  "after-journal-checkpoint",
  "before-journal-sweep-commit",
  "before-tables-commit",
  "after-tables-commit",
  "after-migration",
  // A sealed file, such as the snapshot of detection, that is replaced as a whole.
  "before-sealed-file-sync",
  "before-sealed-file-rename",
  "after-sealed-file-rename",
  // A message.
  "before-intent-write",
  "after-intent-write",
  "before-provider-call",
  "after-provider-answer",
  "after-outcome-write",
  // The start after a stop.
  "after-journal-replay",
  "before-recovery",
  "within-recovery",
  "after-recovery",
  // What customers are told.
  "before-webhook",
  "after-webhook-answer",
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

export interface ArmedFailpoint {
  readonly name: Failpoint;
  /** Ends at this passing, counted from 1. */
  readonly passing: number;
}

/** Undefined: none is named. Throws RangeError for a name or a number that means nothing: a test would prove nothing by it. */
export function readFailpoint(text: string | undefined): ArmedFailpoint | undefined {
  if (text === undefined || text === "") return undefined;
  const [word = "", times = "1"] = text.split(":");
  const name = FAILPOINTS.find((known) => known === word);
  const passing = Number(times);
  if (name === undefined || !Number.isInteger(passing) || passing < 1)
    throw new RangeError(
      `SAFEGUARD_FAILPOINT is ${JSON.stringify(text)}; write NAME or NAME:TIMES with one of ${FAILPOINTS.join(", ")}`,
    );
  return { name, passing };
}

const armed = readFailpoint(process.env["SAFEGUARD_FAILPOINT"]);
let passings = 0;

/** Ends the process here, when this failpoint is the one that was asked for. */
export function failpoint(name: Failpoint): void {
  if (armed === undefined || armed.name !== name) return;
  passings += 1;
  if (passings !== armed.passing) return;
  writeSync(2, `failpoint ${name}\n`);
  process.kill(process.pid, "SIGKILL");
}
