import type { EpochMilliseconds } from "@safeguard/core";
import type { AlertNotice } from "../store/journal-record.ts";
import type { AlertEvent } from "./alert-facts.ts";
import { ALERT_KINDS } from "./alert-kinds.ts";
import type { AlertSettings } from "./alert-settings.ts";
import { quietUntil } from "./quiet-time.ts";

/** An alert for a channel; `dueAt`: not before. */
export interface PlannedNotice {
  readonly notice: AlertNotice;
  readonly dueAt?: EpochMilliseconds;
}

/** Whom an alert is told to, and when: by what the account chose and by how urgent the kind is. Empty: nobody. */
export function alertNotices(settings: AlertSettings, event: AlertEvent): readonly PlannedNotice[] {
  const { code } = event.facts;
  const { urgency, tellsEnd } = ALERT_KINDS[code];
  if (settings.muted.includes(code)) return [];
  if (event.event === "resolved" && !tellsEnd) return [];
  if (isBelowThreshold(settings, event)) return [];
  const quietEnd = urgency === "now" || settings.quiet === undefined ? undefined : quietUntil(settings.quiet, event.at);
  return settings.channels
    .filter(({ urgentOnly }) => !urgentOnly || urgency === "now")
    .map(({ id }) => ({
      notice: { dialect: "alert", account: settings.account, channel: id, event },
      ...(quietEnd === undefined ? {} : { dueAt: quietEnd }),
    }));
}

/** Where no price is known, nobody can say that it is little. */
function isBelowThreshold({ minimumPerHourMicros }: AlertSettings, { facts }: AlertEvent): boolean {
  if (minimumPerHourMicros === undefined || facts.code !== "incident_opened") return false;
  return facts.atRiskPerHour !== undefined && facts.atRiskPerHour.micros < minimumPerHourMicros;
}
