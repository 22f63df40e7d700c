import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import type { ApiKey } from "./api-key.ts";
import { changeKey } from "./change-key.ts";
import { checkGrant } from "./check-grant.ts";
import { checkPolicyNames, namesOfKey } from "./check-policy-names.ts";
import { effectiveKey } from "./effective-key.ts";
import type { KeyPatch } from "./key-body.ts";
import { keyOfAccount } from "./key-of-account.ts";

/** Changes settings of a key; in force with the next request. */
export function updateKey(
  deps: AccountServiceDeps,
  context: AccountContext,
  id: string,
  patch: KeyPatch,
): Promise<ApiKey> {
  return deps.serially(async () => {
    const before = keyOfAccount(deps.directory, context, id);
    if (before.revokedAt !== undefined) throw new ServiceError("conflict", "This key is revoked.");
    if (before.person !== undefined && patch.scopes !== undefined) {
      const message = "a personal access key has none: what it may do is the role of its person";
      throw new ServiceError("conflict", "This key has no scopes.", [{ field: "scopes", message }]);
    }
    const key = changeKey(before, patch);
    checkGrant(context.principal, effectiveKey(deps.directory, key));
    checkPolicyNames(deps, context.account.id, namesOfKey(patch));
    await deps.changes.commit([{ type: "key_saved", at: context.at, actor: context.actor, key }]);
    return key;
  });
}
