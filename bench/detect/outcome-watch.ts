import type { Candidate } from "./candidate.ts";
import type { LabelledAttempt } from "./labelled-attempt.ts";

const MINUTE = 60_000;

/** In worlds whose outcomes stop (or never come): how long it takes a candidate to know. */
export class OutcomeWatch {
  readonly #candidate: Candidate<LabelledAttempt>;
  readonly #from: number;
  #next: number;
  #missedAt: number | undefined;

  /** `outcomesUntil`: -Infinity: they never came; Infinity: they never stop. */
  constructor(candidate: Candidate<LabelledAttempt>, startsAt: number, outcomesUntil: number) {
    this.#candidate = candidate;
    this.#from = Math.max(startsAt, outcomesUntil);
    this.#next = candidate.outcomes === undefined ? Number.POSITIVE_INFINITY : this.#from;
  }

  look({ time, account }: LabelledAttempt["row"]): void {
    if (time < this.#next) return;
    this.#next = time + MINUTE / 6;
    if (this.#candidate.outcomes?.(account) !== "missing") return;
    this.#missedAt = time;
    this.#next = Number.POSITIVE_INFINITY;
  }

  /** Minutes. Undefined: it never knew, or there was nothing to know. */
  get missedAfter(): number | undefined {
    return this.#missedAt === undefined ? undefined : (this.#missedAt - this.#from) / MINUTE;
  }
}
