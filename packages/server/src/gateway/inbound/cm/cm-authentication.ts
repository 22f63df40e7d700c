import type { Scope } from "../../../accounts/api-key.ts";
import { hasScope } from "../../../accounts/has-scope.ts";
import type { AuthenticationFailure, Authenticator, KeyPrincipal } from "../../../accounts/principal.ts";
import { CM_ERROR } from "../../wire/cm-answer.ts";
import type { InboundRequest } from "../exchange.ts";
import type { CmProblem } from "./cm-answers.ts";

export type CmAuthentication =
  | { readonly ok: true; readonly principal: KeyPrincipal }
  | {
      readonly ok: false;
      readonly failure: AuthenticationFailure | "contradiction" | "scope";
      readonly problem: CmProblem;
    };

/** What is said of an unknown token, and of one that is expired or comes from the wrong network: no more than CM.com says. */
const NO_ACCOUNT: CmProblem = {
  code: CM_ERROR.authentication,
  details: "No account found for the given authentication",
};

const SUSPENDED: CmProblem = {
  code: CM_ERROR.authentication,
  details: "This account or its product token is suspended",
};

/**
 * By the `X-CM-PRODUCTTOKEN` header or the token in the body; where both are given they must be the same. `bodyToken` is
 * whatever stood there.
 */
export function authenticate(
  authenticator: Pick<Authenticator, "byProductToken">,
  request: Pick<InboundRequest, "headers" | "clientAddress" | "at">,
  bodyToken: unknown,
  scope: Scope = "messages:send",
): CmAuthentication {
  const header = request.headers["x-cm-producttoken"];
  const fromHeader = typeof header === "string" && header.trim() !== "" ? normalize(header) : undefined;
  const fromBody = typeof bodyToken === "string" && bodyToken.trim() !== "" ? normalize(bodyToken) : undefined;
  if (fromHeader !== undefined && fromBody !== undefined && fromHeader !== fromBody) {
    const details =
      "The product token in the header and the one in the request are different: give one, or the same twice";
    return { ok: false, failure: "contradiction", problem: { code: CM_ERROR.productToken, details } };
  }
  const token = fromHeader ?? fromBody;
  if (token === undefined) {
    const details =
      "Invalid product token: give it in the header X-CM-PRODUCTTOKEN or in messages.authentication.productToken";
    return { ok: false, failure: "credential_missing", problem: { code: CM_ERROR.productToken, details } };
  }
  const proof = authenticator.byProductToken(token, request.clientAddress, request.at);
  if (!proof.ok) {
    return { ok: false, failure: proof.failure, problem: proof.failure === "suspended" ? SUSPENDED : NO_ACCOUNT };
  }
  if (!hasScope(proof.principal.key, scope)) {
    const what = scope === "messages:send" ? "send messages" : "do this";
    const details = `The key of this product token may not ${what}: it lacks the scope ${scope}`;
    return { ok: false, failure: "scope", problem: { code: CM_ERROR.authentication, details } };
  }
  return proof;
}

/** A product token is a GUID: its letters have no case. */
function normalize(token: string): string {
  return token.trim().toLowerCase();
}
