import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Parameters of a form-encoded request, in any order; a name may come more than once. */
export type TwilioParameters = readonly (readonly [name: string, value: string])[];

/**
 * `X-Twilio-Signature` of a form-encoded request: base64 of HMAC-SHA-1 under the auth token over the URL followed by
 * every parameter's name and value, sorted by name (Twilio, "Webhooks security"). Several values of one name count once
 * each, in order. `url` is whole, as the receiver sees it, query included.
 */
export function signTwilioForm(authToken: string, url: string, parameters: TwilioParameters): string {
  let signed = url;
  let last: readonly [string, string] | undefined;
  for (const parameter of parameters.toSorted(byNameThenValue)) {
    if (last !== undefined && byNameThenValue(last, parameter) === 0) continue;
    signed += parameter[0] + parameter[1];
    last = parameter;
  }
  return createHmac("sha1", authToken).update(signed, "utf8").digest("base64");
}

/**
 * Does the signature fit? Twilio signs sometimes with the scheme's default port and sometimes without any, so both
 * spellings of the URL are tried, as Twilio's own validators do.
 */
export function validateTwilioForm(
  authToken: string,
  signature: string,
  url: string,
  parameters: TwilioParameters,
): boolean {
  return urlSpellings(url).some((spelling) => equal(signature, signTwilioForm(authToken, spelling, parameters)));
}

/** A request with a JSON body: `url` with the body's hash added as `bodySHA256`, and the signature over that URL alone. */
export function signTwilioJson(
  authToken: string,
  url: string,
  body: string,
): { readonly url: string; readonly signature: string } {
  const hashed = new URL(url);
  hashed.searchParams.set(BODY_HASH, sha256(body));
  return { url: hashed.href, signature: signTwilioForm(authToken, hashed.href, []) };
}

/** The signature must fit the URL, and the URL's `bodySHA256` the body. */
export function validateTwilioJson(authToken: string, signature: string, url: string, body: string): boolean {
  const hash = URL.parse(url)?.searchParams.get(BODY_HASH) ?? "";
  return equal(hash.toLowerCase(), sha256(body)) && validateTwilioForm(authToken, signature, url, []);
}

const BODY_HASH = "bodySHA256";

/** The URL as it is, without a port, and with its scheme's default port; the rest untouched, since it was signed. */
function urlSpellings(url: string): readonly string[] {
  const start = url.indexOf("://") + 3;
  if (start < 3) return [url];
  const authority = url.slice(start).search(/[/?#]/);
  const end = authority < 0 ? url.length : start + authority;
  const host = url.slice(start, end);
  // The colon of a port stands behind the bracket of an IPv6 address and behind any user information.
  const colon = host.indexOf(":", Math.max(host.lastIndexOf("]"), host.lastIndexOf("@")) + 1);
  const [before, rest] = [url.slice(0, start), url.slice(end)];
  if (colon >= 0) return [url, before + host.slice(0, colon) + rest];
  const port = url.slice(0, 5).toLowerCase() === "https" ? ":443" : ":80";
  return [url, before + host + port + rest];
}

function byNameThenValue(a: readonly [string, string], b: readonly [string, string]): number {
  return compare(a[0], b[0]) || compare(a[1], b[1]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sha256(body: string): string {
  return createHash("sha256").update(body, "utf8").digest("hex");
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
