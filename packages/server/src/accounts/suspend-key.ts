import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import type { ApiKey } from "./api-key.ts";
import { checkGrant } from "./check-grant.ts";
import { effectiveKey } from "./effective-key.ts";
import { keyOfAccount } from "./key-of-account.ts";

/** Refuses the key from the next request on, until it is resumed. Doing it again changes nothing. */
export function suspendKey(
  deps: AccountServiceDeps,
  context: AccountContext,
  id: string,
  reason: string,
): Promise<ApiKey> {
  return deps.serially(async () => {
    const before = keyOfAccount(deps.directory, context, id);
    refuseRevoked(before);
    if (before.suspendedAt !== undefined) return before;
    const key: ApiKey = { ...before, suspendedAt: context.at };
    await deps.changes.commit([{ type: "key_saved", at: context.at, actor: context.actor, key, reason }]);
    return key;
  });
}

/** Lets a suspended key in again; only who could have made it. */
export function resumeKey(
  deps: AccountServiceDeps,
  context: AccountContext,
  id: string,
  reason: string,
): Promise<ApiKey> {
  return deps.serially(async () => {
    const before = keyOfAccount(deps.directory, context, id);
    refuseRevoked(before);
    if (before.suspendedAt === undefined) return before;
    checkGrant(context.principal, effectiveKey(deps.directory, before));
    const { suspendedAt: _ended, ...key } = before;
    await deps.changes.commit([{ type: "key_saved", at: context.at, actor: context.actor, key, reason }]);
    return key;
  });
}

function refuseRevoked({ revokedAt }: ApiKey): void {
  if (revokedAt !== undefined) throw new ServiceError("conflict", "This key is revoked.");
}
