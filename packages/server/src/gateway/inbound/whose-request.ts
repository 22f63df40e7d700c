import type { AccountId } from "@safeguard/core";
import type { CredentialIndex, HashedCredential } from "../../accounts/create-directory.ts";
import type { Directory } from "../../accounts/directory.ts";
import { hashCredential } from "../../accounts/mint-key.ts";
import type { Whose } from "./admission.ts";
import type { InboundRequest } from "./exchange.ts";

export type WhoseRequest = (request: Pick<InboundRequest, "headers" | "body" | "clientAddress">) => Whose;

/** Longer texts are not hashed: no credential of ours is that long. */
const LONGEST = 300;
/** CM.com's clients may put the token into the body, where it stands first. */
const TOKEN_WITHIN = 1024;
const BODY_TOKEN = /producttoken["'>:=\s]{1,8}([0-9a-f-]{36})/i;
/** Who proves nothing is one family: however many addresses and made-up credentials it comes with. */
const STRANGERS = "strangers";

/**
 * Whose a request is, at the door: the account of a credential that is good as far as its hash goes (whether it may be used
 * from there and now is seen inside), else the address that it comes from. One SHA-256.
 */
export function createWhoseRequest(directory: CredentialIndex & Pick<Directory, "account">): WhoseRequest {
  function find({ headers, body }: Pick<InboundRequest, "headers" | "body">): HashedCredential | undefined {
    const { authorization } = headers;
    if (authorization !== undefined) return findAuthorized(authorization);
    const token =
      headers["x-cm-producttoken"] ?? BODY_TOKEN.exec(body.subarray(0, TOKEN_WITHIN).toString("latin1"))?.[1];
    if (typeof token !== "string" || token.length > LONGEST) return undefined;
    return directory.byProductTokenHash(hashCredential(token.toLowerCase()));
  }

  function findAuthorized(authorization: string): HashedCredential | undefined {
    if (authorization.length > LONGEST) return undefined;
    const [scheme = "", value = ""] = authorization.split(" ");
    if (scheme.toLowerCase() !== "basic") return directory.bySecretHash(hashCredential(value));
    const pair = Buffer.from(value, "base64").toString("latin1");
    return directory.byAuthTokenHash(hashCredential(pair.slice(pair.indexOf(":") + 1)));
  }

  return (request) => {
    const account = find(request)?.credential.principal.account.id;
    if (account === undefined) return { account: request.clientAddress, family: STRANGERS };
    return { account, family: rootOf(account) };
  };

  function rootOf(account: AccountId): AccountId {
    let root = account;
    for (let parent = directory.account(root)?.parent; parent !== undefined; parent = directory.account(root)?.parent)
      root = parent;
    return root;
  }
}
