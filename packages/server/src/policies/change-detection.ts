import {
  DETECTION_FIELDS,
  type DetectionSettings,
  diffPolicies,
  type PolicyDocument,
  validatePolicyDocument,
} from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { type Problem, ServiceError } from "../api/service-error.ts";
import { type EditedPolicy, editInForce } from "./edit-in-force.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import type { ChangeInput } from "./save-revisions.ts";

/** What is left out stays; `null`: as the account above says, or the default. Purposes are changed one by one. */
export type DetectionChange = { readonly [Field in keyof DetectionSettings]?: DetectionSettings[Field] | null };

export interface ChangeDetection extends ChangeInput {
  readonly detection: DetectionChange;
}

/** Changes what detection may do, and leaves the rest of the policy as it is. */
export async function changeDetection(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: ChangeDetection,
): Promise<EditedPolicy> {
  const problems = faultsOf(input.detection);
  if (problems.length > 0) throw new ServiceError("invalid_request", "The detection settings are not valid.", problems);
  return editInForce(deps, context, policy, input, (document) => withDetection(document, input.detection));
}

/** What the change says, without what it takes away. */
export function saidBy(change: DetectionChange): DetectionSettings {
  return Object.fromEntries(Object.entries(change).filter(([, said]) => said !== null));
}

function faultsOf(change: DetectionChange): readonly Problem[] {
  if (DETECTION_FIELDS.every((field) => change[field] === undefined)) {
    return [{ field: "mode", message: `names nothing: say one of ${DETECTION_FIELDS.join(", ")}` }];
  }
  const validation = validatePolicyDocument({ detection: saidBy(change) });
  if (validation.ok) return [];
  return validation.problems.map(({ field, message }) => ({ field: field.replace(/^detection\./, ""), message }));
}

function withDetection(document: PolicyDocument, change: DetectionChange): PolicyDocument {
  const { detection: before = {}, ...others } = document;
  const said = saidBy(change);
  const merged = {
    ...before,
    ...said,
    ...(said.purposes !== undefined && { purposes: { ...before.purposes, ...said.purposes } }),
  };
  // Budget and preset are two names for one thing: the new one takes the place of the other.
  const replaced = said.preset !== undefined ? "falseBlockBudget" : said.falseBlockBudget !== undefined ? "preset" : "";
  const detection: DetectionSettings = Object.fromEntries(
    Object.entries(merged).filter(([field]) => field !== replaced && change[field as keyof DetectionSettings] !== null),
  );
  if (diffPolicies({ detection: before }, { detection }).length === 0) return document;
  return { ...others, ...(Object.keys(detection).length > 0 && { detection }) };
}
