import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An OpenID Connect provider that takes everybody for whom it is told to, without asking. */
export interface IdentityProvider {
  readonly issuer: string;
  /** What its ID tokens say; whatever is set here wins. */
  claims: Record<string, unknown>;
  /** What its metadata say; whatever is set here wins. */
  metadata: Record<string, unknown>;
  /** What it was asked for last. */
  readonly asked: URLSearchParams;
  /** Which key signs: its own, or one that nobody knows. */
  signsWith: "own" | "foreign";
  close(): Promise<void>;
}

export const CLIENT = { clientId: "safeguard", clientSecret: "a secret of the client" };

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const keys = {
    own: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    foreign: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  };
  let asked = new URLSearchParams();
  const codes = new Map<string, URLSearchParams>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    const json = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (url.pathname === "/.well-known/openid-configuration") {
      json(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ["RS256"],
        ...provider.metadata,
      });
    } else if (url.pathname === "/keys") {
      json(200, { keys: [{ ...keys.own.publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }] });
    } else if (url.pathname === "/authorize") {
      asked = url.searchParams;
      const code = `code-${codes.size}`;
      codes.set(code, url.searchParams);
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", url.searchParams.get("state") ?? "");
      response.writeHead(302, { location: back.href }).end();
    } else {
      const asked = new URLSearchParams(await text(request));
      const begun = codes.get(asked.get("code") ?? "");
      codes.delete(asked.get("code") ?? "");
      const challenge = createHash("sha256")
        .update(asked.get("code_verifier") ?? "")
        .digest("base64url");
      if (begun?.get("code_challenge") !== challenge) return json(400, { error: "invalid_grant" });
      const now = Math.floor(Date.now() / 1000);
      const nonce = begun.get("nonce");
      const claims = {
        iss: issuer,
        aud: CLIENT.clientId,
        sub: "1",
        iat: now,
        exp: now + 60,
        nonce,
        ...provider.claims,
      };
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
      const signed = `${part({ alg: "RS256", kid: "one", typ: "JWT" })}.${part(claims)}`;
      const signature = sign("sha256", Buffer.from(signed), keys[provider.signsWith].privateKey).toString("base64url");
      json(200, { access_token: "opaque", token_type: "Bearer", expires_in: 60, id_token: `${signed}.${signature}` });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: IdentityProvider = {
    issuer,
    claims: {},
    metadata: {},
    get asked() {
      return asked;
    },
    signsWith: "own",
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provider;
}
