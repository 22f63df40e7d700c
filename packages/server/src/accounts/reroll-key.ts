import type { EpochMilliseconds } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import type { ApiKey } from "./api-key.ts";
import { keptSecrets } from "./change-key.ts";
import { checkGrant } from "./check-grant.ts";
import type { CreatedKey } from "./create-key.ts";
import { effectiveKey } from "./effective-key.ts";
import { seenBy } from "./hands.ts";
import { keyOfAccount } from "./key-of-account.ts";
import { mintSecrets } from "./mint-key.ts";

/**
 * New secrets for the same key. The old ones stay good for the overlap; those from before an earlier reroll end at once.
 * Status callbacks in the Twilio dialect are signed with the new auth token from now on.
 */
export function rerollKey(
  deps: AccountServiceDeps,
  context: AccountContext,
  id: string,
  overlapSeconds: number,
): Promise<CreatedKey> {
  return deps.serially(async () => {
    const before = keyOfAccount(deps.directory, context, id);
    if (before.revokedAt !== undefined) throw new ServiceError("conflict", "This key is revoked.");
    checkGrant(context.principal, effectiveKey(deps.directory, before));
    const { previous: _ended, ...rest } = before;
    const minted = mintSecrets(before.mode);
    const key: ApiKey = {
      ...rest,
      ...keptSecrets(deps.seal, id, minted),
      ...seenBy(context.principal, before),
      ...(overlapSeconds === 0 ? {} : { previous: oldSecrets(before, context.at + overlapSeconds * 1000) }),
    };
    await deps.changes.commit([{ type: "key_saved", at: context.at, actor: context.actor, key }]);
    return { key, minted };
  });
}

function oldSecrets(key: ApiKey, until: number): NonNullable<ApiKey["previous"]> {
  const { secretHash, productTokenHash, authTokenHash, authTokenSealed } = key;
  return { secretHash, productTokenHash, authTokenHash, authTokenSealed, until: until as EpochMilliseconds };
}
