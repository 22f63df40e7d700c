import type { AccountId } from "../brand.ts";

const DAY_MS = 86_400_000;
/** So many accounts have to agree, so that nothing of a single one can be told from it. */
const LEAST_ACCOUNTS = 3;
const MOST_BLOCKS = 4_096;

/**
 * Blocks of 100,000 numbers that were attacked, by how many accounts: only of those that chose to share, and only to
 * those. Blocks and counts, never numbers; it nominates (a block is suspected sooner) and stops nothing by itself.
 */
export class SharedEvidence {
  readonly #attacked: Map<number, Map<AccountId, number>> = new Map();

  note(account: AccountId, block: number, at: number): void {
    let accounts = this.#attacked.get(block);
    if (accounts === undefined) {
      accounts = new Map();
      this.#attacked.set(block, accounts);
      const [oldest] = this.#attacked.keys();
      if (this.#attacked.size > MOST_BLOCKS && oldest !== undefined) this.#attacked.delete(oldest);
    }
    accounts.set(account, at);
  }

  /** Did enough others see an attack there within a day? */
  isNominated(account: AccountId, block: number, at: number): boolean {
    const accounts = this.#attacked.get(block);
    if (accounts === undefined) return false;
    let others = 0;
    for (const [other, seenAt] of accounts) if (other !== account && at - seenAt < DAY_MS) others++;
    return others >= LEAST_ACCOUNTS;
  }

  snapshot(): SharedEvidenceSnapshot {
    return [...this.#attacked].map(([block, accounts]) => [block, [...accounts]]);
  }

  static restore(snapshot: SharedEvidenceSnapshot): SharedEvidence {
    const shared = new SharedEvidence();
    for (const [block, accounts] of snapshot) shared.#attacked.set(block, new Map(accounts));
    return shared;
  }
}

export type SharedEvidenceSnapshot = readonly (readonly [number, readonly (readonly [AccountId, number])[]])[];
