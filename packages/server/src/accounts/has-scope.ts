import type { ApiKey, Scope } from "./api-key.ts";

/** Scopes that come with others: who may send or ask may also say what became of it. */
const COMES_WITH: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  "events:write": ["messages:send", "decisions:write"],
};

/** The scopes of which a key needs one. */
export function scopesThatGrant(scope: Scope): readonly Scope[] {
  return [scope, ...(COMES_WITH[scope] ?? [])];
}

export function hasScope(key: Pick<ApiKey, "scopes">, scope: Scope): boolean {
  // The scope itself first: that is how nearly every request ends.
  return key.scopes.includes(scope) || scopesThatGrant(scope).some((one) => key.scopes.includes(one));
}
