import type { EpochMilliseconds } from "../brand.ts";
import type { CeilingSubject } from "./limit-settings.ts";

export type LimitReason =
  | "ceiling_messages"
  | "ceiling_money"
  | "ceiling_unproven"
  | "limit_duplicate"
  | "limit_price"
  | "limit_price_unknown";

/** Step 5: a limit that the message would exceed. Amounts are messages, or millionths of `currency`'s unit. */
export interface LimitFinding {
  readonly type: "limit";
  readonly reason: LimitReason;
  /** Of the ceiling; empty: the maximum price. */
  readonly name: string;
  readonly per: CeilingSubject | undefined;
  readonly window: string | undefined;
  /** What was counted within the window, at most (see `LimitCounts`). */
  readonly count: number;
  /** What this message adds. */
  readonly amount: number;
  readonly most: number;
  /** Absent: messages. */
  readonly currency?: string;
  /** When there is room again, if nothing else comes. Absent: not by waiting. */
  readonly retryAt?: EpochMilliseconds;
  /** 0: the account's own limit; 1: its parent's, and so on. */
  readonly level: number;
}
