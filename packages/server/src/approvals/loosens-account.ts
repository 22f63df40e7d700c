import type { AccountId } from "@safeguard/core";
import type { ApiKey } from "../accounts/api-key.ts";
import { changeKey } from "../accounts/change-key.ts";
import type { Directory } from "../accounts/directory.ts";
import { compileNetworks, withinNetworks } from "../accounts/network.ts";
import { type Role, scopesOfRole } from "../accounts/permissions.ts";
import type { LooseningAct } from "./act-proposal.ts";

/** With one of these somebody can loosen what protects the account, or let others do it. */
const STRONG: ReadonlySet<string> = new Set([
  "policies:write",
  "approvals:write",
  "incidents:write",
  "accounts:write",
  "members:write",
  "keys:write",
  "privacy:write",
]);

/** Would the act loosen anything as things are? What brings no one more than he has does not. */
export function loosensAccount(directory: Directory, account: AccountId, act: LooseningAct): boolean {
  switch (act.type) {
    case "judge_incident":
    case "release_range":
    case "end_lockdown":
    case "bypass":
      return true;
    case "add_member":
      return isStrong(act.member.role);
    case "change_member": {
      const before = directory.member(act.member);
      const { role } = act.patch;
      if (before === undefined || before.account !== account || role === undefined) return false;
      const had = new Set<string>(scopesOfRole(before.role));
      return scopesOfRole(role).some((scope) => STRONG.has(scope) && !had.has(scope));
    }
    case "widen_key": {
      const before = directory.key(act.key);
      return before !== undefined && before.account === account && isWider(before, changeKey(before, act.patch));
    }
  }
}

function isStrong(role: Role): boolean {
  return scopesOfRole(role).some((scope) => STRONG.has(scope));
}

/** Can it do anything that it could not before: more scopes, from elsewhere, by another policy, for longer? */
function isWider(before: ApiKey, after: ApiKey): boolean {
  if (after.scopes.some((scope) => !before.scopes.includes(scope))) return true;
  if (after.mayDisableRiskCheck && !before.mayDisableRiskCheck) return true;
  if (after.policy !== before.policy) return true;
  if (after.mayChoosePolicies.some((policy) => !before.mayChoosePolicies.includes(policy))) return true;
  if ((after.expiresAt ?? Number.POSITIVE_INFINITY) > (before.expiresAt ?? Number.POSITIVE_INFINITY)) return true;
  if (before.networks.length === 0) return false;
  const outer = compileNetworks(before.networks);
  const inner = compileNetworks(after.networks);
  return inner.length === 0 || !inner.every((network) => withinNetworks(network, outer));
}
