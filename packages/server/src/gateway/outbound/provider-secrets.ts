import type { Seal } from "../../store/seal.ts";
import type { Provider } from "./provider.ts";

/** A provider's credentials by name, such as `authToken`. */
export type ProviderSecrets = Readonly<Record<string, string>>;

/** For `Provider.secretsSealed`. A sealed value fits its provider only. */
export function sealProviderSecrets(seal: Seal, providerId: string, secrets: ProviderSecrets): string {
  return seal.seal(JSON.stringify(secrets), purpose(providerId));
}

/** Throws SealBroken where the master key is another. */
export function openProviderSecrets(seal: Seal, provider: Pick<Provider, "id" | "secretsSealed">): ProviderSecrets {
  if (provider.secretsSealed === undefined) return {};
  return JSON.parse(seal.open(provider.secretsSealed, purpose(provider.id))) as ProviderSecrets;
}

function purpose(providerId: string): string {
  return `provider-secrets:${providerId}`;
}
