import {
  diffPolicies,
  LIMIT_FIELDS,
  type LimitSettings,
  type PolicyDocument,
  validatePolicyDocument,
} from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import { type EditedPolicy, editInForce } from "./edit-in-force.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import type { ChangeInput } from "./save-revisions.ts";

/** What is left out stays, what is said takes the place of what was, `null`: it goes. */
export type LimitsChange = { readonly [Field in keyof LimitSettings]?: LimitSettings[Field] | null };

export interface ChangeLimits extends ChangeInput {
  readonly limits: LimitsChange;
}

/** Changes the policy's own limits, and leaves the rest of it as it is. */
export async function changeLimits(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: ChangeLimits,
): Promise<EditedPolicy> {
  if (LIMIT_FIELDS.every((field) => input.limits[field] === undefined)) {
    throw invalid([{ field: "ceilings", message: `names nothing: say one of ${LIMIT_FIELDS.join(", ")}` }]);
  }
  return editInForce(deps, context, policy, input, (document) => withLimits(document, input.limits));
}

function withLimits(document: PolicyDocument, change: LimitsChange): PolicyDocument {
  const { limits: before = {}, ...others } = document;
  const said: LimitSettings = Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(([, limit]) => limit !== null),
  );
  // As a whole: one limit may need another.
  const validation = validatePolicyDocument({ limits: said });
  if (!validation.ok) {
    throw invalid(
      validation.problems.map(({ field, message }) => ({ field: field.replace(/^limits\./, ""), message })),
    );
  }
  const { limits = {} } = validation.document;
  if (diffPolicies({ limits: before }, { limits }).length === 0) return document;
  return { ...others, ...(Object.keys(limits).length > 0 && { limits }) };
}

function invalid(problems: ConstructorParameters<typeof ServiceError>[2]): ServiceError {
  return new ServiceError("invalid_request", "The limits are not valid.", problems);
}
