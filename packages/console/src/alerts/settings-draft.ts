import type { AlertCode, AlertSettings, SetAlertSettings } from "@safeguard/client";

/** Every kind of alert that somebody may not want to be told of, in the order of docs/reference/alerts.md. */
export const CODES = [
  "incident_opened",
  "incident_contained",
  "ceiling_reached",
  "ceiling_near",
  "ceiling_crowded",
  "outcomes_missing",
  "lockdown",
  "bypass",
  "stepped_down",
  "connector_failing",
  "degraded",
  "policy_changed",
  "first_block",
  "webhook_paused",
] as const satisfies readonly AlertCode[];

export const CHANNEL_TYPES = ["webhook", "slack", "email"] as const;

/** A channel as the form has it: all fields, whatever the type. */
export interface ChannelDraft {
  readonly id: string;
  readonly type: (typeof CHANNEL_TYPES)[number];
  /** Of a chat that is there empty: as it is. */
  readonly url: string;
  readonly to: readonly string[];
  readonly urgentOnly: boolean;
}

/** The settings as the form has them: what is off is empty. */
export interface SettingsDraft {
  readonly channels: readonly ChannelDraft[];
  readonly muted: readonly AlertCode[];
  /** In the account's currency. */
  readonly minimumPerHour: string;
  readonly quiet: { readonly from: string; readonly until: string; readonly timeZone: string } | null;
  readonly repeatAfterMinutes: number;
  /** `08:00`. */
  readonly digestAt: string;
}

export function draftOf(settings: AlertSettings): SettingsDraft {
  const { channels, muted, minimumPerHour, quiet, repeatAfterMinutes, digestAt } = settings;
  return {
    channels: channels.map(({ id, type, url, to, urgentOnly }) => ({ id, type, url: url ?? "", to, urgentOnly })),
    muted,
    minimumPerHour: minimumPerHour?.amount ?? "",
    quiet,
    repeatAfterMinutes,
    digestAt: digestAt ?? "",
  };
}

export function settingsOf(draft: SettingsDraft): SetAlertSettings {
  const minimum = draft.minimumPerHour.trim().replace(",", ".");
  return {
    channels: draft.channels.map(channelOf),
    muted: draft.muted,
    minimumPerHour: minimum === "" ? null : minimum,
    quiet: draft.quiet,
    repeatAfterMinutes: draft.repeatAfterMinutes,
    digestAt: draft.digestAt === "" ? null : draft.digestAt,
  };
}

function channelOf({ id, type, url, to, urgentOnly }: ChannelDraft): SetAlertSettings["channels"][number] {
  if (type === "email") return { id, type, to, urgentOnly };
  if (type === "webhook") return { id, type, url, urgentOnly };
  return { id, type, urgentOnly, ...(url !== "" && { url }) };
}

/** A name for a new channel that no other has: `slack`, `slack-2` … */
export function freeName(type: ChannelDraft["type"], taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? type : `${type}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
