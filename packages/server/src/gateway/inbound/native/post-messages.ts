import type { Channel } from "@safeguard/core";
import type { AccountContext } from "../../../api/account-context.ts";
import type { Answer } from "../../../api/idempotency.ts";
import { ServiceError } from "../../../api/service-error.ts";
import { fromZodError } from "../../../api/to-service-error.ts";
import { chosenPolicy } from "../../../decisions/chosen-policy.ts";
import { MAX_BATCH } from "../../../decisions/decision-body.ts";
import type { Explain } from "../../../decisions/view-decision.ts";
import type { OutgoingMessage } from "../../outgoing-message.ts";
import type { Screening } from "../../screening-port.ts";
import type { InboundRoute } from "../exchange.ts";
import { type MessageRequest, messageBatchBody, messageRequestBody } from "./message-body.ts";
import { type NativeRouteParts, nativeRoute } from "./native-route.ts";
import { sendingWish } from "./sending-wish.ts";
import { viewOfResult } from "./view-message.ts";

export interface PostMessagesParts extends NativeRouteParts {
  readonly screening: Screening;
  readonly explain: Explain;
}

/** `POST /v1/messages`: decide, and send what is allowed. A stopped message is an answer (201), not an error. */
export function postMessages(parts: PostMessagesParts): InboundRoute {
  return nativeRoute(parts, {
    path: "/v1/messages",
    scope: "messages:send",
    maxBodyBytes: 4 * 1024 * 1024,
    prepare(context, body) {
      const batch = typeof body === "object" && body !== null && Object.hasOwn(body, "messages");
      const requests = batch ? readBatch(body) : [read(body)];
      const outgoing = requests.map((request, index) =>
        outgoingOf(context, request, batch ? `messages.${index}.` : ""),
      );
      return () => send(parts, outgoing, batch);
    },
  });
}

async function send(parts: PostMessagesParts, outgoing: readonly OutgoingMessage[], batch: boolean): Promise<Answer> {
  const results = await parts.screening.send(outgoing);
  const views = results.map((result, index) => {
    const message = outgoing[index];
    if (message === undefined) throw new Error("more results than messages");
    return viewOfResult(message, result, parts.explain);
  });
  return { status: 201, body: JSON.stringify(batch ? { messages: views } : views[0]) };
}

function outgoingOf(context: AccountContext, request: MessageRequest, fieldPrefix: string): OutgoingMessage {
  const { principal, account, at } = context;
  if (principal.type !== "key")
    throw new ServiceError("forbidden", "Messages are sent with a key, not as the operator.");
  if (request.riskCheck === "disable" && !principal.key.mayDisableRiskCheck) {
    const message = "this key may not disable the risk check";
    throw new ServiceError("forbidden", `Not allowed: ${message}.`, [{ field: `${fieldPrefix}riskCheck`, message }]);
  }
  const sending = sendingWish(request, at, fieldPrefix);
  const [first, ...rest] = [...new Set<Channel>(request.channels ?? ["sms"])];
  return {
    // For an account below the key's own: its message, its policy, its providers.
    principal: { ...principal, account },
    dialect: "native",
    to: request.to,
    originator: request.from,
    text: request.text,
    channels: [first ?? "sms", ...rest],
    channelsDeclared: request.channels !== undefined,
    purpose: request.purpose,
    policy: chosenPolicy(context, request.policy, request.from, fieldPrefix),
    riskCheck: request.riskCheck ?? "enable",
    reference: request.reference,
    callback: request.callbackUrl === undefined ? undefined : { dialect: "native", url: request.callbackUrl },
    endUserAddress: request.endUser?.address,
    ...(request.keys !== undefined && { keys: request.keys }),
    ...(request.endUser?.device !== undefined && { device: request.endUser.device }),
    wire: undefined,
    ...(sending !== undefined && { sending }),
    at,
  };
}

function read(body: unknown): MessageRequest {
  const result = messageRequestBody.safeParse(body);
  if (!result.success) throw fromZodError(result.error);
  return result.data;
}

function readBatch(body: object): readonly MessageRequest[] {
  const { messages } = body as { readonly messages?: unknown };
  if (Array.isArray(messages) && messages.length > MAX_BATCH) {
    throw new ServiceError("too_large", `One request may hold at most ${MAX_BATCH} messages; send it in parts.`);
  }
  const result = messageBatchBody.safeParse(body);
  if (!result.success) throw fromZodError(result.error);
  return result.data.messages;
}
