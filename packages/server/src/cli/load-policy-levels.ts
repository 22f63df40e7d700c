import type { AccountId, EpochMilliseconds, PolicyLevel } from "@safeguard/core";
import { levelsOf, policyLevelsView } from "../policies/get-policy-levels.ts";
import { policySummaryView } from "../policies/list-policies.ts";
import type { ApiClient } from "./api-client.ts";
import { CommandFailed } from "./command-failed.ts";
import { everyItem } from "./every-item.ts";

export interface LoadedPolicy {
  readonly account: AccountId;
  readonly policy: string;
  readonly levels: readonly PolicyLevel[];
  readonly at: EpochMilliseconds;
}

/** Everything that decides for the account by this policy (default: its default one) at this time (default: now). */
export async function loadPolicyLevels(
  client: ApiClient,
  account: string | undefined,
  policy: string | undefined,
  at: string | undefined,
): Promise<LoadedPolicy> {
  const name = policy ?? (await defaultPolicy(client, account));
  const query = at === undefined ? "" : `?at=${encodeURIComponent(at)}`;
  const path = `/v1/policies/${encodeURIComponent(name)}/levels${query}`;
  const view = await client.request({ method: "GET", path, account }, policyLevelsView);
  return {
    account: view.account as AccountId,
    policy: view.policy,
    levels: levelsOf(view),
    at: Date.parse(view.at) as EpochMilliseconds,
  };
}

/** The policy that decides where nothing else is named. */
export async function defaultPolicy(client: ApiClient, account: string | undefined): Promise<string> {
  const policies = await everyItem(client, { method: "GET", path: "/v1/policies", account }, policySummaryView);
  const chosen = policies.find((policy) => policy.default);
  if (chosen === undefined) throw new CommandFailed("The account names no default policy.");
  return chosen.policy;
}
