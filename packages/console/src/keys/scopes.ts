import type { NewKey } from "@safeguard/client";

export type Scope = NewKey["scopes"][number];

/** Scopes by what they are about, in the order of use. */
export const SCOPE_GROUPS = [
  { name: "sending", scopes: ["messages:send", "messages:read", "decisions:write", "events:write", "usage:read"] },
  {
    name: "policies",
    scopes: [
      "policies:read",
      "policies:write",
      "approvals:write",
      "routes:write",
      "providers:write",
      "backtests:write",
    ],
  },
  { name: "incidents", scopes: ["incidents:read", "incidents:write", "alerts:write", "numbers:reveal"] },
  {
    name: "account",
    scopes: ["accounts:read", "accounts:write", "members:write", "keys:write", "audit:read", "privacy:write"],
  },
] as const satisfies readonly { readonly name: string; readonly scopes: readonly Scope[] }[];

export const SCOPES: readonly Scope[] = SCOPE_GROUPS.flatMap(({ scopes }): readonly Scope[] => scopes);

/** What most keys are for. */
export const PRESETS = {
  send: ["messages:send", "messages:read", "events:write"],
  ask: ["decisions:write", "events:write", "messages:read"],
  read: ["messages:read", "policies:read", "incidents:read", "usage:read"],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;
export type Preset = keyof typeof PRESETS;

/** The preset that these scopes are; undefined: they are chosen one by one. */
export function presetOf(scopes: readonly string[]): Preset | undefined {
  return (Object.keys(PRESETS) as Preset[]).find(
    (name) => PRESETS[name].length === scopes.length && PRESETS[name].every((scope) => scopes.includes(scope)),
  );
}

/** A scope as a name in the language files, where a colon means something else. */
export function scopeKey(scope: string): string {
  return `keys.scope.${scope.replace(":", "_")}`;
}
