/** What can be wrong with a row, or with one value of it. */
export const ROW_PROBLEMS = {
  quote: { dropped: true },
  too_long: { dropped: true },
  nul: { dropped: true },
  fields: { dropped: true },
  time_missing: { dropped: true },
  time_unreadable: { dropped: true },
  time_without_offset: { dropped: true },
  time_out_of_range: { dropped: true },
  purpose_unknown: { dropped: true },
  delivered_at_unreadable: { dropped: false },
  converted_at_unreadable: { dropped: false },
  attempts_unreadable: { dropped: false },
  outcome_before_time: { dropped: false },
  price_unreadable: { dropped: false },
  price_negative: { dropped: false },
} as const satisfies Record<string, { readonly dropped: boolean }>;
export type RowProblem = keyof typeof ROW_PROBLEMS;

/** Why rows that are well written are no part of the traffic. */
export type RowSkip = "inbound" | "other_channel";

/** One problem, for people. */
export interface ProblemExample {
  readonly line: number;
  readonly problem: RowProblem;
  /** Says the field, what is wrong with it and what would be right. */
  readonly text: string;
}

/** Problems of one kind. */
export interface ProblemCount {
  readonly problem: RowProblem;
  /** True: these rows are left out. False: the row counts, without that value. */
  readonly dropped: boolean;
  readonly count: number;
  /** The first ones of the file. */
  readonly examples: readonly ProblemExample[];
}

/** Counts problems by kind, and keeps the first ones of each. */
export class RowProblems {
  readonly #found = new Map<RowProblem, { count: number; examples: ProblemExample[] }>();
  readonly #mostExamples: number;
  dropped = 0;

  constructor(mostExamples: number) {
    this.#mostExamples = mostExamples;
  }

  /** `text` is called only for a problem that is kept. */
  add(problem: RowProblem, line: number, text: () => string): void {
    if (ROW_PROBLEMS[problem].dropped) this.dropped += 1;
    const found = this.#found.get(problem) ?? { count: 0, examples: [] };
    this.#found.set(problem, found);
    found.count += 1;
    if (found.examples.length < this.#mostExamples) found.examples.push({ line, problem, text: text() });
  }

  /** Most frequent first. */
  counts(): readonly ProblemCount[] {
    return [...this.#found]
      .map(([problem, { count, examples }]) => ({
        problem,
        dropped: ROW_PROBLEMS[problem].dropped,
        count,
        examples,
      }))
      .sort((a, b) => b.count - a.count);
  }
}
