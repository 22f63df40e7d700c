import type { Directory } from "../accounts/directory.ts";
import type { ProveSession } from "../api/authenticate-request.ts";
import { headersOf } from "./library-routes.ts";
import { refuseOtherSites } from "./refuse-other-sites.ts";
import { refuseWithoutSecondFactor } from "./refuse-without-second-factor.ts";
import { proveSession } from "./session-principal.ts";
import type { SignIn } from "./sign-in.ts";

const READS = new Set(["GET", "HEAD"]);

/** Takes a session's cookie for a key, where a request has one. */
export function createSessionProof(signIn: Pick<SignIn, "who">, directory: Directory): ProveSession {
  return async (request, { named, address }) => {
    if (request.headers.cookie === undefined) return undefined;
    const signedIn = await signIn.who(headersOf(request));
    if (signedIn === undefined) return undefined;
    refuseWithoutSecondFactor(signedIn);
    if (!READS.has(request.method)) refuseOtherSites(request.headers);
    return proveSession(directory, signedIn, { named, address });
  };
}
