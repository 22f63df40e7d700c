import type { AccountContext } from "../api/account-context.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import type { ApiKey } from "./api-key.ts";
import { keyOfAccount } from "./key-of-account.ts";

/** Refuses the key from the next request on, for ever. Revoking it again changes nothing. */
export function revokeKey(deps: AccountServiceDeps, context: AccountContext, id: string): Promise<ApiKey> {
  return deps.serially(async () => {
    const before = keyOfAccount(deps.directory, context, id);
    if (before.revokedAt !== undefined) return before;
    const key: ApiKey = { ...before, revokedAt: context.at };
    await deps.changes.commit([{ type: "key_saved", at: context.at, actor: context.actor, key }]);
    return key;
  });
}
