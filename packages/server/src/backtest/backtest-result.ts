import type { Incident, IncidentPictures, ReasonCode, VerdictAction } from "@safeguard/core";

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
  };
  readonly policy: { readonly name: string; readonly falseBlockBudget: number; readonly detection: string };
  readonly messages: Readonly<Record<VerdictAction, number>> & { readonly total: number };
  readonly reasons: readonly {
    readonly reason: ReasonCode;
    readonly action: VerdictAction;
    readonly messages: number;
    readonly cost: Amounts;
  }[];
  readonly destinations: readonly BacktestDestination[];
  /** Price of everything in the file, as far as prices are known: what it cost without Safeguard. */
  readonly spent: Amounts;
  /** Price of what was blocked, held or challenged: this much of `spent`. */
  readonly saved: Amounts;
  /** Messages without a price; they count as nothing. */
  readonly unpriced: number;
  /** Stopped though verified later in the file: real users, as far as the file can tell. */
  readonly legitimate: Readonly<Record<Exclude<VerdictAction, "allow">, number>> & {
    /** Of so many messages that were verified in the file. */
    readonly verifiedMessages: number;
  };
  readonly incidents: readonly BacktestIncident[];
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
  readonly spent: Amounts;
  readonly saved: Amounts;
}

export interface BacktestIncident {
  readonly incident: Incident;
  /** One plain sentence with its numbers. */
  readonly sentence: string;
  readonly pictures: IncidentPictures;
  /** Messages that went out in its ranges before the first one was stopped. */
  readonly leakedBeforeFirstStop: number;
  /** Messages that it stopped though the file says that they were verified later. In a faked attack they prove nothing. */
  readonly stoppedThoughVerified: number;
}
