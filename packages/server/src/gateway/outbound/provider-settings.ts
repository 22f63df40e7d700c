import type { ZodError, z } from "zod";
import type { Problem } from "../../api/service-error.ts";
import { problemsOf } from "../../api/validation-words.ts";
import { cmSecretsSchema, cmSettingsSchema } from "./cm/cm-settings.ts";
import type { ConnectorKind } from "./connector.ts";
import { httpSecretsSchema, httpSettingsSchema, missingSecrets } from "./http/http-settings.ts";
import { sandboxSecretsSchema, sandboxSettingsSchema } from "./sandbox/sandbox-settings.ts";
import { twilioSecretsSchema, twilioSettingsSchema } from "./twilio/twilio-settings.ts";

/** The zod schemas of each kind of provider: one source for API and command line. */
export const PROVIDER_SCHEMAS = {
  sandbox: { settings: sandboxSettingsSchema, secrets: sandboxSecretsSchema },
  twilio: { settings: twilioSettingsSchema, secrets: twilioSecretsSchema },
  cm: { settings: cmSettingsSchema, secrets: cmSecretsSchema },
  http: { settings: httpSettingsSchema, secrets: httpSecretsSchema },
} as const;

export type ParsedProvider<K extends ConnectorKind> =
  | {
      readonly ok: true;
      readonly settings: z.output<(typeof PROVIDER_SCHEMAS)[K]["settings"]>;
      readonly secrets: z.output<(typeof PROVIDER_SCHEMAS)[K]["secrets"]>;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks settings and secrets together; fields of problems begin with `settings.` or `secrets.`. */
export function parseProviderSettings<K extends ConnectorKind>(
  kind: K,
  settings: unknown,
  secrets: unknown,
): ParsedProvider<K> {
  const schema = PROVIDER_SCHEMAS[kind];
  const readSettings = schema.settings.safeParse(settings);
  const readSecrets = schema.secrets.safeParse(secrets);
  const problems = [...below("settings", readSettings.error), ...below("secrets", readSecrets.error)];
  if (kind === "http" && readSettings.success && readSecrets.success)
    for (const name of missingSecrets(
      readSettings.data as z.output<typeof httpSettingsSchema>,
      readSecrets.data as z.output<typeof httpSecretsSchema>,
    ))
      problems.push({ field: `secrets.${name}`, message: "is missing; the settings use it" });
  if (problems.length > 0 || !readSettings.success || !readSecrets.success) return { ok: false, problems };
  return { ok: true, settings: readSettings.data, secrets: readSecrets.data } as ParsedProvider<K>;
}

function below(root: string, error: ZodError | undefined): Problem[] {
  return problemsOf(error?.issues ?? []).map(({ field, message }) => ({
    field: field === "" ? root : `${root}.${field}`,
    message,
  }));
}
