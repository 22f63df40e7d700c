import type { EpochMilliseconds } from "@safeguard/core";
import type { AccountContext } from "../../api/account-context.ts";
import type { Caller } from "../../api/caller.ts";
import { createPolicyBook } from "../../policies/policy-book.ts";
import type { PolicyServiceDeps } from "../../policies/policy-services.ts";
import { putRevision } from "../../policies/put-revision.ts";
import type { JournalRecord } from "../../store/journal-record.ts";
import type { Seal } from "../../store/seal.ts";
import type { Account } from "../account.ts";
import type { NewAccount } from "../account-body.ts";
import type { AccountServiceDeps } from "../account-services.ts";
import { createAccount } from "../create-account.ts";
import { createAuthenticator } from "../create-authenticator.ts";
import { createDirectory } from "../create-directory.ts";
import { type CreatedKey, createKey } from "../create-key.ts";
import type { NewKey } from "../key-body.ts";
import type { Principal } from "../principal.ts";
import { createSerially } from "../serially.ts";

export const NOW = Date.parse("2026-11-22T12:00:00Z") as EpochMilliseconds;

export const OPERATOR: Caller = {
  principal: { type: "operator" },
  actor: { type: "operator", name: "operator" },
  at: NOW,
};

/** Seals by writing the purpose before the text: enough to see what was sealed for what. */
export const OPEN_SEAL: Seal = {
  seal: (text, purpose) => `${purpose}|${text}`,
  open(sealed, purpose) {
    if (!sealed.startsWith(`${purpose}|`)) throw new Error(`sealed for another purpose than ${purpose}`);
    return sealed.slice(purpose.length + 1);
  },
  hash: (text, purpose) => `${purpose}|${text}`,
};

/** Accounts and keys over a journal that is an array. */
export function createAccountWorld() {
  const directory = createDirectory();
  const book = createPolicyBook();
  const journal: JournalRecord[] = [];
  const deps: AccountServiceDeps & PolicyServiceDeps = {
    directory,
    seal: OPEN_SEAL,
    book,
    urlProblem: () => undefined,
    serially: createSerially(),
    changes: {
      async commit(records) {
        await Promise.resolve();
        journal.push(...records);
        for (const record of records) {
          directory.apply(record);
          book.apply(record);
        }
      },
    },
  };
  const contextOf = (account: Account, principal: Principal = OPERATOR.principal, at = NOW): AccountContext => ({
    principal,
    actor: principal.type === "key" ? { type: "key", key: principal.key.id } : OPERATOR.actor,
    account,
    at,
  });
  return {
    deps,
    directory,
    journal,
    authenticator: createAuthenticator(directory),
    contextOf,
    async account(input: Partial<NewAccount> = {}): Promise<Account> {
      return (await createAccount(deps, OPERATOR, { name: "Shop", ...input })).account;
    },
    key(account: Account, input: Partial<NewKey> = {}, by: AccountContext = contextOf(account)): Promise<CreatedKey> {
      return createKey(deps, by, { name: "server", mode: "live", scopes: ["messages:send"], ...input });
    },
    /** Gives the account a policy of this name. */
    policy(account: Account, policy: string): Promise<unknown> {
      const input = { document: {}, state: "in_force", reason: "test" } as const;
      return putRevision(deps, contextOf(account), policy, input);
    },
    /** The principal of a key as it is now. */
    principalOf(key: { readonly id: string }): Principal {
      const current = directory.key(key.id);
      const account = current && directory.account(current.account);
      if (current === undefined || account === undefined) throw new Error("no such key");
      return { type: "key", account, key: current };
    },
  };
}
