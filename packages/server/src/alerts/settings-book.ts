import type { AccountId } from "@safeguard/core";
import type { LiveView } from "../changes.ts";
import { type AlertSettings, defaultAlertSettings } from "./alert-settings.ts";

/** What every account chose about its alerts, as of the last durable record. */
export interface AlertSettingsBook extends LiveView {
  of(account: AccountId): AlertSettings;
}

export function createAlertSettingsBook(): AlertSettingsBook {
  const chosen = new Map<AccountId, AlertSettings>();
  return {
    apply(record) {
      if (record.type === "alert_settings_saved") chosen.set(record.settings.account, record.settings);
    },
    of: (account) => chosen.get(account) ?? defaultAlertSettings(account),
  };
}
