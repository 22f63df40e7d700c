import type { AccountId } from "@safeguard/core";
import { z } from "zod";
import { CONNECTOR_KINDS } from "../gateway/outbound/connector.ts";
import type { Provider } from "../gateway/outbound/provider.ts";
import { PROVIDER_SCHEMAS } from "../gateway/outbound/provider-settings.ts";
import type { ProviderServiceDeps } from "./provider-services.ts";

/** Kinds that an account can add by itself. */
const OWN_KINDS = ["twilio", "cm", "http"] as const;

export const ownProviderBody = z
  .strictObject({
    kind: z.enum(OWN_KINDS),
    settings: z.record(z.string(), z.json()).default({}).describe("As `GET /v1/provider-kinds` says. No secrets."),
    secrets: z.record(z.string(), z.string()).default({}).describe("Kept encrypted, and never shown again."),
  })
  .meta({ id: "OwnProvider" });
export type OwnProvider = z.output<typeof ownProviderBody>;

export const newOwnProviderBody = ownProviderBody
  .extend({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be 1 to 40 lower-case letters, digits and hyphens")
      .describe("Its id is this name and six characters more."),
  })
  .meta({ id: "NewOwnProvider" });

export const usableProviderView = z
  .object({
    id: z.string(),
    kind: z.enum(CONNECTOR_KINDS),
    own: z.boolean().describe("The account's own. Of others only id and kind are told."),
    settings: z.record(z.string(), z.json()).nullable(),
    hasSecrets: z.boolean().nullable(),
    reportUrl: z.string().nullable().describe("Where it delivers its reports; null: this server has no public URL."),
  })
  .meta({ id: "UsableProvider" });

export function isOwn(provider: Provider, account: AccountId): boolean {
  return provider.account === account;
}

export function viewOfUsable(
  deps: ProviderServiceDeps,
  provider: Provider,
  account: AccountId,
): z.infer<typeof usableProviderView> {
  const { id, kind } = provider;
  if (!isOwn(provider, account)) return { id, kind, own: false, settings: null, hasSecrets: null, reportUrl: null };
  return {
    id,
    kind,
    own: true,
    settings: provider.settings as Record<string, z.core.util.JSONType>,
    hasSecrets: provider.secretsSealed !== undefined,
    reportUrl: deps.reportUrl(provider) ?? null,
  };
}

export const providerKindsView = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(OWN_KINDS),
        settings: z.record(z.string(), z.json()).describe("JSON Schema."),
        secrets: z.record(z.string(), z.json()).describe("JSON Schema."),
      }),
    ),
  })
  .meta({ id: "ProviderKinds" });

/** What each kind can be told, as JSON Schema; the same schemas check it. Whether addresses must be public is not for an account to say. */
export function providerKinds(): z.infer<typeof providerKindsView> {
  const schemaOf = (schema: z.ZodType): Record<string, z.core.util.JSONType> =>
    JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })));
  return {
    items: OWN_KINDS.map((kind) => {
      const settings = schemaOf(PROVIDER_SCHEMAS[kind].settings);
      const { publicAddressesOnly: _ours, ...properties } = settings["properties"] as Record<
        string,
        z.core.util.JSONType
      >;
      return { kind, settings: { ...settings, properties }, secrets: schemaOf(PROVIDER_SCHEMAS[kind].secrets) };
    }),
  };
}
