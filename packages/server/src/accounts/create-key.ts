import type { AccountContext } from "../api/account-context.ts";
import type { AccountServiceDeps } from "./account-services.ts";
import type { ApiKey } from "./api-key.ts";
import { changeKey, keptSecrets } from "./change-key.ts";
import { checkGrant } from "./check-grant.ts";
import { checkPolicyNames, namesOfKey } from "./check-policy-names.ts";
import { seenBy } from "./hands.ts";
import type { NewKey } from "./key-body.ts";
import { type MintedKey, mintKey } from "./mint-key.ts";

export interface CreatedKey {
  readonly key: ApiKey;
  /** To be shown once. */
  readonly minted: Omit<MintedKey, "id">;
}

/** Makes a key for the context's account. Networks that are not given are the giver's own. */
export async function createKey(deps: AccountServiceDeps, context: AccountContext, input: NewKey): Promise<CreatedKey> {
  const { principal } = context;
  const { mode, ...settings } = input;
  const minted = mintKey(mode);
  const fresh: ApiKey = {
    id: minted.id,
    account: context.account.id,
    name: input.name,
    mode,
    scopes: input.scopes,
    ...keptSecrets(deps.seal, minted.id, minted),
    networks: principal.type === "key" ? principal.key.networks : [],
    mayChoosePolicies: [],
    mayDisableRiskCheck: false,
    createdAt: context.at,
    ...seenBy(context.principal, undefined),
  };
  const key = changeKey(fresh, settings);
  checkGrant(principal, key);
  checkPolicyNames(deps, context.account.id, namesOfKey(settings));
  const ended = mode === "live" ? (deps.trialEnds?.(context) ?? []) : [];
  await deps.changes.commit([{ type: "key_saved", at: context.at, actor: context.actor, key }, ...ended]);
  return { key, minted };
}
