import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { AlertDue } from "../incidents/alerts-due.ts";
import type { Money } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import type { AlertSettings } from "./alert-settings.ts";
import { minuteOfDay, minuteThere } from "./quiet-time.ts";

const DAY_MS = 86_400_000;
const ONGOING = ["open", "acknowledged", "contained"] as const;
const MOST = 1000;

/** The day whose digest is due now (`2026-11-22`, UTC: the day before); undefined: not yet today, or none is wanted. */
export function digestDayDue({ digestAt, quiet }: AlertSettings, at: EpochMilliseconds): string | undefined {
  if (digestAt === undefined) return undefined;
  if (minuteThere(at, quiet?.timeZone ?? "UTC") < minuteOfDay(digestAt)) return undefined;
  return new Date(at - DAY_MS).toISOString().slice(0, 10);
}

/** A day of an account in numbers. */
export async function dailyDigest(
  store: Pick<Store, "usage" | "incidents" | "alerts">,
  account: AccountId,
  day: string,
): Promise<AlertDue> {
  const [days, incidents, alerts] = await Promise.all([
    store.usage.days([account], day, day),
    store.incidents.list(account, ONGOING, MOST),
    store.alerts.list(account, { openOnly: true }, MOST),
  ]);
  let [decided, blocked, billable] = [0, 0, 0];
  const spent = new Map<string, number>();
  for (const one of days) {
    decided += one.decided;
    blocked += one.blocked;
    billable += one.billable;
    for (const { micros, currency } of one.spend) spent.set(currency, (spent.get(currency) ?? 0) + micros);
  }
  const spend = [...spent].map(([currency, micros]): Money => ({ micros, currency }));
  const counts = { decided, blocked, billable };
  return {
    code: "daily_digest",
    sentence: `${day}: ${decided} decided, ${blocked} blocked, ${billable} billable; ${incidents.items.length} incidents are open.`,
    facts: {
      code: "daily_digest",
      day,
      ...counts,
      spend,
      openIncidents: incidents.items.length,
      openAlerts: alerts.items.length,
    },
  };
}
