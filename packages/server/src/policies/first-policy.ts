import { DEFAULT_POLICY, type DestinationRule, type PolicyDocument } from "@safeguard/core";
import { destinationsNamed } from "./destination-names.ts";

export type FirstPolicyResult =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The policy that the first account begins with. With countries of business (codes or groups): an allow list of them.
 * Without: a block list. In both, non-geographic, satellite and premium numbers are blocked until a person allows them.
 */
export function firstPolicy(countries: readonly string[] = []): FirstPolicyResult {
  if (countries.length === 0) return { ok: true, document: { ...DEFAULT_POLICY, listMode: "block_list" } };
  const problems: string[] = [];
  const destinations: Record<string, DestinationRule> = {};
  for (const country of countries) {
    const named = destinationsNamed(country);
    if (!named.ok) problems.push(named.message);
    else for (const code of named.destinations) destinations[code] = { action: "filter" };
  }
  if (problems.length > 0) return { ok: false, problems };
  const { numberTypes } = DEFAULT_POLICY;
  return {
    ok: true,
    document: { listMode: "allow_list", destinations, ...(numberTypes !== undefined && { numberTypes }) },
  };
}
