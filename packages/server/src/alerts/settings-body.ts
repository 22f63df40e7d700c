import { z } from "zod";
import { callbackUrlBody } from "../accounts/account-body.ts";
import { moneyView, viewOfMoney } from "../api/money.ts";
import { ALERT_CODES } from "./alert-kinds.ts";
import type { AlertSettings } from "./alert-settings.ts";

const MOST_CHANNELS = 20;
const TIME_ZONES = new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);

const channelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "must be 1 to 32 lower-case letters, digits and hyphens")
  .describe("Its name.");
const urgentOnly = z.boolean().default(false).describe("Only what cannot wait: see the list of alerts.");
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00");

const channelBody = z.discriminatedUnion("type", [
  z.strictObject({
    id: channelId,
    type: z.literal("webhook"),
    url: callbackUrlBody.describe("Gets Standard Webhooks: `alert.raised` and `alert.resolved`."),
    urgentOnly,
  }),
  z.strictObject({
    id: channelId,
    type: z.literal("slack"),
    url: callbackUrlBody
      .exactOptional()
      .describe("Incoming webhook of Slack, Mattermost, Rocket.Chat … A secret: never shown again. Absent: as it is."),
    urgentOnly,
  }),
  z.strictObject({
    id: channelId,
    type: z.literal("email"),
    to: z.array(z.email()).min(1).max(20),
    urgentOnly,
  }),
]);

export const alertSettingsBody = z
  .strictObject({
    channels: z
      .array(channelBody)
      .max(MOST_CHANNELS)
      .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "two channels must not have the same id"),
    muted: z.array(z.enum(ALERT_CODES)).default([]).describe("Kinds that are listed, and told to nobody."),
    minimumPerHour: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,6})?$/, "must be an amount such as 25 or 0.50")
      .nullable()
      .default(null)
      .describe("Incidents that put less money at risk per hour are listed only. In the account's currency."),
    quiet: z
      .strictObject({
        from: time,
        until: time,
        timeZone: z.string().refine((zone) => TIME_ZONES.has(zone), "must be a time zone such as Europe/Amsterdam"),
      })
      .refine(({ from, until }) => from !== until, "from and until must differ")
      .nullable()
      .default(null)
      .describe("Hours of each day in which only what cannot wait is told; the rest comes when they are over."),
    repeatAfterMinutes: z
      .int()
      .min(0)
      .max(10_080)
      .default(60)
      .describe("The same kind about the same thing is not told again within this time."),
    digestAt: time.nullable().default(null).describe("When to send the daily digest, such as 08:00. null: none."),
  })
  .meta({
    id: "SetAlertSettings",
    examples: [{ channels: [{ id: "ops", type: "webhook", url: "https://example.com/alerts" }] }],
  });
export type AlertSettingsInput = z.output<typeof alertSettingsBody>;

const channelView = z.object({
  id: z.string(),
  type: z.enum(["webhook", "slack", "email"]),
  url: z.string().nullable().describe("Of a webhook. A chat's URL is a secret, and not shown."),
  to: z.array(z.string()).describe("Of mail."),
  urgentOnly: z.boolean(),
  pausedSince: z
    .string()
    .nullable()
    .describe("It took nothing for days, and is not told anything until it is resumed."),
});

export const alertSettingsView = z
  .object({
    account: z.string(),
    channels: z.array(channelView),
    muted: z.array(z.enum(ALERT_CODES)),
    minimumPerHour: moneyView.nullable(),
    quiet: z.object({ from: z.string(), until: z.string(), timeZone: z.string() }).nullable(),
    repeatAfterMinutes: z.int(),
    digestAt: z.string().nullable(),
    mail: z.boolean().describe("Can this server send mail?"),
  })
  .meta({ id: "AlertSettings" });
export type AlertSettingsView = z.infer<typeof alertSettingsView>;

export const savedAlertSettingsView = alertSettingsView
  .extend({
    secrets: z
      .record(z.string(), z.string())
      .describe("Signing secrets of the webhooks that are new, by channel. Shown once."),
  })
  .meta({ id: "SavedAlertSettings" });

/** Settings as the API shows them: no secrets. `pausedSince` says so of a channel. */
export function viewOfAlertSettings(
  settings: AlertSettings,
  more: {
    readonly currency: string;
    readonly mail: boolean;
    readonly pausedSince: (channel: string) => number | undefined;
  },
): AlertSettingsView {
  const { minimumPerHourMicros: micros, quiet } = settings;
  return {
    account: settings.account,
    channels: settings.channels.map((channel) => {
      const since = more.pausedSince(channel.id);
      return {
        id: channel.id,
        type: channel.type,
        url: channel.type === "webhook" ? channel.url : null,
        to: channel.type === "email" ? [...channel.to] : [],
        urgentOnly: channel.urgentOnly,
        pausedSince: since === undefined ? null : new Date(since).toISOString(),
      };
    }),
    muted: [...settings.muted],
    minimumPerHour: micros === undefined ? null : viewOfMoney({ micros, currency: more.currency }),
    quiet: quiet === undefined ? null : { ...quiet },
    repeatAfterMinutes: settings.repeatAfterMinutes,
    digestAt: settings.digestAt ?? null,
    mail: more.mail,
  };
}
