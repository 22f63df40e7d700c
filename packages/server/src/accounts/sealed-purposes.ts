import type { AccountId } from "@safeguard/core";

/** The seal's purpose of a key's auth token. */
export function authTokenPurpose(keyId: string): string {
  return `auth-token:${keyId}`;
}

/** The seal's purpose of an account's webhook secret. */
export function webhookSecretPurpose(account: AccountId): string {
  return `webhook-secret:${account}`;
}
