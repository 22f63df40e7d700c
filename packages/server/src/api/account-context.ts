import type { EpochMilliseconds } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { Actor, Principal } from "../accounts/principal.ts";

/** Who asks, and for which account: its own, or one below it named by the `Safeguard-Account` header. */
export interface AccountContext {
  readonly principal: Principal;
  readonly actor: Actor;
  readonly account: Account;
  readonly at: EpochMilliseconds;
}
