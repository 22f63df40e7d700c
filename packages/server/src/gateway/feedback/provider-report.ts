import type { DeliveryStatus } from "./delivery-report.ts";

/** A delivery report as a provider wrote it, read. */
export interface ProviderReport {
  /** How it names the message: by our id, or by its own. */
  readonly message: { readonly id: string } | { readonly providerId: string };
  readonly status: DeliveryStatus;
  /** Epoch milliseconds, by the provider's word. */
  readonly occurredAt: number | undefined;
  readonly code: string | undefined;
  readonly text: string | undefined;
  readonly operator?: string;
}

/** Undefined where it was not understood. An empty list: understood, and says nothing new. */
export type ProviderReports = readonly ProviderReport[] | undefined;
