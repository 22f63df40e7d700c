import type { EpochMilliseconds } from "@safeguard/core";
import { joinReport, MESSAGE_DECISIONS, type MessageProgress, messageStatus } from "../../store/message-progress.ts";
import type { MessageStatus, MessageView } from "../../store/store.ts";
import { DELIVERY_STATUSES, type DeliveryReport, type DeliveryStatus } from "./delivery-report.ts";

/** The status that a message has once the report is recorded: the same whatever came first, and however often. */
export function statusAfter(
  message: Pick<MessageView, "status" | "reportedAt">,
  report: DeliveryReport,
): MessageStatus {
  const { status } = message;
  const known: MessageProgress["report"] = isDeliveryStatus(status)
    ? { status, occurredAt: message.reportedAt ?? NEVER, code: undefined, text: undefined }
    : undefined;
  const decision = MESSAGE_DECISIONS.find((decided) => decided === status) ?? "allowed";
  return messageStatus(joinReport({ decision, submission: undefined, report: known, reportedAt: undefined }, report));
}

const NEVER = 0 as EpochMilliseconds;

export function isDeliveryStatus(status: MessageStatus): status is DeliveryStatus & MessageStatus {
  return (DELIVERY_STATUSES as readonly string[]).includes(status);
}
