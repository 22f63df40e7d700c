/** Where the pages of Safeguard are. */
export const SAFEGUARD = "/channels/settings/business-messaging/safeguard";

/** Its tabs: each has an address of its own, and its name under `safeguard.tab`. */
export const TABS = [
  { name: "destinations", to: SAFEGUARD },
  { name: "ranges", to: `${SAFEGUARD}/ranges` },
  { name: "limits", to: `${SAFEGUARD}/limits` },
  { name: "detection", to: `${SAFEGUARD}/detection` },
  { name: "networks", to: `${SAFEGUARD}/networks` },
  { name: "history", to: `${SAFEGUARD}/history` },
] as const;
