import type { AccountId, Destination } from "@safeguard/core";
import type { Directory } from "../../accounts/directory.ts";
import type { LiveView } from "../../changes.ts";
import type { JournalRecord } from "../../store/journal-record.ts";
import { SealBroken } from "../../store/seal.ts";
import type { Connector, Submission, SubmissionOutcome } from "./connector.ts";
import { type ConnectorParts, createConnector, ProviderInvalid } from "./create-connector.ts";
import type { Provider, RouteTable } from "./provider.ts";
import type { ProviderTable } from "./provider-table.ts";

export interface LiveProviderTable extends ProviderTable, LiveView {
  provider(id: string): Provider | undefined;
  /** All of them, or those that an account may route to. */
  providers(account?: AccountId): readonly Provider[];
  /** By the unguessable part of its report URL. */
  providerByReportToken(token: string): Provider | undefined;
  /** The account's own routes, not its ancestors'. */
  routesOf(account: AccountId): RouteTable | undefined;
  close(): Promise<void>;
}

export interface ProviderTableParts extends ConnectorParts {
  readonly directory: Pick<Directory, "account" | "isWithin">;
}

/**
 * Providers and routes as of the last durable record. The nearest route table up the chain of accounts decides alone;
 * tables are not mixed. A route reaches only providers that the table's own account may use. There is no route that
 * nobody set.
 */
export function createProviderTable(parts: ProviderTableParts): LiveProviderTable {
  const providers = new Map<string, Provider>();
  const connectors = new Map<string, Connector>();
  const byToken = new Map<string, Provider>();
  const tables = new Map<AccountId, RouteTable>();
  /** Table → destination → connectors, filled as they are asked for; emptied by every change. */
  const resolved = new Map<AccountId, Map<string, readonly Connector[]>>();
  const sandboxes = new Map<AccountId, readonly Connector[]>();

  function save(provider: Provider): void {
    remove(provider.id);
    providers.set(provider.id, provider);
    byToken.set(provider.reportToken, provider);
    connectors.set(provider.id, usableConnector(provider, parts));
  }

  function remove(id: string): void {
    const known = providers.get(id);
    if (known !== undefined) byToken.delete(known.reportToken);
    providers.delete(id);
    // Submissions under way keep their connector until they have ended.
    void connectors.get(id)?.close();
    connectors.delete(id);
  }

  const mayUse = (account: AccountId, provider: Provider) =>
    provider.account === undefined || parts.directory.isWithin(account, provider.account);

  function tableFor(account: AccountId): RouteTable | undefined {
    let current: AccountId | undefined = account;
    while (current !== undefined) {
      const table = tables.get(current);
      if (table !== undefined && table.routes.length > 0) return table;
      current = parts.directory.account(current)?.parent;
    }
    return undefined;
  }

  function resolve(table: RouteTable, destination: string): readonly Connector[] {
    const route = table.routes.find((each) => each.destination === destination || each.destination === "*");
    return (route?.providers ?? []).flatMap((id) => {
      const provider = providers.get(id);
      const connector = connectors.get(id);
      return provider === undefined || connector === undefined || !mayUse(table.account, provider) ? [] : [connector];
    });
  }

  function sandboxFor(account: AccountId): readonly Connector[] {
    let found = sandboxes.get(account);
    if (found === undefined) {
      const provider = [...providers.values()].find((each) => each.kind === "sandbox" && mayUse(account, each));
      const connector = provider === undefined ? undefined : connectors.get(provider.id);
      found = connector === undefined ? [] : [connector];
      sandboxes.set(account, found);
    }
    return found;
  }

  return {
    connectorsFor(account, destination: Destination, mode) {
      if (mode === "test") return sandboxFor(account);
      const table = tableFor(account);
      if (table === undefined) return [];
      let known = resolved.get(table.account);
      if (known === undefined) {
        known = new Map();
        resolved.set(table.account, known);
      }
      let found = known.get(destination);
      if (found === undefined) {
        found = resolve(table, destination);
        known.set(destination, found);
      }
      return found;
    },
    connector: (id) => connectors.get(id),
    provider: (id) => providers.get(id),
    providers: (account) =>
      [...providers.values()].filter((provider) => account === undefined || mayUse(account, provider)),
    providerByReportToken: (token) => byToken.get(token),
    routesOf: (account) => tables.get(account),
    apply(record: JournalRecord) {
      switch (record.type) {
        case "provider_saved":
          save(record.provider);
          break;
        case "provider_removed":
          remove(record.provider);
          break;
        case "routes_saved":
          tables.set(record.routes.account, record.routes);
          break;
        case "account_saved":
          break;
        default:
          return;
      }
      resolved.clear();
      sandboxes.clear();
    },
    async close() {
      await Promise.all([...connectors.values()].map((connector) => connector.close()));
    },
  };
}

/** A provider that cannot be used stays in its routes and refuses everything, so that it is seen and nothing is lost. */
function usableConnector(provider: Provider, parts: ConnectorParts): Connector {
  try {
    return createConnector(provider, parts);
  } catch (error) {
    if (!(error instanceof ProviderInvalid || error instanceof SealBroken)) throw error;
    const text =
      error instanceof SealBroken
        ? `Nothing was sent: the secrets of provider ${provider.id} were sealed under another master key.`
        : `Nothing was sent: ${error.message}.`;
    const outcome: SubmissionOutcome = {
      type: "refused",
      kind: "unavailable",
      code: "provider_unusable",
      text,
      answer: undefined,
    };
    return {
      id: provider.id,
      kind: provider.kind,
      maxBatch: 1000,
      submit: (batch: readonly Submission[]) => Promise.resolve(batch.map(() => outcome)),
      close: () => Promise.resolve(),
    };
  }
}
