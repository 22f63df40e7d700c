import type { EpochMilliseconds } from "@safeguard/core";
import type { AccountServiceDeps } from "../accounts/account-services.ts";
import type { ApiKey } from "../accounts/api-key.ts";
import { keptSecrets } from "../accounts/change-key.ts";
import { checkGrant } from "../accounts/check-grant.ts";
import type { CreatedKey } from "../accounts/create-key.ts";
import { seenBy } from "../accounts/hands.ts";
import { hasScope } from "../accounts/has-scope.ts";
import { mintKey } from "../accounts/mint-key.ts";
import { type Role, scopesOfRole } from "../accounts/permissions.ts";
import type { Principal } from "../accounts/principal.ts";
import { randomId } from "../accounts/random-id.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Member } from "./member.ts";
import type { MemberPatch, NewMember, NewPersonalKey } from "./member-body.ts";

/** So that no client can fill the memory. */
const MOST_MEMBERS = 1000;

/** Makes a person a member of the context's account. The same e-mail address is the same person in every account. */
export function addMember(deps: AccountServiceDeps, context: AccountContext, input: NewMember): Promise<Member> {
  return deps.serially(async () => {
    const { account, at, actor } = context;
    checkRole(context.principal, input.role);
    const email = input.email.toLowerCase();
    const members = deps.directory.membersOf(account.id);
    if (members.some((member) => member.email === email)) {
      throw new ServiceError("conflict", "This person is a member already: change the role instead.");
    }
    if (members.length >= MOST_MEMBERS) {
      throw new ServiceError("conflict", `An account has at most ${MOST_MEMBERS} members.`);
    }
    const member: Member = {
      id: randomId("mem_"),
      account: account.id,
      person: deps.directory.personByEmail(email) ?? randomId("per_"),
      name: input.name,
      email,
      role: input.role,
      createdAt: at,
    };
    await deps.changes.commit([{ type: "member_saved", at, actor, member }]);
    return member;
  });
}

/** Changes name or role; what the person may do follows with the next request. */
export function changeMember(
  deps: AccountServiceDeps,
  context: AccountContext,
  id: string,
  patch: MemberPatch,
): Promise<Member> {
  return deps.serially(async () => {
    const { at, actor, principal } = context;
    const before = memberOfAccount(deps, context, id);
    checkRole(principal, before.role);
    const member: Member = { ...before, name: patch.name ?? before.name, role: patch.role ?? before.role };
    checkRole(principal, member.role);
    if (before.role === "owner" && member.role !== "owner") refuseLastOwner(deps, context, before);
    await deps.changes.commit([{ type: "member_saved", at, actor, member }]);
    return member;
  });
}

/** Takes the person's rights in this account, with the next request; its keys here are refused for ever. */
export function removeMember(deps: AccountServiceDeps, context: AccountContext, id: string): Promise<Member> {
  return deps.serially(async () => {
    const { account, at, actor } = context;
    const before = memberOfAccount(deps, context, id);
    checkRole(context.principal, before.role);
    if (before.role === "owner") refuseLastOwner(deps, context, before);
    const member: Member = { ...before, removedAt: at };
    const keys = deps.directory
      .keysOf(account.id)
      .filter((key) => key.person === before.person && key.revokedAt === undefined)
      .map((key) => ({ type: "key_saved", at, actor, key: { ...key, revokedAt: at } }) as const);
    await deps.changes.commit([{ type: "member_saved", at, actor, member }, ...keys]);
    return member;
  });
}

/** A key with which the member acts: it permits what the member's role permits, whatever that is by then. */
export function createPersonalKey(
  deps: AccountServiceDeps,
  context: AccountContext,
  id: string,
  input: NewPersonalKey,
): Promise<CreatedKey> {
  return deps.serially(async () => {
    const { account, at, actor, principal } = context;
    const member = memberOfAccount(deps, context, id);
    const minted = mintKey(input.mode);
    const key: ApiKey = {
      id: minted.id,
      account: account.id,
      name: input.name,
      mode: input.mode,
      scopes: [],
      ...keptSecrets(deps.seal, minted.id, minted),
      networks: principal.type === "key" ? principal.key.networks : [],
      mayChoosePolicies: [],
      mayDisableRiskCheck: false,
      createdAt: at,
      person: member.person,
      ...seenBy(principal, undefined),
      ...(input.expiresAt !== undefined && { expiresAt: Date.parse(input.expiresAt) as EpochMilliseconds }),
    };
    checkGrant(principal, { ...key, scopes: scopesOfRole(member.role) });
    await deps.changes.commit([{ type: "key_saved", at, actor, key }]);
    return { key, minted };
  });
}

/** The member with this id, if it is one of the account. A foreign one is as a missing one. */
export function memberOfAccount(
  { directory }: Pick<AccountServiceDeps, "directory">,
  { account }: Pick<AccountContext, "account">,
  id: string,
): Member {
  const member = directory.member(id);
  if (member === undefined || member.account !== account.id || member.removedAt !== undefined) {
    throw new ServiceError("not_found", "There is no such member.");
  }
  return member;
}

/** Nobody gives, or takes away, a role that permits more than he may do himself. */
function checkRole(giver: Principal, role: Role): void {
  if (giver.type === "operator") return;
  const beyond = scopesOfRole(role).filter((scope) => !hasScope(giver.key, scope));
  if (beyond.length === 0) return;
  throw new ServiceError("forbidden", `The role ${role} permits more than you may do.`, [
    { field: "role", message: `permits ${beyond.join(", ")}, which you may not do` },
  ]);
}

/** A key, an account above, or the operator can still do what this one could: but nobody should lose the account by slip. */
function refuseLastOwner(deps: AccountServiceDeps, { account, principal }: AccountContext, leaving: Member): void {
  if (principal.type === "operator" || principal.account.id !== account.id) return;
  const others = deps.directory.membersOf(account.id).filter(({ id, role }) => id !== leaving.id && role === "owner");
  if (others.length > 0) return;
  throw new ServiceError("conflict", "This is the account's last owner: make somebody else an owner first.");
}
