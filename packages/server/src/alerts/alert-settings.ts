import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { AlertCode } from "./alert-facts.ts";

/** A signing secret that is being replaced: what is sent is signed with it as well, until then. */
export interface PreviousSecret {
  readonly sealed: string;
  readonly until: EpochMilliseconds;
}

/** Where alerts go. URLs of chats and signing secrets are credentials, and sealed. */
export type AlertChannel = {
  /** Chosen by the account: lower-case letters, digits and hyphens. */
  readonly id: string;
  /** Takes what cannot wait, and nothing else. */
  readonly urgentOnly: boolean;
} & (
  | {
      readonly type: "webhook";
      readonly url: string;
      readonly secretSealed: string;
      readonly previousSecret?: PreviousSecret;
    }
  /** An incoming webhook that takes Slack's JSON (Slack, Mattermost, Rocket.Chat …). */
  | { readonly type: "slack"; readonly urlSealed: string }
  | { readonly type: "email"; readonly to: readonly string[] }
);

/** Hours of each day in which only what cannot wait is told. `from` after `until`: over midnight. */
export interface QuietTime {
  /** `22:00`. */
  readonly from: string;
  readonly until: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** What an account chose about its alerts. */
export interface AlertSettings {
  readonly account: AccountId;
  readonly channels: readonly AlertChannel[];
  /** Kinds that are listed, and told to nobody. */
  readonly muted: readonly AlertCode[];
  /** Incidents that put less money at risk per hour are listed only. In millionths of the account's currency. */
  readonly minimumPerHourMicros?: number;
  readonly quiet?: QuietTime;
  /** The same kind about the same thing is not told again within this time. */
  readonly repeatAfterMinutes: number;
  /** `08:00` of the quiet time's zone, else UTC. Absent: no daily digest. */
  readonly digestAt?: string;
}

/** Of an account that chose nothing. */
export function defaultAlertSettings(account: AccountId): AlertSettings {
  return { account, channels: [], muted: [], repeatAfterMinutes: 60 };
}

/** The seal's purpose of a channel's secret: its signing secret, or the URL of a chat. */
export function alertChannelPurpose(account: AccountId, channel: string): string {
  return `alert-channel:${account}:${channel}`;
}
