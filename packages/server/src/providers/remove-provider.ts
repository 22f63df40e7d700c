import type { Caller } from "../api/caller.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Provider } from "../gateway/outbound/provider.ts";
import { accountsRoutingTo } from "./accounts-routing-to.ts";
import type { ProviderServiceDeps } from "./provider-services.ts";

/** Removes a provider that no account routes to. Its delivery reports are not taken any more. */
export function removeProvider(deps: ProviderServiceDeps, caller: Caller, id: string): Promise<void> {
  return deps.serially(async () => {
    providerCalled(deps, id);
    const accounts = accountsRoutingTo(deps, id);
    if (accounts.length > 0) {
      throw new ServiceError(
        "conflict",
        `${id} stands in the routes of ${accounts.join(", ")}: take it out of them first.`,
      );
    }
    await deps.changes.commit([{ type: "provider_removed", at: caller.at, actor: caller.actor, provider: id }]);
  });
}

export function providerCalled(deps: Pick<ProviderServiceDeps, "providers">, id: string): Provider {
  const provider = deps.providers.provider(id);
  if (provider !== undefined) return provider;
  const known = deps.providers.providers().map((one) => one.id);
  const have = known.length === 0 ? "there is none yet" : `there are ${known.join(", ")}`;
  throw new ServiceError("not_found", `There is no provider ${JSON.stringify(id)}; ${have}.`);
}
