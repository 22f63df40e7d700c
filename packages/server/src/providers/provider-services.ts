import type { Directory } from "../accounts/directory.ts";
import type { Serially } from "../accounts/serially.ts";
import type { Changes } from "../changes.ts";
import type { Provider } from "../gateway/outbound/provider.ts";
import type { ProviderCheck } from "../gateway/outbound/provider-check.ts";
import type { LiveProviderTable } from "../gateway/outbound/provider-table-live.ts";
import type { Seal } from "../store/seal.ts";

/** What the services on providers and routes need of the rest. */
export interface ProviderServiceDeps {
  readonly providers: Pick<LiveProviderTable, "provider" | "providers" | "routesOf">;
  readonly directory: Directory;
  readonly changes: Changes;
  readonly seal: Seal;
  readonly serially: Serially;
  /** Checks a provider without sending anything. */
  test(provider: Provider): Promise<ProviderCheck>;
  /** Why no request may go to a URL that its owner chose; undefined: it may. `isCustomers`: he is no operator. */
  addressProblem(url: string, isCustomers: boolean): string | undefined;
  /** Where the provider delivers its reports; undefined: we have no public URL. */
  reportUrl(provider: Provider): string | undefined;
}
