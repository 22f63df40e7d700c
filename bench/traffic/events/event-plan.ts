import type { Random } from "../random/random.ts";
import type { AccountProfile } from "../world/account-profile.ts";
import type { Condition } from "../world/conditions.ts";
import { DAY, HOUR, zoneOffset } from "../world/rhythm.ts";
import type { PlannedSource } from "../world/traffic-source.ts";
import type { World } from "../world/world.ts";

/** Where a hard but legitimate event is put. */
export interface EventSetting {
  /** The label of its rows. */
  readonly event: string;
  /** Of the event alone. */
  readonly random: Random;
  /** The week (or what there is of it) in which it happens, epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly profile: AccountProfile;
  /** Tells apart events of one name. */
  readonly turn: number;
}

/** What an event adds to the world. */
export interface PlacedEvent {
  /** It changes how other traffic fares. */
  readonly conditions?: readonly Condition[];
  /** It makes traffic of its own. */
  sources?(world: World): readonly PlannedSource[];
}

export type EventPlan = (setting: EventSetting) => PlacedEvent;

/** A time in the setting's week at which `length` milliseconds still fit; in a short world in its first fifth, and cut off. */
export function startWithin(setting: EventSetting, length: number): number {
  const span = setting.until - setting.from;
  const room = Math.max(span / 5, span - length);
  return Math.floor(setting.from + room * setting.random.uniform());
}

/** A time between nine in the morning and eight in the evening, local time, on a day of the setting's week. */
export function daytimeWithin(setting: EventSetting, zone: string): number {
  const some = startWithin(setting, DAY);
  const ahead = zoneOffset(zone, some);
  const midnight = Math.floor((some + ahead) / DAY) * DAY - ahead;
  return Math.max(setting.from, Math.floor(midnight + setting.random.between(9, 20) * HOUR));
}

/** One of the account's larger markets. */
export function homeMarket(setting: EventSetting): AccountProfile["markets"][number] {
  const largest = [...setting.profile.markets].sort((a, b) => b.weight - a.weight).slice(0, 10);
  return setting.random.pick(largest);
}

/** The part of a typical account's size (20,000 sessions a day) that this one has. */
export function sizeOf(profile: AccountProfile): number {
  return profile.sessionsPerDay / 20_000;
}
