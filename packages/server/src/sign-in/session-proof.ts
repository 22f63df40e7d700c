import type { Directory } from "../accounts/directory.ts";
import type { ProveSession } from "../api/authenticate-request.ts";
import { ServiceError } from "../api/service-error.ts";
import { headersOf } from "./library-routes.ts";
import { proveSession } from "./session-principal.ts";
import type { SignIn } from "./sign-in.ts";

/** The console sends it with everything that changes something: no other site can, without asking first, and nobody is let. */
const CONSOLE_HEADER = "safeguard-console";
const READS = new Set(["GET", "HEAD"]);

/** Takes a session's cookie for a key, where a request has one. */
export function createSessionProof(signIn: Pick<SignIn, "who">, directory: Directory): ProveSession {
  return async (request, { named, address }) => {
    if (request.headers.cookie === undefined) return undefined;
    const signedIn = await signIn.who(headersOf(request));
    if (signedIn === undefined) return undefined;
    if (!READS.has(request.method)) refuseOtherSites(request.headers);
    return proveSession(directory, signedIn, { named, address });
  };
}

function refuseOtherSites(headers: Readonly<Record<string, string | string[] | undefined>>): void {
  const site = headers["sec-fetch-site"];
  const isOurs = headers[CONSOLE_HEADER] !== undefined && (site === undefined || site === "same-origin");
  if (isOurs) return;
  throw new ServiceError("forbidden", "With a session's cookie, changes are taken from the console's own pages alone.");
}
