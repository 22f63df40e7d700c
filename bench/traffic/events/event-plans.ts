import { DAY, HOUR, MINUTE } from "../world/rhythm.ts";
import { blast } from "./blast.ts";
import { countryLaunch, marketMove } from "./country-launch.ts";
import { disturbance } from "./disturbance.ts";
import type { EventPlan } from "./event-plan.ts";
import { flashCrowd } from "./flash-crowd.ts";
import { newOperatorBlock, operatorPartnership, rollOut } from "./number-cluster.ts";
import { qualityTesters } from "./quality-testers.ts";

/** Hard, legitimate events by the name that labels their rows. */
export const EVENT_PLANS = {
  flash_crowd: flashCrowd(20, 1, "one_market"),
  long_flash_crowd: flashCrowd(8, 2, "one_market"),
  global_flash_crowd: flashCrowd(5, 2, "everywhere"),
  roll_out: rollOut,
  new_operator_block: newOperatorBlock,
  operator_partnership: operatorPartnership,
  country_launch: countryLaunch,
  market_move: marketMove,
  quality_testers: qualityTesters,
  blast: blast(true),
  unmarked_blast: blast(false),
  /** Codes arrive late and fewer complete: an outage at the provider. */
  outage: disturbance("everywhere", 20 * MINUTE, { conversion: 0.4, delay: [90_000, 150_000] }),
  /** Another route with another latency; people hardly mind. */
  provider_failover: disturbance("everywhere", 3 * HOUR, { conversion: 0.97, delay: [8_000, 20_000] }),
  /** One operator delivers nothing in time; numbers ported to it suffer, numbers ported away do not. */
  operator_outage: disturbance("one_operator", 3 * HOUR, { conversion: 0.08, delay: [300_000, 1_800_000] }),
  slow_conversions: disturbance("one_market", DAY / 2, { slow: true }),
  failing_reports: disturbance("one_market", 6 * HOUR, { reports: "failing" }),
  faked_reports: disturbance("one_market", DAY, { reports: "faked", conversion: 0.92 }),
} as const satisfies Readonly<Record<string, EventPlan>>;

export type EventName = keyof typeof EVENT_PLANS;
export const EVENT_NAMES: readonly EventName[] = Object.keys(EVENT_PLANS) as EventName[];

/** What happens in each measured week of a hard world, and how often. */
export const HARD_WEEK: Readonly<Partial<Record<EventName, number>>> = {
  flash_crowd: 1,
  long_flash_crowd: 1,
  global_flash_crowd: 1,
  roll_out: 6,
  new_operator_block: 2,
  operator_partnership: 2,
  country_launch: 1,
  market_move: 1,
  quality_testers: 2,
  blast: 1,
  outage: 1,
  provider_failover: 1,
  operator_outage: 1,
  slow_conversions: 1,
  failing_reports: 1,
  faked_reports: 1,
};
