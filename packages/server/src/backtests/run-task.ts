import type { DetectionPreset } from "@safeguard/core";
import type { BacktestPolicy } from "../backtest/backtest-policy.ts";
import type { BacktestResult } from "../backtest/backtest-result.ts";
import type { Emission, EmitFormat } from "../backtest/emit.ts";
import type { EmittedRange } from "../backtest/emit-ranges.ts";
import type { ColumnMapping } from "../backtest/traffic-file/recognise-format.ts";

/** What the process of a run is told when it begins. */
export interface RunTask {
  /** The file's, as the report calls it. */
  readonly name: string;
  readonly columns: ColumnMapping | undefined;
  /** Minutes east of UTC, for times that name no offset. */
  readonly assumedOffset: number | undefined;
  /** Only the last so many days of the file. */
  readonly days: number | undefined;
  /** As it is said; detection is enforced in it. */
  readonly policy: TestedPolicy;
  /** A second one over the same file. */
  readonly compare: TestedPolicy | undefined;
  readonly mostUnpacked: number;
  /** Memory that the process may take in all. */
  readonly mostResidentBytes: number;
  readonly leastFreeBytes: number;
  readonly scratchDirectory: string;
}

export interface TestedPolicy {
  /** With what accounts above say, as they are. */
  readonly base: BacktestPolicy;
  readonly preset: DetectionPreset | undefined;
  readonly falseBlockBudget: number | undefined;
}

/** The open files that it is given, by their number there. The traffic is read, the others are written. */
export const RUN_FILES = {
  traffic: 4,
  result: 5,
  report: 6,
  lists: 7,
  comparison: 8,
  decisions: 9,
  evidence: 10,
} as const;

/** What it is doing: it reads the file as a whole, sorts it, decides on its rows, decides on them once more. */
export const RUN_PHASES = ["starting", "checking", "sorting", "deciding", "comparing", "writing"] as const;

export interface RunProgress {
  readonly phase: (typeof RUN_PHASES)[number];
  /** Of `total`: bytes while it is checked and sorted, else rows. */
  readonly done: number;
  readonly total: number;
}

/** What a finished run comes to, in a few words; the rest stands in its files. */
export interface RunSummary {
  readonly headline: string;
  readonly messages: BacktestResult["messages"];
  readonly spent: BacktestResult["spent"];
  readonly saved: BacktestResult["saved"];
  readonly verifiedMessages: number;
  readonly usersHit: number;
  readonly incidents: number;
  readonly rows: number;
  readonly from: string | undefined;
  readonly until: string | undefined;
  readonly elapsedMs: number;
  readonly rowsPerSecond: number;
  /** Whether there are decisions on every row, and a comparison. */
  readonly hasDecisions: boolean;
  readonly hasComparison: boolean;
}

/** What stands in `lists`. */
export interface RunLists {
  readonly emissions: Readonly<Record<EmitFormat, Emission>>;
  readonly ranges: readonly EmittedRange[];
}

export type RunWord =
  | { readonly type: "progress"; readonly progress: RunProgress }
  /** The file is of no use, or too much for this server; for the person. */
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "done"; readonly summary: RunSummary };
