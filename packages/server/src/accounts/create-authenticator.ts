import { timingSafeEqual } from "node:crypto";
import type { CredentialIndex, HashedCredential } from "./create-directory.ts";
import { hashCredential } from "./mint-key.ts";
import { inNetworks } from "./network.ts";
import type { Authentication, AuthenticationFailure, Authenticator, KeyPrincipal } from "./principal.ts";

/** Longer texts are not hashed: no credential of ours is that long. */
const MAX_CREDENTIAL_LENGTH = 200;

export interface AuthenticatorOptions {
  /** SHA-256 (hex) of the operator's secret; absent: nobody is the operator. */
  readonly operatorSecretHash?: string;
}

/**
 * Looks credentials up by their SHA-256 alone, so that how long a wrong one takes tells nothing about a right one. A cache
 * by the credential itself would: finding a string in a map compares it with others character by character. One SHA-256
 * costs less than half a microsecond.
 */
export function createAuthenticator(directory: CredentialIndex, options: AuthenticatorOptions = {}): Authenticator {
  const operatorHash =
    options.operatorSecretHash === undefined ? undefined : Buffer.from(options.operatorSecretHash, "hex");

  function isOperator(secretHash: string): boolean {
    if (operatorHash === undefined) return false;
    return timingSafeEqual(Buffer.from(secretHash, "hex"), operatorHash);
  }

  return {
    bySecret(secret, clientAddress, now) {
      if (secret === "") return failed("credential_missing");
      if (secret.length > MAX_CREDENTIAL_LENGTH) return failed("credential_unknown");
      const hash = hashCredential(secret);
      const found = directory.bySecretHash(hash);
      if (found !== undefined) return prove(found, clientAddress, now);
      return isOperator(hash) ? { ok: true, principal: { type: "operator" } } : failed("credential_unknown");
    },
    byProductToken(token, clientAddress, now) {
      if (token === "") return failed("credential_missing");
      if (token.length > MAX_CREDENTIAL_LENGTH) return failed("credential_unknown");
      // A GUID's letters may be written either way.
      const found = directory.byProductTokenHash(hashCredential(token.toLowerCase()));
      return found === undefined ? failed("credential_unknown") : prove(found, clientAddress, now);
    },
    byAuthToken(sid, token, clientAddress, now) {
      if (sid === "" || token === "") return failed("credential_missing");
      if (token.length > MAX_CREDENTIAL_LENGTH) return failed("credential_unknown");
      const found = directory.byAuthTokenHash(hashCredential(token));
      if (found === undefined || found.credential.principal.account.twilioSid !== sid) {
        return failed("credential_unknown");
      }
      return prove(found, clientAddress, now);
    },
  };
}

/** Networks first of all, then whether the key is still good. */
function prove(found: HashedCredential, clientAddress: string, now: number): Authentication<KeyPrincipal> {
  const { principal, accountNetworks, keyNetworks } = found.credential;
  if (accountNetworks.length > 0 && !inNetworks(accountNetworks, clientAddress)) return failed("network_not_allowed");
  if (keyNetworks.length > 0 && !inNetworks(keyNetworks, clientAddress)) return failed("network_not_allowed");
  const { revokedAt, expiresAt } = principal.key;
  if (revokedAt !== undefined) return failed("credential_expired");
  if (expiresAt !== undefined && expiresAt <= now) return failed("credential_expired");
  if (found.until !== undefined && found.until <= now) return failed("credential_expired");
  // Last, so that only who has the credential hears of it.
  if (found.credential.suspended) return failed("suspended");
  return { ok: true, principal };
}

function failed(failure: AuthenticationFailure): { readonly ok: false; readonly failure: AuthenticationFailure } {
  return { ok: false, failure };
}
