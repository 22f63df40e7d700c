import type { Account } from "./account.ts";
import type { ApiKey } from "./api-key.ts";
import type { Role } from "./permissions.ts";

/** Who is asking, as the credential proved it. The operator is whoever can read the data directory. */
export type Principal =
  | { readonly type: "key"; readonly account: Account; readonly key: ApiKey; readonly role?: Role }
  | { readonly type: "operator" };

/** Who did something, as the record keeps it; `address`: of the client, where one asked. */
export type Actor =
  | { readonly type: "key"; readonly key: string; readonly person?: string; readonly address?: string }
  | { readonly type: "operator"; readonly name: string; readonly address?: string };

export type AuthenticationFailure =
  | "credential_missing"
  | "credential_unknown"
  | "credential_expired"
  /** The credential is right, and its key, its account or one above that is suspended. */
  | "suspended"
  | "network_not_allowed"
  /** From this address came too many wrong ones; it was not looked at. */
  | "too_many_attempts";

export type Authentication<P extends Principal = Principal> =
  | { readonly ok: true; readonly principal: P }
  | {
      readonly ok: false;
      readonly failure: AuthenticationFailure;
      /** Of `too_many_attempts`. */
      readonly retryAfterSeconds?: number;
    };

export type KeyPrincipal = Extract<Principal, { type: "key" }>;

/** Proves credentials from memory; no I/O, no clock (`now` is given). Client networks are checked here, first of all. */
export interface Authenticator {
  bySecret(secret: string, clientAddress: string, now: number): Authentication;
  byProductToken(token: string, clientAddress: string, now: number): Authentication<KeyPrincipal>;
  /** `sid` is the account's `AC…`. */
  byAuthToken(sid: string, token: string, clientAddress: string, now: number): Authentication<KeyPrincipal>;
}
