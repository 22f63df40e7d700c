import { ALERTS } from "../alerts/alerts-search.ts";
import { APPROVALS } from "../approvals/approvals-search.ts";
import { AUDIT } from "../audit/audit-search.ts";
import { BACKTEST } from "../backtest/backtest-search.ts";
import { CUSTOMERS } from "../customers/customers-search.ts";
import { KEYS } from "../keys/keys-search.ts";
import { LIVE } from "../live/live-search.ts";
import { MESSAGES } from "../messages/messages-search.ts";
import { OWN_SIGN_IN, PEOPLE } from "../people/people-search.ts";
import { PROVIDERS } from "../providers/provider-types.ts";
import { SAFEGUARD } from "../safeguard/tabs.ts";
import type { Working } from "../session/session.ts";
import { SETTINGS } from "../settings/settings-draft.ts";
import { VERIFICATION } from "../verification/verification-search.ts";

/** Where pages are, in the order and under the names of the seed: who knows CM.com finds the way. */
export interface NavigationEntry {
  /** Key of its name in the language files. */
  readonly name: string;
  readonly to?: string;
  /** Only who may do this sees it. */
  readonly permission?: string;
  /** There where the sandbox is on only. */
  readonly inSandbox?: true;
  /** There for accounts that have others below them, or could: those that nobody is above. */
  readonly forParents?: true;
  readonly below?: readonly NavigationEntry[];
}

/** Who is it for? Of the same level. */
export function entriesFor(
  entries: readonly NavigationEntry[],
  { account, signedIn }: Pick<Working, "account" | "signedIn">,
  hasSandbox: boolean,
): readonly NavigationEntry[] {
  const isParent = account.parent === null || signedIn.accounts.some(({ parent }) => parent === account.id);
  return entries.filter(
    ({ inSandbox, permission, forParents }) =>
      (inSandbox !== true || hasSandbox) &&
      (permission === undefined || account.permissions.includes(permission)) &&
      (forParents !== true || isParent),
  );
}

export const NAVIGATION: readonly NavigationEntry[] = [
  { name: "overview", to: "/overview" },
  {
    name: "channels",
    below: [
      { name: "incidents", to: "/channels/incidents" },
      { name: "live", to: LIVE },
      { name: "messages", to: MESSAGES },
      { name: "verification", to: VERIFICATION },
      {
        name: "apiAccess",
        below: [
          { name: "keys", to: KEYS, permission: "keys:write" },
          {
            name: "businessMessaging",
            below: [
              { name: "providers", to: PROVIDERS, permission: "routes:write" },
              { name: "alerts", to: ALERTS, permission: "incidents:read" },
              { name: "safeguard", to: SAFEGUARD },
              { name: "approvals", to: APPROVALS, permission: "policies:read" },
              { name: "backtest", to: BACKTEST },
            ],
          },
          { name: "audit", to: AUDIT, permission: "audit:read" },
        ],
      },
    ],
  },
  { name: "customers", to: CUSTOMERS, permission: "accounts:read", forParents: true },
  {
    name: "ownSettings",
    below: [
      { name: "people", to: PEOPLE },
      { name: "settings", to: SETTINGS },
      { name: "ownSignIn", to: OWN_SIGN_IN },
    ],
  },
  { name: "sandbox", to: "/sandbox", inSandbox: true },
];
