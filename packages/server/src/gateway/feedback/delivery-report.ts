import type { EpochMilliseconds } from "@safeguard/core";
import type { MessageId } from "../message-id.ts";

/** `sent`: handed to the network; `delivered`, `undelivered`, `failed` are final; `read` follows `delivered`. */
export const DELIVERY_STATUSES = ["sent", "delivered", "undelivered", "failed", "read"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What became of a message, as a provider (or we, for a blocked one) says. */
export interface DeliveryReport {
  readonly message: MessageId;
  readonly status: DeliveryStatus;
  /** When it happened, by the provider's word; else when we heard of it. */
  readonly occurredAt: EpochMilliseconds;
  /** The provider's error code and text, where it failed. */
  readonly code: string | undefined;
  readonly text: string | undefined;
}
