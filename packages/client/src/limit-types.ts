import type { Money, Purpose } from "./types.ts";

export type CeilingSubject =
  | "account"
  | "each_account"
  | "destination"
  | "recipient"
  | "range"
  | "originator"
  | "end_user_address"
  | "key"
  | "duplicate";

/** In units of the currency, such as 12.5. */
export interface LimitAmount {
  readonly amount: number;
  readonly currency: string;
}

/** The most that may go out within a window that slides: messages, or money. */
export interface Ceiling {
  readonly name: string;
  /** Default account: this account and all below it together. */
  readonly per?: CeilingSubject;
  /** second, minute, hour, day, week, month (31 days), or such as `10 minutes`. */
  readonly window: string;
  readonly messages?: number;
  readonly money?: LimitAmount;
  readonly destinations?: readonly string[];
  readonly prefixes?: readonly string[];
  readonly purposes?: readonly Purpose[];
  /** Only numbers that are not verified. */
  readonly numbers?: "unproven";
  /** For range: how many digits at the end are free. */
  readonly digits?: number;
  /** For key: which of the `keys` that you send with messages. */
  readonly key?: string;
  readonly note?: string;
}

/** What an account says of limits; those of the accounts above hold besides. */
export interface LimitSettings {
  readonly ceilings?: readonly Ceiling[];
  readonly maximumPrice?: LimitAmount;
  readonly unanswered?: { readonly perHour?: number; readonly perDay?: number };
  readonly whenPriceUnknown?: "closed" | "maximum_price";
}

/** How much of a ceiling is used. Of those of accounts above no amounts are shown. */
export interface LimitUse {
  readonly name: string;
  readonly per: CeilingSubject;
  readonly window: string;
  /** 0: this account's; 1: its parent's, and so on. */
  readonly level: number;
  /** null: it counts messages. */
  readonly currency: string | null;
  readonly most: number | null;
  /** Of several numbers, senders … the fullest. */
  readonly used: number | null;
  readonly remaining: number | null;
  readonly resetsAt: string | null;
  readonly destinations: readonly { readonly destination: string; readonly used: number }[];
  readonly keys: number;
  readonly crowded: boolean;
  readonly note: string | null;
}

export interface LimitsUse {
  readonly policy: string;
  readonly at: string;
  readonly limits: readonly LimitUse[];
}

/** What a ceiling would have needed, and stopped, in the account's own past. */
export interface FittingLimit {
  readonly per: CeilingSubject;
  readonly window: string;
  readonly currency: string | null;
  readonly days: number;
  /** Windows of ordinary traffic, each with at least one message. */
  readonly windows: number;
  readonly needed: readonly { readonly share: number; readonly most: number }[];
  readonly tried: readonly { readonly most: number; readonly stopped: number; readonly stoppedAttack: number }[];
  readonly ordinary: number;
  readonly attack: number;
  readonly unpriced: number;
  readonly complete: boolean;
}

/** What went to a range of numbers in the last days. */
export interface RangeUsage {
  readonly range: string;
  readonly days: number;
  readonly destinations: readonly string[];
  /** How many digits may follow, by the numbering plan. */
  readonly free: readonly number[];
  readonly messages: number;
  readonly blocked: number;
  readonly numbers: number;
  /** Of the numbers: probably real users. */
  readonly verified: number;
  readonly spend: readonly Money[];
  readonly examined: number;
  readonly complete: boolean;
}
