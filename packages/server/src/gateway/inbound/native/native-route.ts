import { randomUUID } from "node:crypto";
import type { EpochMilliseconds } from "@safeguard/core";
import type { Scope } from "../../../accounts/api-key.ts";
import type { Directory } from "../../../accounts/directory.ts";
import type { Authenticator } from "../../../accounts/principal.ts";
import type { AccountContext } from "../../../api/account-context.ts";
import { bearerSecret } from "../../../api/bearer-secret.ts";
import { callerOf } from "../../../api/caller.ts";
import { accountNamedBy, accountNotNamed, contextFor } from "../../../api/context-for.ts";
import { credentialRefused } from "../../../api/credential-refused.ts";
import {
  type Answer,
  type IdempotentRequests,
  idempotencyKeyOf,
  refusalAnswer,
  requestHash,
} from "../../../api/idempotency.ts";
import { permit, refuseSuspended } from "../../../api/permit.ts";
import { JSON_CONTENT_TYPE, PROBLEM_CONTENT_TYPE, PROBLEM_KINDS, problemDetails } from "../../../api/problem.ts";
import { refuseKeyInUrl } from "../../../api/refuse-key-in-url.ts";
import { refuseNumberInUrl } from "../../../api/refuse-number-in-url.ts";
import { repeatedName } from "../../../api/repeated-name.ts";
import { ServiceError } from "../../../api/service-error.ts";
import { bodyEmpty, fieldTwice, toServiceError } from "../../../api/to-service-error.ts";
import type { InboundReply, InboundRequest, InboundRoute } from "../exchange.ts";

export interface NativeRouteParts {
  readonly authenticator: Authenticator;
  readonly directory: Directory;
  readonly idempotentRequests: IdempotentRequests;
  /** Told of every answer in the 500s, with the error as thrown. */
  readonly onFault?: (error: unknown, requestId: string) => void;
}

export interface NativeRoute {
  readonly path: string;
  readonly scope: Scope;
  readonly maxBodyBytes: number;
  /**
   * Checks what the client sent, whatever JSON that is, and returns the work to be done. Throws ServiceError for what it
   * refuses; nothing has happened then.
   */
  prepare(context: AccountContext, body: unknown): () => Promise<Answer>;
}

/** A POST of the native API without the framework: credential, scope, account, JSON, idempotency, problem details. */
export function nativeRoute(parts: NativeRouteParts, route: NativeRoute): InboundRoute {
  return {
    method: "POST",
    path: route.path,
    maxBodyBytes: route.maxBodyBytes,
    async handle(request) {
      try {
        return await answer(parts, route, request);
      } catch (error) {
        return problemReply(error, parts.onFault);
      }
    },
    tooLarge: () =>
      problemReply(
        new ServiceError("too_large", `The body may have at most ${route.maxBodyBytes} bytes; send it in parts.`),
      ),
    busy: (why, seconds) => problemReply(busyError(why, seconds)),
    fault: () => problemReply(new ServiceError("internal", "Something went wrong on our side.")),
  };
}

function busyError(why: "share" | "full", seconds: number): ServiceError {
  const headers = { "retry-after": String(seconds) };
  return why === "share"
    ? new ServiceError("rate_limited", "This account has too many requests under way. Nothing was done.", [], headers)
    : new ServiceError("unavailable", "The server has too many requests under way. Nothing was done.", [], headers);
}

async function answer(parts: NativeRouteParts, route: NativeRoute, request: InboundRequest): Promise<InboundReply> {
  const { headers } = request;
  refuseKeyInUrl(request.query);
  if (request.query !== "") refuseNumberInUrl(`${request.path}?${request.query}`);
  const at = request.at as EpochMilliseconds;
  const secret = bearerSecret(headers.authorization);
  const proof = parts.authenticator.bySecret(secret ?? "", request.clientAddress, at);
  if (!proof.ok) throw credentialRefused(proof);
  const { principal } = proof;
  permit(principal, route.scope);
  const context = contextFor(callerOf(principal, at, request.clientAddress), accountNamedBy(headers), parts.directory);
  if (context === undefined) throw accountNotNamed();
  refuseSuspended(parts.directory, context.account, route.scope);
  const work = route.prepare(context, parseJson(headers["content-type"], request.body));
  const idempotencyKey = idempotencyKeyOf(headers["idempotency-key"]);
  if (idempotencyKey === undefined) {
    const { status, body } = await work();
    return { status, headers: JSON_HEADERS, body };
  }
  const hash = requestHash("POST", request.path, request.body);
  const keyed = { account: context.account.id, idempotencyKey, hash, at };
  const { status, body, replayed } = await parts.idempotentRequests.answer(keyed, () =>
    work().catch((error: unknown) => refusalAnswer(error, randomUUID())),
  );
  const headersOut = status < 400 ? JSON_HEADERS : PROBLEM_HEADERS;
  return { status, headers: replayed ? { ...headersOut, "idempotent-replayed": "true" } : headersOut, body };
}

function parseJson(contentType: string | undefined, body: Buffer): unknown {
  if (body.length === 0) throw bodyEmpty();
  if (contentType !== "application/json" && !/^application\/json\s*(?:;|$)/i.test(contentType ?? "")) {
    throw new ServiceError("unsupported_media_type", "Send the body as application/json.");
  }
  const text = body.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError("invalid_request", "The body is not valid JSON.");
  }
  const name = repeatedName(text);
  if (name !== undefined) throw fieldTwice(name);
  return value;
}

function problemReply(error: unknown, onFault?: NativeRouteParts["onFault"]): InboundReply {
  const refusal = toServiceError(error);
  const { status } = PROBLEM_KINDS[refusal.code];
  const requestId = randomUUID();
  if (status >= 500) onFault?.(error, requestId);
  return {
    status,
    headers: { ...PROBLEM_HEADERS, ...refusal.headers },
    body: JSON.stringify(problemDetails(refusal.code, refusal.message, requestId, refusal.problems)),
  };
}

const JSON_HEADERS = { "content-type": JSON_CONTENT_TYPE };
const PROBLEM_HEADERS = { "content-type": PROBLEM_CONTENT_TYPE };
