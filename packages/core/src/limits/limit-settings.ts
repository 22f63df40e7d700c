import type { Purpose } from "../message.ts";

/**
 * What a ceiling counts by. `account`: the account that says it and all below it together; `each_account`: each account of
 * these by itself; `range`: numbers that share all but their last `digits` digits; `duplicate`: the same text from the same
 * sender to the same number; `key`: a value that the client gives with the message.
 */
export const CEILING_SUBJECTS = [
  "account",
  "each_account",
  "destination",
  "recipient",
  "range",
  "originator",
  "end_user_address",
  "key",
  "duplicate",
] as const;
export type CeilingSubject = (typeof CEILING_SUBJECTS)[number];

/** Subjects of which there are few, each worth a fine count. Of the others anybody can make up as many as he likes. */
const FEW: readonly CeilingSubject[] = ["account", "each_account", "destination"];

export function hasFewKeys(per: CeilingSubject): boolean {
  return FEW.includes(per);
}

/** An amount of money: units of the currency, such as 12.5. */
export interface Amount {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/**
 * The most that may go out within a window that slides. Hard: a message that would exceed it is stopped. It counts from
 * when it first came in force; changing its amount goes on counting, changing anything else begins a new count.
 */
export interface Ceiling {
  /** The account's policies share the count of equal ceilings of one name. */
  readonly name: string;
  /** Default `account`. */
  readonly per?: CeilingSubject;
  /** `second`, `minute`, `hour`, `day`, `week`, `month` (31 days), or such as `10 minutes`. At most 31 days. */
  readonly window: string;
  /** Either the most messages … */
  readonly messages?: number;
  /** … or the most money. A message whose price is not known in this currency is stopped. */
  readonly money?: Amount;
  /** Only messages to these destinations … */
  readonly destinations?: readonly string[];
  /** … or whose number begins with one of these: `+` and digits … */
  readonly prefixes?: readonly string[];
  /** … and only of these purposes … */
  readonly purposes?: readonly Purpose[];
  /** … and only to numbers that are not verified. */
  readonly numbers?: "unproven";
  /** For `range`: how many digits at the end are free, 1 to 9. */
  readonly digits?: number;
  /** For `key`: which of the client's keys. */
  readonly key?: string;
  readonly note?: string;
}

/** Codes to one number that may stay unanswered, for detection's number limit. */
export interface UnansweredSettings {
  /** Default 5. */
  readonly perHour?: number;
  /** Default 10. */
  readonly perDay?: number;
}

/**
 * What becomes of a message whose price is not known in the currency of a limit: `closed`: it is stopped; `maximum_price`: it
 * counts as the most that one message of the account may cost.
 */
export const WHEN_PRICE_UNKNOWN = ["closed", "maximum_price"] as const;
export type WhenPriceUnknown = (typeof WHEN_PRICE_UNKNOWN)[number];

/** What an account says of limits. All that is said from it up to the root holds: those below can only tighten. */
export interface LimitSettings {
  readonly ceilings?: readonly Ceiling[];
  /** Dearer messages are stopped, and those whose price is not known in this currency. */
  readonly maximumPrice?: Amount;
  readonly unanswered?: UnansweredSettings;
  /**
   * Default `closed`. `maximum_price` speaks of the account's own limits alone, and of those in the currency of its
   * `maximumPrice`.
   */
  readonly whenPriceUnknown?: WhenPriceUnknown;
}

export const LIMIT_FIELDS: readonly (keyof LimitSettings)[] = [
  "ceilings",
  "maximumPrice",
  "unanswered",
  "whenPriceUnknown",
];
export const CEILING_FIELDS: readonly (keyof Ceiling)[] = [
  "name",
  "per",
  "window",
  "messages",
  "money",
  "destinations",
  "prefixes",
  "purposes",
  "numbers",
  "digits",
  "key",
  "note",
];

export const MOST_CEILINGS: number = 50;
export const LIMIT_RANGES = {
  messages: { least: 0, most: 1_000_000_000, whole: true },
  amount: { least: 0, most: 1_000_000_000, whole: false },
  digits: { least: 1, most: 9, whole: true },
  perHour: { least: 1, most: 1000, whole: true },
  perDay: { least: 1, most: 1000, whole: true },
} as const;
export const CEILING_NAME: RegExp = /^[a-z0-9][a-z0-9_-]{0,39}$/;
export const KEY_NAME: RegExp = /^[a-z0-9][a-z0-9_-]{0,31}$/;
export const CURRENCY: RegExp = /^[A-Z]{3}$/;

const UNIT_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 31 * 86_400_000,
};
export const LONGEST_WINDOW_MS: number = 31 * 86_400_000;
const WINDOW = /^(?:([1-9]\d{0,4}) )?(second|minute|hour|day|week|month)(s?)$/;

/** Its length in milliseconds; undefined: it is no window, or longer than {@link LONGEST_WINDOW_MS}. */
export function windowMs(window: string): number | undefined {
  const [, count, unit = "", plural] = WINDOW.exec(window) ?? [];
  const length = UNIT_MS[unit];
  if (length === undefined || (count === undefined && plural === "s")) return undefined;
  const total = Number(count ?? 1) * length;
  return total <= LONGEST_WINDOW_MS ? total : undefined;
}

export function microsOf({ amount }: Amount): number {
  return Math.round(amount * 1_000_000);
}

/** Default: people who do not get their code ask two or three times. */
export const DEFAULT_UNANSWERED: Required<UnansweredSettings> = { perHour: 5, perDay: 10 };

/** What all that the accounts say comes to: the least of each. Undefined: none says anything. */
export function effectiveUnanswered(
  levels: readonly { readonly limits?: LimitSettings }[],
): Required<UnansweredSettings> | undefined {
  if (levels.every(({ limits }) => limits?.unanswered === undefined)) return undefined;
  const least = (field: keyof UnansweredSettings): number => {
    const said = levels.flatMap(({ limits }) => limits?.unanswered?.[field] ?? []);
    return said.length === 0 ? DEFAULT_UNANSWERED[field] : Math.min(...said);
  };
  return { perHour: least("perHour"), perDay: least("perDay") };
}
