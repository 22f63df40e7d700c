import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import { choosePolicy } from "../policies/choose-policy.ts";

/** The operator chooses any policy, and is bound to none. */
const OPERATOR_CHOICE = { mayChoosePolicies: [] };

/**
 * The policy that decides a request. Throws ServiceError `forbidden`, naming the field, for one that the key may not choose.
 * `fieldPrefix`: where in the request it stands, such as `messages.3.`.
 */
export function chosenPolicy(
  { principal, account }: AccountContext,
  requested: string | undefined,
  originator: string,
  fieldPrefix: string,
): string {
  if (principal.type === "operator" && requested !== undefined) return requested;
  const key = principal.type === "key" ? principal.key : OPERATOR_CHOICE;
  const choice = choosePolicy({ account, key, originator, requested });
  if (choice.ok) return choice.policy;
  throw new ServiceError("forbidden", choice.message, [{ field: `${fieldPrefix}policy`, message: choice.message }]);
}
