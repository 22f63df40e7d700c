import type { ApiKey, Scope } from "./api-key.ts";
import { PERMISSIONS } from "./permissions.ts";

/** The scopes of which a program's key needs one. */
export function scopesThatGrant(scope: Scope): readonly Scope[] {
  return [scope, ...(PERMISSIONS[scope].comesWith ?? [])];
}

export function hasScope(key: Pick<ApiKey, "scopes" | "person">, scope: Scope): boolean {
  // The scope itself first: that is how nearly every request ends.
  if (key.scopes.includes(scope)) return true;
  // (of a person's key the scopes are all that the role permits)
  return key.person === undefined && (PERMISSIONS[scope].comesWith?.some((one) => key.scopes.includes(one)) ?? false);
}
