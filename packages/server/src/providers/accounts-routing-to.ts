import type { AccountId } from "@safeguard/core";
import type { ProviderServiceDeps } from "./provider-services.ts";

/** Accounts whose own routes name the provider. */
export function accountsRoutingTo(
  { directory, providers: table }: Pick<ProviderServiceDeps, "directory" | "providers">,
  provider: string,
): readonly AccountId[] {
  return directory
    .accounts()
    .map(({ id }) => id)
    .filter((id) => table.routesOf(id)?.routes.some(({ providers }) => providers.includes(provider)) === true);
}
