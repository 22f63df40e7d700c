import type { EpochMilliseconds, PolicyDocument } from "@safeguard/core";
import type { AccountServiceDeps } from "./accounts/account-services.ts";
import { SCOPES } from "./accounts/api-key.ts";
import { createAccount } from "./accounts/create-account.ts";
import { createKey } from "./accounts/create-key.ts";
import type { MintedKey } from "./accounts/mint-key.ts";
import type { Caller } from "./api/caller.ts";
import type { PolicyServiceDeps } from "./policies/policy-services.ts";
import { putRevision } from "./policies/put-revision.ts";
import { SANDBOX_ID } from "./sandbox-provider.ts";

export interface FirstAccount {
  readonly minted: Omit<MintedKey, "id">;
  readonly twilioSid: string;
}

/**
 * The first account with a key that may do everything, its policy, and where there is a sandbox a route to it. In dev the
 * key is a test key, so that it never reaches a real provider.
 */
export async function makeFirstAccount(
  services: AccountServiceDeps & PolicyServiceDeps,
  document: PolicyDocument,
  options: { readonly mode: "dev" | "production"; readonly at: EpochMilliseconds },
): Promise<FirstAccount> {
  const { at, mode } = options;
  const caller: Caller = { principal: { type: "operator" }, actor: { type: "operator", name: "first start" }, at };
  const { account } = await createAccount(services, caller, { name: mode === "dev" ? "Demo" : "First account" });
  const context = { ...caller, account };
  await putRevision(services, context, account.defaultPolicy, {
    // Who tries Safeguard wants to see an attack stopped; in production detection only records until a person says so.
    document: mode === "dev" ? { ...document, detection: { mode: "enforce", ...document.detection } } : document,
    reason: "first start",
    state: "in_force",
  });
  if (mode === "dev") {
    await services.changes.commit([
      {
        type: "routes_saved",
        at,
        actor: caller.actor,
        routes: { account: account.id, routes: [{ destination: "*", providers: [SANDBOX_ID] }] },
      },
    ]);
  }
  const { minted } = await createKey(services, context, {
    name: "first",
    mode: mode === "dev" ? "test" : "live",
    scopes: [...SCOPES],
  });
  return { minted, twilioSid: account.twilioSid };
}
