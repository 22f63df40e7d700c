import { SCOPES, type Scope } from "./api-key.ts";

/** What a person is in an account. */
export const ROLES = ["owner", "operator", "analyst", "read_only"] as const;
export type Role = (typeof ROLES)[number];

/** What each role is for. */
export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  owner: "Everything, also who else may do what.",
  operator: "Runs it from day to day: policies, routes, incidents, approvals; no keys and no people.",
  analyst: "Looks at everything, and judges incidents.",
  read_only: "Looks, and changes nothing; no whole numbers, no audit trail.",
};

/** One thing that can be permitted. */
export interface Permission {
  readonly meaning: string;
  /** Persons with one of these roles have it. */
  readonly roles: readonly Role[];
  /** Scopes that bring it along for programs' keys, besides the scope of its own name. Persons have what their role says. */
  readonly comesWith?: readonly Scope[];
  /** Nobody may do it for a suspended account, whoever asks. */
  readonly stopsWhenSuspended?: true;
}

const EVERYBODY: readonly Role[] = ROLES;
const OWNER: readonly Role[] = ["owner"];
const RUNS: readonly Role[] = ["owner", "operator"];

/**
 * Who may do what: the one table in which roles of persons and scopes of keys meet. Every route names its permission. A
 * right over an account reaches those below it, never its parent or its siblings.
 */
export const PERMISSIONS: Readonly<Record<Scope, Permission>> = {
  "messages:send": { meaning: "Send messages.", roles: RUNS, stopsWhenSuspended: true },
  "messages:read": { meaning: "Look up messages and decisions.", roles: EVERYBODY },
  "decisions:write": { meaning: "Ask for decisions.", roles: RUNS, stopsWhenSuspended: true },
  "events:write": {
    meaning: "Say what became of messages, and who is verified.",
    roles: RUNS,
    comesWith: ["messages:send", "decisions:write"],
    stopsWhenSuspended: true,
  },
  "policies:read": { meaning: "Read policies, their history, and what a change would do.", roles: EVERYBODY },
  "policies:write": { meaning: "Change policies, destinations, exceptions, detection and limits.", roles: RUNS },
  "approvals:write": { meaning: "Approve or reject what another has proposed.", roles: RUNS },
  "accounts:read": { meaning: "Read settings of accounts, and who is a member.", roles: EVERYBODY },
  "accounts:write": { meaning: "Change, make, suspend and resume accounts.", roles: OWNER },
  "members:write": {
    meaning: "Say which persons are members, in which role, and give them access keys.",
    roles: OWNER,
  },
  "keys:write": { meaning: "See, make, change, suspend and revoke keys.", roles: OWNER },
  "routes:write": { meaning: "See and choose which providers messages go through.", roles: RUNS },
  "providers:write": { meaning: "Keep providers of the account's own, with their credentials.", roles: OWNER },
  "incidents:read": { meaning: "Read incidents and alerts; numbers are masked.", roles: EVERYBODY },
  "incidents:write": {
    meaning: "Judge incidents, contain ranges, lock down, bypass.",
    roles: ["owner", "operator", "analyst"],
  },
  "alerts:write": {
    meaning: "Choose where alerts go, tell webhooks once more, and resume paused ones.",
    roles: RUNS,
  },
  "usage:read": { meaning: "Read counts, spend and what is left of limits.", roles: EVERYBODY },
  "numbers:reveal": {
    meaning: "Look at whole numbers, where they are shown masked; each look is in the audit trail.",
    roles: ["owner", "operator", "analyst"],
    comesWith: ["messages:read"],
  },
  "privacy:write": {
    meaning: "Take out all that is kept of a person's number, and erase it; each is in the audit trail.",
    roles: OWNER,
  },
  "backtests:write": {
    meaning: "Bring past traffic and run backtests over it; what they found is read with policies:read.",
    roles: ["owner", "operator", "analyst"],
  },
  "audit:read": { meaning: "Read the audit trail.", roles: ["owner", "operator", "analyst"] },
};

/** What a role permits, in the words of scopes. */
export function scopesOfRole(role: Role): readonly Scope[] {
  return SCOPES_OF_ROLES[role];
}

const scopesWith = (role: Role): readonly Scope[] => SCOPES.filter((scope) => PERMISSIONS[scope].roles.includes(role));

const SCOPES_OF_ROLES: Readonly<Record<Role, readonly Scope[]>> = {
  owner: scopesWith("owner"),
  operator: scopesWith("operator"),
  analyst: scopesWith("analyst"),
  read_only: scopesWith("read_only"),
};
