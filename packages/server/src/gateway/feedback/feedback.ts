import type { EpochMilliseconds } from "@safeguard/core";
import type { KeyPrincipal } from "../../accounts/principal.ts";
import type { MessageView } from "../../store/store.ts";
import type { DeliveryReport } from "./delivery-report.ts";

/** What comes back after a message went out: one way in for all dialects and providers. */
export interface Feedback {
  /**
   * Records a delivery report and queues the notices to the customer. Monotone: a duplicate, or a report that is behind
   * what is known, is recorded as evidence and changes nothing. Resolves when durable.
   */
  delivered(message: MessageView, report: DeliveryReport): Promise<void>;
  /** The client says whether the verification was completed; `confirmed` is the outcome `verified`, once. Resolves when durable. */
  verified(
    principal: KeyPrincipal,
    message: MessageView,
    outcome: "confirmed" | "unconfirmed",
    occurredAt: EpochMilliseconds,
    at: EpochMilliseconds,
  ): Promise<void>;
}
