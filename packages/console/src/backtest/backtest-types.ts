import type { DetectionEvidence, IncidentEvidence, Money, PolicyDocument } from "@safeguard/client";

export type RunState = "running" | "done" | "failed" | "canceled";

/** A traffic file that was brought, with its last run. */
export interface Backtest {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly bytes: number;
  readonly received: number;
  readonly hasFile: boolean;
  readonly run: BacktestRun | null;
}

export interface BacktestRun {
  readonly state: RunState;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly startedBy: { readonly type: "key" | "operator"; readonly name: string; readonly person: string | null };
  readonly policy: string;
  readonly compare: string | null;
  readonly days: number | null;
  readonly progress: RunProgress | null;
  readonly failure: string | null;
  readonly summary: RunSummary | null;
}

export interface RunProgress {
  readonly phase: "starting" | "checking" | "sorting" | "deciding" | "comparing" | "writing";
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
  readonly secondsLeft: number | null;
}

interface ByAction {
  readonly allow: number;
  readonly hold: number;
  readonly challenge: number;
  readonly block: number;
}

export interface RunSummary {
  readonly headline: string;
  readonly messages: ByAction & { readonly total: number };
  readonly spent: readonly Money[];
  readonly saved: readonly Money[];
  readonly verified: number;
  readonly usersHit: number;
  readonly incidents: number;
  readonly rows: number;
  readonly from: string | null;
  readonly until: string | null;
  readonly elapsedMs: number;
  readonly rowsPerSecond: number;
  readonly hasDecisions: boolean;
  readonly hasComparison: boolean;
}

export interface TrafficLook {
  readonly format: { readonly name: string; readonly title: string } | null;
  readonly problem: string | null;
  readonly columns: readonly { readonly name: string; readonly samples: readonly string[] }[];
  readonly mapping: Readonly<Record<string, string>>;
  readonly proposed: Readonly<Record<string, string>>;
  readonly lacks: readonly string[];
  readonly assumptions: readonly string[];
  readonly rows: readonly {
    readonly line: number;
    readonly time: string;
    readonly to: string;
    readonly destination: string | null;
    readonly rejected: string | null;
    readonly from: string;
    readonly purpose: string;
    readonly deliveredAt: string | null;
    readonly convertedAt: string | null;
    readonly price: string | null;
    readonly currency: string;
  }[];
  readonly looked: number;
  readonly whole: boolean;
  readonly skipped: { readonly inbound: number; readonly other_channel: number };
  readonly problems: readonly {
    readonly problem: string;
    readonly dropped: boolean;
    readonly count: number;
    readonly examples: readonly { readonly line: number; readonly text: string }[];
  }[];
}

/** Millionths by currency. */
export type Amounts = Readonly<Record<string, number>>;

/** What `safeguard backtest --json` prints, as far as it is shown here. */
export interface BacktestResult {
  readonly file: {
    readonly name: string;
    readonly rows: number;
    readonly badRows: number;
    readonly badRowSamples: readonly { readonly line: number; readonly reason: string }[];
    readonly converted: number;
    /** ISO 8601; absent in an empty file. */
    readonly from?: string;
    readonly until?: string;
    /** Verifications stop then. Absent: they go on to the end, or there are none. */
    readonly convertedUntil?: string;
  };
  readonly rejected: {
    readonly messages: number;
    readonly reasons: readonly {
      readonly reason: string;
      readonly messages: number;
      readonly example: { readonly line: number; readonly to: string };
    }[];
  };
  readonly messages: ByAction & { readonly total: number };
  readonly reasons: readonly {
    readonly reason: string;
    readonly action: keyof ByAction;
    readonly messages: number;
    readonly cost: Amounts;
  }[];
  readonly destinations: readonly {
    readonly destination: string;
    readonly messages: number;
    readonly stopped: Omit<ByAction, "allow">;
    readonly verifiedMessages: number;
    readonly stoppedThoughVerified: number;
    readonly inDoubt: number;
    readonly saved: Amounts;
  }[];
  readonly spent: Amounts;
  readonly saved: Amounts;
  /** Messages without a price. */
  readonly unpriced: number;
  readonly legitimate: Omit<ByAction, "allow"> & { readonly inDoubt: number; readonly verifiedMessages: number };
  readonly incidents: readonly BacktestAttack[];
  readonly remarks: readonly { readonly code: string; readonly text: string }[];
}

export interface BacktestAttack {
  readonly incident: {
    readonly number: number;
    readonly pattern: string;
    readonly evidence: DetectionEvidence;
    readonly destinations: readonly string[];
    readonly openedAt: number;
    readonly lastSeenAt: number;
    readonly counts: {
      readonly attempts: number;
      readonly blocked: number;
      readonly challenged: number;
      readonly held: number;
      readonly leaked: number;
      readonly converted: number;
      readonly verified: number;
      readonly wouldStop: number;
      readonly money: {
        readonly currency?: string;
        readonly savedMicros: number;
        readonly lostMicros: number;
      };
    };
  };
  readonly begunAt: number;
  readonly sentence: string;
  readonly leakedBeforeFirstStop: number;
  readonly stoppedThoughVerified: number;
  readonly completionsInDoubt: boolean;
  readonly outcomesKnown: boolean;
  readonly ranges: readonly { readonly attempts: number; readonly stopped: number }[];
}

export interface BacktestEvidence {
  readonly items: readonly IncidentEvidence[];
}

interface Change {
  readonly before: number;
  readonly after: number;
}

export interface BacktestComparison {
  readonly before: { readonly name: string; readonly falseBlockBudget: number };
  readonly after: { readonly name: string; readonly falseBlockBudget: number };
  readonly messages: Readonly<Record<keyof ByAction, Change>>;
  readonly saved: { readonly before: Amounts; readonly after: Amounts };
  readonly usersHit: Change;
  readonly attacks: Change;
  readonly leakedBeforeFirstStop: Change;
}

export interface TestedPolicy {
  readonly policy: string;
  readonly document: PolicyDocument;
  readonly ranges: readonly {
    readonly prefix: string;
    readonly size: number;
    readonly attempts: number;
    readonly completed: number;
    readonly verified: number;
  }[];
  readonly withRanges: PolicyDocument;
}

/** Which policy a run decides by. */
export type TestedChoice = (
  | { readonly type: "starting" }
  | { readonly type: "in_force"; readonly policy: string }
  | { readonly type: "revision"; readonly policy: string; readonly number: number }
) & { readonly preset?: "careful" | "balanced" | "strict" };

export interface RunRequest {
  readonly columns?: Readonly<Record<string, string>>;
  readonly offset?: number;
  readonly days?: number;
  readonly policy: TestedChoice;
  readonly compare?: TestedChoice;
}
