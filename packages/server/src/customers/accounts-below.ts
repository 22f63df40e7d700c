import type { AccountId } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { Directory } from "../accounts/directory.ts";

/** All accounts below this one, children and theirs, oldest first; not itself. */
export function accountsBelow(
  directory: Pick<Directory, "accounts" | "isWithin">,
  account: AccountId,
): readonly Account[] {
  return directory.accounts().filter(({ id }) => id !== account && directory.isWithin(id, account));
}
