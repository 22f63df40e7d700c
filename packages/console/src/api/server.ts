import { createClient, type SafeguardClient } from "@safeguard/client";

/** Requests of the console's own pages; the session is a cookie that no script can read. */
const fetchHere: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.delete("authorization");
  headers.set("safeguard-console", "1");
  return fetch(input, { ...init, headers, credentials: "same-origin" });
};

/** The native API for an account; undefined: for none, or the person's first. */
export function serverFor(account: string | undefined): SafeguardClient {
  return createClient({
    baseUrl: window.location.origin,
    key: "",
    fetch: fetchHere,
    ...(account !== undefined && { account }),
  });
}

/** Where the library that signs people in answers. */
const SIGN_IN = "/sign-in-api";

/** What signing in was answered: what it asks for next, or why it refused. */
export type SignInAnswer =
  | {
      readonly ok: true;
      readonly needsSecondFactor: boolean;
      readonly url: string | undefined;
      /** A second factor that is being set up, as authenticator apps take it. */
      readonly totpUri: string | undefined;
      readonly recoveryCodes: readonly string[];
    }
  | { readonly ok: false; readonly status: number; readonly code: string | undefined; readonly message: string };

/** Asks the library that signs people in. */
export async function askSignIn(path: string, body: Readonly<Record<string, unknown>>): Promise<SignInAnswer> {
  const response = await fetchHere(`${SIGN_IN}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json().catch(() => undefined)) as
    | {
        readonly twoFactorRedirect?: boolean;
        readonly url?: string;
        readonly totpURI?: string;
        readonly backupCodes?: readonly string[];
        readonly code?: string;
        readonly message?: string;
        readonly problems?: readonly { readonly message: string }[];
      }
    | undefined;
  return response.ok
    ? {
        ok: true,
        needsSecondFactor: answer?.twoFactorRedirect === true,
        url: answer?.url,
        totpUri: answer?.totpURI,
        recoveryCodes: answer?.backupCodes ?? [],
      }
    : {
        ok: false,
        status: response.status,
        code: answer?.code,
        message: answer?.message ?? answer?.problems?.[0]?.message ?? response.statusText,
      };
}

/** A request whose body, or answer, is a file. Throws what was refused, in the server's own words. */
export async function fetchBytes(
  account: string,
  path: string,
  { method, body, signal }: { readonly method: "GET" | "PUT"; readonly body?: Blob; readonly signal?: AbortSignal },
): Promise<Blob> {
  const response = await fetchHere(path, {
    method,
    headers: {
      "safeguard-account": account,
      ...(body !== undefined && { "content-type": "application/octet-stream" }),
    },
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
  });
  if (response.ok) return await response.blob();
  const refused = (await response.json().catch(() => undefined)) as
    | { readonly detail?: string; readonly problems?: readonly { readonly field: string; readonly message: string }[] }
    | undefined;
  throw Object.assign(new Error(refused?.detail ?? response.statusText), {
    status: response.status,
    problems: refused?.problems ?? [],
  });
}
