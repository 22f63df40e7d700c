import type { Authenticator } from "../../../accounts/principal.ts";
import type { Explain } from "../../../decisions/view-decision.ts";
import type { OutgoingMessage } from "../../outgoing-message.ts";
import type { Screening, ScreeningResult } from "../../screening-port.ts";
import { CM_ERROR, type CmMessageAnswer } from "../../wire/cm-answer.ts";
import type { InboundReply, InboundRequest, InboundRoute } from "../exchange.ts";
import {
  acceptedLine,
  isThrottled,
  linesReply,
  problemOf,
  problemReply,
  rejectedLine,
  secondsUntilFree,
} from "./cm-answers.ts";
import { authenticate } from "./cm-authentication.ts";
import { readEnvelope, readLines } from "./json-request.ts";

/** 1,000 msg of 4 KiB each. Parsing comes before the token is known, so more would be a stranger's to spend. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export interface JsonRoutePorts {
  readonly authenticator: Pick<Authenticator, "byProductToken">;
  readonly screening: Screening;
  readonly explain: Explain;
}

/** `POST /v1.0/message`: CM.com's Business Messaging API, as its SDKs speak it. */
export function createJsonRoute(ports: JsonRoutePorts): InboundRoute {
  return {
    method: "POST",
    path: "/v1.0/message",
    maxBodyBytes: MAX_BODY_BYTES,
    tooLarge: () =>
      problemReply({ code: CM_ERROR.malformed, details: `The request is larger than ${MAX_BODY_BYTES} bytes` }, 413),
    busy: (_, seconds) => {
      const problem = { code: CM_ERROR.rejected, details: "Too many requests under way: nothing was sent" };
      const { headers, ...answer } = problemReply(problem, 429);
      return { ...answer, headers: { ...headers, "retry-after": String(seconds) } };
    },
    fault: () => problemReply({ code: CM_ERROR.internal, details: "Internal error: see the server's log" }, 500),
    handle: (request) => handle(request, ports),
  };
}

/** The other methods at the same path, answered in CM.com's shape. CM.com has no code for them. */
export function createWrongMethodRoutes(): readonly InboundRoute[] {
  const reply = problemReply({ code: CM_ERROR.malformed, details: "This path takes POST, and nothing else" }, 405);
  const refusal = { ...reply, headers: { ...reply.headers, allow: "POST" } };
  return (["GET", "PUT", "PATCH", "DELETE"] as const).map((method) => ({
    method,
    path: "/v1.0/message",
    maxBodyBytes: MAX_BODY_BYTES,
    tooLarge: () => refusal,
    handle: () => Promise.resolve(refusal),
  }));
}

async function handle(request: InboundRequest, ports: JsonRoutePorts): Promise<InboundReply> {
  // A token in the header is proved first, so that a stranger's body is not even read.
  const hasHeader = request.headers["x-cm-producttoken"] !== undefined;
  const early = hasHeader ? authenticate(ports.authenticator, request, undefined) : undefined;
  if (early?.ok === false) return problemReply(early.problem);
  const envelope = readEnvelope(request.body);
  if (!envelope.ok) return problemReply(envelope.problem);
  const { token } = envelope.value;
  const proof = early !== undefined && token === undefined ? early : authenticate(ports.authenticator, request, token);
  if (!proof.ok) return problemReply(proof.problem);
  const lines = readLines(envelope.value.msg, proof.principal, request.at as OutgoingMessage["at"]);
  if (!lines.ok) return problemReply(lines.problem);

  const messages: OutgoingMessage[] = [];
  for (const line of lines.value) if (line.ok) messages.push(line.message);
  const results = messages.length === 0 ? [] : await ports.screening.send(messages);

  const answers: CmMessageAnswer[] = [];
  let next = 0;
  let throttled = 0;
  let retryAfterSeconds: number | undefined;
  for (const line of lines.value) {
    if (!line.ok) {
      answers.push(rejectedLine(line.to, line.reference, line.problem));
      continue;
    }
    const result = results[next++];
    if (result === undefined) throw new ResultMissing(messages.length, results.length);
    const problem = problemOf(result, ports.explain);
    if (isThrottled(result)) throttled++;
    const seconds = secondsUntilFree(result, request.at);
    if (seconds !== undefined && seconds > (retryAfterSeconds ?? 0)) retryAfterSeconds = seconds;
    if (problem !== undefined) answers.push(rejectedLine(line.to, line.reference, problem));
    else answers.push(acceptedLine(line.to, line.reference, segmentsOf(result)));
  }
  const { alwaysOk } = proof.principal.account.answers.cm;
  return linesReply(answers, { alwaysOk, allThrottled: throttled === answers.length, retryAfterSeconds });
}

function segmentsOf(result: ScreeningResult): number {
  if (result.type === "rejected") return 0;
  return result.type === "repeated" ? result.message.segments : result.segments;
}

/** Screening gave fewer results than it got messages. */
class ResultMissing extends Error {
  override readonly name = "ResultMissing";
  readonly code = "screening_result_missing";

  constructor(messages: number, results: number) {
    super(`screening answered ${results} of ${messages} messages`);
  }
}
