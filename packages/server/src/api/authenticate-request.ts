import type { EpochMilliseconds } from "@safeguard/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Directory } from "../accounts/directory.ts";
import type { Authentication, Authenticator, Principal } from "../accounts/principal.ts";
import type { AccountContext } from "./account-context.ts";
import { bearerSecret } from "./bearer-secret.ts";
import { type Caller, CallerMissing, callerOf } from "./caller.ts";
import type { ClientAddress } from "./client-address.ts";
import { accountNamedBy, accountNotNamed, contextFor } from "./context-for.ts";
import { credentialRefused } from "./credential-refused.ts";
import { permit, refuseSuspended } from "./permit.ts";
import { refuseKeyInUrl } from "./refuse-key-in-url.ts";
import { refuseNumberInUrl } from "./refuse-number-in-url.ts";

/** Proves a request that has a session's cookie instead of a key. Undefined: it has none. */
export type ProveSession = (
  request: FastifyRequest,
  proof: { readonly named: string | undefined; readonly address: string },
) => Promise<Authentication | undefined>;

export interface AuthenticationDeps {
  /** Absent: nobody signs in here. */
  readonly sessions?: ProveSession;
  readonly authenticator: Authenticator;
  readonly directory: Directory;
  readonly clientAddress: ClientAddress;
  readonly now: () => EpochMilliseconds;
}

const CALLER = Symbol("caller");
const CONTEXT = Symbol("account context");

interface Authenticated {
  [CALLER]?: Caller;
  [CONTEXT]?: AccountContext;
}

/**
 * Before a body is read: proves the credential (client network first), checks the route's scope, and finds the account
 * that the request is for. Sets `request.caller` and `request.accountContext`.
 */
export function authenticateRequests(app: FastifyInstance, deps: AuthenticationDeps): void {
  app.decorateRequest("caller", {
    getter(this: FastifyRequest): Caller {
      const caller = (this as Authenticated)[CALLER];
      if (caller === undefined) throw new CallerMissing("a public route has no caller");
      return caller;
    },
  });
  app.decorateRequest("namedAccountContext", {
    getter(this: FastifyRequest): AccountContext | undefined {
      return (this as Authenticated)[CONTEXT];
    },
  });
  app.decorateRequest("accountContext", {
    getter(this: FastifyRequest): AccountContext {
      const context = (this as Authenticated)[CONTEXT];
      if (context === undefined) throw new CallerMissing("this route can be called without an account");
      return context;
    },
  });

  app.addHook("onRequest", async (request) => {
    const { scope, account, provesCredential } = request.routeOptions.config;
    refuseKeyInUrl(request.url);
    refuseNumberInUrl(request.url);
    if (scope === "public" || provesCredential === true) return;
    // An unknown path has no scope: the not-found answer follows, which tells nobody anything.
    if (scope === undefined) return;

    const at = deps.now();
    const address = deps.clientAddress(request.raw.socket.remoteAddress, request.headers);
    const principal = await proveCredential(request, deps, address, at);
    permit(principal, scope);
    const state = request as Authenticated;
    const caller = callerOf(principal, at, address);
    state[CALLER] = caller;
    const context = contextFor(caller, accountNamedBy(request.headers), deps.directory);
    if (context !== undefined) {
      refuseSuspended(deps.directory, context.account, scope);
      state[CONTEXT] = context;
    } else if (account !== "optional" && scope !== "operator") throw accountNotNamed();
  });
}

async function proveCredential(
  request: FastifyRequest,
  deps: AuthenticationDeps,
  address: string,
  at: EpochMilliseconds,
): Promise<Principal> {
  const { headers } = request;
  const session =
    headers.authorization === undefined
      ? await deps.sessions?.(request, { named: accountNamedBy(headers), address })
      : undefined;
  const proof = session ?? deps.authenticator.bySecret(bearerSecret(headers.authorization) ?? "", address, at);
  if (!proof.ok) throw credentialRefused(proof);
  return proof.principal;
}
