import type { Authentication, Authenticator, KeyPrincipal, Principal } from "./principal.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Days of which requests are counted, today among them. */
const DAYS = 7;
/** A key that was not used for so long is forgotten here. */
const FORGOTTEN_AFTER_MS = 400 * DAY_MS;

/** How a key was used, no finer than one needs to tell which can go. */
export interface KeyUse {
  /** To the minute. */
  readonly lastAt: number;
  /** Requests of the last seven days, by day of Unix time, oldest first. */
  readonly days: readonly { readonly day: number; readonly requests: number }[];
}

/**
 * When and how often keys are used. Counted in memory: a request costs an addition. What is to be kept is taken out as a
 * whole now and then, so that a crash loses the last minute of counting and nothing else.
 */
export class KeyUses {
  readonly #byKey = new Map<string, { lastAt: number; days: { day: number; requests: number }[] }>();
  #isChanged = false;

  count(key: string, at: number): void {
    const day = Math.floor(at / DAY_MS);
    this.#isChanged = true;
    const known = this.#byKey.get(key);
    if (known === undefined) {
      this.#byKey.set(key, { lastAt: toMinute(at), days: [{ day, requests: 1 }] });
      return;
    }
    known.lastAt = Math.max(known.lastAt, toMinute(at));
    const last = known.days.at(-1);
    if (last !== undefined && last.day >= day) last.requests += 1;
    else {
      known.days.push({ day, requests: 1 });
      if (known.days.length > DAYS) known.days.shift();
    }
  }

  /** Undefined: it was not used, as far as is known. */
  of(key: string): KeyUse | undefined {
    return this.#byKey.get(key);
  }

  /** Requests of a key in the last seven days. */
  requests(key: string, now: number): number {
    const since = Math.floor(now / DAY_MS) - DAYS;
    const days = this.#byKey.get(key)?.days ?? [];
    return days.reduce((sum, { day, requests }) => sum + (day > since ? requests : 0), 0);
  }

  /** All of it, as text; undefined: nothing has changed since it was taken last. */
  take(now: number): string | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    for (const [key, { lastAt }] of this.#byKey) if (now - lastAt > FORGOTTEN_AFTER_MS) this.#byKey.delete(key);
    return JSON.stringify([...this.#byKey]);
  }

  /** What was taken before. */
  restore(text: string): void {
    for (const [key, use] of JSON.parse(text) as readonly (readonly [string, KeyUse])[]) {
      this.#byKey.set(key, { lastAt: use.lastAt, days: use.days.map((one) => ({ ...one })) });
    }
  }
}

function toMinute(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** An authenticator that counts each time that a key is let in. */
export function countKeyUses(authenticator: Authenticator, uses: KeyUses): Authenticator {
  const counted = <P extends Principal>(proof: Authentication<P>, now: number): Authentication<P> => {
    if (proof.ok && proof.principal.type === "key") uses.count((proof.principal as KeyPrincipal).key.id, now);
    return proof;
  };
  return {
    bySecret: (secret, address, now) => counted(authenticator.bySecret(secret, address, now), now),
    byProductToken: (token, address, now) => counted(authenticator.byProductToken(token, address, now), now),
    byAuthToken: (sid, token, address, now) => counted(authenticator.byAuthToken(sid, token, address, now), now),
  };
}
