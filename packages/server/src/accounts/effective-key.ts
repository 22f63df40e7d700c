import type { ApiKey } from "./api-key.ts";
import type { Directory } from "./directory.ts";
import { scopesOfRole } from "./permissions.ts";

/** The key with what it may do now: a personal one has no scopes of its own, but what the person's role permits. */
export function effectiveKey(directory: Pick<Directory, "membersOf">, key: ApiKey): ApiKey {
  if (key.person === undefined) return key;
  const member = directory.membersOf(key.account).find(({ person }) => person === key.person);
  return { ...key, scopes: member === undefined ? [] : scopesOfRole(member.role) };
}
