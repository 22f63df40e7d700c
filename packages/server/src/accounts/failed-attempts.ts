import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { hashCredential } from "./mint-key.ts";
import type { Authentication, AuthenticationFailure, Authenticator } from "./principal.ts";

export interface FailedAttemptLimits {
  /** Different wrong credentials that one address may show within a window. */
  readonly credentials: number;
  /** Milliseconds: of the window, and of the rest that follows when it is full. */
  readonly windowMs: number;
  /** Addresses remembered at most; the one that was quiet for longest goes first. */
  readonly addresses: number;
}

const LIMITS: FailedAttemptLimits = { credentials: 20, windowMs: 60_000, addresses: 10_000 };

/** What one address has shown. */
interface Attempts {
  /** When its window began. */
  readonly since: number;
  /** SHA-256 of each wrong credential, so that one client with an old key in a loop counts once. */
  readonly wrong: Set<string>;
  /** Nothing from it is looked at before then. */
  until: number;
}

/**
 * Hears of each different wrong credential that an address shows: no more often than `FailedAttemptLimits` let it.
 * `shutOut`: with this one it has shown too many.
 */
export type OnFailedAttempt = (failure: AuthenticationFailure, clientAddress: string, shutOut: boolean) => void;

/** An authenticator that stops looking at the credentials of an address which keeps guessing. */
export interface LimitedAuthenticator extends Authenticator {
  /** Addresses that are remembered now. */
  readonly remembered: number;
}

/**
 * Wraps an authenticator: an address (of IPv6: its /64, which is one customer's) that showed too many different wrong
 * credentials hears `too_many_attempts` for a while, whatever it shows. Only the operator is still let in, so that a client
 * on the same machine cannot lock him out. A missing credential, and a right one that is suspended, is no guess and does not count.
 */
export function limitFailedAttempts(
  authenticator: Authenticator,
  limits: FailedAttemptLimits = LIMITS,
  onFailed: OnFailedAttempt = () => undefined,
): LimitedAuthenticator {
  // In the order of their last failure.
  const byAddress = new Map<string, Attempts>();

  function failed(failure: AuthenticationFailure, address: string, credential: string, now: number): void {
    const origin = originOf(address);
    const known = byAddress.get(origin);
    const current = known !== undefined && now - known.since < limits.windowMs;
    const attempts: Attempts = current ? known : { since: now, wrong: new Set(), until: 0 };
    const before = attempts.wrong.size;
    attempts.wrong.add(hashCredential(credential));
    const shutOut = attempts.wrong.size >= limits.credentials;
    if (attempts.wrong.size > before) onFailed(failure, address, shutOut);
    if (shutOut) {
      attempts.wrong.clear();
      attempts.until = now + limits.windowMs;
    }
    byAddress.delete(origin);
    byAddress.set(origin, attempts);
    if (byAddress.size > limits.addresses) {
      for (const quietest of byAddress.keys()) {
        byAddress.delete(quietest);
        break;
      }
    }
  }

  function limited<A extends Authentication>(
    prove: (credential: string) => A,
    credential: string,
    clientAddress: string,
    now: number,
  ): A | TooManyAttempts {
    // Nobody has failed lately, as nearly always: not even the address is read.
    if (byAddress.size > 0) {
      const until = byAddress.get(originOf(clientAddress))?.until ?? 0;
      if (until > now) {
        const proof = prove(credential);
        if (proof.ok && proof.principal.type === "operator") return proof;
        const retryAfterSeconds = Math.ceil((until - now) / 1000);
        return { ok: false, failure: "too_many_attempts", retryAfterSeconds };
      }
    }
    const proof = prove(credential);
    if (!proof.ok && !NO_GUESS.has(proof.failure)) failed(proof.failure, clientAddress, credential, now);
    return proof;
  }

  return {
    get remembered() {
      return byAddress.size;
    },
    bySecret: (secret, address, now) =>
      limited((credential) => authenticator.bySecret(credential, address, now), secret, address, now),
    byProductToken: (token, address, now) =>
      limited((credential) => authenticator.byProductToken(credential, address, now), token, address, now),
    byAuthToken: (sid, token, address, now) =>
      limited((credential) => authenticator.byAuthToken(sid, credential, address, now), token, address, now),
  };
}

const NO_GUESS = new Set<AuthenticationFailure>(["credential_missing", "suspended"]);

type TooManyAttempts = {
  readonly ok: false;
  readonly failure: "too_many_attempts";
  readonly retryAfterSeconds: number;
};

/** An IPv4 address itself; of an IPv6 address the first 64 bits, because whoever has one has them all. */
function originOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
