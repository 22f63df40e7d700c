import type { DetectionAlert } from "./incident-types.ts";
import type { Money } from "./types.ts";

export type AlertCode = DetectionAlert["code"];

/** Where alerts go, as it is set. A channel that keeps its id keeps its secret. */
export type SetAlertChannel = {
  /** 1 to 32 lower-case letters, digits and hyphens. */
  readonly id: string;
  /** Only what cannot wait. */
  readonly urgentOnly?: boolean;
} & (
  | { readonly type: "webhook"; readonly url: string }
  /** Of any chat that takes Slack's JSON. Absent: as it is. */
  | { readonly type: "slack"; readonly url?: string }
  | { readonly type: "email"; readonly to: readonly string[] }
);

/** Hours of each day in which only what cannot wait is told: `22:00` until `07:00`. */
export interface QuietTime {
  readonly from: string;
  readonly until: string;
  /** Such as `Europe/Amsterdam`. */
  readonly timeZone: string;
}

/** Replaces all of an account's alert settings. */
export interface SetAlertSettings {
  readonly channels: readonly SetAlertChannel[];
  readonly muted?: readonly AlertCode[];
  /** Incidents that put less money at risk are listed only: such as `25`, in the account's currency. */
  readonly minimumPerHour?: string | null;
  readonly quiet?: QuietTime | null;
  readonly repeatAfterMinutes?: number;
  /** `08:00`. Null: no daily digest. */
  readonly digestAt?: string | null;
}

export interface AlertSettings {
  readonly account: string;
  readonly channels: readonly {
    readonly id: string;
    readonly type: "webhook" | "slack" | "email";
    /** Of a webhook. A chat's URL is a secret, and not shown. */
    readonly url: string | null;
    readonly to: readonly string[];
    readonly urgentOnly: boolean;
    readonly pausedSince: string | null;
  }[];
  readonly muted: readonly AlertCode[];
  readonly minimumPerHour: Money | null;
  readonly quiet: QuietTime | null;
  readonly repeatAfterMinutes: number;
  readonly digestAt: string | null;
  /** Can this server send mail? */
  readonly mail: boolean;
}

export interface SavedAlertSettings extends AlertSettings {
  /** Signing secrets of webhooks that are new, by channel. Shown once. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A server of the account's that webhooks go to. */
export interface WebhookReceiver {
  /** Its origin, or `alert:` and the channel. */
  readonly receiver: string;
  /** It took nothing for days: nothing more is sent until it is resumed. */
  readonly pausedSince: string | null;
}

export interface WebhookDelivery {
  /** `webhook-id` of the request; of a replay that of the first telling. */
  readonly id: string;
  /** Of this telling: to replay it. */
  readonly delivery: string;
  /** Such as `message.delivered` or `alert.raised`. */
  readonly type: string;
  readonly message: string | null;
  readonly receiver: string;
  /** `failed`: given up. */
  readonly state: "waiting" | "taken" | "failed";
  readonly attempts: number;
  readonly queuedAt: string;
  readonly updatedAt: string;
  readonly nextAttemptAt: string | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  /** Oldest first. */
  readonly tries: readonly { readonly at: string; readonly status: number | null; readonly error: string | null }[];
}
