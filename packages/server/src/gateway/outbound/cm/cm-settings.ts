import { z } from "zod";
import { baseUrlSchema, HTTP_SETTINGS } from "../base-url.ts";

export const cmSettingsSchema = z.strictObject({
  baseUrl: baseUrlSchema.default("https://gw.messaging.cm.com"),
  /** Sender for messages that name none: up to 11 letters and digits, or a number. */
  from: z.string().min(1).max(16).optional(),
  ...HTTP_SETTINGS,
});

export const cmSecretsSchema = z.strictObject({
  /** The product token of the CM.com gateway (a GUID with hyphens). */
  productToken: z.string().min(1).max(256),
});

export type CmSettings = z.output<typeof cmSettingsSchema>;
export type CmSecrets = z.output<typeof cmSecretsSchema>;
