import { z } from "zod";
import { accountIdBody } from "../accounts/account-body.ts";
import { CONNECTOR_KINDS } from "../gateway/outbound/connector.ts";
import type { Provider } from "../gateway/outbound/provider.ts";
import { accountsRoutingTo } from "./accounts-routing-to.ts";
import type { ProviderServiceDeps } from "./provider-services.ts";

export const providerIdBody = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be 1 to 63 lower-case letters, digits and hyphens");

export const newProviderBody = z
  .strictObject({
    id: providerIdBody.describe("Its name in routes."),
    kind: z.enum(CONNECTOR_KINDS),
    account: accountIdBody.describe("Only this account and those below may route to it. Default: all.").exactOptional(),
    settings: z.record(z.string(), z.json()).default({}).describe("As the guide of this kind says. No secrets."),
    secrets: z.record(z.string(), z.string()).default({}).describe("Kept encrypted, and never shown again."),
    replace: z.boolean().default(false).describe("Give a provider that is there new settings and secrets."),
  })
  .meta({ id: "NewProvider" });
export type NewProvider = z.output<typeof newProviderBody>;

export const providerView = z
  .object({
    id: z.string(),
    kind: z.enum(CONNECTOR_KINDS),
    account: z.string().nullable().describe("Only this account and those below may route to it; null: all."),
    settings: z.record(z.string(), z.json()),
    hasSecrets: z.boolean(),
    reportUrl: z.string().nullable().describe("Where it delivers its reports; null: this server has no public URL."),
    routedBy: z.array(z.string()).describe("Accounts whose routes name it."),
    createdAt: z.string(),
  })
  .meta({ id: "Provider" });
export type ProviderView = z.infer<typeof providerView>;

export const providerCheckView = z
  .object({ ok: z.boolean(), detail: z.string().describe("What was checked, and what was not.") })
  .meta({ id: "ProviderCheck" });

export function viewOfProvider(deps: ProviderServiceDeps, provider: Provider): ProviderView {
  return {
    id: provider.id,
    kind: provider.kind,
    account: provider.account ?? null,
    settings: provider.settings as ProviderView["settings"],
    hasSecrets: provider.secretsSealed !== undefined,
    reportUrl: (provider.kind === "sandbox" ? undefined : deps.reportUrl(provider)) ?? null,
    routedBy: [...accountsRoutingTo(deps, provider.id)],
    createdAt: new Date(provider.createdAt).toISOString(),
  };
}
