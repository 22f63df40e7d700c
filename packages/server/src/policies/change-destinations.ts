import type { Destination, DestinationAction, DestinationRule, PolicyDocument } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { type Problem, ServiceError } from "../api/service-error.ts";
import { destinationsNamed } from "./destination-names.ts";
import { type EditedPolicy, editInForce } from "./edit-in-force.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import type { ChangeInput } from "./save-revisions.ts";

/** Names are destinations (`NG`, `870`) or groups (`africa`). */
export interface ChangeDestinations extends ChangeInput {
  readonly block: readonly string[];
  /** Sent, and detection may act: the action `filter`. */
  readonly allow: readonly string[];
  readonly monitor: readonly string[];
  /** Back to what the list mode, or the account above, says. */
  readonly reset: readonly string[];
  /** With `action`: any names, and any action. */
  readonly groups: readonly string[];
  readonly action?: DestinationAction;
}

/** Blocks and allows destinations, one by one or by group, and leaves the rest of the policy as it is. */
export async function changeDestinations(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: ChangeDestinations,
): Promise<EditedPolicy> {
  const wanted = wantedRules(input);
  return editInForce(deps, context, policy, input, (document) => withDestinations(document, wanted));
}

/** undefined: no rule. */
type WantedRules = ReadonlyMap<Destination, DestinationRule | undefined>;

function wantedRules(input: ChangeDestinations): WantedRules {
  const problems: Problem[] = [];
  const wanted = new Map<Destination, { readonly field: string; readonly rule: DestinationRule | undefined }>();
  const want = (field: string, names: readonly string[], action: DestinationAction | undefined): void => {
    names.forEach((name, index) => {
      const found = destinationsNamed(name);
      if (!found.ok) {
        problems.push({ field: `${field}.${index}`, message: found.message });
        return;
      }
      for (const code of found.destinations) {
        const other = wanted.get(code);
        if (other !== undefined && other.rule?.action !== action) {
          problems.push({ field: `${field}.${index}`, message: `${code} stands in ${other.field}, too; name it once` });
        }
        wanted.set(code, { field, rule: action === undefined ? undefined : { action } });
      }
    });
  };
  want("block", input.block, "block");
  want("allow", input.allow, "filter");
  want("monitor", input.monitor, "monitor");
  want("reset", input.reset, undefined);
  if (input.groups.length > 0 && input.action === undefined) {
    problems.push({ field: "action", message: "is needed with groups: allow, monitor, filter or block" });
  }
  want("groups", input.groups, input.action);
  if (problems.length === 0 && wanted.size === 0) {
    problems.push({ field: "block", message: "names nothing: name destinations in block, allow, monitor or reset" });
  }
  if (problems.length > 0) throw new ServiceError("invalid_request", "The destinations are not valid.", problems);
  return new Map([...wanted].map(([code, { rule }]) => [code, rule]));
}

function withDestinations(document: PolicyDocument, wanted: WantedRules): PolicyDocument {
  const destinations: Record<string, DestinationRule> = { ...document.destinations };
  let changed = false;
  for (const [code, rule] of wanted) {
    const before = destinations[code];
    if (before?.action === rule?.action && before?.channels === undefined) continue;
    changed = true;
    if (rule === undefined) delete destinations[code];
    else destinations[code] = rule;
  }
  if (!changed) return document;
  const blocks = Object.values(destinations).some(({ action }) => action === "block");
  // `allow_all` says that nothing is blocked; `block_list` treats the others just the same.
  const listMode = document.listMode === "allow_all" && blocks ? "block_list" : document.listMode;
  return { ...document, ...(listMode !== undefined && { listMode }), destinations };
}
