/**
 * What every answer says to a browser: keep nothing of it, take it for what it says that it is, run nothing in it, show it in
 * no frame, tell nobody where the next request came from. A page of the API that needs more says so with a header of its own.
 */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** A year, for names below it as well. */
const STRICT_TRANSPORT = { "strict-transport-security": "max-age=31536000; includeSubDomains" };

/** The headers of every answer. `https`: clients reach the server by TLS alone, ended here or by a proxy. */
export function securityHeaders(https: boolean): Readonly<Record<string, string>> {
  return https ? { ...SECURITY_HEADERS, ...STRICT_TRANSPORT } : SECURITY_HEADERS;
}
