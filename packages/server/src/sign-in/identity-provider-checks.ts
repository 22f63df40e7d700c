import type { AuthContext, BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import type { OidcSettings } from "../config/oidc-settings.ts";

/** Why nobody, or this person, may come in by the identity provider: for the log, and for who runs this server. */
export type ProviderRefusal =
  /** Its metadata are those of another issuer than the one that is configured. */
  | { readonly reason: "issuer_mismatch"; readonly expected: string; readonly found: string }
  /** The person did not sign in there as it is wanted here. */
  | { readonly reason: "not_strong_enough"; readonly wanted: string; readonly found: string };

type Provider = AuthContext["socialProviders"][number];

const PATHS: ReadonlySet<string | undefined> = new Set(["/sign-in/social", "/callback/:id"]);

/**
 * Looks at the identity provider before it is used, and at what its ID tokens say of how the person signed in there. The
 * library checks signatures, and that tokens are of the issuer that the metadata name; not that this is the right one.
 */
export function identityProviderChecks(
  oidc: OidcSettings,
  providerId: string,
  onRefused: (refusal: ProviderRefusal) => void,
): BetterAuthPlugin {
  const guarded = new WeakSet<Provider>();
  return {
    id: "identity-provider-checks",
    hooks: {
      before: [
        {
          matcher: ({ path }) => PATHS.has(path),
          // (after the hook of the plugin that asks for the metadata once more where the start could not get them)
          handler: createAuthMiddleware(async (ctx) => {
            const provider = ctx.context.socialProviders.find(({ id }) => id === providerId);
            if (provider === undefined) return;
            if (!isSameIssuer(provider.issuer, oidc.issuer)) {
              onRefused({ reason: "issuer_mismatch", expected: oidc.issuer, found: String(provider.issuer) });
              throw ctx.path === "/sign-in/social" ? issuerMismatch() : backToSignIn("issuer_mismatch");
            }
            if (guarded.has(provider)) return;
            guarded.add(provider);
            guard(provider, oidc, onRefused);
          }),
        },
      ],
    },
  };
}

/** The metadata are found the same with a slash at the end of the issuer and without, so that one may be missing. */
function isSameIssuer(found: string | undefined, expected: string): boolean {
  return found?.replace(/\/$/, "") === expected.replace(/\/$/, "");
}

function issuerMismatch(): APIError {
  return new APIError("BAD_GATEWAY", {
    code: "ISSUER_MISMATCH",
    message:
      "The identity provider calls itself by another name than the one that is set here. Tell who runs this server.",
  });
}

/** The browser comes from elsewhere here: it is led to the page that says it. */
function backToSignIn(error: ProviderRefusal["reason"]): APIError {
  return new APIError("FOUND", undefined, { location: `/sign-in?error=${error}` });
}

/** From then on an ID token is believed only if the person signed in there as the settings want it. */
function guard(provider: Provider, oidc: OidcSettings, onRefused: (refusal: ProviderRefusal) => void): void {
  const getUserInfo = provider.getUserInfo.bind(provider);
  provider.getUserInfo = async (tokens) => {
    const person = await getUserInfo(tokens);
    // (null: the token itself was not believed)
    if (person === null) return null;
    const claims = claimsOf(tokens.idToken);
    if (isStrongEnough(claims, oidc)) return person;
    const { acr, amr } = claims;
    const wanted = [
      oidc.acr.length > 0 && `acr ${oidc.acr.join(" or ")}`,
      oidc.amr.length > 0 && `amr ${oidc.amr.join(" and ")}`,
    ];
    onRefused({
      reason: "not_strong_enough",
      wanted: wanted.filter(Boolean).join("; "),
      found: JSON.stringify({ acr, amr }).slice(0, 200),
    });
    throw backToSignIn("not_strong_enough");
  };
}

/** One of the wanted contexts, and all of the wanted ways; a claim that is missing, or no text, is none. */
function isStrongEnough(
  { acr, amr }: { readonly acr?: unknown; readonly amr?: unknown },
  wanted: Pick<OidcSettings, "acr" | "amr">,
): boolean {
  const hasContext = wanted.acr.length === 0 || wanted.acr.some((one) => one === acr);
  const ways: readonly unknown[] = Array.isArray(amr) ? amr : [];
  return hasContext && wanted.amr.every((one) => ways.includes(one));
}

/** Of a token whose signature has been checked. */
function claimsOf(idToken: string | undefined): { readonly acr?: unknown; readonly amr?: unknown } {
  const [, payload = ""] = (idToken ?? "").split(".");
  try {
    return Object(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  } catch {
    return {};
  }
}
