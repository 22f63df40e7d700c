import type { EpochMilliseconds } from "@safeguard/core";
import type { ApiKey } from "../accounts/api-key.ts";
import type { Actor, Principal } from "../accounts/principal.ts";
import type { AccountContext } from "./account-context.ts";

/** Who asks, when, and for which account where one was named or is implied. */
export interface Caller {
  readonly principal: Principal;
  readonly actor: Actor;
  readonly at: EpochMilliseconds;
}

/** `address`: of the client. */
export function callerOf(principal: Principal, at: EpochMilliseconds, address?: string): Caller {
  const from = address === undefined ? {} : { address };
  const actor: Actor =
    principal.type === "key"
      ? { ...actorOfKey(principal.key), ...from }
      : { type: "operator", name: "operator", ...from };
  return { principal, actor, at };
}

function actorOfKey({ id, person }: ApiKey): Actor {
  return { type: "key", key: id, ...(person === undefined ? {} : { person }) };
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
