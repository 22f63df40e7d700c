import type { Authenticator, KeyPrincipal } from "../../../accounts/principal.ts";
import type { Explain } from "../../../decisions/view-decision.ts";
import type { Store } from "../../../store/store.ts";
import { blockAnswer } from "../../block-answer.ts";
import type { Feedback } from "../../feedback/feedback.ts";
import type { OutgoingMessage } from "../../outgoing-message.ts";
import type { Screening, ScreeningResult } from "../../screening-port.ts";
import { CM_ERROR } from "../../wire/cm-answer.ts";
import { readFields } from "../../wire/cm-fields.ts";
import type { InboundReply, InboundRequest, InboundRoute } from "../exchange.ts";
import { type CmProblem, problemOf, problemOfVerdict } from "./cm-answers.ts";
import { authenticate } from "./cm-authentication.ts";
import { readCmMessage } from "./cm-message.ts";
import { GATEWAY_TEXT, type GatewayMessage, type GatewayReading, gatewayText } from "./gateway-message.ts";
import { readGatewayQuery } from "./gateway-query.ts";
import { readGatewayXml } from "./gateway-xml.ts";
import { MAX_MESSAGES, MAX_MSG } from "./json-request.ts";

/** 1,000 MSG of 512 bytes each. Reading XML takes up to a second for a megabyte … */
const MAX_BODY_BYTES = 512 * 1024;
/** … so a longer document than this one must show a good token before it is read. */
const MAX_UNPROVED_BYTES = 16 * 1024;

export interface GatewayRoutePorts {
  readonly authenticator: Pick<Authenticator, "byProductToken">;
  readonly screening: Screening;
  readonly messages: Pick<Store["messages"], "find">;
  readonly feedback: Pick<Feedback, "delivered">;
  readonly explain: Explain;
}

/**
 * CM.com's older interface, `gateway.ashx`: XML by POST, one message by GET (only for accounts that switched it on).
 * Answers are plain text with status 200; empty means accepted, and a request is accepted whole or not at all.
 */
export function createGatewayRoutes(ports: GatewayRoutePorts): readonly InboundRoute[] {
  const route = {
    path: "/gateway.ashx",
    maxBodyBytes: MAX_BODY_BYTES,
    tooLarge: () => errorReply("Rejected: the request is too large.", 413),
    fault: () => errorReply(GATEWAY_TEXT.unknown),
  };
  return [
    {
      ...route,
      method: "POST",
      handle: (request) => handleXml(request, ports),
    },
    {
      ...route,
      method: "GET",
      handle: (request) => handle(request, readGatewayQuery(request.query), ports),
    },
  ];
}

async function handleXml(request: InboundRequest, ports: GatewayRoutePorts): Promise<InboundReply> {
  if (request.body.length > MAX_UNPROVED_BYTES) {
    const token = PRODUCT_TOKEN.exec(request.body.toString("latin1", 0, MAX_UNPROVED_BYTES))?.[1];
    const proof = authenticate(ports.authenticator, request, token);
    if (!proof.ok) return errorReply(gatewayText(proof.problem.code, "", ""));
  }
  return handle(request, readGatewayXml(request.body), ports);
}

const PRODUCT_TOKEN = /<PRODUCTTOKEN>([^<]{1,200})</i;

async function handle(
  request: InboundRequest,
  reading: GatewayReading,
  ports: GatewayRoutePorts,
): Promise<InboundReply> {
  const proof = authenticate(ports.authenticator, request, reading.token);
  if (!proof.ok) {
    // Without a token the reason may well be that the document could not be read.
    const unread =
      request.method === "POST" && proof.failure === "credential_missing" && typeof reading.messages === "string";
    return errorReply(unread ? String(reading.messages) : gatewayText(proof.problem.code, "", ""));
  }
  const { principal } = proof;
  if (request.method === "GET" && !principal.account.answers.cm.gatewayGet) return errorReply(GATEWAY_TEXT.noAccount);
  if (typeof reading.messages === "string") return errorReply(reading.messages);

  const messages = toOutgoing(reading.messages, principal, request.at as OutgoingMessage["at"]);
  if (!Array.isArray(messages)) return errorReply(gatewayText(messages.code, messages.details, ""));
  const refusal = foreseenRefusal(messages, principal, ports);
  if (refusal !== undefined) return errorReply(refusal);
  return send(messages, ports);
}

/** All messages, or what is wrong with the first that is wrong. */
function toOutgoing(
  list: readonly GatewayMessage[],
  principal: KeyPrincipal,
  at: OutgoingMessage["at"],
): OutgoingMessage[] | CmProblem {
  if (list.length > MAX_MSG) return tooMany(MAX_MSG, "MSG nodes");
  const messages: OutgoingMessage[] = [];
  for (const { msg, recipients } of list) {
    const message = readCmMessage(msg, readFields(msg) ?? new Map(), principal, at);
    if (message === undefined) return { code: CM_ERROR.malformed, details: "The request is malformed" };
    if (!message.ok) return message.problem;
    for (const to of recipients) messages.push(message.outgoing(to));
    if (messages.length > MAX_MESSAGES) return tooMany(MAX_MESSAGES, "recipients");
  }
  return messages;
}

function tooMany(limit: number, what: string): CmProblem {
  return { code: CM_ERROR.messageList, details: `A request takes at most ${limit} ${what}` };
}

/** What would have to be refused at once, found before anything is sent: so that all-or-nothing holds. */
function foreseenRefusal(
  messages: readonly OutgoingMessage[],
  principal: KeyPrincipal,
  ports: GatewayRoutePorts,
): string | undefined {
  const decisions = ports.screening.preview?.(messages) ?? [];
  for (const [index, decision] of decisions.entries()) {
    const to = messages[index]?.to ?? "";
    if ("ok" in decision) return gatewayText(CM_ERROR.msisdn, "", to);
    if (decision.action === "allow") continue;
    if (blockAnswer("cm", decision, principal.account.answers) === "report") continue;
    const { code, details } = problemOfVerdict(decision, ports.explain);
    return gatewayText(code, details, to);
  }
  return undefined;
}

/**
 * Sends. What a provider then refuses cannot be foreseen: where all were refused the answer says so; where some went out
 * the answer must be "accepted", or the client would send those again, and the others are reported as failed.
 */
async function send(messages: readonly OutgoingMessage[], ports: GatewayRoutePorts): Promise<InboundReply> {
  const results = await ports.screening.send(messages);
  const refused: (readonly [ScreeningResult, CmProblem])[] = [];
  for (const result of results) {
    const problem = problemOf(result, ports.explain);
    if (problem !== undefined) refused.push([result, problem]);
  }
  if (refused.length === results.length && refused[0] !== undefined) {
    const { code, details } = refused[0][1];
    return errorReply(gatewayText(code, details, messages[0]?.to ?? ""));
  }
  // (whoever sends a message again has had its report)
  for (const [result, problem] of refused)
    if (result.type !== "repeated") await reportFailed(result, problem, messages, ports);
  return { status: 200, headers: TEXT_HEADERS, body: "" };
}

async function reportFailed(
  result: ScreeningResult,
  problem: CmProblem,
  messages: readonly OutgoingMessage[],
  ports: GatewayRoutePorts,
): Promise<void> {
  const [first] = messages;
  if (first === undefined) return;
  const message = await ports.messages.find(first.principal.account.id, result.id);
  if (message === undefined) return;
  await ports.feedback.delivered(message, {
    message: result.id,
    status: "failed",
    occurredAt: first.at,
    code: String(problem.code),
    text: problem.details,
    ...(result.type === "stopped" ? { reason: result.verdict.reason } : {}),
  });
}

const TEXT_HEADERS = { "content-type": "text/plain; charset=utf-8" };

function errorReply(text: string, status = 200): InboundReply {
  return { status, headers: TEXT_HEADERS, body: `Error: ERROR ${text}` };
}
