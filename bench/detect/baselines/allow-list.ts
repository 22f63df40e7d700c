import type { Rule } from "./rule.ts";

/** Only the account's usual countries: what CM.com's own Safeguard offers (an allow list of destinations). */
export function allowList(usual: ReadonlySet<string>): Rule {
  return { decide: ({ recipient }) => (usual.has(recipient.candidates[0]) ? "allow" : "block") };
}
