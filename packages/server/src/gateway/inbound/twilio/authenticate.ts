import type { Scope } from "../../../accounts/api-key.ts";
import { hasScope } from "../../../accounts/has-scope.ts";
import type { AuthenticationFailure, Authenticator, KeyPrincipal } from "../../../accounts/principal.ts";
import type { InboundReply, InboundRequest } from "../exchange.ts";
import { errorReply, jsonReply, TWILIO_ERRORS } from "./twilio-error.ts";

/** The key behind a request, or the answer that refuses it. */
export type TwilioAuthentication =
  | { readonly ok: true; readonly principal: KeyPrincipal }
  | { readonly ok: false; readonly reply: InboundReply };

/**
 * HTTP Basic with the account's SID and a key's auth token. The account in the path must be the one that proved itself:
 * which accounts exist is nobody else's business, so every failure of the credential has the same answer.
 */
export function authenticate(
  authenticator: Authenticator,
  request: InboundRequest,
  accountSid: string | undefined,
  scope: Scope,
): TwilioAuthentication {
  const credentials = basicCredentials(request.headers.authorization);
  if (credentials === undefined) return refused("credential_missing");
  const [sid, token] = credentials;
  if (sid.startsWith("SK"))
    return unauthenticated("API keys (SK…) are not offered here: use your AccountSid (AC…) and AuthToken.");
  const result = authenticator.byAuthToken(sid, token, request.clientAddress, request.at);
  if (!result.ok) return refused(result.failure, result.retryAfterSeconds);
  const { principal } = result;
  if (principal.account.twilioSid !== accountSid) return refused("credential_unknown");
  if (!hasScope(principal.key, scope))
    return { ok: false, reply: errorReply({ error: "forbidden", message: `This key lacks the scope ${scope}.` }) };
  return { ok: true, principal };
}

function refused(failure: AuthenticationFailure, retryAfterSeconds = 60): TwilioAuthentication {
  if (failure === "too_many_attempts") {
    const message = "Too Many Requests: too many wrong credentials came from your address.";
    return { ok: false, reply: errorReply({ error: "too_many_requests", message, retryAfterSeconds }) };
  }
  if (failure === "network_not_allowed") {
    const message = "Requests from your network are not allowed for this account.";
    return { ok: false, reply: errorReply({ error: "forbidden", message }) };
  }
  if (failure === "suspended") {
    const message = "Account is not active: it, its key, or an account above it is suspended.";
    return { ok: false, reply: errorReply({ error: "not_active", message }) };
  }
  return unauthenticated("Your AccountSid or AuthToken was incorrect.");
}

/** Twilio's own answer to a wrong credential: the message is one word, what is wrong stands in `detail`. */
function unauthenticated(detail: string): TwilioAuthentication {
  const { code, status } = TWILIO_ERRORS.authenticate;
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  const headers = { "www-authenticate": 'Basic realm="Safeguard"' };
  return { ok: false, reply: jsonReply(status, { code, detail, message: "Authenticate", more_info, status }, headers) };
}

function basicCredentials(header: string | undefined): readonly [user: string, password: string] | undefined {
  if (header === undefined || header.slice(0, 6).toLowerCase() !== "basic ") return undefined;
  const text = Buffer.from(header.slice(6), "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}
