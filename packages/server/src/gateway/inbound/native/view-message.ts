import type { Verdict } from "@safeguard/core";
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
    to: message.to,
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
      ...REJECTED,
      sentence: rejectionSentence(outgoing.to, result.rejection.code),
    };
  }
  const { recipient, verdict, segments } = result;
  const submitted = result.type === "submitted" ? result : undefined;
  const providerId = submitted?.outcome.type === "accepted" ? submitted.outcome.providerId : undefined;
  const refusal = submitted?.outcome.type === "refused" ? submitted.outcome : undefined;
  return {
    ...base,
    status: submitted === undefined ? stoppedStatus(verdict) : SUBMITTED_STATUSES[submitted.outcome.type],
    to: recipient.e164,
    destination: onlyOne(recipient.candidates),
    candidates: recipient.candidates,
    numberType: recipient.type,
    channels: outgoing.channels.filter((channel) => !submitted?.removedChannels.includes(channel)),
    removedChannels: submitted?.removedChannels ?? [],
    purpose: purposeOf(outgoing),
    segments,
    ...(providerId === undefined ? {} : { providerId }),
    error: refusal === undefined ? null : { code: refusal.code, text: refusal.text },
    ...viewOfVerdict(verdict, explain),
    ...(verdict.action === "block" ? retryAfter({ at: outgoing.at, verdict }) : undefined),
  };
}

const SUBMITTED_STATUSES = { accepted: "submitted", refused: "refused", in_doubt: "in_doubt" } as const;

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
