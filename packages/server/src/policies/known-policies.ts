import type { AccountId } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { PolicyBook } from "./policy-book.ts";
import { STAND_IN } from "./timeline.ts";

/** Names that say something for the account: its own policies, those of the accounts above it, and `default`. Sorted. */
export function knownPolicies(
  { book, directory }: { readonly book: Pick<PolicyBook, "names">; readonly directory: Directory },
  account: AccountId | undefined,
): readonly string[] {
  const names = new Set([STAND_IN]);
  for (let id = account; id !== undefined; id = directory.account(id)?.parent) {
    for (const name of book.names(id)) names.add(name);
  }
  return [...names].sort();
}
