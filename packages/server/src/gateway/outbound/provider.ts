import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { ConnectorKind } from "./connector.ts";

/** A configured connector: which provider, with which account there. Credentials are sealed under the master key. */
export interface Provider {
  /** Chosen by the operator: lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly kind: ConnectorKind;
  /** Only this account and those below it may route to it; absent: every account. */
  readonly account?: AccountId;
  /** Kind-specific settings without secrets (base URL, account SID, template …). */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Kind-specific secrets, sealed as one JSON object. Absent: none needed. */
  readonly secretsSealed?: string;
  /** Unguessable part of the URL at which this provider delivers its reports. */
  readonly reportToken: string;
  readonly createdAt: EpochMilliseconds;
}

/** Destination → providers in order; the next one only after a definite refusal, and decided again first. */
export interface RouteTable {
  readonly account: AccountId;
  /** First match wins; `destination: "*"` matches all. */
  readonly routes: readonly { readonly destination: string; readonly providers: readonly string[] }[];
}
