import type { AccountId } from "../brand.ts";
import type { CompiledPolicy } from "./compiled-policy.ts";
import type { Window } from "./revision-history.ts";

/** A compiled chain and when it holds: until something changes, and within its window. */
export interface CachedPolicy {
  readonly compiled: CompiledPolicy;
  readonly window: Readonly<Window>;
  readonly version: number;
}

/** A client names the policy in its request; made-up names must not fill the memory. */
const MOST_POLICIES_OF_ACCOUNT = 64;

/**
 * Compiled chains by account and policy, of at most about twice `accounts` accounts. Least recently used by halves: what
 * is asked for again moves from the old half to the young one, and when the young one is full the old one is dropped. A
 * hit in the young half, which is nearly every one, writes nothing.
 */
export class PolicyCache {
  readonly #accounts: number;
  #young: Map<AccountId, Map<string, CachedPolicy>> = new Map();
  #old: Map<AccountId, Map<string, CachedPolicy>> = new Map();

  constructor(accounts: number) {
    this.#accounts = accounts;
  }

  get(account: AccountId, policy: string): CachedPolicy | undefined {
    return (this.#young.get(account) ?? this.#promoted(account))?.get(policy);
  }

  set(account: AccountId, policy: string, cached: CachedPolicy): void {
    let policies = this.#young.get(account) ?? this.#promoted(account);
    if (policies === undefined || policies.size >= MOST_POLICIES_OF_ACCOUNT) {
      policies = new Map();
      this.#insert(account, policies);
    }
    policies.set(policy, cached);
  }

  #promoted(account: AccountId): Map<string, CachedPolicy> | undefined {
    const policies = this.#old.get(account);
    if (policies !== undefined) this.#insert(account, policies);
    return policies;
  }

  #insert(account: AccountId, policies: Map<string, CachedPolicy>): void {
    if (this.#young.size >= this.#accounts) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(account, policies);
  }
}
