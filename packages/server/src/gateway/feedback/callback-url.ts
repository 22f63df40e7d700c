import type { MessageId } from "../message-id.ts";
import type { ConnectorKind } from "../outbound/connector.ts";
import type { Provider } from "../outbound/provider.ts";

/**
 * Where a provider is to report the delivery of a message: the unguessable part names the provider, and where the
 * provider itself does not give our id back, the URL does. Undefined: no public URL, or nothing to report.
 */
export function callbackUrlFor(
  provider: Pick<Provider, "kind" | "reportToken">,
  message: MessageId,
  publicUrl: string | undefined,
): string | undefined {
  if (publicUrl === undefined || provider.kind === "sandbox") return undefined;
  const url = reportUrl(provider, publicUrl);
  return provider.kind === "twilio" ? `${url}/${message}` : url;
}

/** The URL to enter in the provider's own settings (CM.com) or template, where reports go to one place for all messages. */
export function reportUrl(
  provider: { readonly kind: ConnectorKind; readonly reportToken: string },
  publicUrl: string,
): string {
  return `${publicUrl.replace(/\/$/, "")}/reports/${provider.kind}/${provider.reportToken}`;
}
