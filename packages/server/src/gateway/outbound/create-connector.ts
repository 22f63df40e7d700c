import type { Problem } from "../../api/service-error.ts";
import type { Seal } from "../../store/seal.ts";
import { createCmConnector } from "./cm/cm-connector.ts";
import type { Connector } from "./connector.ts";
import { createHttpConnector } from "./http/http-connector.ts";
import type { HttpExchange } from "./http-exchange.ts";
import type { Provider } from "./provider.ts";
import { openProviderSecrets } from "./provider-secrets.ts";
import { parseProviderSettings } from "./provider-settings.ts";
import { createSandboxConnector } from "./sandbox/sandbox-connector.ts";
import type { SandboxNetwork } from "./sandbox/sandbox-network.ts";
import { createTwilioConnector } from "./twilio/twilio-connector.ts";

/** What connectors share. */
export interface ConnectorParts {
  readonly seal: Seal;
  /** For addresses that the operator chose. */
  readonly exchange: HttpExchange;
  /** The same behind an address guard, for providers with `publicAddressesOnly`. */
  readonly guardedExchange: HttpExchange;
  readonly sandbox: SandboxNetwork;
}

/** A provider whose settings or secrets do not fit its kind. */
export class ProviderInvalid extends Error {
  override readonly name = "ProviderInvalid";
  readonly code = "provider_invalid";
  readonly problems: readonly Problem[];

  constructor(provider: string, problems: readonly Problem[]) {
    const listed = problems.map(({ field, message }) => `${field} ${message}`).join("; ");
    super(`Provider ${provider} cannot be used: ${listed}`);
    this.problems = problems;
  }
}

/** Throws ProviderInvalid, or SealBroken where its secrets were sealed under another master key. */
export function createConnector(provider: Provider, parts: ConnectorParts): Connector {
  const connector = connectorOf(provider, parts);
  const { messagesPerSecond, idempotent } = provider.settings;
  return {
    ...connector,
    ...(typeof messagesPerSecond === "number" && { messagesPerSecond }),
    ...(idempotent === true && { isIdempotent: true as const }),
  };
}

function connectorOf(provider: Provider, parts: ConnectorParts): Connector {
  const { id } = provider;
  const given = openProviderSecrets(parts.seal, provider);
  const pick = (settings: { readonly publicAddressesOnly: boolean }) =>
    settings.publicAddressesOnly ? parts.guardedExchange : parts.exchange;
  switch (provider.kind) {
    case "sandbox":
      return createSandboxConnector(id, parts.sandbox);
    case "twilio": {
      const { settings, secrets } = checked(id, parseProviderSettings("twilio", provider.settings, given));
      return createTwilioConnector(id, settings, secrets, pick(settings));
    }
    case "cm": {
      const { settings, secrets } = checked(id, parseProviderSettings("cm", provider.settings, given));
      return createCmConnector(id, settings, secrets, pick(settings));
    }
    case "http": {
      const { settings, secrets } = checked(id, parseProviderSettings("http", provider.settings, given));
      return createHttpConnector(id, settings, secrets, pick(settings));
    }
  }
}

function checked<P extends { readonly ok: true }>(
  provider: string,
  parsed: P | { readonly ok: false; readonly problems: readonly Problem[] },
): P {
  if (!parsed.ok) throw new ProviderInvalid(provider, parsed.problems);
  return parsed;
}
