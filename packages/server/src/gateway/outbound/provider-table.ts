import type { AccountId, Destination } from "@safeguard/core";
import type { Connector } from "./connector.ts";

/** Which connectors serve a message, in order. Live view of the configured providers and routes. */
export interface ProviderTable {
  /**
   * Connectors for a destination, in the order to be tried: by the account's routes, else its nearest ancestor's.
   * A test key gets the sandbox alone. Empty: no route.
   */
  connectorsFor(account: AccountId, destination: Destination, mode: "live" | "test"): readonly Connector[];
  connector(id: string): Connector | undefined;
}
