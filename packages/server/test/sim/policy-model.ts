import type { AccountId, PolicyDocument } from "@safeguard/core";
import type { Account } from "../../src/accounts/account.ts";
import type { PolicyRevision } from "../../src/policies/policy-revision.ts";
import type { JournalRecord } from "../../src/store/journal-record.ts";

export interface CeilingModel {
  readonly owner: AccountId;
  readonly windowMs: number;
  /** Messages, or millionths of a dollar. */
  readonly most: number;
  readonly counts: "messages" | "money";
}

export const CEILING_WINDOWS: Readonly<Record<string, number>> = { hour: 3_600_000, "5 minutes": 300_000 };

/** What holds for whom, said over again as simply as it can be, from what was applied last. */
export class PolicyModel {
  readonly #accounts = new Map<AccountId, Account>();
  readonly #revisions = new Map<AccountId, Map<number, PolicyRevision>>();

  apply(record: JournalRecord): void {
    if (record.type === "account_saved") this.#accounts.set(record.account.id, record.account);
    if (record.type !== "revision_saved") return;
    const { revision } = record;
    const known = this.#revisions.get(revision.account) ?? new Map<number, PolicyRevision>();
    this.#revisions.set(revision.account, known.set(revision.number, revision));
  }

  account(id: AccountId): Account | undefined {
    return this.#accounts.get(id);
  }

  isSuspended(id: AccountId): boolean {
    return this.#chain(id).some(({ suspendedAt }) => suspendedAt !== undefined);
  }

  /** May a message to this number not go out? */
  isBlocked(id: AccountId, to: string, country: string): boolean {
    return this.#chain(id).some((account) => {
      const { destinations, exceptions } = this.documentOf(account.id);
      return destinations?.[country]?.action === "block" || exceptions?.some(({ range }) => range === to) === true;
    });
  }

  ceilingsOf(id: AccountId): readonly CeilingModel[] {
    return this.#chain(id).flatMap(({ id: owner }) =>
      (this.documentOf(owner).limits?.ceilings ?? []).map(({ window, messages, money }) => ({
        owner,
        windowMs: CEILING_WINDOWS[window] ?? Number.NaN,
        most: money === undefined ? (messages ?? 0) : Math.round(money.amount * 1_000_000),
        counts: money === undefined ? "messages" : "money",
      })),
    );
  }

  isWithin(id: AccountId, ancestor: AccountId): boolean {
    return this.#chain(id).some((account) => account.id === ancestor);
  }

  documentOf(id: AccountId): PolicyDocument {
    let latest: PolicyRevision | undefined;
    for (const revision of this.#revisions.get(id)?.values() ?? []) {
      if (revision.number > (latest?.number ?? 0)) latest = revision;
    }
    return latest?.document ?? {};
  }

  #chain(id: AccountId): readonly Account[] {
    const account = this.#accounts.get(id);
    if (account === undefined) return [];
    return account.parent === undefined ? [account] : [account, ...this.#chain(account.parent)];
  }
}
