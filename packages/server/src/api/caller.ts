import type { EpochMilliseconds } from "@safeguard/core";
import type { Actor, Principal } from "../accounts/principal.ts";
import type { AccountContext } from "./account-context.ts";

/** Who asks, when, and for which account where one was named or is implied. */
export interface Caller {
  readonly principal: Principal;
  readonly actor: Actor;
  readonly at: EpochMilliseconds;
}

export function callerOf(principal: Principal, at: EpochMilliseconds): Caller {
  const actor: Actor =
    principal.type === "key" ? { type: "key", key: principal.key.id } : { type: "operator", name: "operator" };
  return { principal, actor, at };
}

declare module "fastify" {
  interface FastifyRequest {
    /** On every route but public ones. */
    readonly caller: Caller;
    /** On every route but public ones and those with `account: "optional"` that name none. */
    readonly accountContext: AccountContext;
    /** As `accountContext`, undefined where no account was named. */
    readonly namedAccountContext: AccountContext | undefined;
  }
}

/** A handler asked for what its route does not have: a fault of ours. */
export class CallerMissing extends Error {
  override readonly name = "CallerMissing";
  readonly code = "caller_missing";
}
