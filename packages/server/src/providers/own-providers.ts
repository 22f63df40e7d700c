import { randomId } from "../accounts/random-id.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Provider } from "../gateway/outbound/provider.ts";
import type { ProviderCheck } from "../gateway/outbound/provider-check.ts";
import { addProvider } from "./add-provider.ts";
import { isOwn, type OwnProvider } from "./own-provider-view.ts";
import type { ProviderServiceDeps } from "./provider-services.ts";
import { removeProvider } from "./remove-provider.ts";

/** What one account may keep. */
const MOST = 20;
const SUFFIX = 6;

/**
 * Adds a provider of the account's own. Ids are the deployment's, so this one ends in characters that nobody chose: whether
 * another account has the name is not told. Its address was chosen by a customer, so it must be a public one.
 */
export async function addOwnProvider(
  deps: ProviderServiceDeps,
  context: AccountContext,
  { name, ...input }: OwnProvider & { readonly name: string },
): Promise<Provider> {
  const { account } = context;
  if (deps.providers.providers().filter((one) => one.account === account.id).length >= MOST) {
    throw new ServiceError("conflict", `An account may have ${MOST} providers of its own: remove one first.`);
  }
  const id = `${name}-${randomId("").slice(0, SUFFIX)}`;
  return addProvider(deps, context, { ...guarded(input), id, account: account.id, replace: false });
}

/** Gives a provider of the account's own new settings and secrets; these are asked for again, as they go to another address, maybe. */
export async function replaceOwnProvider(
  deps: ProviderServiceDeps,
  context: AccountContext,
  id: string,
  input: OwnProvider,
): Promise<Provider> {
  ownProvider(deps, context, id);
  return addProvider(deps, context, { ...guarded(input), id, account: context.account.id, replace: true });
}

export async function removeOwnProvider(deps: ProviderServiceDeps, context: AccountContext, id: string): Promise<void> {
  ownProvider(deps, context, id);
  await removeProvider(deps, context, id);
}

/** Checks a provider that the account may route to. Of one that is not its own only whether it can be used is told. */
export async function checkUsableProvider(
  deps: ProviderServiceDeps,
  { account }: AccountContext,
  id: string,
): Promise<ProviderCheck> {
  const provider = deps.providers.providers(account.id).find((one) => one.id === id);
  if (provider === undefined) throw notThere();
  const check = await deps.test(provider);
  if (isOwn(provider, account.id)) return check;
  const detail = check.ok ? "It can be used." : "It cannot be used now. Whoever runs this server can see why.";
  return { ok: check.ok, detail };
}

function ownProvider(deps: ProviderServiceDeps, { account }: AccountContext, id: string): Provider {
  const provider = deps.providers.provider(id);
  if (provider === undefined || !isOwn(provider, account.id)) throw notThere();
  return provider;
}

function notThere(): ServiceError {
  return new ServiceError("not_found", "There is no such provider here.");
}

function guarded({ kind, settings, secrets }: OwnProvider): OwnProvider {
  return { kind, settings: { ...settings, publicAddressesOnly: true }, secrets };
}
