import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "../accounts/api-key.ts";
import type { Directory } from "../accounts/directory.ts";
import { compileNetworks, inNetworks } from "../accounts/network.ts";
import { scopesOfRole } from "../accounts/permissions.ts";
import type { Authentication, KeyPrincipal } from "../accounts/principal.ts";
import type { Member } from "../members/member.ts";
import type { SignedIn } from "./sign-in.ts";

/** Where a person may do something, and as what. */
export interface Membership {
  readonly account: Account;
  readonly member: Member;
}

/** The accounts that a person is a member of, by name. Rights reach what is below each of them, too. */
export function membershipsOf(
  directory: Pick<Directory, "accounts" | "membersOf">,
  email: string,
): readonly Membership[] {
  return directory
    .accounts()
    .flatMap((account) => {
      const member = directory.membersOf(account.id).find((one) => one.email === email.toLowerCase());
      return member === undefined ? [] : [{ account, member }];
    })
    .sort((a, b) => a.account.name.localeCompare(b.account.name));
}

/**
 * A session as what a personal access key would be: it permits what the person's role permits in the account that is named,
 * or in the nearest one above it. `named`: an account; undefined: the first of the person's own.
 */
export function proveSession(
  directory: Directory,
  { session, email }: SignedIn,
  { named, address }: { readonly named: string | undefined; readonly address: string },
): Authentication<KeyPrincipal> {
  const memberships = membershipsOf(directory, email);
  const membership = named === undefined ? memberships[0] : nearest(directory, memberships, named as AccountId);
  if (membership === undefined) return { ok: false, failure: "credential_unknown" };
  const { account, member } = membership;
  if (account.networks.length > 0 && !inNetworks(compileNetworks(account.networks), address)) {
    return { ok: false, failure: "network_not_allowed" };
  }
  if (directory.isSuspended(account.id)) return { ok: false, failure: "suspended" };
  return { ok: true, principal: { type: "key", account, key: keyOfSession(session, membership), role: member.role } };
}

/** A foreign account is answered as the person's first, whose reach then does not include it. */
function nearest(
  directory: Pick<Directory, "account">,
  memberships: readonly Membership[],
  named: AccountId,
): Membership | undefined {
  for (let id: AccountId | undefined = named; id !== undefined; id = directory.account(id)?.parent) {
    const found = memberships.find(({ account }) => account.id === id);
    if (found !== undefined) return found;
  }
  return memberships[0];
}

/** It has no secrets: a session proves itself. */
function keyOfSession(session: string, { account, member }: Membership): ApiKey {
  return {
    id: `ses_${session}`,
    account: account.id,
    name: member.name,
    mode: "live",
    scopes: scopesOfRole(member.role),
    secretHash: "",
    productTokenHash: "",
    authTokenHash: "",
    authTokenSealed: "",
    hint: "",
    networks: [],
    mayChoosePolicies: [],
    mayDisableRiskCheck: false,
    createdAt: 0 as EpochMilliseconds,
    person: member.person,
  };
}
