import type { SETTINGS } from "./config.ts";

/** An identity provider that speaks OpenID Connect. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** On the button. */
  readonly name: string;
  /** Authentication contexts (`acr`), of which its ID tokens must say one. Empty: any, or none. */
  readonly acr: readonly string[];
  /** Ways of signing in (`amr`, RFC 8176), all of which its ID tokens must say. Empty: any, or none. */
  readonly amr: readonly string[];
}

/** All or nothing: a provider that is half given is a mistake. */
export function readOidcSettings(
  text: (name: keyof typeof SETTINGS) => string | undefined,
  problems: string[],
): OidcSettings | undefined {
  const issuer = text("SAFEGUARD_OIDC_ISSUER");
  const clientId = text("SAFEGUARD_OIDC_CLIENT_ID");
  const clientSecret = text("SAFEGUARD_OIDC_CLIENT_SECRET");
  const acr = wordsOf("SAFEGUARD_OIDC_ACR", text("SAFEGUARD_OIDC_ACR"), problems);
  const amr = wordsOf("SAFEGUARD_OIDC_AMR", text("SAFEGUARD_OIDC_AMR"), problems);
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) {
    // (who means to ask for a second factor there must not be left without one)
    if (acr.length > 0 || amr.length > 0)
      problems.push("SAFEGUARD_OIDC_ACR or SAFEGUARD_OIDC_AMR is set, but SAFEGUARD_OIDC_ISSUER is not");
    return undefined;
  }
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
  return { issuer, clientId, clientSecret, name: text("SAFEGUARD_OIDC_NAME") ?? url.host, acr, amr };
}

function wordsOf(
  name: "SAFEGUARD_OIDC_ACR" | "SAFEGUARD_OIDC_AMR",
  value: string | undefined,
  problems: string[],
): readonly string[] {
  if (value === undefined) return [];
  const words = value.split(",").map((word) => word.trim());
  if (words.every((word) => /^[\x21-\x7e]{1,200}$/.test(word))) return words;
  problems.push(`${name} is ${JSON.stringify(value)}; write names without spaces, separated by commas, such as mfa`);
  return [];
}
