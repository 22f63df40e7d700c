import type { EpochMilliseconds, ReasonCode } from "@safeguard/core";
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
  /** The network that the recipient is on, as the provider writes it (CM.com: MCC and MNC, such as `20404`). */
  readonly operator?: string;
  /** Our own reason code, where we stopped it: what `code` says in the client's dialect. */
  readonly reason?: ReasonCode;
}
