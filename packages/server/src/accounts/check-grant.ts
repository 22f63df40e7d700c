import { type Problem, ServiceError } from "../api/service-error.ts";
import type { ApiKey } from "./api-key.ts";
import { hasScope } from "./has-scope.ts";
import { compileNetworks, withinNetworks } from "./network.ts";
import type { Principal } from "./principal.ts";

/**
 * Nobody hands out more than he has. Refuses to give out `key` (make it, change it so, or show new secrets of it) when it
 * could do what the giver cannot: scopes, live traffic, networks, policies, skipping the risk check.
 */
export function checkGrant(giver: Principal, key: ApiKey): void {
  if (giver.type === "operator") return;
  const own = giver.key;
  const problems: Problem[] = [];
  for (const scope of key.scopes) {
    if (!hasScope(own, scope)) problems.push({ field: "scopes", message: `${scope} is beyond your own key` });
  }
  if (own.mode === "test" && key.mode === "live") {
    problems.push({ field: "mode", message: "a test key can make test keys only" });
  }
  if (key.mayDisableRiskCheck && !own.mayDisableRiskCheck) {
    problems.push({ field: "mayDisableRiskCheck", message: "is beyond your own key" });
  }
  if (own.networks.length > 0) {
    const outer = compileNetworks(own.networks);
    const inner = compileNetworks(key.networks);
    if (inner.length === 0 || !inner.every((network) => withinNetworks(network, outer))) {
      problems.push({ field: "networks", message: `must lie within your own key's: ${own.networks.join(", ")}` });
    }
  }
  // Another policy can be looser: whoever cannot write policies can pass on only the choice that he has.
  if (!own.scopes.includes("policies:write")) {
    const choices = new Set([own.policy ?? giver.account.defaultPolicy, ...own.mayChoosePolicies]);
    for (const policy of [...(key.policy === undefined ? [] : [key.policy]), ...key.mayChoosePolicies]) {
      if (!choices.has(policy)) problems.push({ field: "policy", message: `${policy} is beyond your own key` });
    }
  }
  if (problems.length > 0) {
    throw new ServiceError("forbidden", "This would give more than your own key may do.", problems);
  }
}
