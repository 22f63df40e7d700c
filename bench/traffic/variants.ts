import { type EventName, HARD_WEEK } from "./events/event-plans.ts";
import type { Region } from "./world/account-profile.ts";

/** What a world is like before a seed fills it in. */
export interface Variant {
  /** What it puts to the test, in a sentence. */
  readonly intent: string;
  readonly sessionsPerDay: number;
  /** Of history, before what is measured. */
  readonly warmUpDays: number;
  /** The region of each account; the first is the one that events happen to. */
  readonly regions: readonly Region[];
  readonly events: Readonly<Partial<Record<EventName, number>>>;
  /** Multiplies every conversion rate. */
  readonly conversion: number;
  /** Of the logarithm of a block's popularity: 1.3, heavier 2.2. */
  readonly popularitySigma: number;
  readonly slowConversions: boolean;
  /** When outcomes stop coming in: so many days after measuring began. Infinity: never. -Infinity: there never were any. */
  readonly outcomesEndAfterDays: number;
  readonly deliveryReports: boolean;
  readonly attempts: boolean;
  readonly endUsers: boolean;
}

const STANDARD: Variant = {
  intent: "20,000 sessions a day in Europe, a week of history, a hard week",
  sessionsPerDay: 20_000,
  warmUpDays: 7,
  regions: ["europe"],
  events: HARD_WEEK,
  conversion: 1,
  popularitySigma: 1.3,
  slowConversions: false,
  outcomesEndAfterDays: Number.POSITIVE_INFINITY,
  deliveryReports: true,
  attempts: true,
  endUsers: true,
};

/** Worlds by name. Each differs from `standard` only in what it says. */
export const VARIANTS = {
  standard: STANDARD,
  calm: { ...STANDARD, intent: "no hard event at all", events: {} },
  low_conversion: { ...STANDARD, intent: "three in ten fewer complete", conversion: 0.7 },
  heavy_tail: { ...STANDARD, intent: "a few number blocks hold most people", popularitySigma: 2.2 },
  cold_start: { ...STANDARD, intent: "measured from the first message, without history", warmUpDays: 0 },
  small: { ...STANDARD, intent: "1,000 sessions a day", sessionsPerDay: 1_000 },
  large: { ...STANDARD, intent: "100,000 sessions a day", sessionsPerDay: 100_000 },
  no_outcomes: {
    ...STANDARD,
    intent: "the account never reports delivery or completion",
    outcomesEndAfterDays: Number.NEGATIVE_INFINITY,
  },
  outcomes_die: {
    ...STANDARD,
    intent: "delivery and completion stop coming in at half past two in the afternoon of the third day",
    outcomesEndAfterDays: 2 + 14.5 / 24,
  },
  no_delivery_reports: { ...STANDARD, intent: "completions, but no delivery reports", deliveryReports: false },
  no_attempts: { ...STANDARD, intent: "never tells how many codes were entered", attempts: false },
  no_end_users: { ...STANDARD, intent: "neither address nor device of the end user", endUsers: false },
  slow_conversions: { ...STANDARD, intent: "everybody completes by a link, in minutes", slowConversions: true },
  unmarked_blasts: {
    ...STANDARD,
    intent: "campaigns that are not marked as marketing: they look like codes that nobody enters",
    events: { ...HARD_WEEK, blast: 0, unmarked_blast: 2 },
  },
  several_accounts: {
    ...STANDARD,
    intent: "four accounts on four continents in one stream",
    sessionsPerDay: 8_000,
    regions: ["europe", "americas", "asia", "africa"],
  },
} as const satisfies Readonly<Record<string, Variant>>;

export type VariantName = keyof typeof VARIANTS;
export const VARIANT_NAMES: readonly VariantName[] = Object.keys(VARIANTS) as VariantName[];
