import { readLine } from "./journal-line.ts";
import type { JournalLines } from "./journal-lines.ts";
import { type FoundSubjects, type NumberQuestion, NumberTrace } from "./number-trace.ts";
import type { Seal } from "./seal.ts";

/** Records that one step looks at, about: some milliseconds of work. */
const STEP_RECORDS = 2000;

export interface TracedStep {
  /** Where to go on; undefined: this was the end. */
  readonly next: number | undefined;
  readonly found: FoundSubjects;
}

/** Looks for a number's records from there on. */
export async function traceStep(
  journal: JournalLines,
  seal: Pick<Seal, "open">,
  question: NumberQuestion,
  from: number,
  found: FoundSubjects,
): Promise<TracedStep> {
  const trace = new NumberTrace(question, seal, found);
  let next: number | undefined = from;
  for (let seen = 0; next !== undefined && seen < STEP_RECORDS; ) {
    const group = await journal.groupFrom(next);
    for (const line of group?.lines ?? []) {
      if (line !== "" && !trace.mayBePassed(line)) trace.concerns(readLine(line));
    }
    seen += group?.lines.length ?? 0;
    next = group === undefined ? undefined : group.last + 1;
  }
  return { next, found: trace.found };
}
