import type { EpochMilliseconds, Incident, IncidentPictures, ReasonCode, VerdictAction } from "@safeguard/core";
import type { RangeCount } from "./count-attacks.ts";
import type { RejectedReason } from "./rejected-numbers.ts";

/** Amounts by currency, in millionths of its unit. */
export type Amounts = Readonly<Record<string, number>>;

/** What `safeguard backtest` found: the same shape for the text, `--json` and the HTML report. */
export interface BacktestResult {
  readonly version: 1;
  readonly file: {
    readonly name: string;
    /** `traffic_csv`, `twilio_messages` … */
    readonly format: string;
    readonly rows: number;
    readonly badRows: number;
    /** The first of them. */
    readonly badRowSamples: readonly { readonly line: number; readonly reason: string }[];
    readonly sorted: boolean;
    /** ISO 8601; absent in an empty file. */
    readonly from: string | undefined;
    readonly until: string | undefined;
    /** Rows whose outcome the file tells. */
    readonly delivered: number;
    readonly converted: number;
    /** Verifications stop then, though messages go on: after it none is known. Absent: they go on to the end, or there are none. */
    readonly convertedUntil: string | undefined;
  };
  /**
   * Rows whose recipient could not be read as a number. Nothing was judged of them: they are in none of the other counts,
   * and are neither stopped nor saved.
   */
  readonly rejected: {
    readonly messages: number;
    readonly converted: number;
    readonly cost: Amounts;
    /** Most frequent first, each with its first row as it stands in the file. */
    readonly reasons: readonly {
      readonly reason: RejectedReason;
      readonly messages: number;
      readonly example: { readonly line: number; readonly to: string };
    }[];
  };
  readonly policy: { readonly name: string; readonly falseBlockBudget: number; readonly detection: string };
  /** Messages that were judged. */
  readonly messages: Readonly<Record<VerdictAction, number>> & { readonly total: number };
  readonly reasons: readonly {
    readonly reason: ReasonCode;
    readonly action: VerdictAction;
    readonly messages: number;
    readonly cost: Amounts;
  }[];
  readonly destinations: readonly BacktestDestination[];
  /** Price of all that was judged, as far as prices are known: what it cost without Safeguard. */
  readonly spent: Amounts;
  /** Price of what was blocked, held or challenged: this much of `spent`. */
  readonly saved: Amounts;
  /** Messages without a price; they count as nothing. */
  readonly unpriced: number;
  /** Stopped though verified later in the file. */
  readonly legitimate: Readonly<Record<Exclude<VerdictAction, "allow">, number>> & {
    /** Of those: in attacks that may fake their verifications. Real or faked; the others are real, as far as the file can tell. */
    readonly inDoubt: number;
    /** Of so many messages that were verified in the file. */
    readonly verifiedMessages: number;
  };
  /** The most money at risk (saved and lost) first. */
  readonly incidents: readonly BacktestIncident[];
  /** Stopped by their number's own limit of unanswered codes. */
  readonly numberLimit: {
    readonly messages: number;
    readonly numbers: number;
    /** Of the messages: completed later in the file. */
    readonly completed: number;
    readonly cost: Amounts;
    /** The most messages first. */
    readonly worst: readonly { readonly number: string; readonly messages: number }[];
  };
  /** What the reader should know: `outcomes_missing` … with a sentence. */
  readonly remarks: readonly { readonly code: string; readonly text: string }[];
  readonly elapsedMs: number;
  readonly rowsPerSecond: number;
}

export interface BacktestDestination {
  readonly destination: string;
  readonly messages: number;
  readonly stopped: Readonly<Record<Exclude<VerdictAction, "allow">, number>>;
  readonly verifiedMessages: number;
  readonly stoppedThoughVerified: number;
  /** Of those: in attacks that may fake their verifications. */
  readonly inDoubt: number;
  readonly spent: Amounts;
  readonly saved: Amounts;
}

export interface BacktestIncident {
  /** Its `counts` are counted anew over the whole file: every message to its ranges from `begunAt` on to its last. */
  readonly incident: Incident;
  /** Its first message: before it its ranges were quiet. Earlier than `openedAt`, because it was not seen at once. */
  readonly begunAt: EpochMilliseconds;
  /** One plain sentence with its numbers. */
  readonly sentence: string;
  readonly pictures: IncidentPictures;
  /** Messages to its ranges that went out, from `begunAt` on, before the first one was stopped. */
  readonly leakedBeforeFirstStop: number;
  /** Messages that it stopped though the file says that they were verified later. */
  readonly stoppedThoughVerified: number;
  /** Whether verifications were reported when it began: else nobody knows which codes were answered. */
  readonly outcomesKnown: boolean;
  /** Price of what went out and was completed, in the currency of its counts. */
  readonly completedMicros: number;
  /** Those verifications may be the attacker's own: they looked faked, or came in a mass of new numbers. */
  readonly completionsInDoubt: boolean;
  /** In the order of the incident's ranges. */
  readonly ranges: readonly BacktestRange[];
}

export interface BacktestRange extends RangeCount {
  /** What detection contained it for; undefined: it was watched or asked to prove itself, and nothing more. */
  readonly contained: "faked" | "unanswered" | undefined;
}
