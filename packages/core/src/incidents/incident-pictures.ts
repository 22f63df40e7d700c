import type { EpochMilliseconds } from "../brand.ts";

/** How one attempt ended, as the pictures show it. `verified`: a verified number. */
export type AttemptMark = "leaked" | "converted" | "stopped" | "verified";

/** Where a number of the range stands on the number line: 0 is the range's first number. */
export interface NumberTick {
  readonly offset: number;
  readonly at: EpochMilliseconds;
  readonly mark: AttemptMark;
}

/** What a person looks at to check an incident, as numbers: the same for console, report and API. */
export interface IncidentPictures {
  /** The smallest block around all ranges of the incident; the first range's where they are apart. */
  readonly line: { readonly prefix: string; readonly size: number; readonly ticks: readonly NumberTick[] };
  /** Attempts that `line.ticks` leaves out, because only so many are kept. */
  readonly ticksLeftOut: number;
  /** Sessions in the incident, and what share of the account's other new numbers reaches each step. */
  readonly funnel: {
    readonly requested: number;
    readonly sent: number;
    readonly delivered: number;
    readonly converted: number;
    readonly baseline: { readonly delivered: number | undefined; readonly converted: number | undefined };
  };
  /** From sent to completed. Shares of the account's other completions beside it. */
  readonly latency: readonly {
    readonly fromMs: number;
    /** Exclusive; infinite for the last. */
    readonly toMs: number;
    readonly count: number;
    readonly baselineShare: number;
  }[];
  /** Attempts per bucket of time, and how many are usual there. */
  readonly rate: {
    readonly bucketMs: number;
    readonly buckets: readonly { readonly at: EpochMilliseconds; readonly count: number }[];
    readonly usualPerBucket: number;
  };
}
