import type { AccountContext } from "../../../api/account-context.ts";
import { ServiceError } from "../../../api/service-error.ts";
import { fromZodError } from "../../../api/to-service-error.ts";
import { chosenPolicy } from "../../../decisions/chosen-policy.ts";
import { type DecisionParts, decideRequests } from "../../../decisions/decide-requests.ts";
import {
  type DecisionRequest,
  decisionBatchBody,
  decisionRequestBody,
  MAX_BATCH,
} from "../../../decisions/decision-body.ts";
import { createDecisionText } from "../../../decisions/decision-text.ts";
import { readDecisionRequest } from "../../../decisions/read-decision-request.ts";
import type { Explain } from "../../../decisions/view-decision.ts";
import type { InboundRoute } from "../exchange.ts";
import { type NativeRouteParts, nativeRoute } from "./native-route.ts";

export interface PostDecisionsParts extends NativeRouteParts, DecisionParts {
  readonly explain: Explain;
}

/** `POST /v1/decisions`: may these messages go out? Decided and recorded; nothing is sent. */
export function postDecisions(parts: PostDecisionsParts): InboundRoute {
  const textOf = createDecisionText(parts.explain);
  return nativeRoute(parts, {
    path: "/v1/decisions",
    scope: "decisions:write",
    maxBodyBytes: 1024 * 1024,
    prepare(context, body) {
      const batch = isBatch(body);
      const requests = batch ? readBatch(body) : [readDecisionRequest(body) ?? refuse(body)];
      const policies = chosenPolicies(context, requests, batch);
      return async () => {
        const records = await decideRequests(parts, context, requests, policies);
        const texts = records.map(textOf);
        return { status: 201, body: batch ? `{"decisions":[${texts.join(",")}]}` : texts.join() };
      };
    },
  });
}

function chosenPolicies(
  context: AccountContext,
  requests: readonly DecisionRequest[],
  batch: boolean,
): readonly string[] {
  return requests.map(({ policy, from }, index) =>
    chosenPolicy(context, policy, from ?? "", batch ? `decisions.${index}.` : ""),
  );
}

interface Batch {
  readonly decisions: unknown;
}

function isBatch(body: unknown): body is Batch {
  return typeof body === "object" && body !== null && Object.hasOwn(body, "decisions");
}

function readBatch(body: Batch): readonly DecisionRequest[] {
  const items: unknown = body.decisions;
  if (Array.isArray(items) && items.length > MAX_BATCH) {
    throw new ServiceError("too_large", `One request may ask for at most ${MAX_BATCH} decisions; send it in parts.`);
  }
  if (!Array.isArray(items) || items.length === 0 || Object.keys(body).length > 1) return refuseBatch(body);
  const requests: DecisionRequest[] = [];
  for (const item of items) {
    const request = readDecisionRequest(item);
    if (request === undefined) return refuseBatch(body);
    requests.push(request);
  }
  return requests;
}

function refuse(body: unknown): never {
  throw reasonOf(decisionRequestBody.safeParse(body));
}

function refuseBatch(body: unknown): never {
  throw reasonOf(decisionBatchBody.safeParse(body));
}

function reasonOf(
  result: ReturnType<typeof decisionRequestBody.safeParse> | ReturnType<typeof decisionBatchBody.safeParse>,
) {
  return result.success ? new ServiceError("invalid_request", "The request is not valid.") : fromZodError(result.error);
}
