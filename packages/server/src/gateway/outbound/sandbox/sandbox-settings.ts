import { z } from "zod";

export const sandboxSettingsSchema = z.strictObject({});
export const sandboxSecretsSchema = z.strictObject({});
