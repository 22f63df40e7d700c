import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "../accounts/api-key.ts";

export interface PolicyQuestion {
  readonly account: Account;
  readonly key: Pick<ApiKey, "policy" | "mayChoosePolicies">;
  /** Sender ID of the message; empty: none. */
  readonly originator: string;
  /** What the request names. */
  readonly requested: string | undefined;
}

export type PolicyChoice =
  | { readonly ok: true; readonly policy: string; readonly from: "request" | "sender" | "key" | "account" }
  | { readonly ok: false; readonly message: string };

/**
 * Which named policy decides: what the request names, if the key may choose it, else the sender ID's, else the key's, else
 * the account's default. A request that names another is refused, never decided by a policy that it did not ask for.
 */
export function choosePolicy({ account, key, originator, requested }: PolicyQuestion): PolicyChoice {
  const sender = Object.hasOwn(account.senderPolicies, originator) ? account.senderPolicies[originator] : undefined;
  const otherwise: Extract<PolicyChoice, { ok: true }> =
    sender !== undefined
      ? { ok: true, policy: sender, from: "sender" }
      : key.policy !== undefined
        ? { ok: true, policy: key.policy, from: "key" }
        : { ok: true, policy: account.defaultPolicy, from: "account" };
  if (requested === undefined || requested === otherwise.policy) return otherwise;
  if (key.mayChoosePolicies.includes(requested)) return { ok: true, policy: requested, from: "request" };
  const choices = [...new Set([otherwise.policy, ...key.mayChoosePolicies])].join(", ");
  return {
    ok: false,
    message: `This key may not choose the policy ${JSON.stringify(requested)}; it may choose ${choices}.`,
  };
}
