import type { AccountId } from "@safeguard/core";
import { type Problem, ServiceError } from "../api/service-error.ts";
import { knownPolicies } from "../policies/known-policies.ts";
import type { AccountServiceDeps } from "./account-services.ts";

/** A setting that names a policy. */
export interface PolicyName {
  readonly field: string;
  readonly policy: string | null | undefined;
}

/** Refuses names of policies that neither the account nor one above it has: \`default\` would stand in for them unnoticed. */
export function checkPolicyNames(
  deps: Pick<AccountServiceDeps, "book" | "directory">,
  account: AccountId | undefined,
  names: readonly PolicyName[],
): void {
  const known = knownPolicies(deps, account);
  const problems = names.flatMap(({ field, policy }): readonly Problem[] =>
    policy === undefined || policy === null || known.includes(policy)
      ? []
      : [{ field, message: `there is no policy ${policy}; there are ${known.join(", ")}. Make it first` }],
  );
  if (problems.length > 0) throw new ServiceError("invalid_request", "A policy is named that is not there.", problems);
}

export function namesOfAccount({
  defaultPolicy,
  senderPolicies = {},
}: {
  readonly defaultPolicy?: string | undefined;
  readonly senderPolicies?: Readonly<Record<string, string>> | undefined;
}): readonly PolicyName[] {
  return [
    { field: "defaultPolicy", policy: defaultPolicy },
    ...Object.entries(senderPolicies).map(([sender, policy]) => ({ field: `senderPolicies.${sender}`, policy })),
  ];
}

export function namesOfKey({
  policy,
  mayChoosePolicies = [],
}: {
  readonly policy?: string | null | undefined;
  readonly mayChoosePolicies?: readonly string[] | undefined;
}): readonly PolicyName[] {
  return [
    { field: "policy", policy },
    ...mayChoosePolicies.map((choice, index) => ({ field: `mayChoosePolicies.${index}`, policy: choice })),
  ];
}
