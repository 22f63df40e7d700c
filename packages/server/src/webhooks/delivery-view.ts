import { z } from "zod";
import { receiverOf } from "../gateway/feedback/receiver.ts";
import { DELIVERY_STATES, type Delivery } from "../store/store.ts";

export const deliveryView = z
  .object({
    id: z.string().describe("`webhook-id` of the request; of a replay that of the first telling."),
    delivery: z.string().describe("Of this telling: to replay it."),
    type: z.string().describe("Such as `message.delivered` or `alert.raised`."),
    message: z.string().nullable(),
    receiver: z.string().describe("The server's origin, or `alert:` and the channel."),
    state: z.enum(DELIVERY_STATES).describe("`failed`: given up."),
    attempts: z.int(),
    queuedAt: z.string(),
    updatedAt: z.string(),
    nextAttemptAt: z.string().nullable(),
    lastStatus: z.int().nullable().describe("HTTP status of the last answer."),
    lastError: z.string().nullable().describe("Why the last try did not count, as a short code."),
    tries: z
      .array(z.object({ at: z.string(), status: z.int().nullable(), error: z.string().nullable() }))
      .describe("Each try, oldest first: its HTTP status, and why it did not count."),
  })
  .meta({ id: "WebhookDelivery" });
export type DeliveryView = z.infer<typeof deliveryView>;

export const receiverView = z
  .object({ receiver: z.string(), pausedSince: z.string().nullable() })
  .meta({ id: "WebhookReceiver" });

/** A delivery as the API shows it: no number, no text, no path of a URL (which may hold a secret). */
export function viewOfDelivery(delivery: Delivery): DeliveryView {
  const { id, notice, state, attempts, at, updatedAt, nextAt, status, error, tries } = delivery;
  return {
    id: notice.replayOf ?? id,
    delivery: id,
    type: notice.dialect === "alert" ? `alert.${notice.event.event}` : `message.${notice.report.status}`,
    message: notice.dialect === "alert" ? null : `msg_${notice.message}`,
    receiver: receiverOf(notice),
    state,
    attempts,
    queuedAt: new Date(at).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    nextAttemptAt: nextAt === undefined ? null : new Date(nextAt).toISOString(),
    lastStatus: status ?? null,
    lastError: error ?? null,
    tries: tries.map((one) => ({
      at: new Date(one.at).toISOString(),
      status: one.status ?? null,
      error: one.error ?? null,
    })),
  };
}
