import { type EpochMilliseconds, shownNumber, type Verdict } from "@safeguard/core";
import { viewOfMoney } from "../../../api/money.ts";
import {
  type Explain,
  isoOf,
  publicId,
  REJECTED,
  rejectionSentence,
  retryAfter,
  viewOfVerdict,
} from "../../../decisions/view-decision.ts";
import type { MessageView } from "../../../store/store.ts";
import { purposeOf } from "../../decide-channels.ts";
import type { OutgoingMessage } from "../../outgoing-message.ts";
import type { ScreeningResult } from "../../screening-port.ts";
import type { MessageJson } from "./message-body.ts";

/** A kept message as the API shows it. */
export function viewOfMessage(message: MessageView, explain: Explain): MessageJson {
  const { errorCode, errorText, price, provider, providerId } = message;
  return {
    id: publicId("msg_", message.id),
    at: isoOf(message.at),
    updatedAt: isoOf(message.updatedAt),
    status: message.status,
    to: shownNumber(message.to),
    destination: onlyOne(message.candidates),
    candidates: message.candidates,
    numberType: message.numberType,
    from: message.originator,
    channels: message.channels,
    removedChannels: message.removedChannels,
    purpose: message.purpose,
    reference: message.reference ?? null,
    segments: message.segments,
    ...(price === undefined ? {} : { price: viewOfMoney(price) }),
    ...(provider === undefined ? {} : { provider }),
    ...(providerId === undefined ? {} : { providerId }),
    error: errorCode === undefined ? null : { code: errorCode, text: errorText ?? "" },
    waiting: message.waiting === undefined ? null : viewOfWaiting(message.waiting),
    ...viewOfVerdict(message.verdict, explain),
  };
}

/** What became of a message just now. */
export function viewOfResult(outgoing: OutgoingMessage, result: ScreeningResult, explain: Explain): MessageJson {
  const base = {
    id: publicId("msg_", result.id),
    at: isoOf(outgoing.at),
    from: outgoing.originator,
    reference: outgoing.reference ?? null,
  };
  if (result.type === "rejected") {
    return {
      ...base,
      status: "rejected",
      to: outgoing.to.slice(0, 64),
      destination: null,
      candidates: [],
      numberType: null,
      channels: [],
      removedChannels: [],
      purpose: null,
      segments: 0,
      error: null,
      waiting: null,
      ...REJECTED,
      sentence: rejectionSentence(outgoing.to, result.rejection.code),
    };
  }
  if (result.type === "repeated") return viewOfMessage(result.message, explain);
  const { recipient, verdict, segments } = result;
  const submitted = result.type === "submitted" ? result : undefined;
  const removed = result.type === "stopped" ? [] : result.removedChannels;
  const providerId = submitted?.outcome.type === "accepted" ? submitted.outcome.providerId : undefined;
  const refusal = submitted?.outcome.type === "refused" ? submitted.outcome : undefined;
  return {
    ...base,
    status: statusOf(result),
    to: recipient.e164,
    destination: onlyOne(recipient.candidates),
    candidates: recipient.candidates,
    numberType: recipient.type,
    channels: outgoing.channels.filter((channel) => !removed.includes(channel)),
    removedChannels: removed,
    purpose: purposeOf(outgoing),
    segments,
    ...(providerId === undefined ? {} : { providerId }),
    error: refusal === undefined ? null : { code: refusal.code, text: refusal.text },
    waiting: result.type === "waits" ? viewOfWaiting({ ...result, dueAt: undefined }) : null,
    ...viewOfVerdict(verdict, explain),
    ...(verdict.action === "block" ? retryAfter({ at: outgoing.at, verdict }) : undefined),
  };
}

const SUBMITTED_STATUSES = { accepted: "submitted", refused: "refused", in_doubt: "in_doubt" } as const;

function statusOf(result: Exclude<ScreeningResult, { readonly type: "rejected" | "repeated" }>): MessageJson["status"] {
  switch (result.type) {
    case "stopped":
      return stoppedStatus(result.verdict);
    case "waits":
      return result.state;
    case "submitted":
      return SUBMITTED_STATUSES[result.outcome.type];
  }
}

function viewOfWaiting({
  dueAt,
  sendAt,
  expiresAt,
}: {
  readonly dueAt: EpochMilliseconds | undefined;
  readonly sendAt: EpochMilliseconds | undefined;
  readonly expiresAt: EpochMilliseconds;
}): NonNullable<MessageJson["waiting"]> {
  return {
    dueAt: dueAt === undefined ? null : isoOf(dueAt),
    sendAt: sendAt === undefined ? null : isoOf(sendAt),
    expiresAt: isoOf(expiresAt),
  };
}

function stoppedStatus({ action }: Verdict): MessageJson["status"] {
  switch (action) {
    case "hold":
      return "held";
    case "challenge":
      return "challenged";
    case "block":
    case "allow":
      return "blocked";
  }
}

function onlyOne(candidates: readonly string[]): string | null {
  const [first] = candidates;
  return candidates.length === 1 && first !== undefined ? first : null;
}
