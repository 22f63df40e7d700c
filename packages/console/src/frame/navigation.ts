import { ALERTS } from "../alerts/alerts-search.ts";
import { AUDIT } from "../audit/audit-search.ts";
import { BACKTEST } from "../backtest/backtest-search.ts";
import { KEYS } from "../keys/keys-search.ts";
import { LIVE } from "../live/live-search.ts";
import { MESSAGES } from "../messages/messages-search.ts";
import { OWN_SIGN_IN, PEOPLE } from "../people/people-search.ts";
import { PROVIDERS } from "../providers/provider-types.ts";
import { SAFEGUARD } from "../safeguard/tabs.ts";
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
  readonly below?: readonly NavigationEntry[];
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
              { name: "backtest", to: BACKTEST },
            ],
          },
          { name: "audit", to: AUDIT, permission: "audit:read" },
        ],
      },
    ],
  },
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
