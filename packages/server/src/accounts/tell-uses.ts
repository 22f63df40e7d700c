import type { Authentication, Authenticator, Principal } from "./principal.ts";

/** A good credential; never the credential itself. */
export interface CredentialUse {
  readonly who: "key" | "operator";
  readonly key?: string;
  readonly account?: string;
  /** Of the client. */
  readonly address: string;
}

const HOUR_MS = 3_600_000;
/** Pairs of key and address that are remembered; the one that was told longest ago goes first, and is told again. */
const MOST_REMEMBERED = 10_000;

/** An authenticator that tells of each key that it lets in, once in an hour from each address. */
export function tellUses(
  authenticator: Authenticator,
  onUse: (use: CredentialUse) => void,
  most = MOST_REMEMBERED,
): Authenticator {
  // In the order in which they were told.
  const toldAt = new Map<string, number>();
  const told = <P extends Principal>(proof: Authentication<P>, address: string, now: number): Authentication<P> => {
    if (!proof.ok) return proof;
    const principal: Principal = proof.principal;
    const id = `${principal.type === "key" ? principal.key.id : ""} ${address}`;
    const at = toldAt.get(id);
    if (at !== undefined && now - at < HOUR_MS) return proof;
    toldAt.delete(id);
    toldAt.set(id, now);
    if (toldAt.size > most) {
      const [oldest] = toldAt.keys();
      if (oldest !== undefined) toldAt.delete(oldest);
    }
    onUse(
      principal.type === "key"
        ? { who: "key", key: principal.key.id, account: principal.account.id, address }
        : { who: "operator", address },
    );
    return proof;
  };
  return {
    bySecret: (secret, address, now) => told(authenticator.bySecret(secret, address, now), address, now),
    byProductToken: (token, address, now) => told(authenticator.byProductToken(token, address, now), address, now),
    byAuthToken: (sid, token, address, now) => told(authenticator.byAuthToken(sid, token, address, now), address, now),
  };
}
