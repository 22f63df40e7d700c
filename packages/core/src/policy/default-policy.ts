import { DESTINATIONS } from "../numbering/destinations.ts";
import type { DestinationRule, PolicyDocument } from "./policy-document.ts";

/**
 * What every account without a parent starts from. Nobody signs up with a satellite phone or a premium line, and both pay
 * a share to whoever owns the number; so they are blocked until a person allows them. All non-geographic networks are,
 * freephone (800) too: none of them ends at a person's own handset, so a message to one is a mistake or an attack.
 */
export const DEFAULT_POLICY: PolicyDocument = {
  listMode: "block_list",
  destinations: Object.fromEntries(
    DESTINATIONS.filter(({ kind, mark }) => kind === "non_geographic" || mark !== undefined).map(
      ({ code }): [string, DestinationRule] => [code, { action: "block" }],
    ),
  ),
  numberTypes: { premium: "block" },
};
