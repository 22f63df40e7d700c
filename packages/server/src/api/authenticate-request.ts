import type { EpochMilliseconds } from "@safeguard/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Directory } from "../accounts/directory.ts";
import type { Authenticator, Principal } from "../accounts/principal.ts";
import type { AccountContext } from "./account-context.ts";
import { bearerSecret } from "./bearer-secret.ts";
import { type Caller, CallerMissing, callerOf } from "./caller.ts";
import type { ClientAddress } from "./client-address.ts";
import { accountNamedBy, accountNotNamed, contextFor } from "./context-for.ts";
import { credentialRefused } from "./credential-refused.ts";
import { permit, refuseSuspended } from "./permit.ts";
import { refuseKeyInUrl } from "./refuse-key-in-url.ts";

export interface AuthenticationDeps {
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
    if (scope === "public" || provesCredential === true) return;
    // An unknown path has no scope: the not-found answer follows, which tells nobody anything.
    if (scope === undefined) return;

    const at = deps.now();
    const address = deps.clientAddress(request.raw.socket.remoteAddress, request.headers);
    const principal = proveCredential(request, deps, address, at);
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

function proveCredential(
  request: FastifyRequest,
  deps: AuthenticationDeps,
  address: string,
  at: EpochMilliseconds,
): Principal {
  const secret = bearerSecret(request.headers.authorization);
  const proof = deps.authenticator.bySecret(secret ?? "", address, at);
  if (!proof.ok) throw credentialRefused(proof);
  return proof.principal;
}
