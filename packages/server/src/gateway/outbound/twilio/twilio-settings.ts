import { z } from "zod";
import { baseUrlSchema, HTTP_SETTINGS } from "../base-url.ts";

export const twilioSettingsSchema = z.strictObject({
  baseUrl: baseUrlSchema.default("https://api.twilio.com"),
  accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, "must be AC and 32 hex digits, as the Twilio console shows it"),
  /** Sender for messages that name none. */
  from: z.string().min(1).max(64).optional(),
  /** Picks the sender for messages that name none; used before `from`. */
  messagingServiceSid: z
    .string()
    .regex(/^MG[0-9a-fA-F]{32}$/, "must be MG and 32 hex digits, as the Twilio console shows it")
    .optional(),
  ...HTTP_SETTINGS,
});

export const twilioSecretsSchema = z.strictObject({
  /** The account's auth token: proves us to Twilio, and Twilio's status callbacks to us. */
  authToken: z.string().min(1).max(256),
});

export type TwilioSettings = z.output<typeof twilioSettingsSchema>;
export type TwilioSecrets = z.output<typeof twilioSecretsSchema>;
