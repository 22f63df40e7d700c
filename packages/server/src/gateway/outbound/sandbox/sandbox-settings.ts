import { z } from "zod";
import { messagesPerSecond } from "../base-url.ts";

export const sandboxSettingsSchema = z.strictObject({ messagesPerSecond: messagesPerSecond.optional() });
export const sandboxSecretsSchema = z.strictObject({});
