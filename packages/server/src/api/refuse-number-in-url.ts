import { parseRecipient } from "@safeguard/core";
import { ServiceError } from "./service-error.ts";

/** Where a number is asked for in the body instead, by the path that it was put on. */
const INSTEAD: readonly (readonly [path: RegExp, route: string])[] = [
  [/^\/v1\/messages\/?$/, "POST /v1/messages/search"],
  [/^\/v1\/verified-numbers\//, "POST /v1/verified-numbers/remove"],
  [/^\/v1\/detection\/preview\/?$/, "POST /v1/detection/preview"],
  [/^\/v1\/usage\/range\/?$/, "POST /v1/usage/range"],
];
/** With its `+`, of a number that is valid nowhere. */
const SHORTEST = "+12345678".length;
/** Parameters that are numbers in whatever form they are written. */
const NUMBER_NAMES: ReadonlySet<string> = new Set(["to", "number", "phone", "recipient", "msisdn"]);

/**
 * URLs end up in logs of proxies and browsers, and a telephone number is personal data. Ranges that leave digits open are
 * no one's number, and may stand there. The dialects of Twilio and CM.com keep their vendors' shapes.
 */
export function refuseNumberInUrl(url: string): void {
  if (!url.startsWith("/v1/")) return;
  const [path = "", query = ""] = url.split("?", 2);
  if (!hasNumber(path) && !queryHasNumber(query)) return;
  const instead = INSTEAD.find(([on]) => on.test(path))?.[1];
  throw new ServiceError(
    "invalid_request",
    `A telephone number must not stand in a URL, where it is logged. Send it in the body${instead === undefined ? "" : `: ${instead}`}.`,
  );
}

function hasNumber(path: string): boolean {
  // (its digits alone name it there, too)
  const [, verified] = /^\/v1\/verified-numbers\/([^/]*)/.exec(path) ?? [];
  if (verified !== undefined && /^\d{5,}$/.test(verified)) return true;
  return path.includes("+") || /%2b/i.test(path) ? path.split("/").some((part) => isNumber(decoded(part))) : false;
}

function queryHasNumber(query: string): boolean {
  if (query === "") return false;
  for (const [name, value] of new URLSearchParams(query)) {
    if (NUMBER_NAMES.has(name) && /\d{7}/.test(value)) return true;
    if (isNumber(value)) return true;
  }
  return false;
}

/** `+` or `00` and a number that somebody could have. A `+` that was not escaped reads as a space. */
function isNumber(text: string): boolean {
  const written = text.startsWith(" ") ? `+${text.slice(1)}` : text;
  if (text.length > 40 || !/^(?:\+|00)\d/.test(written)) return false;
  const parsed = parseRecipient(written, "native");
  // (a few digits that could be a short line somewhere are what longer numbers begin with)
  return parsed.ok && (parsed.recipient.valid || parsed.recipient.e164.length >= SHORTEST);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
