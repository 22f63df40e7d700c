import type { SETTINGS } from "./config.ts";

/** An identity provider that speaks OpenID Connect. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** On the button. */
  readonly name: string;
}

/** All or nothing: a provider that is half given is a mistake. */
export function readOidcSettings(
  text: (name: keyof typeof SETTINGS) => string | undefined,
  problems: string[],
): OidcSettings | undefined {
  const issuer = text("SAFEGUARD_OIDC_ISSUER");
  const clientId = text("SAFEGUARD_OIDC_CLIENT_ID");
  const clientSecret = text("SAFEGUARD_OIDC_CLIENT_SECRET");
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    problems.push(
      "SAFEGUARD_OIDC_ISSUER, SAFEGUARD_OIDC_CLIENT_ID and SAFEGUARD_OIDC_CLIENT_SECRET belong together; some are not set",
    );
    return undefined;
  }
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isLocal = url?.hostname === "localhost" || url?.hostname === "127.0.0.1";
  if (url === undefined || (url.protocol !== "https:" && !isLocal)) {
    problems.push(
      `SAFEGUARD_OIDC_ISSUER is ${JSON.stringify(issuer)}; write an address such as https://login.example.com`,
    );
    return undefined;
  }
  return { issuer, clientId, clientSecret, name: text("SAFEGUARD_OIDC_NAME") ?? url.host };
}
