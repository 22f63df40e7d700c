import type { AccountId } from "@safeguard/core";
import type { FastifyInstance, RouteHandlerMethod } from "fastify";
import { type IdempotentRequests, idempotencyKeyOf, refusalAnswer, requestHash } from "./idempotency.ts";
import { JSON_CONTENT_TYPE, PROBLEM_CONTENT_TYPE } from "./problem.ts";

/** The operator's requests that are for no account. */
const NO_ACCOUNT = "acc_operator" as AccountId;

/** Makes every POST route that is added from now on honour `Idempotency-Key`. */
export function answerPostsOnce(app: FastifyInstance, requests: IdempotentRequests): void {
  app.addHook("onRoute", (route) => {
    const { scope, provesCredential, keepsNoAnswer } = route.config ?? {};
    if (route.method !== "POST" || scope === "public" || provesCredential === true || keepsNoAnswer === true) return;
    const handler = route.handler;
    const once: RouteHandlerMethod = async function (request, reply) {
      const idempotencyKey = idempotencyKeyOf(request.headers["idempotency-key"]);
      if (idempotencyKey === undefined) return handler.call(this, request, reply);
      const keyed = {
        account: request.namedAccountContext?.account.id ?? NO_ACCOUNT,
        idempotencyKey,
        hash: requestHash("POST", request.url, JSON.stringify(request.body ?? null)),
        at: request.caller.at,
      };
      const { status, body, replayed } = await requests.answer(keyed, async () => {
        try {
          const made: unknown = await handler.call(this, request, reply);
          return { status: reply.statusCode, body: String(reply.serialize(made)) };
        } catch (error) {
          return refusalAnswer(error, request.id);
        }
      });
      reply.code(status).type(status < 400 ? JSON_CONTENT_TYPE : PROBLEM_CONTENT_TYPE);
      if (replayed) reply.header("idempotent-replayed", "true");
      // Text is sent as it is, so the route's schema does not look at it again.
      return body;
    };
    route.handler = once;
  });
}
