import type { AccountId } from "@safeguard/core";
import { randomId } from "../accounts/random-id.ts";
import type { Caller } from "../api/caller.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Provider } from "../gateway/outbound/provider.ts";
import { sealProviderSecrets } from "../gateway/outbound/provider-secrets.ts";
import { parseProviderSettings } from "../gateway/outbound/provider-settings.ts";
import type { ProviderServiceDeps } from "./provider-services.ts";
import type { NewProvider } from "./provider-view.ts";

/** Adds a provider, or gives one that is there new settings and secrets (its report URL stays). Nothing is routed to it yet. */
export function addProvider(deps: ProviderServiceDeps, caller: Caller, input: NewProvider): Promise<Provider> {
  return deps.serially(async () => {
    const { id, kind, account } = input;
    const before = deps.providers.provider(id);
    if (before !== undefined && !input.replace) {
      throw new ServiceError("conflict", `There is a provider ${id} already: choose another id, or say replace.`);
    }
    if (before !== undefined && before.kind !== kind) {
      throw new ServiceError("conflict", `The provider ${id} is of the kind ${before.kind}, which cannot be changed.`);
    }
    if (account !== undefined && deps.directory.account(account as AccountId) === undefined) {
      throw invalid([{ field: "account", message: "is no account" }]);
    }
    const parsed = parseProviderSettings(kind, input.settings, input.secrets);
    if (!parsed.ok) throw invalid(parsed.problems);
    const wrong = addressProblems(deps, parsed.settings);
    if (wrong.length > 0) throw invalid(wrong);
    const provider: Provider = {
      id,
      kind,
      ...(account !== undefined && { account: account as AccountId }),
      settings: parsed.settings,
      ...(Object.keys(parsed.secrets).length > 0 && {
        secretsSealed: sealProviderSecrets(deps.seal, id, parsed.secrets),
      }),
      reportToken: before?.reportToken ?? randomId("rep_"),
      createdAt: before?.createdAt ?? caller.at,
    };
    await deps.changes.commit([{ type: "provider_saved", at: caller.at, actor: caller.actor, provider }]);
    return provider;
  });
}

/** Checked while somebody is there to read it; every request is checked again. */
function addressProblems(
  deps: Pick<ProviderServiceDeps, "addressProblem">,
  settings: Readonly<Record<string, unknown>>,
): ServiceError["problems"] {
  return (["baseUrl", "url"] as const).flatMap((name) => {
    const url = settings[name];
    if (typeof url !== "string") return [];
    const problem = deps.addressProblem(url.replaceAll(/\{\{.*?\}\}/g, "x"), settings["publicAddressesOnly"] === true);
    return problem === undefined ? [] : [{ field: `settings.${name}`, message: problem }];
  });
}

function invalid(problems: ServiceError["problems"]): ServiceError {
  return new ServiceError("invalid_request", "The provider is not valid.", problems);
}
